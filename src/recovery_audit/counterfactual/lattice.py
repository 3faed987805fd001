"""The model without chance: the exact share of patients with each pair of first and last scores.

Given the two levels, a first score depends on its own error alone, and so does a last score, given
the levels and what drifted with both. So all shares are sums of products of one-dimensional normal
probabilities over a grid of levels (Gauss-Hermite). Beside a last score the official rules tell but
four ranges of first scores apart, so shares are of last scores and ranges; what they come to is
judged by the same code as records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recovery_audit.counterfactual.model import REGRESSION, End, Scale, Selection, Start
from recovery_audit.outcomes import Scores, judge_scores

Floats = NDArray[np.float64]
Levels = tuple[Floats, Floats]  # of one scale, and their weights
LEVELS, SHARED = 26, 10  #: points of the grid for each level, and for what drifts with both


class Lattice(NamedTuple):
    """Shares of patients; both arrays sum to 1."""

    first: Floats  #: by first depression and first anxiety
    both: Floats  #: by range of the first depression, last depression, and likewise of anxiety


# --- ranges of first scores ---------------------------------------------------------------------


def ranges(scale: Scale) -> NDArray[np.int64]:
    """
    Return where the ranges of first scores begin and end that the rules tell apart.

    A first score is a case or none, and reliably above the last, reliably below it or neither.

    Returns
    -------
    array of shape (5, highest + 1)
        One column per last score. The first scores of a range are from one entry to below the next;
        a range may be empty. [points]

    Examples
    --------
    >>> phq9 = Scale(name="PHQ-9", highest=27, cut_off=10, change=6)
    >>> ranges(phq9)[:, 12].tolist(), ranges(phq9)[:, 27].tolist()
    ([0, 7, 10, 18, 28], [0, 10, 22, 28, 28])
    """
    last = np.arange(scale.highest + 1)
    ends = [np.full_like(last, end) for end in (0, scale.cut_off, scale.highest + 1)]
    bounds = np.stack([*ends, last - scale.change + 1, last + scale.change])
    return np.sort(np.clip(bounds, 0, scale.highest + 1), axis=0)


def _examples(scale: Scale) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return a first score of each range, and the last score beside it; an empty range has any."""
    first = np.minimum(ranges(scale)[:-1], scale.highest).astype(np.int8)
    return first, np.broadcast_to(np.arange(scale.highest + 1, dtype=np.int8), first.shape)


@cache
def judgements(scales: tuple[Scale, Scale]) -> Mapping[str, NDArray[np.bool_]]:
    """Judge all last scores with all ranges of first scores; axes as in `Lattice.both`."""
    firsts, lasts = (_crossed(*scores) for scores in zip(*map(_examples, scales), strict=True))
    measures = [
        Scores(first=first, last=last, cut_off=scale.cut_off, change=scale.change)
        for scale, first, last in zip(scales, firsts, lasts, strict=True)
    ]
    return judge_scores(measures)


