"""Remission without treatment beside recovery after it, with the horizons of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.sensitivity.rates import Rate, decimal, rates_of, single

if TYPE_CHECKING:
    import pandas as pd

#: The order in which the groups of people are shown.
ROLES = ("untreated", "usual care", "treated in a trial", "official", "headline")
AS_PRINTED = "taken as printed: no one pair of counts is known to stand behind it"


def set_beside_untreated(
    tables: Mapping[str, pd.DataFrame], contrasts: Sequence[Mapping[str, str]], level: float
) -> pd.DataFrame:
    """
    Set rates with and without treatment beside each other; they are of different people.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs.
    contrasts : sequence of mapping
        `treated` and `control`, rates of one trial, and a `note` on those without an outcome.
    level : float
        Coverage of Wilson's interval, where counts are known.

    Returns
    -------
    DataFrame
        One row per rate, and one per contrast of a trial: the only rows that compare like with
        like. Intervals are of chance alone.

    Raises
    ------
    AuditError
        If a contrast names a rate that does not exist, or one that several pairs of counts fit.
    """
    rates = [rate for rate in rates_of(tables) if rate.role in ROLES]
    ordered = sorted(rates, key=lambda rate: ROLES.index(rate.role))
    rows = [_row(rate, level) for rate in ordered]
    rows += [_contrast(rates, contrast) for contrast in contrasts]
    return table_of(rows)


def _row(rate: Rate, level: float) -> dict[str, Any]:
    lower, upper = rate.wilson(level) or (None, None)
    return {
        **rate.row,
        "role": rate.role,
        "criterion": rate.criterion,
        "months": rate.months,
        "horizon": rate.horizon,
        "lower": decimal(lower),
        "upper": decimal(upper),
        "note": "" if rate.nobs else AS_PRINTED,
        "inputs": rate.inputs,
    }


def _contrast(rates: list[Rate], contrast: Mapping[str, str]) -> dict[str, Any]:
    treated, control = (single(rates, contrast[key]) for key in ("treated", "control"))
    return {
        "rate": f"{treated.rate}-less-{control.rate}",
        "label": f"{treated.label}, less {control.label}",
        "witness": 1,
        "k": None,
        "n": None,
        "value": decimal(treated.value - control.value),
        "role": "contrast",
        "criterion": treated.criterion,
        "months": treated.months,
        "horizon": treated.horizon,
        "lower": "",
        "upper": "",
        "note": contrast["note"],
        "inputs": f"{treated.inputs} {control.inputs}",
    }
