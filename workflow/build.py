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
FAILED, REFUSED = 1, 2  # exit statuses: Snakemake failed, or was not started


def main(arguments: list[str]) -> None:
    """Run Snakemake in this process, which holds the lock until it ends."""
    with take(LOCK):
        os.chdir(ROOT)
        sys.exit(0 if run(["--nolock", "--rerun-incomplete", *arguments]) else FAILED)


def run(arguments: list[str]) -> bool:
    """Do what Snakemake's command line does, without its limit on jobs per second.

    Each job that ends makes that limiter look once a second at all inputs of all waiting jobs, to
    the end of the build: with ninety jobs it takes more of a processor than any rule. The limit is
    for clusters; Snakemake's Python interface leaves it out by default, its command line cannot.
    """
    from snakemake import cli  # after the lock: a refused build need not wait for it

    try:
        parser, parsed = cli.parse_args(arguments)
        parsed.max_jobs_per_timespan = None
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
