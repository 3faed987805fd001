"""Rates of many units against their size: who lies outside what chance and ordinary differences
between units explain.

Units differ for reasons that have nothing to do with how well they work, so limits from chance
alone would call most of the large ones unusual. The limits here allow for that over-dispersion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from recovery_audit.claims import records, table_of
from recovery_audit.errors import AuditError
from recovery_audit.official_statistics import RECOVERY_RATES

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Counts = FloatArray | IntArray

#: Share of the scores at each end that is drawn in before over-dispersion is estimated, so that
#: units that are truly unusual do not widen the limits they are held against.
WINSORISED = 0.1
#: Coverage of the two pairs of limits, about two and three standard deviations.
LIMITS = {"95": 0.95, "998": 0.998}
#: Over-dispersion is not estimated from fewer units.
FEWEST = 10
UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """What the rates of many units scatter around, and how much."""

    target: float  #: rate of all units together [proportion]
    phi: float  #: mean square of the scores, drawn in; 1 where chance is all there is
    tau: float  #: standard deviation between units beyond chance [proportion]

    def scores(self, count: Counts, nobs: Counts, *, adjusted: bool = True) -> FloatArray:
        """Return how many standard deviations the rates lie from the target."""
        return (count / nobs - self.target) / self._deviation(nobs, adjusted=adjusted)

    def limits(
        self, nobs: Counts, level: float, *, adjusted: bool = True
    ) -> tuple[FloatArray, FloatArray]:
        """Return the limits that a rate keeps to with probability `level`. [proportion]"""
        reach = _quantile(level) * self._deviation(nobs, adjusted=adjusted)
        return np.clip(self.target - reach, 0, 1), np.clip(self.target + reach, 0, 1)

    def _deviation(self, nobs: Counts, *, adjusted: bool) -> FloatArray:
        between = self.tau**2 if adjusted else 0.0
        deviation: FloatArray = np.sqrt(self.target * (1 - self.target) / nobs + between)
        return deviation


def fit_funnel(count: IntArray, nobs: IntArray, winsorised: float = WINSORISED) -> Funnel:
    """
    Estimate what the rates of units scatter around, and how much beyond chance.

    Parameters
    ----------
    count, nobs : array of int64, shape (m,)
        Numerator and denominator of each unit. [units of the base]
    winsorised : float
        Share of the scores at each end that is set to the next one inwards.

    Returns
    -------
    Funnel

    Raises
    ------
    ValueError
        If there are fewer than two units, or all or none of the base are counted.

    Notes
    -----
    With the pooled rate t, scores z = (k/n - t) / sqrt(t (1 - t) / n) and phi the mean square of
    the scores drawn in, an additive random effect has the variance

        tau^2 = max(0, (m phi - (m - 1)) / (sum w - sum w^2 / sum w)),  w = n / (t (1 - t)),

    the moment estimator of DerSimonian and Laird, of the scores drawn in [1]_.

    References
    ----------
    .. [1] D. J. Spiegelhalter, "Funnel plots for comparing institutional performance," Stat. Med.,
       vol. 24, no. 8, pp. 1185-1202, 2005. doi:10.1002/sim.1970

    Examples
    --------
    >>> funnel = fit_funnel(np.array([40, 50, 70]), np.array([100, 100, 100]))
    >>> print(f"{funnel.target:.3f} {funnel.phi:.2f} {funnel.tau:.3f}")
    0.533 6.25 0.144
    """
    if len(nobs) < 2 or not 0 < count.sum() < nobs.sum():
        raise ValueError("a funnel needs two units and a rate between 0 and 1")
    target = float(count.sum() / nobs.sum())
    chance = Funnel(target=target, phi=1.0, tau=0.0)
    scores = winsorise(chance.scores(count, nobs), winsorised)
    phi = float(np.mean(scores**2))
    weights = nobs / (target * (1 - target))
    room = weights.sum() - (weights**2).sum() / weights.sum()
    excess = len(nobs) * phi - (len(nobs) - 1)
    return Funnel(target=target, phi=phi, tau=float(np.sqrt(max(excess, 0.0) / room)))


def winsorise(scores: FloatArray, share: float) -> FloatArray:
    """
    Set the scores at each end to the next one inwards.

    Parameters
    ----------
    scores : array of float64, shape (m,)
    share : float
        Of the scores, at each end; cut to a whole number of them.

    Examples
    --------
    >>> winsorise(np.array([5.0, 1.0, 2.0, 3.0, 4.0]), 0.2)
    array([4., 2., 2., 3., 4.])
    """
    ranked = np.sort(scores)
    outer = int(share * len(ranked))
    return np.clip(scores, ranked[outer], ranked[len(ranked) - 1 - outer])


def _quantile(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + level) / 2)


# --- providers ------------------------------------------------------------------------------------


def fit_funnels(provider_rates: pd.DataFrame) -> pd.DataFrame:
    """
    Fit a funnel to the recovery rates of each year's providers.

    Parameters
    ----------
    provider_rates : DataFrame
        What `bound_providers` returns. Suppressed counts are left out; others stand for themselves.

    Returns
    -------
    DataFrame
        `year`, `rate`, `providers`, `target`, `phi`, `tau` with the digits that the limits need. A
        year of fewer than 10 providers is left out.

    Raises
    ------
    AuditError
        If no year has as many.
    """
    if not any(True for _ in _shown(provider_rates)):
        msg = f"a funnel needs {FEWEST} providers with printed counts in a year; no year has them"
        raise AuditError(msg)
    return table_of(
        {
            "year": year,
            "rate": rate,
            "providers": len(rows),
            **{name: f"{value:.8f}" for name, value in _parameters(rows).items()},
        }
        for (year, rate), rows in _shown(provider_rates)
    )


def _parameters(rows: pd.DataFrame) -> dict[str, float]:
    funnel = fit_funnel(rows["k"].to_numpy(np.int64), rows["n"].to_numpy(np.int64))
    return {"target": funnel.target, "phi": funnel.phi, "tau": funnel.tau}


def _shown(provider_rates: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    shown = provider_rates[provider_rates["shown"] == "yes"]
    shown = shown[shown["rate"].isin(RECOVERY_RATES)]
    for (year, rate), rows in shown.groupby(["year", "rate"], sort=True):
        if len(rows) >= FEWEST:
            yield (str(year), str(rate)), rows


def funnel_of(row: Mapping[str, Any]) -> Funnel:
    """Return the funnel of a row of `fit_funnels`."""
    return Funnel(**{name: float(row[name]) for name in ("target", "phi", "tau")})


def place_providers(provider_rates: pd.DataFrame, funnels: pd.DataFrame) -> pd.DataFrame:
    """
    Say of every provider whether it lies outside the limits, whatever the rounding hides.

    Parameters
    ----------
    provider_rates, funnels : DataFrame
        What `bound_providers` and `fit_funnels` return.

    Returns
    -------
    DataFrame
        `year`, `rate`, `provider`, `name`, `k`, `n`, `percent`, `low`, `high`, `score` with
        `score_low` and `score_high`, `chance_score` (without over-dispersion), and for both pairs
        of limits `place_95` and `place_998`: `within`, `above`, `below`, or `undecided` where that
        depends on the counts before rounding.

    Notes
    -----
    The score grows with the count and falls with the size, so two corners of what the printed
    counts allow bound it. While everybody may have recovered, it grows with the size as well.
    """
    by_key = {(row["year"], row["rate"]): funnel_of(row) for row in records(funnels)}
    return table_of(
        _place(row, by_key[key]) for key, rows in _shown(provider_rates) for row in records(rows)
    )


def _place(row: Mapping[str, Any], funnel: Funnel) -> dict[str, Any]:
    smallest = max(row["nobs_low"], row["count_low"])
    best = min(max(smallest, row["count_high"]), row["nobs_high"])
    count = np.array([row["k"], row["count_low"], min(row["count_high"], best)], dtype=np.float64)
    nobs = np.array([row["n"], row["nobs_high"], best], dtype=np.float64)
    score, low, high = funnel.scores(count, nobs)
    chance = funnel.scores(count[:1], nobs[:1], adjusted=False)[0]
    kept = ("year", "rate", "provider", "name", "k", "n")
    return {
        **{key: row[key] for key in kept},
        "percent": f"{100 * row['k'] / row['n']:.3f}",
        "low": row["low"],
        "high": row["high"],
        "score": f"{score:.4f}",
        "score_low": f"{low:.4f}",
        "score_high": f"{high:.4f}",
        "chance_score": f"{chance:.4f}",
        **{f"place_{name}": _side(low, high, level) for name, level in LIMITS.items()},
    }


def _side(low: float, high: float, level: float) -> str:
    """Return on which side of the limits everything between two scores lies.

    >>> [_side(*ends, 0.95) for ends in ((-3, -2), (-1, 1), (2, 3), (1, 3))]
    ['below', 'within', 'above', 'undecided']
    """
    reach = _quantile(level)
    sides = {_word(score, reach) for score in (low, high)}
    return sides.pop() if len(sides) == 1 else UNDECIDED


def _word(score: float, reach: float) -> str:
    if score > reach:
        return "above"
    return "below" if score < -reach else "within"
