"""Takes note of the files that every Python process of a build opens.

Python imports a module of this name at its start if it lies on the path, before anything else is
imported; `TRACE_OPENED` names the folder for the notes. A job's note also holds what its rule
declares, which Snakemake leaves in the variable `snakemake` of the script. Programs that are not
Python (pandoc, git) are not seen.
"""

import atexit
import json
import os
import sys
from pathlib import Path

_opened: set[str] = set()


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        _opened.add(os.fsdecode(arguments[0]))


def _declared(snakemake: object) -> dict[str, object]:
    named = {
        kind: [str(path) for path in getattr(snakemake, kind)]
        for kind in ("input", "output", "log")
    }
    return {"rule": snakemake.rule, "wildcards": dict(snakemake.wildcards)} | named


def _write(folder: str, start: str) -> None:
    job = getattr(sys.modules["__main__"], "snakemake", None)
    note = {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "folder": start,
        "opened": sorted(_opened),
        "job": _declared(job) if hasattr(job, "rule") else None,
    }
    Path(folder, f"{os.getpid()}.json").write_text(json.dumps(note), encoding="utf-8")


if folder := os.environ.get("TRACE_OPENED"):
    sys.addaudithook(_listen)
    atexit.register(_write, folder, str(Path.cwd()))
