"""A whole table of percentages checked at once, for readers with a paper in hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from recovery_audit.errors import FigureError, Problem, TableError
from recovery_audit.rounding import ORDINARY, IntArray, RoundingRule, count_ranges, read_figure
from recovery_audit.verdicts import Case, Verdict, decide

if TYPE_CHECKING:
    import pandas as pd

#: Columns that the check adds.
ADDED = ("consistent", "k_min", "k_max", "verdict", "explanation")


def check_percents(
    table: pd.DataFrame, file: str, rule: RoundingRule | None = None
) -> pd.DataFrame:
    """
    Judge every percentage of a table.

    Parameters
    ----------
    table : DataFrame
        All text, indexed by line of the file: `printed` [%], `n`, if wanted `id` and `rounding`;
        other columns are kept.
    file : str
        Name for the messages.
    rule : RoundingRule, optional
        Rule of the rows that name none. Without one, half-up or half-even will do.

    Returns
    -------
    DataFrame
        The table with `consistent` (true, false, or blank where `n` is), `k_min` and `k_max`
        (smallest and largest count that prints so), `verdict` and `explanation`.

    Raises
    ------
    TableError
        With every bad cell.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"printed": ["45.35", "45.25"], "n": ["172", "172"]})
    >>> check_percents(table, "table.csv")[["consistent", "k_min", "k_max"]].values.tolist()
    [['true', '78', '78'], ['false', '', '']]
    """
    problems = list(_problems(table, file))
    if problems:
        raise TableError(problems)
    named = table["rounding"] if "rounding" in table else [""] * len(table)
    rules = [RoundingRule(name) if name else rule for name in named]
    k_min, k_max = _ranges(table, rules)
    decided = _decisions(table, rules)
    known = (table["n"] != "").to_numpy()
    fits = k_min <= k_max
    return table.assign(
        consistent=np.where(known, np.where(fits, "true", "false"), ""),
        k_min=np.where(known & fits, k_min.astype(str), ""),
        k_max=np.where(known & fits, k_max.astype(str), ""),
        verdict=[str(verdict) for verdict, _ in decided],
        explanation=[sentence for _, sentence in decided],
    )


def _problems(table: pd.DataFrame, file: str) -> Iterator[Problem]:
    missing = [column for column in ("printed", "n") if column not in table]
    for column in missing:
        yield Problem(file=file, row=1, column=column, value="", rule="this column is missing")
    for column in ADDED:
        if column in table:
            rule = "this column is added by the check; rename yours"
            yield Problem(file=file, row=1, column=column, value=column, rule=rule)
    if missing:
        return
    named = table["rounding"] if "rounding" in table else [""] * len(table)
    for row, *cells in zip(table.index, table["printed"], table["n"], named, strict=True):
        for column, value, rule in _cell_problems(*cells):
            yield Problem(file=file, row=int(row), column=column, value=value, rule=rule)


def _cell_problems(printed: str, nobs: str, rounding: str) -> Iterator[tuple[str, str, str]]:
    try:
        if read_figure(printed).value > 100:
            yield "printed", printed, "a percentage of a part lies between 0 and 100"
    except FigureError as error:
        yield "printed", printed, str(error).partition(": ")[2]
    if nobs and not (nobs.isascii() and nobs.isdigit() and 0 < int(nobs) < 10**9):
        yield "n", nobs, "a whole number from 1 to 999999999, or blank if unknown"
    if rounding and rounding not in set(RoundingRule):
        yield "rounding", rounding, f"one of {', '.join(RoundingRule)}, or blank"


def _ranges(table: pd.DataFrame, rules: list[RoundingRule | None]) -> tuple[IntArray, IntArray]:
    """Return the hull of the counts that fit, each row under its own rule, or the ordinary two."""
    figures = [read_figure(printed) for printed in table["printed"]]
    digits = np.array([figure.digits for figure in figures], dtype=np.int64)
    decimals = np.array([figure.decimals for figure in figures], dtype=np.int64)
    nobs = np.array([int(n or 1) for n in table["n"]], dtype=np.int64)
    order = list(RoundingRule)
    found = []
    for ordinary in ORDINARY:
        codes = np.array([order.index(rule or ordinary) for rule in rules], dtype=np.int64)
        found.append(count_ranges(digits, decimals, nobs, codes))
    (low, high), (other_low, other_high) = found
    none, other_none = low > high, other_low > other_high
    k_min = np.where(none, other_low, np.where(other_none, low, np.minimum(low, other_low)))
    k_max = np.where(none, other_high, np.where(other_none, high, np.maximum(high, other_high)))
    return k_min, k_max


def _decisions(table: pd.DataFrame, rules: list[RoundingRule | None]) -> list[tuple[Verdict, str]]:
    """Judge each row; a row that repeats another one is judged once."""
    seen: dict[tuple[str, str, RoundingRule | None], tuple[Verdict, str]] = {}
    decided = []
    for printed, nobs, rule in zip(table["printed"], table["n"], rules, strict=True):
        key = (printed, nobs, rule)
        if key not in seen:
            seen[key] = decide(case_of(printed, int(nobs) if nobs else None, rule))
        decided.append(seen[key])
    return decided


def case_of(
    printed: str,
    nobs: int | None,
    rule: RoundingRule | None,
    *,
    n_max: int | None = None,
    unit: str = "persons",
) -> Case:
    """Return the case of one printed percentage, under a rule if one is given."""
    figure = read_figure(printed)
    return Case(
        figure=figure,
        printed=f"{figure}%",
        unit=unit,
        n_known=nobs,
        n_max=n_max,
        rules=ORDINARY if rule is None else (rule,),
    )
