"""What a recovery rate can be when some outcomes were never seen: one arm, no comparison.

Of `observed` people, `recovered` recovered; of `missing` more, nothing is known. Bounds assume
nothing about them; the informative missingness odds ratio (IMOR) says how their odds of recovery
compare with those of the observed; the tipping point says what they would have to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

from recovery_audit.errors import FigureError
from recovery_audit.proportions import LEVEL

#: Said of a rate that no outcome of the missing would give.
UNREACHABLE = "unreachable"
ALREADY = "already reached"
REACHABLE = "reachable"
#: Said of an interval end that the normal approximation cannot give.
DEGENERATE = "the rate at this end is 0 or 1: a one-sided Wilson limit stands in"


@dataclass(frozen=True, kw_only=True, slots=True)
class SingleArm:
    """One group with some outcomes missing."""

    recovered: int  #: people observed to have recovered
    observed: int  #: people with an outcome
    missing: int | Fraction  #: people without one; a fraction where only a share of them counts

    def __post_init__(self) -> None:
        if not 0 <= self.recovered <= self.observed or self.observed < 1 or self.missing < 0:
            msg = (
                f"{self.recovered} of {self.observed} with {self.missing} missing is no group: "
                "expected 0 <= recovered <= observed, at least one observed, and none or more "
                "missing"
            )
            raise FigureError(msg)

    @property
    def nobs(self) -> Fraction:
        """Everybody."""
        return Fraction(self.observed + self.missing)

    @property
    def rate(self) -> Fraction:
        """Recovered of the observed: the complete-case rate."""
        return Fraction(self.recovered, self.observed)

    @property
    def share_missing(self) -> Fraction:
        """Missing of everybody."""
        return Fraction(self.missing) / self.nobs

    def with_cases(self, share: Fraction) -> SingleArm:
        """Keep of the missing only those who were cases, where the rate is among cases."""
        return SingleArm(
            recovered=self.recovered, observed=self.observed, missing=self.missing * share
        )


def manski_bounds(arm: SingleArm) -> tuple[Fraction, Fraction]:
    """
    Return the rate if none, and if all, of the missing recovered. [proportion]

    References
    ----------
    .. [1] C. F. Manski, "Nonparametric Bounds on Treatment Effects," Am. Econ. Rev., vol. 80,
       no. 2, pp. 319-323, 1990.

    Examples
    --------
    >>> manski_bounds(SingleArm(recovered=27, observed=92, missing=80))
    (Fraction(27, 172), Fraction(107, 172))
    """
    return arm.recovered / arm.nobs, (arm.recovered + arm.missing) / arm.nobs


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundsInterval:
    """An interval for the rate, given that it lies between the bounds."""

    lower: float  #: clipped to [0, 1]
    upper: float  #: clipped to [0, 1]
    critical: float  #: standard errors beyond each bound, between 1.64 and 1.96 at 95%
    note: str  #: what stands in for the normal limit, or blank


def imbens_manski(arm: SingleArm, level: float = LEVEL) -> BoundsInterval:
    """
    Return Imbens and Manski's interval: it covers the rate, not the whole set of rates.

    Parameters
    ----------
    arm : SingleArm
        The group.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    BoundsInterval
        Where a bound is 0 or 1 its standard error is 0; a one-sided Wilson limit at the same
        critical value stands in, and `note` says so.

    References
    ----------
    .. [1] G. W. Imbens and C. F. Manski, "Confidence Intervals for Partially Identified
       Parameters," Econometrica, vol. 72, no. 6, pp. 1845-1857, 2004.

    Examples
    --------
    >>> found = imbens_manski(SingleArm(recovered=27, observed=92, missing=80))
    >>> round(found.lower, 4), round(found.upper, 4), round(found.critical, 3)
    (0.1114, 0.6829, 1.645)
    """
    low, high = (float(bound) for bound in manski_bounds(arm))
    everybody = float(arm.nobs)
    widest = max(_spread(low), _spread(high))
    apart = sqrt(everybody) * float(arm.share_missing) / widest if widest else float("inf")
    critical = _critical(apart if arm.missing else 0.0, level)
    reach_low, reach_high = (critical * _spread(end) / sqrt(everybody) for end in (low, high))
    lower = low - reach_low if reach_low else _wilson_limit(low, everybody, -critical)
    upper = high + reach_high if reach_high else _wilson_limit(high, everybody, critical)
    return BoundsInterval(
        lower=max(lower, 0.0),
        upper=min(upper, 1.0),
        critical=critical,
        note="" if reach_low and reach_high else DEGENERATE,
    )


def _spread(rate: float) -> float:
    return sqrt(rate * (1 - rate))


def _critical(apart: float, level: float) -> float:
    """Solve Phi(C + apart) - Phi(-C) = level."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    if apart == float("inf"):
        return float(norm.ppf(level))
    return float(brentq(lambda c: norm.cdf(c + apart) - norm.cdf(-c) - level, 0, 10, xtol=1e-12))


def _wilson_limit(rate: float, nobs: float, signed: float) -> float:
    """Return the Wilson limit so many standard errors above (below, if negative) a rate."""
    if rate == (signed > 0):
        return rate  # exactly: nothing lies beyond
    weight = signed**2 / nobs
    middle = rate + weight / 2
    reach = signed / sqrt(nobs) * sqrt(rate * (1 - rate) + weight / 4)
    return (middle + reach) / (1 + weight)


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustedRate:
    """A rate with the missing included on some assumption."""

    rate: Fraction  #: of everybody
    missing_rate: Fraction  #: of the missing
    standard_error: float  #: of `rate`, the missing share estimated too


