"""A reader's own table of studies, checked cell by cell before anything is pooled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from recovery_audit.errors import Problem, TableError
from recovery_audit.synthesis import Study

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("study", "events", "n")
#: Columns that a table may leave out.
OPTIONAL = ("group", "source_population", "year")
#: More people than there are; larger whole numbers are slips of the keyboard.
MOST = 10**10


def read_studies(table: pd.DataFrame, file: str) -> list[Study]:
    """
    Return the studies of a table.

    Parameters
    ----------
    table : DataFrame
        All text, indexed by line of the file: `study`, `events`, `n`, and if wanted `group`,
        `source_population`, `year`; other columns are ignored.
    file : str
        Name for the messages.

    Returns
    -------
    list of Study
        In the order of the table.

    Raises
    ------
    TableError
        With every cell that breaks its rule.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"study": ["a", "a"], "events": ["3", "9"], "n": ["8", "8"]},
    ...                      index=[2, 3])
    >>> read_studies(table, "studies.csv")
    Traceback (most recent call last):
    recovery_audit.errors.TableError: 2 problems in the tables:
      studies.csv, row 3, column `events`: got '9'; at most n, which is 8
      studies.csv, row 3, column `study`: got 'a'; each study once (also in row 2)
    """
    problems = list(_column_problems(table, file)) or list(_cell_problems(table, file))
    if problems:
        raise TableError(problems)
    kept = [column for column in OPTIONAL if column in table]
    return [
        Study(
            study=row["study"].strip(),
            events=int(row["events"]),
            nobs=int(row["n"]),
            **{column: row[column].strip() for column in kept},
        )
        for _, row in table.iterrows()
    ]


def _column_problems(table: pd.DataFrame, file: str) -> Iterator[Problem]:
    times = Counter(table.columns)
    for column in NEEDED:
        if column not in times:
            rule = "this column is missing"
            yield Problem(file=file, row=1, column=column, value="", rule=rule)
    for column in (*NEEDED, *OPTIONAL):
        if times[column] > 1:
            rule = "this column stands there more than once"
            yield Problem(file=file, row=1, column=column, value=column, rule=rule)
    if not len(table):
        rule = "at least one study below the header"
        yield Problem(file=file, row=0, column="", value="", rule=rule)


def _cell_problems(table: pd.DataFrame, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, study, events, nobs in zip(
        table.index, *(table[column] for column in NEEDED), strict=True
    ):
        for column, value, rule in (*_name_problems(study, first), *_counts(events, nobs)):
            yield Problem(file=file, row=int(line), column=column, value=value, rule=rule)
        first.setdefault(study.strip(), int(line))


def _name_problems(study: str, first: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    name = study.strip()
    if not name:
        yield "study", study, "a name"
    elif name in first:
        yield "study", study, f"each study once (also in row {first[name]})"


def _counts(events: str, nobs: str) -> Iterator[tuple[str, str, str]]:
    good_events, good_nobs = _whole(events), _whole(nobs) and int(nobs) > 0
    if not good_events:
        yield "events", events, "a whole number, 0 or more"
    if not good_nobs:
        yield "n", nobs, f"a whole number from 1 to {MOST}"
    if good_events and good_nobs and int(events) > int(nobs):
        yield "events", events, f"at most n, which is {int(nobs)}"


def _whole(text: str) -> bool:
    """Say whether a cell is a whole number in plain digits that can be one of people."""
    return re.fullmatch(r"\s*[0-9]{1,11}\s*", text) is not None and int(text) <= MOST
