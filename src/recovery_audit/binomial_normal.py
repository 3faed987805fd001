"""Counts whose logits scatter normally from study to study: likelihood, maximum, marginal mean.

Each study has a true rate; its logit is drawn from a normal distribution, the events of the study
from a binomial one. Nothing is approximated by a normal distribution but the scatter itself, so
small studies and studies without events need no correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: Points of the Gauss-Hermite rule. 21 are the least that is usual; these agree with adaptive
#: integration to 1e-6 also for studies of a few people among very different ones.
NODES = 61
#: Largest spread that is searched: about a median of a half, one study in three lies beyond 0.7%
#: or 99.3%. Further out the rule loses its accuracy.
MOST_TAU = 5.0
# Spreads to search are so many to a power of ten, from this share of the least standard error; what
# is smaller is called none. What gains less in log likelihood, or rises less, is rounding.
_PER_TENFOLD, _LEAST_SHARE, _GAIN, _RISE = 6, 1e-3, 1e-6, 1e-9
# Newton's steps end when they are this share of a standard error; the next would be its square.
# They are few, and so many at most.
_CLOSE, _STEPS = 1e-7, 50


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
    log_integral, _ = _integrate(mu, tau, events, nobs, nodes)
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
    if nobs.max() == 1:  # the likelihood is flat: single people do not tell how rates scatter
        return at_edge
    profile = _Profile(events, nobs, at_edge.mu)
    tau = _best_spread(profile)
    if tau is None:
        return None
    gain = profile.log_likelihood(tau) - at_edge.log_likelihood
    if tau > profile.least and (profile.rises_from_none or gain > _GAIN):
        return profile.fit_at(tau)
    return at_edge


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
) -> tuple[FloatArray, FloatArray]:
    """Return each study's log integral, and moments 1 to 4 of the posterior of its deviation.

    A deviation is counted in standard deviations of the logits. The points are centred on the mode
    of each integrand, and as wide apart as it is there.
    """
    from scipy.special import expit

    count, size = events[:, None].astype(float), nobs[:, None].astype(float)
    points, log_weights = _rule(nodes)
    mode = _modes(mu, tau, count, size)
    rate = expit(mu + tau * mode)
    width = 1 / np.sqrt(1 + tau**2 * size * rate * (1 - rate))
    deviation = mode + np.sqrt(2) * width * points
    logit = mu + tau * deviation
    log_density = count * logit - size * np.logaddexp(0, logit) - deviation**2 / 2
    terms = log_weights + log_density + np.log(width) - np.log(np.pi) / 2
    largest = terms.max(axis=1, keepdims=True)
    shares = np.exp(terms - largest)
    integral = shares.sum(axis=1, keepdims=True)
    powers = deviation[:, :, None] ** np.arange(1, 5)
    moments = np.einsum("ij,ijk->ki", shares / integral, powers)
    return (largest + np.log(integral))[:, 0], moments


def _modes(mu: float, tau: float, count: FloatArray, size: FloatArray) -> FloatArray:
    """Return the modes of the integrands, where their slope falls through 0, by Newton's steps.

    As a function of the logit the slope bends upwards above 0 and downwards below. The logit at the
    mode lies between `mu` and that of the study's own rate; from the point between the two that is
    nearest to 0 the steps therefore all go one way, and never too far.
    """
    from scipy.special import expit, logit

    own = logit(count / size)
    place = np.clip(0.0, np.minimum(mu, own), np.maximum(mu, own))
    for _ in range(_STEPS):
        rate = expit(place)
        fall = 1 + tau**2 * size * rate * (1 - rate)
        step = (tau**2 * (count - size * rate) - (place - mu)) / fall
        place = place + step
        if np.all(step**2 * fall <= (_CLOSE * tau) ** 2):
            break
    modes: FloatArray = tau * (count - size * expit(place))
    return modes


# --- maximum ------------------------------------------------------------------------------------

# With the logit as the variable of integration, `mu` and `tau` stand in the normal density alone.
# The slopes of the log likelihood are then means of powers of the deviation z: z / tau in `mu`,
# (z^2 - 1) / tau in `tau`. Nothing cancels in them, however large a study is.


class _Profile:
    """The likelihood as a function of the spread, `mu` being best for each."""

    def __init__(self, events: NDArray[np.int64], nobs: NDArray[np.int64], mu: float) -> None:
        self._events, self._nobs, self._mu = events, nobs, mu
        rate = 1 / (1 + np.exp(-mu))
        within = nobs * rate * (1 - rate)
        #: Whether some spread is better than none: the slope in the variance at its boundary.
        slope = np.sum((events - nobs * rate) ** 2 - within)
        self.rises_from_none = bool(slope > _RISE * within.sum())
        self.least = _LEAST_SHARE * float(within.max()) ** -0.5

    def best_mu(self, tau: float) -> float:
        """Return the best `mu`, in which the log likelihood is concave, by Newton's steps."""
        for _ in range(_STEPS):
            first, second = self._moments(self._mu, tau)[:2]
            information = np.sum(1 - (second - first**2)) / tau**2
            step = float(first.sum() / tau / information)
            self._mu += min(max(step, -1.0), 1.0)
            if step**2 * information < _CLOSE**2:
                break
        return self._mu

    def log_likelihood(self, tau: float) -> float:
        return log_likelihood(self.best_mu(tau), tau, self._events, self._nobs)

    def slope(self, tau: float) -> float:
        """Return the slope in `tau`, times `tau`."""
        return float(np.sum(self._moments(self.best_mu(tau), tau)[1] - 1))

    def fit_at(self, tau: float) -> BinomialNormalFit:
        """Return `mu` with its standard error, that `tau` is estimated being taken into account."""
        mu = self.best_mu(tau)
        one, two, three, four = self._moments(mu, tau)
        in_mu = np.sum(1 - (two - one**2))
        in_both = np.sum(2 * one - (three - one * two))
        in_tau = np.sum(3 * two - 1 - (four - two**2))
        return BinomialNormalFit(
            mu=mu,
            se=float(tau / np.sqrt(in_mu - in_both**2 / in_tau)),
            tau=tau,
            log_likelihood=log_likelihood(mu, tau, self._events, self._nobs),
        )

    def _moments(self, mu: float, tau: float) -> FloatArray:
        return _integrate(mu, tau, self._events, self._nobs, NODES)[1]


def _best_spread(profile: _Profile) -> float | None:
    """Return the best spread: the least that is searched if no other, None if the largest."""
    from scipy.optimize import brentq

    tenfolds = np.log10(MOST_TAU / profile.least)
    grid = np.geomspace(profile.least, MOST_TAU, int(np.ceil(_PER_TENFOLD * tenfolds)) + 1)
    best = int(np.argmax([profile.log_likelihood(float(tau)) for tau in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    if profile.slope(high) >= 0:
        return None if best >= len(grid) - 2 else high
    if profile.slope(low) <= 0:
        return low
    return float(brentq(profile.slope, low, high, xtol=1e-14, rtol=1e-12))
