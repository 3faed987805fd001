"""Interval estimates of a proportion, by statsmodels, the method always named."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Coverage of the intervals that the paper prints.
LEVEL = 0.95


class IntervalMethod(StrEnum):
    """Interval methods that keep their coverage for small counts; Wald does not, and is absent."""

    WILSON = "wilson"
    CLOPPER_PEARSON = "clopper_pearson"
    JEFFREYS = "jeffreys"
    AGRESTI_COULL = "agresti_coull"


# statsmodels' own names; its default would be the Wald interval.
_STATSMODELS = {
    IntervalMethod.WILSON: "wilson",
    IntervalMethod.CLOPPER_PEARSON: "beta",
    IntervalMethod.JEFFREYS: "jeffreys",
    IntervalMethod.AGRESTI_COULL: "agresti_coull",
}


def interval(
    count: int, nobs: int, method: IntervalMethod, level: float = LEVEL
) -> tuple[float, float]:
    """
    Return an interval for the proportion behind `count` out of `nobs`.

    Parameters
    ----------
    count, nobs : int
        Numerator and denominator, ``0 <= count <= nobs`` and ``nobs >= 1``. [units of the base]
    method : IntervalMethod
        Wilson (score), Clopper-Pearson (exact), Jeffreys (Bayes) or Agresti-Coull.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    lower, upper : float
        Clipped to [0, 1]. [proportion]

    Raises
    ------
    ValueError
        If the counts are no proportion.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial
       Proportion," Stat. Sci., vol. 16, no. 2, pp. 101-133, 2001.

    Examples
    --------
    >>> [round(limit, 4) for limit in interval(8, 87, IntervalMethod.WILSON)]
    [0.0473, 0.1711]
    """
    from statsmodels.stats.proportion import proportion_confint

    if not (0 <= count <= nobs and nobs >= 1):
        msg = f"a proportion needs 0 <= count <= nobs and nobs >= 1, got {count} of {nobs}"
        raise ValueError(msg)
    lower, upper = proportion_confint(count, nobs, alpha=1 - level, method=_STATSMODELS[method])
    return max(float(lower), 0.0), min(float(upper), 1.0)


def wilson(count: int, nobs: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson interval, the default of the paper.

    >>> [round(limit, 4) for limit in wilson(0, 10)]
    [0.0, 0.2775]
    """
    return interval(count, nobs, IntervalMethod.WILSON, level)


def interval_table(
    witnesses: Sequence[tuple[str, str, int, int]], level: float = LEVEL
) -> pd.DataFrame:
    """
    Return one row per witness and method, with the envelope of each claim's witnesses.

    Parameters
    ----------
    witnesses : sequence of (claim_id, reading, count, nobs)
        Pairs that may stand behind a claim.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    DataFrame
        `claim_id`, `reading`, `k`, `n`, `method`, `level`, `lower`, `upper`, `envelope_lower`,
        `envelope_upper`; limits as text with six decimals. [proportion]
    """
    import pandas as pd

    frame = pd.DataFrame(witnesses, columns=["claim_id", "reading", "k", "n"])
    blocks = [
        frame.assign(method=str(method), **_limits(frame, method, level))
        for method in IntervalMethod
    ]
    stacked = pd.concat(blocks).assign(level=f"{level:g}").sort_index(kind="stable")
    by_claim = stacked.groupby(["claim_id", "reading", "method"], sort=False)
    stacked["envelope_lower"] = by_claim["lower"].transform("min")
    stacked["envelope_upper"] = by_claim["upper"].transform("max")
    for column in ("lower", "upper", "envelope_lower", "envelope_upper"):
        stacked[column] = stacked[column].map("{:.6f}".format)
    return stacked.reset_index(drop=True)


def _limits(frame: pd.DataFrame, method: IntervalMethod, level: float) -> dict[str, Any]:
    from statsmodels.stats.proportion import proportion_confint

    counts, nobs = frame["k"].to_numpy(), frame["n"].to_numpy()
    lower, upper = proportion_confint(counts, nobs, alpha=1 - level, method=_STATSMODELS[method])
    return {"lower": lower.clip(0, 1), "upper": upper.clip(0, 1)}
