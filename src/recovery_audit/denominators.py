"""The same recovered people over ever wider groups: how much the denominator alone decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.errors import Problem, TableError
from recovery_audit.proportions import wilson
from recovery_audit.rounding import print_percent
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


def climb_denominators(
    ladders: pd.DataFrame,
    claims: pd.DataFrame,
    verdicts: pd.DataFrame,
    intervals: pd.DataFrame,
    level: float,
) -> pd.DataFrame:
    """
    Return every rung of every denominator ladder.

    Keeping the count while the group grows is Manski's lower bound: nobody outside the analysed
    group is counted as recovered. That they did not recover is not known.

    Parameters
    ----------
    ladders : DataFrame
        `ladder`, `label`, `claims` (whose counts are added up), `reading` (of their base),
        `rung`, `n_claims` (claims that add up to the group; blank for the analysed group
        itself), rungs from narrow to wide.
    claims, verdicts, intervals : DataFrame
        Clean claims, their verdicts, and the intervals with the witnesses.
    level : float
        Coverage of the Wilson interval.

    Returns
    -------
    DataFrame
        `ladder`, `label`, `rung`, `witness` (1, 2, ...: where several group sizes fit, each is
        climbed), `k`, `n`, `percent` (two decimals), `lower`, `upper` [proportion], `standing`
        (`settled` where the verdict on every claim is consistent, else `possible`), `bound`
        (`estimate` for the analysed group, `lower bound` above it), `inputs`.

    Raises
    ------
    TableError
        If a rung is smaller than the one below it, or a claim is unknown.
    """
    sizes = {claim: c.figure.digits for claim, c in claims_by_id(claims).items()}
    pairs = {
        (str(claim), str(reading)): [(int(row["k"]), int(row["n"])) for row in records(group)]
        for (claim, reading), group in intervals[intervals["method"] == "wilson"].groupby(
            ["claim_id", "reading"], sort=False
        )
    }
    inputs = {(row["claim_id"], row["reading"]): row["inputs"] for row in records(intervals)}
    rows: list[dict[str, Any]] = []
    settled = {
        (row["claim_id"], row["reading"])
        for row in records(verdicts)
        if row["verdict"] == Verdict.CONSISTENT
    }
    for _, ladder in ladders.groupby("ladder", sort=False):
        keys = _keys(ladder)
        standing = "settled" if settled.issuperset(keys) else "possible"
        witnesses = _together([pairs.get(key, []) for key in keys])
        counted = " ".join(inputs.get(key, key[0]) for key in keys)
        rows += [
            row | {"standing": standing, "inputs": _once(f"{counted} {row['inputs']}")}
            for row in _climb(ladder, witnesses, sizes, level)
        ]
    return table_of(rows)


def _once(names: str) -> str:
    return " ".join(dict.fromkeys(names.split()))


def _keys(ladder: pd.DataFrame) -> list[tuple[str, str]]:
    """Return claim and reading of each figure that the ladder adds up."""
    first = ladder.iloc[0]
    return [(claim, first["reading"]) for claim in first["claims"].split()]


def _climb(
    ladder: pd.DataFrame,
    witnesses: Sequence[tuple[int, int]],
    sizes: Mapping[str, int],
    level: float,
) -> Iterator[dict[str, Any]]:
    for number, (count, nobs) in enumerate(witnesses, start=1):
        below = 0
        for line, rung in zip(ladder.index, records(ladder), strict=True):
            size = sum(sizes[claim] for claim in rung["n_claims"].split()) or nobs
            if size < below:
                raise TableError([_too_small(int(str(line)), size, below)])
            below = size
            yield _rung(rung, number, count, size, level)


def _too_small(line: int, size: int, below: int) -> Problem:
    rule = f"a rung holds at least the {below} of the one below it"
    return Problem(file="data/ladders.csv", row=line, column="n_claims", value=str(size), rule=rule)


def _together(witnesses: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return the witnesses of one claim, or the sum of claims that have one witness each."""
    if len(witnesses) == 1:
        return list(witnesses[0])
    if any(len(pairs) != 1 for pairs in witnesses):
        return []  # a sum of alternatives would be a guess
    counts, sizes = zip(*(pairs[0] for pairs in witnesses), strict=True)
    return [(sum(counts), sum(sizes))]


def _rung(
    rung: Mapping[str, Any], witness: int, count: int, nobs: int, level: float
) -> dict[str, Any]:
    lower, upper = wilson(count, nobs, level)
    return {
        "ladder": rung["ladder"],
        "label": rung["label"],
        "rung": rung["rung"],
        "witness": witness,
        "k": count,
        "n": nobs,
        "percent": print_percent(count, nobs, decimals=2),
        "lower": f"{lower:.6f}",
        "upper": f"{upper:.6f}",
        "bound": "lower bound" if rung["n_claims"] else "estimate",
        "inputs": " ".join(dict.fromkeys((*rung["claims"].split(), *rung["n_claims"].split()))),
    }
