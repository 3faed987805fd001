"""The model without chance: the exact share of patients with each pair of first and last scores.

Given the two levels, a first score depends on its own error alone, and so does a last score, given
the levels and what drifted with both. So all shares are sums of products of one-dimensional normal
probabilities over a grid of levels (Gauss-Hermite), and the judgement of all 379,456 pairs is made
once, by the same code as for records.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recovery_audit.counterfactual.model import REGRESSION, End, Scale, Selection, Start
from recovery_audit.outcomes import Scores, judge_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]
LEVELS, SHARED = 26, 10  #: points of the grid for each level, and for what drifts with both


def _normal_points(number: int) -> tuple[Floats, Floats]:
    """Return points and weights that integrate over the standard normal."""
    points, weights = np.polynomial.hermite_e.hermegauss(number)
    return points, weights / weights.sum()


def _below(edges: Floats, mean: Floats | float, spread: Floats | float) -> Floats:
    from scipy.special import ndtr

    shares: Floats = ndtr((edges - np.asarray(mean)[..., None]) / np.asarray(spread)[..., None])
    return shares


def _edges(highest: int) -> Floats:
    return np.arange(0.5, highest)


def _shares(below: Floats) -> Floats:
    """Turn shares below each edge into shares of each score, the ends of the scale included."""
    ends = [(0, 0)] * (below.ndim - 1)
    return np.diff(np.pad(np.pad(below, [*ends, (0, 1)], constant_values=1.0), [*ends, (1, 0)]))


def _levels(start: Start, number: int) -> tuple[Floats, Floats, Floats]:
    """Return levels of depression and anxiety on a grid, with their weights."""
    points, weights = _normal_points(number)
    first, second = (axis.ravel() for axis in np.meshgrid(points, points, indexing="ij"))
    own = np.sqrt(1 - start.correlation**2)
    depression = start.means[0] + start.level_spread(0) * first
    anxiety = start.means[1] + start.level_spread(1) * (start.correlation * first + own * second)
    return depression, anxiety, np.outer(weights, weights).ravel()


def _first(
    start: Start, scales: tuple[Scale, Scale], levels: tuple[Floats, Floats]
) -> list[Floats]:
    """Return shares of first scores given the levels, per scale: one row per level."""
    weeks = start.strength if start.selection is Selection.PEAK else 1.0
    return [
        _shares(_below(_edges(scale.highest), level, start.error_spread(place)) ** weeks)
        for place, (scale, level) in enumerate(zip(scales, levels, strict=True))
    ]


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
    depression, anxiety, weight = _levels(start, levels)
    one, other = _first(start, scales, (depression, anxiety))
    shares: Floats = (one * weight[:, None]).T @ other * present(start, scales)
    return _of_all(shares)


def _of_all(shares: Floats) -> Floats:
    whole: Floats = shares / shares.sum()
    return whole


def _remitting(scale: Scale, mean: float, spread: float) -> Floats:
    """Return, by the score without remission, the shares of scores with it: never above."""
    remitted = _shares(_below(_edges(scale.highest), mean, spread))
    size = scale.highest + 1
    kernel = np.tril(np.broadcast_to(remitted, (size, size)))
    at_least = np.cumsum(remitted[::-1])[::-1]
    kernel[np.arange(size), np.arange(size)] = at_least
    return kernel


def _with_remission(shares: Floats, end: End, scales: tuple[Scale, Scale]) -> Floats:
    """Mix in those who remit; `shares` has the last scores on its last two axes."""
    kernels = [
        _remitting(scale, mean, end.remitted_spread)
        for scale, mean in zip(scales, end.remitted_means, strict=True)
    ]
    remitted: Floats = np.swapaxes(np.swapaxes(shares, -1, -2) @ kernels[0], -1, -2) @ kernels[1]
    return (1 - end.remitted) * shares + end.remitted * remitted


def both_scores(
    start: Start,
    end: End,
    scales: tuple[Scale, Scale],
    players: frozenset[str],
    levels: int = LEVELS,
) -> Floats:
    """
    Return the share of patients with each pair of first and last scores.

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
    array of four axes
        First depression, first anxiety, last depression, last anxiety; sums to 1.
    """
    acting = end.taken(players)
    made = _drifting if REGRESSION in players else _carried
    return _of_all(made(start, acting, scales, levels) * present(start, scales)[:, :, None, None])


def _drifting(start: Start, end: End, scales: tuple[Scale, Scale], levels: int) -> Floats:
    """Return both scores with fresh errors at the end and levels that have drifted."""
    grid = _levels(start, levels)
    weight = grid[2]
    one, other = _first(start, scales, grid[:2])
    first = (one[:, :, None] * other[:, None, :]).reshape(len(weight), -1)
    drift = [start.level_spread(place) ** 2 * (1 - end.stability**2) for place in (0, 1)]
    spread = [np.sqrt(drift[place] + start.error_spread(place) ** 2) for place in (0, 1)]
    together = start.correlation * np.sqrt(drift[0] * drift[1]) / (spread[0] * spread[1])
    points, shared_weight = _normal_points(SHARED)
    last = []
    for place, scale in enumerate(scales):
        middle = start.means[place] + end.stability * (grid[place] - start.means[place])
        middle = middle - end.shift * start.spreads[place]
        mean = middle[:, None] + spread[place] * np.sqrt(together) * points
        own = spread[place] * np.sqrt(1 - together)
        last.append(_shares(_below(_edges(scale.highest), mean, own)))
    joint = np.einsum("f,nfi,nfj->nij", shared_weight, last[0], last[1], optimize=True)
    joint = _with_remission(joint, end, scales).reshape(len(weight), -1)
    shares = (first * weight[:, None]).T @ joint
    sizes = [scale.highest + 1 for scale in scales]
    return shares.reshape(*sizes, *sizes)


def _carried(start: Start, end: End, scales: tuple[Scale, Scale], levels: int) -> Floats:
    """Return both scores where errors and levels are the same at both times, but for the shift."""
    depression, anxiety, weight = _levels(start, levels)
    weeks = start.strength if start.selection is Selection.PEAK else 1.0
    cells = []
    for place, (scale, level) in enumerate(zip(scales, (depression, anxiety), strict=True)):
        shift = end.shift * start.spreads[place]
        edges = np.unique(np.concatenate([_edges(scale.highest), _edges(scale.highest) + shift]))
        shares = _shares(_below(edges, level, start.error_spread(place)) ** weeks)
        inside = np.concatenate([edges[:1] - 1, (edges[1:] + edges[:-1]) / 2, edges[-1:] + 1])
        scores = [
            np.clip(np.floor(inside - moved + 0.5), 0, scale.highest).astype(int)
            for moved in (0.0, shift)
        ]
        cell = np.zeros((len(weight), scale.highest + 1, scale.highest + 1))
        for place_in, (before, after) in enumerate(zip(*scores, strict=True)):
            cell[:, before, after] += shares[:, place_in]
        cells.append(cell)
    joint = np.einsum("n,nab,ncd->acbd", weight, cells[0], cells[1], optimize=True)
    return _with_remission(joint, end, scales)


# --- judging ------------------------------------------------------------------------------------


@cache
def judgements(scales: tuple[Scale, Scale]) -> Mapping[str, NDArray[np.bool_]]:
    """Judge every pair of first and last scores by the official rules; four axes each."""
    ranges = [np.arange(scale.highest + 1, dtype=np.int8) for scale in (*scales, *scales)]
    first_d, first_a, last_d, last_a = np.meshgrid(*ranges, indexing="ij")
    measures = [
        Scores(first=first, last=last, cut_off=scale.cut_off, change=scale.change)
        for scale, first, last in zip(scales, (first_d, first_a), (last_d, last_a), strict=True)
    ]
    return judge_scores(measures)


def outcomes(shares: Floats, scales: tuple[Scale, Scale]) -> dict[str, float]:
    """
    Return the rates and moments of a lattice of first and last scores.

    Returns
    -------
    dict of str to float
        `not_at_caseness` and the changes as shares of all; `recovery` and `reliable_recovery` as
        shares of cases; `mean_..` and `sd_..` of the scores [points]; `depression_remitted`, of
        those with a first depression score of a case the share whose last is below.
    """
    flags = judgements(scales)
    cases = float(shares[flags["at_caseness"]].sum())
    found = {
        name: float(shares[flags[name]].sum())
        for name in ("not_at_caseness", "reliable_improvement", "no_reliable_change",
                     "reliable_deterioration")
    }  # fmt: skip
    found |= {
        name: float(shares[flags[name]].sum()) / cases for name in ("recovery", "reliable_recovery")
    }
    margins: dict[str, Any] = {
        "depression_start": shares.sum((1, 2, 3)),
        "anxiety_start": shares.sum((0, 2, 3)),
        "depression_end": shares.sum((0, 1, 3)),
        "anxiety_end": shares.sum((0, 1, 2)),
    }
    for name, margin in margins.items():
        scores = np.arange(len(margin))
        mean = float(margin @ scores)
        found[f"mean_{name}"] = mean
        found[f"sd_{name}"] = float(np.sqrt(margin @ (scores - mean) ** 2))
    cut_off = scales[0].cut_off
    ill = shares[cut_off:]
    found["depression_remitted"] = float(ill[:, :, :cut_off].sum() / ill.sum())
    return found
