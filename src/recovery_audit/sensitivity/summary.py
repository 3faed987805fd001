"""Each headline figure in one row: what it is of, how far it moves, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.missing_outcomes import (
    REACHABLE,
    UNREACHABLE,
    SingleArm,
    manski_bounds,
    tipping_point,
)
from recovery_audit.multiverse.summaries import IN_TURN, PLAUSIBLE, SAME
from recovery_audit.sensitivity.rates import Rate, decimal, named, rates_of

if TYPE_CHECKING:
    import pandas as pd

#: Specifications that mean what the figure means, but for the group, which is wider.
SAME_ESTIMAND, OTHER_GROUP = "same", "changed: group"
OFFICIAL_GROUP = "courses finished, less those known to be below caseness at the start"


def summarise(tables: Mapping[str, pd.DataFrame], others: Mapping[str, str]) -> pd.DataFrame:
    """
    Say of each headline figure what it is of, its verdict and its range.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs, `verdicts`, `national`, `multiverse` and `multiverse_shapley`.
    others : mapping of str to str
        By headline rate, the rate of the other side, both ids of data/rates.csv.

    Returns
    -------
    DataFrame
        One row per headline rate.
    """
    rates = rates_of(tables)
    return table_of(_row(name, rates, other, tables) for name, other in others.items())


def _row(
    name: str, rates: list[Rate], other_name: str, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    rate, other = named(rates, name)[0], named(rates, other_name)[0]
    specified = tables["multiverse"]
    listed = specified[(specified["study"] == name) & (specified["standing"] == "possible")]
    plausible = listed[listed["plausible"] == "yes"]
    same = plausible[plausible["estimand"] == SAME_ESTIMAND]
    nearest = min(records(plausible), key=lambda row: abs(Fraction(row["estimate"]) - other.value))
    return {
        "rate": name,
        "label": rate.label,
        **_described(name, tables),
        **_range(same, ""),
        "moved_most": _most(tables, name, SAME)[0],
        "share": _most(tables, name, SAME)[1],
        **_range(plausible, "_any"),
        "moved_most_any": _most(tables, name, PLAUSIBLE)[0],
        "share_any": _most(tables, name, PLAUSIBLE)[1],
        "other": other.label,
        "other_value": decimal(other.value),
        **_needed(_widened(listed, name, tables), other.value),
        "nearest": nearest["estimate"],
        "nearest_id": nearest["spec_id"],
        "inputs": _inputs(tables, name, rate, other),
    }


def _described(name: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the figure as printed, what it is of, and its verdict."""
    frame = tables["rates"]
    (row,) = records(frame[frame["rate"] == name])
    if row["claim"]:
        verdicts = tables["verdicts"]
        chosen = (verdicts["claim_id"] == row["claim"]) & (verdicts["reading"] == row["reading"])
        (verdict,) = verdicts.loc[chosen, "verdict"]
        claims = tables["claims"]
        claim = next(records(claims[claims["claim_id"] == row["claim"]]))
        what_of = f"{claim['outcome']}, of {claim['population']}"
        return {"printed": claim["printed"], "what_of": what_of, "verdict": verdict}
    national = tables["national"]
    chosen = (
        (national["series"] == "annual")
        & (national["period"] == row["year"])
        & (national["rate"] == row["official"])
        & (national["group"] == row["group"])
    )
    (published,) = records(national[chosen])
    printed, verdict = published["printed"], published["verdict"]
    return {"printed": printed, "what_of": OFFICIAL_GROUP, "verdict": verdict}


def _inputs(tables: Mapping[str, pd.DataFrame], name: str, rate: Rate, other: Rate) -> str:
    """Return all that the specifications of a rate rest on, and the other side's rate."""
    shares = tables["multiverse_shapley"]
    listed = " ".join(shares.loc[shares["study"] == name, "inputs"])
    return " ".join(dict.fromkeys(f"{rate.inputs} {listed} {other.inputs}".split()))


def _range(found: pd.DataFrame, suffix: str) -> dict[str, Any]:
    ordered = sorted(found["estimate"], key=Fraction)
    return {
        f"lowest{suffix}": ordered[0],
        f"highest{suffix}": ordered[-1],
        f"specifications{suffix}": len(ordered),
    }


def _most(tables: Mapping[str, pd.DataFrame], name: str, scope: str) -> tuple[str, str]:
    """Return the choice with the largest share of the variance, and the share."""
    shares = tables["multiverse_shapley"]
    chosen = shares[
        (shares["study"] == name) & (shares["scope"] == scope) & (shares["weighting"] == IN_TURN)
    ]
    most = max(records(chosen), key=lambda row: Fraction(row["effect"]))
    return most["dimension"], most["share"]


def _widened(
    listed: pd.DataFrame, name: str, tables: Mapping[str, pd.DataFrame]
) -> list[SingleArm]:
    """Return the counts of the rate in its own year and criterion, over each wider group."""
    frame = tables["rates"]
    (own_year,) = frame.loc[frame["rate"] == name, "year"]
    wider = listed[
        listed["group_size"].notna()
        & listed["estimand"].isin([SAME_ESTIMAND, OTHER_GROUP])
        & (listed["year"] == own_year)
    ]
    pairs = {(int(row["k"]), int(row["n"]), int(row["group_size"])) for row in records(wider)}
    return [SingleArm(recovered=k, observed=n, missing=size - n) for k, n, size in sorted(pairs)]


def _needed(arms: Sequence[SingleArm], target: Fraction) -> dict[str, Any]:
    """Say what the missing would have to have done, at best, for the rate to reach the target."""
    if target < min(arm.rate for arm in arms):
        arm = min(arms, key=lambda arm: manski_bounds(arm)[0])
        bound = manski_bounds(arm)[0]
        standing, count = (UNREACHABLE, None) if bound > target else (REACHABLE, 0)
    else:
        arm = max(arms, key=lambda arm: manski_bounds(arm)[1])
        bound, found = manski_bounds(arm)[1], tipping_point(arm, target)
        standing, count = found.standing, found.count
    return {
        "standing": standing,
        "needed": count,
        "missing": int(arm.missing),
        "bound": decimal(bound),
    }
