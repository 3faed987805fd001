"""Counts whose logits scatter normally from study to study: likelihood, maximum, marginal mean.

Each study has a true rate; its logit is drawn from a normal distribution, the events of the study
from a binomial one. Nothing is approximated by a normal distribution but the scatter itself, so
small studies and studies without events need no correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

FloatArray = NDArray[np.float64]

#: Points of the Gauss-Hermite rule. 21 are the least that is usual; these agree with adaptive
#: integration to 1e-6 also for studies of a few people among very different ones.
NODES = 61
#: Largest spread that is searched: about a median of a half, one study in three lies beyond 0.7%
#: or 99.3%. Further out the rule loses its accuracy.
MOST_TAU = 5.0
# What counts as a gain in log likelihood over no spread at all, and the step of the derivatives.
_GAIN, _STEP = 1e-9, 1e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class BinomialNormalFit:
    """The maximum of the likelihood."""

    mu: float  #: mean of the logits; its back-transform is the median rate
    se: float  #: standard error of `mu`, from the observed information
    tau: float  #: standard deviation of the logits
    log_likelihood: float


def log_likelihood(
    mu: float, tau: float, events: NDArray[np.int64], nobs: NDArray[np.int64], nodes: int = NODES
) -> float:
    """
    Return the log likelihood by adaptive Gauss-Hermite quadrature.

    Parameters
    ----------
    mu, tau : float
        Mean and standard deviation of the logits, `tau` at least 0.
    events, nobs : array of int
        Of each study. [persons]
    nodes : int
        Points of the rule. One point is Laplace's approximation.

    Returns
    -------
    float
        With the binomial coefficients.

    References
    ----------
    .. [1] J. C. Pinheiro and D. M. Bates, "Approximations to the Log-Likelihood Function in the
       Nonlinear Mixed-Effects Model," J. Comput. Graph. Stat., vol. 4, no. 1, pp. 12-35, 1995.

    Examples
    --------
    >>> events, nobs = np.array([2, 9]), np.array([10, 20])
    >>> round(log_likelihood(-0.7, 0.5, events, nobs), 4)
    -4.0836
    """
    from scipy.special import betaln

    coefficients = -np.log1p(nobs) - betaln(nobs - events + 1, events + 1)
    log_integral, _, _ = _integrate(mu, tau, events, nobs, nodes)
    return float(np.sum(coefficients + log_integral))


def fit(events: NDArray[np.int64], nobs: NDArray[np.int64]) -> BinomialNormalFit | None:
    """
    Return the maximum of the likelihood; None where there is none.

    Parameters
    ----------
    events, nobs : array of int
        Of each study. [persons]

    Returns
    -------
    BinomialNormalFit or None
        None if all or none of all people have the event, or if the likelihood still rises at the
        largest spread that is searched: then every study has all or none.

    References
    ----------
    .. [1] T. Stijnen, T. H. Hamza and P. Ozdemir, "Random effects meta-analysis of event outcome
       in the framework of the generalized linear mixed model with applications in sparse data,"
       Stat. Med., vol. 29, no. 29, pp. 3046-3067, 2010.

    Examples
    --------
    >>> found = fit(np.array([2, 9, 4]), np.array([10, 20, 40]))
    >>> round(found.mu, 3), round(found.tau, 3)
    (-1.276, 0.751)
    """
    total, people = int(events.sum()), int(nobs.sum())
    if total in (0, people):
        return None
    share = total / people
    at_edge = BinomialNormalFit(
        mu=float(np.log(share / (1 - share))),
        se=float((people * share * (1 - share)) ** -0.5),
        tau=0.0,
        log_likelihood=log_likelihood(np.log(share / (1 - share)), 0.0, events, nobs),
    )
    best = min((_climb(at_edge.mu, tau, events, nobs) for tau in (0.2, 1.0)), key=lambda at: at.fun)
    mu, tau = (float(value) for value in best.x)
    if tau >= MOST_TAU - _STEP:
        return None
    reached = log_likelihood(mu, tau, events, nobs)
    if reached <= at_edge.log_likelihood + _GAIN:
        return at_edge
    return BinomialNormalFit(
        mu=mu, se=_standard_error(mu, tau, events, nobs), tau=tau, log_likelihood=reached
    )


def marginal_mean(mu: float, tau: float) -> float:
    """
    Return the mean rate where logits have this mean and standard deviation. [proportion]

    It lies nearer to a half than the median rate, the back-transform of `mu`.

    >>> round(marginal_mean(-2.0, 0.0), 4), round(marginal_mean(-2.0, 1.0), 4)
    (0.1192, 0.1555)
    """
    from scipy.integrate import quad
    from scipy.special import expit

    def density(z: float) -> float:
        return float(expit(mu + tau * z) * np.exp(-(z**2) / 2))

    area, _ = quad(density, -12, 12, epsabs=1e-12, limit=200)
    return float(area / np.sqrt(2 * np.pi))


# --- quadrature ---------------------------------------------------------------------------------


@cache
def _rule(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Return the points, and the logarithms of the weights, of which exp(-x^2) is taken out."""
    points, weights = np.polynomial.hermite.hermgauss(nodes)
    return points, np.log(weights) + points**2


