"""What the processes of a build opened, compared with what their rules declare."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

#: Folders of the project that are no input: Snakemake's own, and what Python keeps beside a module.
OWN = (".snakemake", ".git", ".venv")


def undeclared_reads(notes: Path) -> Iterator[str]:
    """
    Yield what a job opened below its project without declaring it, as `job rule opened file`.

    Parameters
    ----------
    notes : Path
        Folder that `sitecustomize` wrote to. A process without a job of its own (the kernel of a
        notebook) counts for the job that started it.
    """
    processes = {one["pid"]: one for one in _read(notes)}
    for process in processes.values():
        job = _job_of(process, processes)
        if job is None:
            continue  # Snakemake itself
        declared = {*job["input"], *job["output"], *job["log"]}
        for file in sorted(_project_files(process)):
            if file not in declared and not any(file.startswith(f"{one}/") for one in declared):
                yield f"{_name(job)} opened {file}, which it does not declare"


def _read(notes: Path) -> Iterator[dict]:
    for path in sorted(notes.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _job_of(process: dict, processes: dict[int, dict]) -> dict | None:
    while process and not process["job"]:
        process = processes.get(process["parent"])
    return process["job"] if process else None


def _name(job: dict) -> str:
    return " ".join(["job", job["rule"], *map(str, job["wildcards"].values())])


def _project_files(process: dict) -> Iterator[str]:
    """Yield the files opened below the project's folder, a compiled module as its source."""
    root = Path(process["folder"])
    for name in process["opened"]:
        if "\n" in name:
            continue  # a text that a library tried as a path
        path = root / name
        if not path.is_relative_to(root) or not path.exists() or path.is_dir():
            continue
        inside = str(path.resolve().relative_to(root.resolve())) if _within(path, root) else ""
        if inside and not inside.startswith(OWN):
            yield re.sub(r"__pycache__/(\w+)\.cpython-\d+(?:\.opt-\d)?\.pyc$", r"\1.py", inside)


def _within(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