def imor_adjusted(arm: SingleArm, imor: Fraction) -> AdjustedRate:
    """
    Return the rate if the odds of the missing are `imor` times those of the observed.

    1 leaves the rate as it is (missing at random), 0 counts the missing as not recovered.

    Parameters
    ----------
    arm : SingleArm
        The group.
    imor : Fraction
        Odds of recovery of the missing over those of the observed, none or more.

    Returns
    -------
    AdjustedRate
        Where nobody or everybody observed recovered, no odds ratio moves the rate of the missing;
        use `with_missing_rate` then. The standard error keeps the term for the missing share.

    Raises
    ------
    FigureError
        If `imor` is below 0.

    References
    ----------
    .. [1] I. R. White, J. P. T. Higgins and A. M. Wood, "Allowing for Uncertainty Due to Missing
       Data in Meta-analysis, Part 1," Stat. Med., vol. 27, no. 5, pp. 711-727, 2008.

    Examples
    --------
    >>> arm = SingleArm(recovered=27, observed=92, missing=80)
    >>> [round(float(imor_adjusted(arm, Fraction(v)).rate), 4) for v in (0, 1, 2)]
    [0.157, 0.2935, 0.368]
    """
    if imor < 0:
        raise FigureError(f"an odds ratio of {imor} is none: expected 0 or more")
    rate = arm.rate
    odds = 1 - rate + imor * rate
    missing_rate = imor * rate / odds if odds else Fraction(0)
    slope = imor / odds**2 if odds else Fraction(0)
    return _adjusted(arm, missing_rate, slope)


def with_missing_rate(arm: SingleArm, missing_rate: Fraction) -> AdjustedRate:
    """
    Return the rate if this share of the missing recovered, whatever the observed did.

    Parameters
    ----------
    arm : SingleArm
        The group.
    missing_rate : Fraction
        Share of the missing who recovered, 0 to 1.

    Raises
    ------
    FigureError
        If `missing_rate` is no proportion.

    Examples
    --------
    >>> arm = SingleArm(recovered=0, observed=10, missing=10)
    >>> with_missing_rate(arm, Fraction(1, 2)).rate
    Fraction(1, 4)
    """
    if not 0 <= missing_rate <= 1:
        raise FigureError(f"a rate of {missing_rate} is none: expected 0 to 1")
    return _adjusted(arm, missing_rate, Fraction(0))


def _adjusted(arm: SingleArm, missing_rate: Fraction, slope: Fraction) -> AdjustedRate:
    """Combine observed and missing; `slope` is how the missing rate follows the observed one."""
    share, rate = arm.share_missing, arm.rate
    follows = ((1 - share) + share * slope) ** 2 * rate * (1 - rate) / arm.observed
    mixing = (rate - missing_rate) ** 2 * share * (1 - share) / arm.nobs
    return AdjustedRate(
        rate=(arm.observed * rate + arm.missing * missing_rate) / arm.nobs,
        missing_rate=missing_rate,
        standard_error=sqrt(follows + mixing),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class TippingPoint:
    """What the missing would have to be for the rate to reach a threshold."""

    threshold: Fraction
    standing: str  #: already reached, reachable or unreachable
    missing_rate: (
        Fraction | None
    )  #: needed of the missing; None if unreachable or nobody is missing
    imor: Fraction | None  #: the same as an odds ratio; None where it is not finite or not defined
    count: int | None  #: missing people who must have recovered at least; None if unreachable


def tipping_point(arm: SingleArm, threshold: Fraction) -> TippingPoint:
    """
    Return what would have to be true of the missing for the rate to reach a threshold.

    Parameters
    ----------
    arm : SingleArm
        The group.
    threshold : Fraction
        Rate of everybody. [proportion]

    Examples
    --------
    >>> arm = SingleArm(recovered=27, observed=92, missing=80)
    >>> found = tipping_point(arm, Fraction(1, 2))
    >>> found.standing, found.count, float(found.missing_rate), round(float(found.imor), 2)
    ('reachable', 59, 0.7375, 6.76)
    >>> tipping_point(arm, Fraction(7, 10)).standing
    'unreachable'
    """
    needed = arm.nobs * threshold - arm.recovered
    if needed <= 0:
        return _tipping(threshold, ALREADY, None, None, 0)
    if needed > arm.missing:
        return _tipping(threshold, UNREACHABLE, None, None, None)
    missing_rate = Fraction(needed) / arm.missing
    return _tipping(
        threshold, REACHABLE, missing_rate, _odds_ratio(missing_rate, arm.rate), ceil(needed)
    )


def _tipping(
    threshold: Fraction,
    standing: str,
    missing_rate: Fraction | None,
    imor: Fraction | None,
    count: int | None,
) -> TippingPoint:
    return TippingPoint(
        threshold=threshold, standing=standing, missing_rate=missing_rate, imor=imor, count=count
    )


def _odds_ratio(rate: Fraction, other: Fraction) -> Fraction | None:
    """Return the odds of one rate over those of another; None where that is no number."""
    if rate == 1 or other in (0, 1):
        return None
    return rate / (1 - rate) / (other / (1 - other))