def _crossed(depression: NDArray[Any], anxiety: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Spread what is known by range and last score of one scale over the axes of both."""
    return np.broadcast_arrays(depression[:, :, None, None], anxiety)


# --- the start ----------------------------------------------------------------------------------


@cache
def _normal_points(number: int) -> tuple[Floats, Floats]:
    """Return points and weights that integrate over the standard normal."""
    points, weights = np.polynomial.hermite_e.hermegauss(number)
    return points, weights / weights.sum()


def _edges(scale: Scale) -> Floats:
    """Return the values between which a score is 0, 1, ...: the ends of the scale take the rest."""
    return np.concatenate([[-np.inf], np.arange(0.5, scale.highest), [np.inf]])


def _below(edges: Floats, mean: Floats | float, spread: float) -> Floats:
    from scipy.special import ndtr

    shares: Floats = ndtr((edges - np.asarray(mean)[..., None]) / spread)
    return shares


def _levels(start: Start, number: int) -> tuple[Levels, Levels]:
    """Return levels of depression, one column, and of anxiety beside each."""
    points, weights = _normal_points(number)
    own = np.sqrt(1 - start.correlation**2)
    related = start.correlation * points[:, None] + own * points
    depression = start.means[0] + start.level_spread(0) * points[:, None]
    anxiety = start.means[1] + start.level_spread(1) * related
    return (depression, weights[:, None]), (anxiety, np.broadcast_to(weights, anxiety.shape))


def _first_below(start: Start, place: int, edges: Floats, levels: Levels) -> Floats:
    """Return weighted shares below edges: of one score, or of the worst of several weeks."""
    level, weight = levels
    weeks = start.strength if start.selection is Selection.PEAK else 1.0
    return weight[..., None] * _below(edges, level, start.error_spread(place)) ** weeks


def present(start: Start, scales: tuple[Scale, Scale]) -> Floats:
    """Return how often patients with each pair of first scores are there."""
    weight = np.ones([scale.highest + 1 for scale in scales])
    if start.selection is Selection.SOFT:
        weight[: scales[0].cut_off, : scales[1].cut_off] = start.strength
    return weight


def first_scores(start: Start, scales: tuple[Scale, Scale], levels: int = LEVELS) -> Floats:
    """
    Return the share of patients with each pair of first scores.

    Parameters
    ----------
    start : Start
        The model of the start.
    scales : pair of Scale
        Depression and anxiety.
    levels : int
        Points of the grid for each level.

    Returns
    -------
    array of shape (highest + 1, highest + 1)
        Of those who are there; sums to 1.
    """
    grid = _levels(start, levels)
    one, other = (
        np.diff(_first_below(start, place, _edges(scale), grid[place]).sum(1))
        for place, scale in enumerate(scales)
    )
    return _of_all(one.T @ other * present(start, scales))


def _of_all(shares: Floats) -> Floats:
    whole: Floats = shares / shares.sum()
    return whole


class _Given(NamedTuple):
    """A start on a grid: what stays while only the end changes."""

    levels: tuple[Levels, Levels]  #: as `_levels` returns
    ranged: list[Floats]  #: weighted shares of first scores, by levels, and by range and last score
    first: Floats  #: as `first_scores` returns
    there: Floats  #: how often patients are there; axes as in `Lattice.both`


@lru_cache(maxsize=2)
def _given(start: Start, scales: tuple[Scale, Scale], number: int) -> _Given:
    levels = _levels(start, number)
    below = [
        _first_below(start, place, _edges(scale), levels[place])[..., ranges(scale)]
        for place, scale in enumerate(scales)
    ]
    return _Given(
        levels=levels,
        ranged=[np.diff(shares, axis=-2) for shares in below],
        first=first_scores(start, scales, number),
        there=present(start, scales)[_crossed(*(_examples(scale)[0] for scale in scales))],
    )


# --- the end ------------------------------------------------------------------------------------


def _remitting(scale: Scale, mean: float, spread: float) -> Floats:
    """Return, by the score without remission, the shares of scores with it: never above."""
    remitted = np.diff(_below(_edges(scale), mean, spread))
    size = scale.highest + 1
    kernel = np.tril(np.broadcast_to(remitted, (size, size)))
    at_least = np.cumsum(remitted[::-1])[::-1]
    kernel[np.arange(size), np.arange(size)] = at_least
    return kernel


def both_scores(
    start: Start,
    end: End,
    scales: tuple[Scale, Scale],
    players: frozenset[str],
    levels: int = LEVELS,
) -> Lattice:
    """
    Return the shares of patients with first and last scores.

    Parameters
    ----------
    start, end : Start, End
        The model.
    scales : pair of Scale
        Depression and anxiety.
    players : set of str
        Which of `PLAYERS` act. Without regression the start's errors are carried to the end and
        the levels stay as they are.
    levels : int
        Points of the grid for each level.

    Returns
    -------
    Lattice
        Of those who are there at the start.
    """
    acting = end.taken(players)
    made = _drifting if REGRESSION in players else _carried
    given = _given(start, scales, levels)
    kernels = [
        _remitting(scale, mean, acting.remitted_spread)
        for scale, mean in zip(scales, acting.remitted_means, strict=True)
    ]
    shared, (depression, anxiety) = made(given, start, acting, scales, kernels)
    remits = np.array([1 - acting.remitted, acting.remitted])
    both = np.einsum("r,f,rifxa,rifyb->xayb", remits, shared, depression, anxiety, optimize=True)
    return Lattice(given.first, _of_all(both * given.there))


# Both ways to the end return the weights of what drifts with both levels, and for each scale shares
# by: whether remission has come, level of depression, what drifts, range of the first score, last
# score. Letters in `einsum` are r, i, f, then x and a of depression, y and b of anxiety; j is the
# level of anxiety.


def _drifting(
    given: _Given, start: Start, end: End, scales: tuple[Scale, Scale], kernels: Sequence[Floats]
) -> tuple[Floats, list[Floats]]:
    """Return both scores with fresh errors at the end and levels that have drifted."""
    drift = [start.level_spread(place) ** 2 * (1 - end.stability**2) for place in (0, 1)]
    spread = [np.sqrt(drift[place] + start.error_spread(place) ** 2) for place in (0, 1)]
    together = start.correlation * np.sqrt(drift[0] * drift[1]) / (spread[0] * spread[1])
    points, weights = _normal_points(SHARED)
    found = []
    for place, scale in enumerate(scales):
        middle = start.means[place] + end.stability * (given.levels[place][0] - start.means[place])
        middle = middle - end.shift * start.spreads[place]
        mean = middle[..., None] + spread[place] * np.sqrt(together) * points
        own = spread[place] * np.sqrt(1 - together)
        last = _or_remitted(np.diff(_below(_edges(scale), mean, own)), kernels[place])
        found.append(np.einsum("rijfa,ijxa->rifxa", last, given.ranged[place], optimize=True))
    return weights, found


def _carried(
    given: _Given, start: Start, end: End, scales: tuple[Scale, Scale], kernels: Sequence[Floats]
) -> tuple[Floats, list[Floats]]:
    """Return both scores where errors and levels are the same at both times, but for the shift."""
    found = []
    for place, scale in enumerate(scales):
        edges = _edges(scale)
        # The first score is below one edge and the last below another where one and the same value
        # is below the lower of the two.
        lower = np.minimum(edges[:, None], edges + end.shift * start.spreads[place])
        below = _first_below(start, place, lower.ravel(), given.levels[place])
        below = below.sum(1).reshape(-1, 1, *lower.shape)
        last = _or_remitted(np.diff(below), kernels[place])
        of_range = last[..., ranges(scale), np.arange(scale.highest + 1)]
        found.append(np.diff(of_range, axis=-2))
    return np.ones(1), found


def _or_remitted(shares: Floats, kernel: Floats) -> Floats:
    """Put shares by last score, on the last axis, before those of the same people once remitted."""
    return np.stack([shares, shares @ kernel])


def outcomes(shares: Lattice, scales: tuple[Scale, Scale]) -> dict[str, float]:
    """
    Return the rates and moments of first and last scores.

    Returns
    -------
    dict of str to float
        `not_at_caseness` and the changes as shares of all; `recovery` and `reliable_recovery` as
        shares of cases; `mean_..` and `sd_..` of the scores [points]; `depression_remitted`, of
        those with a first depression score of a case the share whose last is below.
    """
    first, both = shares
    flags = judgements(scales)
    cases = float(both[flags["at_caseness"]].sum())
    found = {
        name: float(both[flags[name]].sum())
        for name in ("not_at_caseness", "reliable_improvement", "no_reliable_change",
                     "reliable_deterioration")
    }  # fmt: skip
    found |= {
        name: float(both[flags[name]].sum()) / cases for name in ("recovery", "reliable_recovery")
    }
    for name, margin in (
        ("depression_start", first.sum(1)),
        ("anxiety_start", first.sum(0)),
        ("depression_end", both.sum((0, 2, 3))),
        ("anxiety_end", both.sum((0, 1, 2))),
    ):
        found[f"mean_{name}"], found[f"sd_{name}"] = moments(margin)
    by_range = both.sum((2, 3))
    ill = np.where(_examples(scales[0])[0] >= scales[0].cut_off, by_range, 0.0)
    found["depression_remitted"] = float(ill[:, : scales[0].cut_off].sum() / ill.sum())
    return found


def moments(margin: Floats) -> tuple[float, float]:
    """
    Return mean and standard deviation of a score from the shares of its values.

    >>> moments(np.array([0.5, 0.0, 0.5]))
    (1.0, 1.0)
    """
    scores = np.arange(len(margin))
    mean = float(margin @ scores)
    return mean, float(np.sqrt(margin @ (scores - mean) ** 2))
