"""How long the paper takes from an empty results/, and how long it takes to find nothing to do.

    python benchmarks/pipeline.py

Bars: 150 s and 4 s on two cores. The project is copied to a temporary folder and built there by
`workflow/build.py`, which is what `make paper` calls once the environment is there.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGETS: list[str] = []  # none: everything
AGAIN = 7


def main() -> None:
    """Copy, build, build again; print the times [s]."""
    with tempfile.TemporaryDirectory(prefix="pipeline ") as temporary:
        folder = Path(temporary)
        copy_to(folder)
        whole = build(folder)
        again = [build(folder) for _ in range(AGAIN)]
    print(f"from an empty results/: {whole:.0f} s")
    print(
        f"nothing to do: median {statistics.median(again):.1f} s, "
        f"fastest {min(again):.1f} s, slowest {max(again):.1f} s"
    )


def copy_to(folder: Path) -> None:
    """Copy the project without its history, its environment and what was generated."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "logs"), dirs_exist_ok=True)
    for made in (folder / "results").iterdir():
        if made.is_dir():
            shutil.rmtree(made)


def build(folder: Path) -> float:
    """Build with the copy's own package, and return how long it took [s]."""
    command = [sys.executable, str(folder / "workflow/build.py"), "--cores", "2", *TARGETS]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    start = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
