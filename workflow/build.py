"""Run Snakemake for `make paper`, one build at a time: `python workflow/build.py --cores N`.

Snakemake marks a folder as locked with files, which a killed build leaves behind, so that the
next one refuses to start. Here the operating system holds the lock instead: it ends with the
process, however that ends. Snakemake's own lock can then be off (`--nolock`), and what the killed
build left half done is made again (`--rerun-incomplete`). Further arguments go to Snakemake.
"""

import fcntl
import gc
import os
import sys
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / ".snakemake" / "build.lock"
ALLOCATIONS = 200_000  # between two rounds of the garbage collector, which finds none to speak of
FAILED, REFUSED = 1, 2  # exit statuses: Snakemake failed, or was not started


def main(arguments: list[str]) -> None:
    """Run Snakemake in this process, which holds the lock until it ends."""
    with take(LOCK):
        os.chdir(ROOT)
        sys.exit(0 if run(["--nolock", "--rerun-incomplete", *arguments]) else FAILED)


def run(arguments: list[str]) -> bool:
    """Do what Snakemake's command line does, without what makes it slow here."""
    gc.set_threshold(ALLOCATIONS)
    import without_waiting  # after the lock: a refused build need not wait for Snakemake
    from snakemake import cli

    try:
        parser, parsed = cli.parse_args(arguments)
        without_waiting.install(parsed)
        return bool(cli.args_to_api(parsed, parser))
    except Exception as error:  # what Snakemake's own entry point does with it
        cli.print_exception(error)
        return False


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
