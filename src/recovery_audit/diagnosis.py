"""A recovery rate seen through a questionnaire: test accuracy, misdiagnosis, another criterion.

Each function answers one question of the form "if this were so, what would the rate be?". Nothing
is clipped: a rate beyond 0 or 1 says that the assumption cannot hold, and `standing` says so in
words. Rates are proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt

from recovery_audit.errors import FigureError

POSSIBLE = "possible"
BELOW = "impossible: below 0"
ABOVE = "impossible: above 1"


def standing(rate: float) -> str:
    """Say whether a rate can be one.

    >>> standing(0.2), standing(-0.1)
    ('possible', 'impossible: below 0')
    """
    if rate < 0:
        return BELOW
    return ABOVE if rate > 1 else POSSIBLE


# --- test accuracy --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """How well a questionnaire tells cases from others, at one cut-off."""

    sensitivity: float  #: of true cases, the share that the test calls cases
    specificity: float  #: of others, the share that it does not

    def __post_init__(self) -> None:
        if not (0 <= self.sensitivity <= 1 and 0 <= self.specificity <= 1 and self.youden > 0):
            raise FigureError(
                f"sensitivity {self.sensitivity} and specificity {self.specificity} are no test "
                "that tells: expected proportions that add up to more than 1"
            )

    @property
    def youden(self) -> float:
        """Youden's index: 0 for a coin, 1 for a perfect test."""
        return self.sensitivity + self.specificity - 1


def true_recovery(apparent: float, accuracy: Accuracy) -> float:
    """
    Return the share truly recovered, if everybody treated was truly a case at the start.

    A person counts as recovered where the last score is below the cut-off: all but
    `1 - sensitivity` of those still ill are above it, `specificity` of those well are below.

    Parameters
    ----------
    apparent : float
        Recovery rate by the questionnaire. [proportion]
    accuracy : Accuracy
        Of the questionnaire.

    References
    ----------
    .. [1] W. J. Rogan and B. Gladen, "Estimating Prevalence from the Results of a Screening Test,"
       Am. J. Epidemiol., vol. 107, no. 1, pp. 71-76, 1978.

    Examples
    --------
    >>> round(true_recovery(0.50, Accuracy(sensitivity=0.88, specificity=0.85)), 4)
    0.5205
    """
    return (apparent - (1 - accuracy.sensitivity)) / accuracy.youden


def apparent_recovery(
    recovered: float,
    accuracy: Accuracy,
    *,
    true_case: float = 1.0,
    falsely_ill: float = 0.0,
    dependence: float = 0.0,
) -> float:
    """
    Return the apparent rate among those whom the test called cases at the start.

    The inverse of `true_recovery` and `true_recovery_among_cases`, and the second route to them.

    Parameters
    ----------
    recovered : float
        Share of the true cases that truly recover.
    accuracy : Accuracy
        Of the questionnaire.
    true_case : float
        Share of those called cases at the start who truly are: the predictive value.
    falsely_ill : float
        Share of those falsely called cases who truly have the condition at the end.
    dependence : float
        How far errors at start and end go together, as a share of the largest possible
        covariance; 0 for independent errors.

    Returns
    -------
    float
        Share of those called cases at the start who end below the cut-off.

    Examples
    --------
    >>> accuracy = Accuracy(sensitivity=0.88, specificity=0.85)
    >>> round(apparent_recovery(0.0, accuracy), 2), round(apparent_recovery(1.0, accuracy), 2)
    (0.12, 0.85)
    """
    below_if_ill, below_if_well = _below(accuracy, dependence)
    of_true = recovered * below_if_well[True] + (1 - recovered) * below_if_ill[True]
    of_false = falsely_ill * below_if_ill[False] + (1 - falsely_ill) * below_if_well[False]
    return true_case * of_true + (1 - true_case) * of_false


def _below(accuracy: Accuracy, dependence: float) -> tuple[dict[bool, float], dict[bool, float]]:
    """Return chances to end below the cut-off if ill and if well, by truth at the start.

    The test called everybody a case at the start: rightly if ill then, wrongly if well. Errors of a
    state go together: who was found while ill is found again more often, who was called a case
    while well is called so again. Who changed state carries no error along.
    """
    missed, cleared = 1 - accuracy.sensitivity, accuracy.specificity
    again_ill = _covariance(accuracy.sensitivity, dependence) / accuracy.sensitivity
    false_alarm = 1 - accuracy.specificity
    again_well = _covariance(false_alarm, dependence) / false_alarm if false_alarm else 0.0
    ill = {True: missed - again_ill, False: missed}
    well = {True: cleared, False: cleared - again_well}
    return ill, well


