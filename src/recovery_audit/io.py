"""The only module that opens the project's files; each is written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import AuditError, Problem, TableError

if TYPE_CHECKING:
    import pandas as pd

PathLike = str | os.PathLike[str]


def read_text_table(path: PathLike) -> pd.DataFrame:
    """
    Read a CSV file as text, blank cells as empty text, indexed by line (the header is line 1).

    Raises
    ------
    AuditError
        If there is no such file.
    TableError
        If it is not UTF-8, has no header, or has rows longer or shorter than it.
    """
    import csv

    import pandas as pd

    try:
        reader = csv.reader(Path(path).read_text(encoding="utf-8-sig").splitlines(), strict=True)
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except OSError as error:
        raise AuditError(f"{_name(path)} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError([_not_a_table(path, 0, str(error))]) from None
    if not lines:
        raise TableError([_not_a_table(path, 0, "an empty file")])
    (_, header), *rows = lines
    ragged = [(line, cells) for line, cells in rows if len(cells) != len(header)]
    if ragged:
        raise TableError(_not_a_table(path, line, f"{len(c)} cells") for line, c in ragged)
    cells = [row for _, row in rows]
    return pd.DataFrame(cells, columns=header, index=[line for line, _ in rows], dtype=str)


def _not_a_table(path: PathLike, row: int, found: str) -> Problem:
    rule = "a comma-separated table in UTF-8 with a header, all rows as long as it"
    return Problem(file=_name(path), row=row, column="", value=found, rule=rule)


def read_parquet(path: PathLike, columns: Iterable[str], where: Mapping[str, str]) -> pd.DataFrame:
    """
    Read columns of a Parquet file as text, and of its rows those with these cells.

    Raises
    ------
    TableError
        If it is no Parquet file, or lacks one of the columns.
    """
    import duckdb  # not pyarrow, which pandas would import at the start of every job

    named = [*columns]
    rule = f"a Parquet file with the text columns {', '.join((*named, *where))}"
    if not Path(path).is_file():
        raise AuditError(f"{_name(path)} cannot be read: there is no such file")
    try:
        rows = duckdb.read_parquet(str(path))
        for column, cell in where.items():
            same = duckdb.ColumnExpression(column) == duckdb.ConstantExpression(cell)
            rows = rows.filter(same)
        table: pd.DataFrame = rows.select(*named).df()
    except duckdb.Error as error:
        found = str(error).splitlines()[0]
        problem = Problem(file=_name(path), row=0, column="", value=found, rule=rule)
        raise TableError([problem]) from None
    return table.astype(str)


def shipped_table(name: str) -> Path:
    """Return a table that comes with the code: in the checkout, or inside the installed package."""
    package = Path(__file__).parent
    checkout = package.parents[1] / "data" / name
    return checkout if checkout.exists() else package / "data" / name


def read_table(path: PathLike, schema: PathLike) -> pd.DataFrame:
    """Read a CSV file and check it against a schema file."""
    from recovery_audit import schemas

    loaded = schemas.load(read_text(schema))
    return schemas.check(read_text_table(path), loaded, _name(path))


def read_text_tables(paths: Iterable[PathLike], schema: PathLike) -> dict[str, pd.DataFrame]:
    """Read several files of one schema as text, their columns checked, their cells as they are."""
    from recovery_audit import schemas

    loaded = schemas.load(read_text(schema))
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            table = read_text_table(path)
            schemas.check_columns(table, loaded, _name(path))
            tables[_name(path)] = table[list(loaded.columns)]
        except TableError as error:
            problems += error.problems
    if problems:
        raise TableError(problems)
    return tables


def read_inputs(inputs: Any) -> dict[str, pd.DataFrame]:
    """Read every table among a job's named inputs that comes with its schema."""
    named = dict(inputs.items())
    return {
        name: read_table(path, named[f"{name}_schema"])
        for name, path in named.items()
        if f"{name}_schema" in named
    }


def write_outputs(tables: Mapping[str, pd.DataFrame], outputs: Any, inputs: Any) -> None:
    """Write a job's tables, each checked against the schema among its inputs."""
    for name, path in outputs.items():
        write_table(tables[name], path, inputs[f"{name}_schema"])


