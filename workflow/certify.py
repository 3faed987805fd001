"""Build everything again elsewhere, and compare: `make certify`, after `make paper`.

A clone of the last commit is built in a temporary folder, in another time zone and locale, with
another hash seed and one core, and on an older processor as far as one can be simulated: NumPy and
OpenBLAS choose their code by what they find, and are told to find less. Each script runs in a new
Python, not in a fork as in `make paper`. Each checksum must be that of
`results/provenance/SHA256SUMS`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUMS = Path("results/provenance/SHA256SUMS")
#: Inputs that readers fetch and git does not track.
UNTRACKED = ("data/documents", "data/national/external")
#: What a result must not depend on.
SURROUNDINGS = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "4711",
    "PYTHONUTF8": "1",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "SOURCE_DATE_EPOCH": "1",
    "COLUMNS": "40",
}


def main() -> int:
    """Clone, build, compare, and say in a sentence what came out."""
    here = ROOT / SUMS
    if not here.is_file():
        print(f"{SUMS} is not there: run `make paper` first.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="certify ") as folder:
        clone = Path(folder, "clone")
        command = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)]
        subprocess.run(command, check=True)
        for folder_of_inputs in UNTRACKED:
            if (ROOT / folder_of_inputs).is_dir():
                shutil.copytree(
                    ROOT / folder_of_inputs, clone / folder_of_inputs, dirs_exist_ok=True
                )
        finished = build(clone, cores=1)
        if finished.returncode != 0:
            print(finished.stderr[-3000:], file=sys.stderr)
            return 1
        found = list(differences(read(here), read(clone / SUMS)))
    print("\n".join(found) or f"The {len(read(here))} results are the same, byte for byte.")
    return 1 if found else 0


def build(
    folder: Path, cores: int, *targets: str, by: tuple[str, ...] = ("-m", "snakemake")
) -> subprocess.CompletedProcess[str]:
    """Build a copy of the project with its own package, in other surroundings."""
    environment = {**os.environ, **SURROUNDINGS, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, *by, "--cores", str(cores), *targets]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def read(sums: Path) -> dict[str, str]:
    """Return the checksums of a file as `sha256sum` writes it, by path."""
    lines = sums.read_text(encoding="utf-8").splitlines()
    return {path: checksum for checksum, path in (line.split("  ", 1) for line in lines)}


def differences(here: dict[str, str], there: dict[str, str]) -> Iterator[str]:
    """Yield each result that differs, or is in one of the two only."""
    for path in sorted(here.keys() | there.keys()):
        one, other = here.get(path, "none"), there.get(path, "none")
        if one != other:
            yield f"{path}: {one} here, {other} elsewhere"


if __name__ == "__main__":
    sys.exit(main())
