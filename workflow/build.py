"""Run Snakemake for `make paper`, one build at a time: `python workflow/build.py --cores N`.

Snakemake marks a folder as locked with files, which a killed build leaves behind, so that the
next one refuses to start. Here the operating system holds the lock instead: it ends with the
process, however that ends. Snakemake's own lock can then be off (`--nolock`), and what the killed
build left half done is made again (`--rerun-incomplete`). Further arguments go to Snakemake.
"""

import fcntl
import os
import sys
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / ".snakemake" / "build.lock"
REFUSED = 2  # the exit status; Snakemake's own failures give 1


def main(arguments: list[str]) -> None:
    """Take the lock, then become Snakemake, which keeps it and receives Ctrl-C itself."""
    lock = take(LOCK)
    os.set_inheritable(lock.fileno(), True)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "snakemake", "--nolock", "--rerun-incomplete", *arguments]
    sys.stdout.flush()
    os.execv(sys.executable, command)


def take(path: Path) -> TextIO:
    """Return the open lock file with our process number in it, or exit if a build holds it."""
    path.parent.mkdir(exist_ok=True)
    lock = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "just started"
        print(f"Another build is running here (process {holder}); wait for it.", file=sys.stderr)
        sys.exit(REFUSED)
    lock.truncate(0)
    print(os.getpid(), file=lock, flush=True)
    return lock


if __name__ == "__main__":
    main(sys.argv[1:])
