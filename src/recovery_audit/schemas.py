"""Tables against their schemas: every bad cell with its place, all of them at once.

A schema is a pandera schema in YAML; its columns carry the description that the documentation
prints and that a message quotes as the rule.
"""

from __future__ import annotations

import math
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import Problem, TableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import pandas as pd
    from pandera.pandas import DataFrameSchema

_INTEGER = "Int64"


def load(text: str) -> DataFrameSchema:
    """Read a schema from the text of its YAML file."""
    import yaml

    # What pandera's `from_yaml` does, with the loader in C.
    written = yaml.load(text, yaml.CSafeLoader)
    schema: DataFrameSchema = _pandera_io().deserialize_schema(written)
    return schema


def _pandera_io() -> ModuleType:
    """Import the part of pandera that reads schemas, and not what it would invent data with.

    Where hypothesis is installed, pandera imports it, which takes a fifth of the time in which a
    job of the pipeline starts. None among the modules says that there is no such module.
    """
    absent = sys.modules.setdefault("hypothesis", None) is None  # type: ignore[arg-type]
    try:
        from pandera.io import pandas_io

        import_module("pandera.backends.pandas.builtin_checks")  # it would come at the first check
    finally:
        if absent:
            del sys.modules["hypothesis"]
    return pandas_io


def check(frame: pd.DataFrame, schema: DataFrameSchema, file: str) -> pd.DataFrame:
    """
    Return a table in the types of its schema.

    Parameters
    ----------
    frame : DataFrame
        As read, all text, indexed by line of the file; or as computed.
    schema : DataFrameSchema
        What each column may hold. A nullable whole-number column may be blank.
    file : str
        Name for the messages.

    Returns
    -------
    DataFrame
        Columns in the order of the schema.

    Raises
    ------
    TableError
        With every cell that breaks its rule.
    """
    check_columns(frame, schema, file)
    typed = frame[list(schema.columns)].copy()
    problems: list[Problem] = []
    for name, column in schema.columns.items():
        if str(column.dtype) == _INTEGER:
            problems += _not_whole(typed[name], file)
    if problems:
        raise TableError(problems + list(_cells(typed, schema, file, text_only=True)))
    for name, column in schema.columns.items():
        if str(column.dtype) == _INTEGER:
            typed[name] = _whole(typed[name])
    problems = list(_cells(typed, schema, file, text_only=False))
    if problems:
        raise TableError(problems)
    return typed


def check_columns(frame: pd.DataFrame, schema: DataFrameSchema, file: str) -> None:
    """Raise `TableError` if a column is missing or unknown; the cells are not looked at."""
    problems = list(_columns(frame, schema, file))
    if problems:
        raise TableError(problems)


def _columns(frame: pd.DataFrame, schema: DataFrameSchema, file: str) -> Iterator[Problem]:
    for name in schema.columns:
        if name not in frame:
            yield Problem(file=file, row=1, column=name, value="", rule="this column is missing")
    for name in frame:
        if name not in schema.columns:
            rule = f"no such column; expected {', '.join(schema.columns)}"
            yield Problem(file=file, row=1, column=str(name), value=str(name), rule=rule)


def _not_whole(column: pd.Series[Any], file: str) -> Iterator[Problem]:
    if column.dtype.kind in "iu" or str(column.dtype) == _INTEGER:
        return
    text = column.fillna("").astype(str)
    for row, value in text[~text.str.fullmatch(r"-?\d*")].items():
        yield _problem(file, row, str(column.name), value, "a whole number")


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    cells = [None if pd.isna(cell) or cell == "" else int(cell) for cell in column]
    return pd.Series(cells, index=column.index, dtype=_INTEGER, name=column.name)


def _cells(
    frame: pd.DataFrame, schema: DataFrameSchema, file: str, *, text_only: bool
) -> Iterator[Problem]:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.to_dict("records"):
            name = str(case["column"])
            column = schema.columns.get(name)
            if text_only and column is not None and str(column.dtype) == _INTEGER:
                continue  # its type has already been reported
            yield _problem(file, case["index"], name, case["failure_case"], _rule(schema, case))


def _rule(schema: DataFrameSchema, case: dict[str, Any]) -> str:
    if case["check"] == "multiple_fields_uniqueness":
        return f"{' and '.join(schema.unique or [])} must not repeat"
    column = schema.columns.get(str(case["column"]))
    expected = (column.description if column is not None else None) or "see the schema"
    return f"expected: {expected.rstrip('.')} ({case['check']})"


def _problem(file: str, row: Any, column: str, value: Any, rule: str) -> Problem:
    line = int(row) if isinstance(row, int | float) and not math.isnan(row) else 0
    return Problem(file=file, row=line, column=column, value=str(value), rule=rule)
