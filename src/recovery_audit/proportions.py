"""Interval estimates of a proportion, by statsmodels, the method always named."""

from enum import StrEnum

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
    lower, upper = proportion_confint(
        count, nobs, alpha=1 - level, method=_STATSMODELS[method]
    )
    return max(float(lower), 0.0), min(float(upper), 1.0)


def wilson(count: int, nobs: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson interval, the default of the paper.

    >>> [round(limit, 4) for limit in wilson(0, 10)]
    [0.0, 0.2775]
    """
    return interval(count, nobs, IntervalMethod.WILSON, level)
