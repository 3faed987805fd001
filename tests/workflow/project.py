"""Copies of the project for tests: how to make one, build it, and ask what it would do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_project(target: Path) -> Path:
    """Copy what git tracks or would track, and nothing that was generated."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def traced(folder: Path, notes: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return an environment whose Python processes note the files they open (see `hermetic`)."""
    notes.mkdir(parents=True, exist_ok=True)
    paths = [str(Path(__file__).parent / "hermetic"), str(folder / "src")]
    return environment | {"PYTHONPATH": os.pathsep.join(paths), "TRACE_OPENED": str(notes)}


def snakemake(folder: Path, *arguments: str, cut_network: bool = False, notes: Path | None = None):
    """Run Snakemake in a copy, with the copy's own package."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    if cut_network:
        command = ["unshare", "--map-root-user", "--net", *command]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    if notes:
        environment = traced(folder, notes, environment)
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def planned(folder: Path) -> set[str]:
    """Names of the rules that would run."""
    dry = snakemake(folder, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    return set(re.findall(r"^(\w+) +\d+$", dry.stdout + dry.stderr, re.MULTILINE)) - {"total"}


def unchanged(text):
    return text


def replace(old, new):
    return lambda text: text.replace(old, new, 1)