def read_tables(paths: Iterable[PathLike], schema: PathLike) -> dict[str, pd.DataFrame]:
    """Read several files of one schema, each by its name."""
    return {_name(path): read_table(path, schema) for path in paths}


def cell_problems(table: pd.DataFrame, schema: PathLike) -> list[Problem]:
    """Return the cells that break a schema, at the `file` and `row` that the table names."""
    from recovery_audit import schemas

    loaded = schemas.load(read_text(schema))
    try:
        schemas.check(table[list(loaded.columns)].reset_index(drop=True), loaded, "")
    except TableError as error:
        places = list(zip(table["file"], table["row"], strict=True))
        return [
            replace(problem, file=places[problem.row][0], row=int(places[problem.row][1]))
            for problem in error.problems
        ]
    return []


def write_table(frame: pd.DataFrame, path: PathLike, schema: PathLike) -> None:
    """Check a table against its schema and write it as CSV; one without rows has its header."""
    import pandas as pd

    from recovery_audit import schemas

    loaded = schemas.load(read_text(schema))
    header = pd.DataFrame(columns=list(loaded.columns), dtype=str)
    whole = frame.reset_index(drop=True) if len(frame) else header
    checked = schemas.check(whole, loaded, _name(path))
    write_text(checked.to_csv(index=False, lineterminator="\n"), path)


def read_yaml(path: PathLike, schema: PathLike | None = None) -> Any:
    """
    Read a YAML file, checked against a JSON schema (itself in YAML) where one is given.

    Raises
    ------
    TableError
        With every entry that breaks its rule.
    """
    import yaml

    try:
        content = yaml.load(read_text(path), yaml.CSafeLoader)  # safe, and ten times as fast
    except yaml.YAMLError as error:
        value = " ".join(str(error).split())
        problem = Problem(file=_name(path), row=0, column="", value=value, rule="valid YAML")
        raise TableError([problem]) from None
    if schema is not None:
        check_content(content, schema, _name(path))
    return content


def check_content(content: Any, schema: PathLike, file: str) -> None:
    """
    Check what was read from a file, or put together from several, against a JSON schema in YAML.

    Raises
    ------
    TableError
        With every entry that breaks its rule.
    """
    problems = list(_schema_problems(content, read_yaml(schema), file))
    if problems:
        raise TableError(problems)


def _schema_problems(content: Any, schema: Any, file: str) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema).iter_errors(content):
        place = ".".join(str(step) for step in error.absolute_path)
        value = json.dumps(error.instance, ensure_ascii=False, default=str)
        if len(value) > 80:
            value = value[:77] + "..."
        yield Problem(file=file, row=0, column=place, value=value, rule=error.message)


def read_text(path: PathLike) -> str:
    """Read a text file in UTF-8."""
    return Path(path).read_text(encoding="utf-8")


def write_text(text: str, path: PathLike) -> None:
    """Write a text file in UTF-8 with Unix line ends."""
    write_bytes(text.encode(), path)


def write_json(content: Any, path: PathLike) -> None:
    """Write JSON, indented, keys in the order given."""
    write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", path)


def read_json(path: PathLike) -> Any:
    """Read a JSON file."""
    return json.loads(read_text(path))


def write_bytes(content: bytes, path: PathLike) -> None:
    """Write a file whole or not at all: a temporary file beside it, synced, then renamed."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Return the process's mask for new files; reading it means setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sha256(path: PathLike) -> str:
    """Return the checksum of a file."""
    import hashlib

    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reporting(log: PathLike) -> Iterator[None]:
    """Run a job; an error of the input goes to the log and the terminal as its message alone."""
    write_text("", log)
    try:
        yield
    except AuditError as error:
        write_text(f"{error}\n", log)
        print(error, file=sys.stderr)
        sys.exit(1)


def _name(path: PathLike) -> str:
    """Return a path as the reader knows it: relative to the working folder where it lies below."""
    resolved, here = Path(path).resolve(), Path.cwd()
    return str(resolved.relative_to(here)) if resolved.is_relative_to(here) else str(path)
