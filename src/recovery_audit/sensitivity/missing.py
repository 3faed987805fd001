"""What the rates would be if those without an outcome had been seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.missing_outcomes import (
    SingleArm,
    imbens_manski,
    imor_adjusted,
    manski_bounds,
    tipping_point,
)
from recovery_audit.sensitivity.assumptions import Assumptions
from recovery_audit.sensitivity.rates import OFFICIAL, Rate, decimal, rates_of, single

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """A rung of a ladder: those with an outcome, and everybody."""

    ladder: str
    label: str
    rung: str
    witness: int
    standing: str
    arm: SingleArm
    inputs: str

    @property
    def row(self) -> dict[str, Any]:
        return {
            "ladder": self.ladder,
            "label": self.label,
            "rung": self.rung,
            "witness": self.witness,
        }


def bound_missing(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    thresholds: tuple[str, ...],
    level: float,
) -> dict[str, pd.DataFrame]:
    """
    Bound every rate whose group has members without an outcome.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `denominator_ladder`, `national_ladder`, and what `rates_of` needs.
    assumptions : Assumptions
        Ranges of the odds ratio and of the share of cases among the missing.
    thresholds : tuple of str
        Rates to reach, by their id in `data/rates.csv`.
    level : float
        Coverage of the interval.

    Returns
    -------
    dict of str to DataFrame
        `missing_outcomes`: bounds, whatever became of the missing. `imor_rates`: the rate if the
        odds of the missing are so many times those of the observed. `tipping_points`: what would
        have to be true of the missing for a rate to reach a threshold.

    Raises
    ------
    AuditError
        If a threshold does not exist, or if several pairs of counts fit it.

    Notes
    -----
    A rate among cases concerns only those of the missing who were cases. How many were is not
    known: the bounds hold for every share, the other two tables take each share of the assumptions.
    """
    rates = rates_of(tables)
    reach = [single(rates, name) for name in thresholds]
    groups = [*_studies(tables["denominator_ladder"]), *_national(tables["national_ladder"])]
    return {
        "missing_outcomes": table_of(_bounds(group, level) for group in groups),
        "imor_rates": table_of(row for group in groups for row in _imors(group, assumptions)),
        "tipping_points": table_of(
            row for group in groups for row in _tipping(group, assumptions, reach)
        ),
    }


def _studies(ladder: pd.DataFrame) -> Iterator[_Group]:
    for _, rungs in ladder.groupby(["ladder", "witness"], sort=False):
        seen, *wider = records(rungs)
        for rung in wider:
            if rung["n"] > seen["n"]:
                yield _group(rung, seen["k"], seen["n"], rung["n"], rung["inputs"])


def _national(ladder: pd.DataFrame) -> Iterator[_Group]:
    """Yield the years for which the referrals that ended are published."""
    chosen = ladder[ladder["source"] == "months"]
    for _, rungs in chosen.groupby(["year", "rate"], sort=False):
        seen, *_, ended = (row for row in records(rungs) if row["bound"] != "other cohort")
        year, rate = seen["year"], str(seen["rate"])
        words = rate.replace("_", " ")
        named_row = {
            "ladder": f"national-{year}-{rate.replace('_', '-')}",
            "label": f"England {year}: {words}",
            "rung": ended["rung"],
            "witness": 1,
            "standing": "settled",
        }
        yield _group(named_row, seen["k"], seen["n"], ended["n"], OFFICIAL)


def _group(row: Mapping[str, Any], count: int, observed: int, size: int, inputs: str) -> _Group:
    arm = SingleArm(recovered=int(count), observed=int(observed), missing=int(size) - int(observed))
    keys = ("ladder", "label", "rung", "witness", "standing")
    return _Group(**{key: row[key] for key in keys}, arm=arm, inputs=inputs)


@cache
def _bounds(group: _Group, level: float) -> dict[str, Any]:
    lower, upper = manski_bounds(group.arm)
    interval = imbens_manski(group.arm, level)
    return {
        **group.row,
        "k": group.arm.recovered,
        "n": group.arm.observed,
        "missing": int(group.arm.missing),
        "value": decimal(group.arm.rate),
        "lower": decimal(lower),
        "upper": decimal(upper),
        "interval_lower": decimal(interval.lower),
        "interval_upper": decimal(interval.upper),
        "note": interval.note,
        "standing": group.standing,
        "inputs": group.inputs,
    }


@cache
def _imors(group: _Group, assumptions: Assumptions) -> list[dict[str, Any]]:
    return [
        {
            **group.row,
            "case_share": decimal(share),
            "imor": decimal(imor),
            "missing_rate": decimal(found.missing_rate),
            "value": decimal(found.rate),
            "standard_error": decimal(found.standard_error),
            "inputs": group.inputs,
        }
        for share in assumptions.case_share
        for imor in assumptions.imor
        for found in [imor_adjusted(group.arm.with_cases(share), imor)]
    ]


def _tipping(
    group: _Group, assumptions: Assumptions, thresholds: list[Rate]
) -> Iterator[dict[str, Any]]:
    for share in assumptions.case_share:
        arm = group.arm.with_cases(share)
        for threshold in thresholds:
            found = tipping_point(arm, Fraction(threshold.value))
            yield {
                **group.row,
                "case_share": decimal(share),
                "threshold": threshold.rate,
                "threshold_value": decimal(threshold.value),
                "standing": found.standing,
                "missing_rate": decimal(found.missing_rate),
                "imor": decimal(found.imor),
                "count": found.count,
                "inputs": f"{group.inputs} {threshold.inputs}",
            }