def _covariance(share: float, dependence: float) -> float:
    """Return a share of the largest covariance that two indicators of one frequency can have."""
    return dependence * share * (1 - share)


def true_recovery_among_cases(
    apparent: float,
    accuracy: Accuracy,
    *,
    true_case: float,
    falsely_ill: float = 0.0,
    dependence: float = 0.0,
) -> float:
    """
    Return the share of the true cases that truly recovered, if some were none at the start.

    Parameters
    ----------
    apparent : float
        Recovery rate among those called cases at the start.
    accuracy, true_case, falsely_ill, dependence
        As for `apparent_recovery`.

    Returns
    -------
    float
        Beyond 0 or 1 where the assumptions cannot hold together.

    Raises
    ------
    FigureError
        If `true_case` is not above 0 and up to 1.

    Examples
    --------
    >>> accuracy = Accuracy(sensitivity=0.88, specificity=0.85)
    >>> round(true_recovery_among_cases(0.50, accuracy, true_case=0.75), 4)
    0.3607
    """
    if not 0 < true_case <= 1:
        raise FigureError(f"a predictive value of {true_case} is none: expected above 0, up to 1")
    nobody, everybody = (
        apparent_recovery(
            end, accuracy, true_case=true_case, falsely_ill=falsely_ill, dependence=dependence
        )
        for end in (0.0, 1.0)
    )
    return (apparent - nobody) / (everybody - nobody)


# --- misdiagnosis ---------------------------------------------------------------------------------


def bounds_among_true_cases(rate: float, misdiagnosed: float) -> tuple[float, float]:
    """
    Return the lowest and highest recovery among true cases, if some treated were none.

    The misdiagnosed may all be among the recovered, or none of them. If they recover as others do,
    the rate among true cases is the rate itself, which always lies between.

    Parameters
    ----------
    rate : float
        Recovery among those treated. [proportion]
    misdiagnosed : float
        Share of those treated who do not have the condition, below 1.

    Raises
    ------
    FigureError
        If no share below 1 is given.

    Examples
    --------
    >>> [round(bound, 3) for bound in bounds_among_true_cases(0.29, 0.4)]
    [0.0, 0.483]
    """
    if not 0 <= misdiagnosed < 1:
        raise FigureError(
            f"a share of {misdiagnosed} misdiagnosed is none: expected 0 up to below 1"
        )
    true_cases = 1 - misdiagnosed
    return max(0.0, (rate - misdiagnosed) / true_cases), min(1.0, rate / true_cases)


# --- another criterion ----------------------------------------------------------------------------


def frechet_bounds(on_scale: float, from_condition: float) -> tuple[float, float]:
    """
    Return the least and largest share that recovers by both criteria, whatever joins them.

    Parameters
    ----------
    on_scale, from_condition : float
        Shares recovered by each criterion, of one population. [proportion]

    References
    ----------
    .. [1] M. Fréchet, "Sur les tableaux de corrélation dont les marges sont données," Ann. Univ.
       Lyon A, vol. 14, pp. 53-77, 1951.

    Examples
    --------
    >>> [round(bound, 3) for bound in frechet_bounds(0.50, 0.092)]
    [0.0, 0.092]
    """
    return max(0.0, on_scale + from_condition - 1), min(on_scale, from_condition)


@cache
def both_criteria(on_scale: float, from_condition: float, correlation: float) -> float:
    """
    Return the share that recovers by both criteria, if these are cut from correlated normals.

    Parameters
    ----------
    on_scale, from_condition : float
        Shares recovered by each criterion, between 0 and 1, ends excluded.
    correlation : float
        Latent correlation, -1 to 1; 0 is independence, the ends are Fréchet's bounds.

    Examples
    --------
    >>> round(both_criteria(0.5, 0.2, 0.0), 4), round(both_criteria(0.5, 0.5, 0.5), 4)
    (0.1, 0.3333)
    """
    from scipy.integrate import quad
    from scipy.stats import norm

    if abs(correlation) == 1:
        return frechet_bounds(on_scale, from_condition)[correlation > 0]
    one, other = norm.ppf(on_scale), norm.ppf(from_condition)
    rest = sqrt(1 - correlation**2)

    def both(x: float) -> float:
        return float(norm.pdf(x) * norm.cdf((other - correlation * x) / rest))

    return float(quad(both, -12, one, epsabs=1e-12, limit=200)[0])