def _integrate(
    mu: float, tau: float, events: NDArray[Any], nobs: NDArray[Any], nodes: int
) -> tuple[FloatArray, float, float]:
    """Return each study's log integral, and the slopes of their sum in `mu` and `tau`.

    Points and weights are centred on the mode of each integrand, and as wide as it is there. The
    slopes are means over the posterior distribution of a study's deviation, on the same points.
    """
    from scipy.special import expit, logsumexp

    count, size = events[:, None].astype(float), nobs[:, None].astype(float)
    points, log_weights = _rule(nodes)
    mode = _modes(mu, tau, count, size)
    rate = expit(mu + tau * mode)
    width = 1 / np.sqrt(1 + tau**2 * size * rate * (1 - rate))
    deviation = mode + np.sqrt(2) * width * points
    logit = mu + tau * deviation
    log_density = count * logit - size * np.logaddexp(0, logit) - deviation**2 / 2
    terms = log_weights + log_density + np.log(width) - np.log(np.pi) / 2
    log_integral = logsumexp(terms, axis=1)
    posterior = np.exp(terms - log_integral[:, None])
    residual = posterior * (count - size * expit(logit))
    return log_integral, float(residual.sum()), float((residual * deviation).sum())


def _modes(mu: float, tau: float, count: FloatArray, size: FloatArray) -> FloatArray:
    """Return the modes of the integrands by halving: their slope falls from one end to the other.

    Newton's steps would be fewer, but can jump to and fro where a study is large.
    """
    from scipy.special import expit

    low, high = tau * (count - size), tau * count
    for _ in range(60):
        middle = (low + high) / 2
        rising = tau * (count - size * expit(mu + tau * middle)) > middle
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2


# --- maximum ------------------------------------------------------------------------------------


def _climb(
    mu: float, tau: float, events: NDArray[np.int64], nobs: NDArray[np.int64]
) -> OptimizeResult:
    from scipy.optimize import minimize

    def downhill(at: FloatArray) -> tuple[float, FloatArray]:
        log_integral, in_mu, in_tau = _integrate(at[0], at[1], events, nobs, NODES)
        return -float(log_integral.sum()), -np.array([in_mu, in_tau])

    return minimize(
        downhill,
        [mu, tau],
        jac=True,
        method="L-BFGS-B",
        bounds=[(-30, 30), (0, MOST_TAU)],
        options={"ftol": 1e-14, "gtol": 1e-9},
    )


def _standard_error(
    mu: float, tau: float, events: NDArray[np.int64], nobs: NDArray[np.int64]
) -> float:
    """Return the standard error of `mu`, that of `tau` taken into account."""

    def slopes(one: float, other: float) -> FloatArray:
        return np.array(_integrate(one, other, events, nobs, NODES)[1:])

    step = min(_STEP, tau / 2)
    information = -np.array(
        [
            (slopes(mu + step, tau) - slopes(mu - step, tau)) / (2 * step),
            (slopes(mu, tau + step) - slopes(mu, tau - step)) / (2 * step),
        ]
    )
    return float(np.sqrt(np.linalg.inv(information)[0, 0]))
