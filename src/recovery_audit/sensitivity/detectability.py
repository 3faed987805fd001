"""What a sample of this size could have told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.bridge import SPREAD, WITNESS
from recovery_audit.claims import table_of
from recovery_audit.sensitivity.assumptions import Assumptions
from recovery_audit.sensitivity.rates import OFFICIAL, Rate, decimal, rates_of, single

if TYPE_CHECKING:
    import pandas as pd


def detect(
    tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, references: tuple[str, ...]
) -> pd.DataFrame:
    """
    Say which counts an exact test would tell from a reference, and which true rates it would find.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs, and `bridge`, whose aligned rates are references too.
    assumptions : Assumptions
        Level of the test and the power asked for.
    references : tuple of str
        Rates to be told from, by their id in `data/rates.csv`.

    Returns
    -------
    DataFrame
        One row per headline rate, pair of counts and reference: `p_value` of the exact two-sided
        binomial test, the largest count below and the smallest above that the test rejects, and
        the true rates at which it rejects with the power asked for.

    Raises
    ------
    AuditError
        If a reference does not exist, or if several pairs of counts fit it.

    References
    ----------
    .. [1] C. J. Clopper and E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated
       in the Case of the Binomial," Biometrika, vol. 26, no. 4, pp. 404-413, 1934.
    """
    rates = rates_of(tables)
    against = [
        (rate.rate, rate.label, float(rate.value), rate.inputs)
        for rate in (single(rates, name) for name in references)
    ] + list(_aligned(tables["bridge"]))
    studies = [r for r in rates if r.role == "headline" and r.nobs and r.inputs != OFFICIAL]
    return table_of(_row(rate, other, assumptions) for rate in studies for other in against)


def _aligned(bridge: pd.DataFrame) -> Iterator[tuple[str, str, float, str]]:
    """Yield the official rate of the first year as the bridge leaves it, by reading."""
    ends = bridge[(bridge["step"] == "unexplained") & (bridge["spread"] == SPREAD)]
    for reading, ways in ends.groupby("reading", sort=False):
        mixed = ways[ways["omega_id"] == WITNESS]
        way = (mixed if len(mixed) else ways).iloc[0]
        name = re.sub("[^a-z0-9]+", "-", f"aligned-{reading}".lower())
        label = f"England {way['year']}, aligned: {reading}"
        yield name, label, float(way["aligned"]) / 100, way["inputs"]


def _row(
    rate: Rate, other: tuple[str, str, float, str], assumptions: Assumptions
) -> dict[str, Any]:
    from scipy.stats import binomtest

    assert rate.count is not None and rate.nobs is not None
    name, label, value, inputs = other
    below, above = rejected(rate.nobs, value, float(assumptions.rejection))
    power = float(assumptions.power)
    return {
        **rate.row,
        "reference": name,
        "reference_label": label,
        "reference_value": decimal(value),
        "p_value": f"{binomtest(rate.count, rate.nobs, value).pvalue:.3g}",
        "count_below": below,
        "count_above": above,
        "rate_below": decimal(rate_found(rate.nobs, below, power, below_it=True)),
        "rate_above": decimal(rate_found(rate.nobs, above, power, below_it=False)),
        "inputs": " ".join(dict.fromkeys(f"{rate.inputs} {inputs}".split())),
    }


@cache
def rejected(nobs: int, value: float, level: float) -> tuple[int | None, int | None]:
    """
    Return the largest count below and the smallest above a rate that the exact test rejects.

    Examples
    --------
    >>> rejected(90, 0.5, 0.05)
    (35, 55)
    """
    from scipy.stats import binomtest

    middle = round(nobs * value)

    def differs(count: int) -> bool:
        return bool(binomtest(count, nobs, value).pvalue < level)

    below = next((count for count in range(middle, -1, -1) if differs(count)), None)
    above = next((count for count in range(middle, nobs + 1) if differs(count)), None)
    return below, above


def rate_found(nobs: int, critical: int | None, power: float, *, below_it: bool) -> float | None:
    """
    Return the true rate at which counts beyond a critical one have a given probability.

    Parameters
    ----------
    nobs : int
        Size of the sample.
    critical : int or None
        The count from which on the test rejects; None if it never does.
    power : float
        The probability asked for.
    below_it : bool
        Whether the counts at or below it are meant, or those at or above.

    Returns
    -------
    float or None
        The closest rate that is found so often; a rate further away is found more often.

    Examples
    --------
    >>> round(rate_found(90, 35, 0.8, below_it=True), 3)
    0.352
    """
    from scipy.stats import beta

    if critical is None:
        return None
    # The binomial tail as a function of the rate is a beta distribution, so it can be inverted.
    if below_it:
        return float(beta.ppf(1 - power, critical + 1, nobs - critical))
    return float(beta.ppf(power, critical, nobs - critical + 1))
