"""Evidence synthesis: rates of several single groups pooled on the logit scale, or left apart.

Two normal models (DerSimonian and Laird, REML) with the interval of Hartung and Knapp, and the
binomial-normal model. What must not be pooled is not: the result then says why instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations

import numpy as np

from recovery_audit.binomial_normal import FloatArray, marginal_mean
from recovery_audit.binomial_normal import fit as fit_binomial_normal
from recovery_audit.errors import FigureError

#: Fewer studies than these are shown side by side; up to so many are pooled under a warning.
FEWEST, FEW = 3, 4
# A gain in log likelihood that is more than rounding.
_GAIN = 1e-9

AT_BOUNDARY = (
    "the variance between studies is estimated as 0, the least it can be: a boundary of the "
    "estimate, no evidence that the studies agree"
)
CORRECTED = "0.5 added to events and non-events of the studies where one of them is 0: {}"
NO_WIDTH = "all studies have the same rate, so the interval of Hartung and Knapp has no width"
NO_MAXIMUM = (
    "no estimate: the likelihood has no maximum where all or none of the people have the event, "
    "in total or in every study"
)


class Method(StrEnum):
    """How rates are pooled."""

    DL = "dl"  # normal model, variance between studies by DerSimonian and Laird
    REML = "reml"  # normal model, variance by restricted maximum likelihood
    GLMM = "glmm"  # binomial-normal model, maximum likelihood


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """One group of people, of whom some have the event."""

    study: str  #: name
    events: int  #: with the event [persons]
    nobs: int  #: all [persons]
    group: str = ""  #: only studies of one group are pooled
    source_population: str = ""  #: whom it is drawn from; blank: nobody else's
    year: str = ""  #: of a series

    def __post_init__(self) -> None:
        if not (0 <= self.events <= self.nobs and self.nobs >= 1):
            raise FigureError(
                f"study {self.study}: {self.events} of {self.nobs} is no rate: "
                "expected 0 <= events <= n and n at least 1"
            )

    @property
    def has_zero_cell(self) -> bool:
        """Whether all or nobody has the event."""
        return self.events in (0, self.nobs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """Choices that the literature leaves open."""

    level: float = 0.95  #: coverage of the intervals
    truncated: bool = False  #: Hartung and Knapp's factor is at least 1
    prediction_df_lost: int = 1  #: degrees of freedom of the prediction interval: k less these

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise FigureError(f"a level of {self.level} is none: expected between 0 and 1")
        if self.prediction_df_lost not in (1, 2):
            raise FigureError(
                f"k less {self.prediction_df_lost} degrees of freedom: expected k less 1 or 2"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pooled:
    """What one method makes of the studies; all numbers are None where it has no estimate."""

    method: Method
    mu: float | None  #: mean of the logits
    se: float | None  #: its standard error
    tau2: float | None  #: variance of the logits between studies
    rate: float | None  #: back-transform of `mu`: the median rate [proportion]
    mean_rate: float | None  #: mean rate over the studies' distribution [proportion]
    ci: tuple[float, float] | None  #: interval of `rate` [proportion]
    prediction: tuple[float, float] | None  #: interval for the rate of another study [proportion]
    notes: tuple[str, ...]  #: what to know before use


@dataclass(frozen=True, kw_only=True, slots=True)
class Synthesis:
    """The studies of one group, pooled or not."""

    studies: tuple[Study, ...]
    refused: str  #: why they are not pooled; blank if they are
    notes: tuple[str, ...]  #: on all methods
    pooled: tuple[Pooled, ...]  #: one per method; empty if refused

    def by(self, method: Method) -> Pooled | None:
        """Return the result of a method, None if refused or not asked for."""
        return next((one for one in self.pooled if one.method == method), None)


def pool(
    studies: Sequence[Study],
    methods: Sequence[Method] = tuple(Method),
    choices: Choices | None = None,
) -> Synthesis:
    """
    Pool the rates of studies of one group, or say why not.

    Parameters
    ----------
    studies : sequence of Study
        Their groups are not looked at; `pool_groups` does that.
    methods : sequence of Method
        Which to use.
    choices : Choices, optional
        Level, truncation, degrees of freedom.

    Returns
    -------
    Synthesis
        `refused` in words where there are fewer than three studies, or where two draw on one
        source population. Three or four studies are pooled with a warning in `notes`.

    Notes
    -----
    With weights :math:`w_i = 1 / (v_i + \\tau^2)` the squared standard error of the normal models
    is that of Hartung and Knapp, :math:`q / \\sum w_i` with
    :math:`q = \\sum w_i (y_i - \\mu)^2 / (k - 1)` [1]_, and all intervals take :math:`t_{k-1}`.
    The standard error of the binomial-normal model comes from the observed information. The
    prediction interval is :math:`\\mu \\pm t \\sqrt{\\tau^2 + se^2}` [2]_.

    References
    ----------
    .. [1] J. Hartung and G. Knapp, "A Refined Method for the Meta-Analysis of Controlled Clinical
       Trials with Binary Outcome," Stat. Med., vol. 20, no. 24, pp. 3875-3889, 2001.
    .. [2] J. P. T. Higgins, S. G. Thompson and D. J. Spiegelhalter, "A Re-Evaluation of
       Random-Effects Meta-Analysis," J. R. Stat. Soc. A, vol. 172, no. 1, pp. 137-159, 2009.

    Examples
    --------
    >>> studies = [Study(study=s, events=k, nobs=n) for s, k, n in
    ...            [("a", 2, 10), ("b", 9, 20), ("c", 4, 40)]]
    >>> found = pool(studies)
    >>> [(str(one.method), round(one.rate, 3)) for one in found.pooled]
    [('dl', 0.226), ('reml', 0.227), ('glmm', 0.218)]
    >>> pool(studies[:2]).refused
    '2 studies: fewer than 3 are shown side by side, not pooled'
    """
    chosen = choices or Choices()
    refused = why_not(studies)
    pooled = (
        () if refused else tuple(_pool_by(method, tuple(studies), chosen) for method in methods)
    )
    notes = () if refused else tuple(_warnings(studies))
    return Synthesis(studies=tuple(studies), refused=refused, notes=notes, pooled=pooled)


def pool_groups(
    studies: Sequence[Study],
    methods: Sequence[Method] = tuple(Method),
    choices: Choices | None = None,
) -> dict[str, Synthesis]:
    """Pool within each group, in the order in which groups first appear."""
    groups = dict.fromkeys(study.group for study in studies)
    return {
        group: pool([study for study in studies if study.group == group], methods, choices)
        for group in groups
    }


def leave_one_out(
    studies: Sequence[Study],
    methods: Sequence[Method] = tuple(Method),
    choices: Choices | None = None,
) -> dict[str, Synthesis]:
    """
    Pool the studies without each of them in turn, by the name of the one left out.

    Examples
    --------
    >>> studies = [Study(study=s, events=k, nobs=n) for s, k, n in
    ...            [("a", 2, 10), ("b", 9, 20), ("c", 4, 40), ("d", 6, 30)]]
    >>> {name: round(one.by(Method.REML).rate, 3) for name, one in leave_one_out(studies).items()}
    {'a': 0.225, 'b': 0.157, 'c': 0.286, 'd': 0.227}
    """
    return {
        left.study: pool([one for one in studies if one is not left], methods, choices)
        for left in studies
    }


def why_not(studies: Sequence[Study]) -> str:
    """
    Say why studies must not be pooled; blank if they may.

    Examples
    --------
    >>> years = [Study(study=f"England {year}", events=5, nobs=10, year=year,
    ...                source_population="England") for year in ("2021", "2022", "2023")]
    >>> why_not(years)
    'England 2021 and England 2022 are years of one source population (England): successive years \
of one population are no independent studies'
    """
    for one, other in combinations(studies, 2):
        population = one.source_population
        if not population or population != other.source_population:
            continue
        if one.year and other.year and one.year != other.year:
            return (
                f"{one.study} and {other.study} are years of one source population ({population}): "
                "successive years of one population are no independent studies"
            )
        return (
            f"{one.study} and {other.study} draw on one source population ({population}): "
            "the same people would count twice"
        )
    if len(studies) < FEWEST:
        noun = "study" if len(studies) == 1 else "studies"
        return f"{len(studies)} {noun}: fewer than {FEWEST} are shown side by side, not pooled"
    return ""


def _warnings(studies: Sequence[Study]) -> Iterator[str]:
    if len(studies) <= FEW:
        yield (
            f"only {len(studies)} studies: the variance between them, and every interval with it, "
            "is hardly known"
        )


@cache
def _pool_by(method: Method, studies: tuple[Study, ...], choices: Choices) -> Pooled:
    if method is Method.GLMM:
        return _binomial_normal(studies, choices)
    effects, variances = logits(studies)
    estimate: Callable[[FloatArray, FloatArray], float] = (
        tau2_dersimonian_laird if method is Method.DL else tau2_reml
    )
    tau2 = estimate(effects, variances)
    mu, se = hartung_knapp(effects, variances, tau2, truncated=choices.truncated)
    corrected = [study.study for study in studies if study.has_zero_cell]
    notes = [CORRECTED.format(", ".join(corrected))] if corrected else []
    notes += [NO_WIDTH] if se == 0 else []
    return _result(method, (mu, se, tau2), len(studies), choices, notes)


def _binomial_normal(studies: Sequence[Study], choices: Choices) -> Pooled:
    events = np.array([study.events for study in studies], dtype=np.int64)
    nobs = np.array([study.nobs for study in studies], dtype=np.int64)
    found = fit_binomial_normal(events, nobs)
    if found is None:
        return Pooled(
            method=Method.GLMM, mu=None, se=None, tau2=None, rate=None, mean_rate=None, ci=None,
            prediction=None, notes=(NO_MAXIMUM,),
        )  # fmt: skip
    return _result(Method.GLMM, (found.mu, found.se, found.tau**2), len(studies), choices, [])


def _result(
    method: Method,
    estimates: tuple[float, float, float],
    k: int,
    choices: Choices,
    notes: Sequence[str],
) -> Pooled:
    from scipy.special import expit
    from scipy.stats import t

    mu, se, tau2 = estimates
    tail = (1 - choices.level) / 2
    reach = t.isf(tail, k - 1) * se
    ahead = t.isf(tail, k - choices.prediction_df_lost) * np.sqrt(tau2 + se**2)
    return Pooled(
        method=method,
        mu=mu,
        se=se,
        tau2=tau2,
        rate=float(expit(mu)),
        mean_rate=marginal_mean(mu, tau2**0.5),
        ci=(float(expit(mu - reach)), float(expit(mu + reach))),
        prediction=(float(expit(mu - ahead)), float(expit(mu + ahead))),
        notes=(*notes, AT_BOUNDARY) if tau2 == 0 else tuple(notes),
    )


# --- the normal models --------------------------------------------------------------------------


def logits(studies: Sequence[Study]) -> tuple[FloatArray, FloatArray]:
    """
    Return each study's logit and its variance; 0.5 is added only where a cell is 0.

    Examples
    --------
    >>> effects, variances = logits([Study(study="a", events=2, nobs=10),
    ...                              Study(study="b", events=0, nobs=10)])
    >>> effects.round(4).tolist(), variances.round(4).tolist()
    ([-1.3863, -3.0445], [0.625, 2.0952])
    """
    events = np.array([study.events for study in studies], dtype=float)
    others = np.array([study.nobs for study in studies], dtype=float) - events
    added = np.where((events == 0) | (others == 0), 0.5, 0.0)
    return np.log((events + added) / (others + added)), 1 / (events + added) + 1 / (others + added)


def tau2_dersimonian_laird(effects: FloatArray, variances: FloatArray) -> float:
    """
    Return the variance between studies by the method of moments, at least 0.

    statsmodels returns a negative variance as it is, and weights by it; it is cut at 0 here, and
    its pooled effect is not used.

    References
    ----------
    .. [1] R. DerSimonian and N. Laird, "Meta-Analysis in Clinical Trials," Control. Clin. Trials,
       vol. 7, no. 3, pp. 177-188, 1986.

    Examples
    --------
    >>> round(tau2_dersimonian_laird(np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.5, 0.5])), 4)
    1.625
    """
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(all="ignore"):  # weights by a negative variance
        found = combine_effects(effects, variances, method_re="dl")
    return max(float(found.tau2), 0.0)


def restricted_log_likelihood(tau2: float, effects: FloatArray, variances: FloatArray) -> float:
    """Return the restricted log likelihood of the normal model, but for a constant."""
    weights = 1 / (variances + tau2)
    mu = np.average(effects, weights=weights)
    squares = np.sum(weights * (effects - mu) ** 2)
    return float((np.log(weights).sum() - np.log(weights.sum()) - squares) / 2)


def tau2_reml(effects: FloatArray, variances: FloatArray) -> float:
    """
    Return the variance between studies that maximises the restricted likelihood.

    The likelihood can have two maxima, so a grid over the standard deviation finds the higher one;
    no maximum lies where the standard deviation exceeds the range of the effects. statsmodels has
    no REML for this.

    References
    ----------
    .. [1] W. Viechtbauer, "Bias and Efficiency of Meta-Analytic Variance Estimators in the
       Random-Effects Model," J. Educ. Behav. Stat., vol. 30, no. 3, pp. 261-293, 2005.

    Examples
    --------
    >>> round(tau2_reml(np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.5, 0.5])), 4)
    1.6427
    """
    from scipy.optimize import minimize_scalar

    def loss(tau: float) -> float:
        return -restricted_log_likelihood(tau**2, effects, variances)

    grid = np.linspace(0, float(np.ptp(effects)), 201)
    best = int(np.argmin([loss(tau) for tau in grid]))
    around = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)]))
    found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-12})
    return float(found.x) ** 2 if found.fun < loss(0.0) - _GAIN else 0.0


def hartung_knapp(
    effects: FloatArray, variances: FloatArray, tau2: float, *, truncated: bool = False
) -> tuple[float, float]:
    """
    Return the pooled effect and its standard error by Hartung and Knapp.

    Parameters
    ----------
    effects, variances : array of float
        Of each study.
    tau2 : float
        Variance between studies.
    truncated : bool
        Whether the factor on the usual standard error is at least 1, so that it only widens.

    Examples
    --------
    >>> [round(value, 4) for value in
    ...  hartung_knapp(np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.5, 0.5]), 1.625)]
    [1.4237, 0.8753]
    """
    weights = 1 / (variances + tau2)
    mu = float(np.average(effects, weights=weights))
    factor = float(np.sum(weights * (effects - mu) ** 2)) / (len(effects) - 1)
    if truncated:
        factor = max(factor, 1.0)
    return mu, float((factor / weights.sum()) ** 0.5)
