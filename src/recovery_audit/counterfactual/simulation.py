"""The model with chance: patients drawn one by one, judged by the code for records, counted.

A chunk is seeded by its number alone and gives whole counts, so results are sums that do not depend
on how many cores there are, or in which order chunks come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recovery_audit.counterfactual.model import REGRESSION, End, Scale, Selection, Start
from recovery_audit.outcomes import Scores, judge_scores

if TYPE_CHECKING:
    from numpy.random import Generator

BLOCK = 2**15  #: patients at once: the arrays of a block fit the cache
Floats = NDArray[np.float32]
ScoreColumn = NDArray[np.int16]
#: Flags that are counted, and sums of scores from which moments follow.
COUNTED = (
    "at_caseness", "not_at_caseness", "recovery", "reliable_recovery", "reliable_improvement",
    "no_reliable_change", "reliable_deterioration",
)  # fmt: skip
MOMENTS = tuple(
    f"{sum_}_{name}_{time}"
    for time in ("start", "end")
    for name in ("depression", "anxiety")
    for sum_ in ("sum", "squares")
)


class Chunk(NamedTuple):
    """Patients that are drawn together."""

    number: int  #: from 0; with the seed all that decides what is drawn
    patients: int  #: how many
    seed: int  #: of the whole simulation


def simulate(
    start: Start,
    end: End,
    scales: tuple[Scale, Scale],
    players: frozenset[str],
    chunk: Chunk,
    advance: Callable[[int], object] = int,
) -> dict[str, int]:
    """
    Draw a chunk of patients and count.

    Parameters
    ----------
    start, end : Start, End
        The model.
    scales : pair of Scale
        Depression and anxiety.
    players : set of str
        Which of `PLAYERS` act. The same patients are drawn whoever acts.
    chunk : Chunk
        Which patients; those who are not there by selection are drawn and left out.
    advance : callable
        Told how many patients have been drawn since it was last told.

    Returns
    -------
    dict of str to int
        `present`, the flags, sums and sums of squares of the scores, `ill` (a first depression
        score of a case) and `remitted` (and the last one is none).
    """
    (counts,) = simulate_each(start, end, scales, [players], chunk, advance)
    return counts


def simulate_each(
    start: Start,
    end: End,
    scales: tuple[Scale, Scale],
    sets: Sequence[frozenset[str]],
    chunk: Chunk,
    advance: Callable[[int], object] = int,
) -> list[dict[str, int]]:
    """
    Draw a chunk of patients once, and count for several sets of players what becomes of them.

    Parameters
    ----------
    start, end, scales, chunk, advance
        As `simulate` takes them; a patient counts once for each set.
    sets : sequence of set of str
        Of `PLAYERS`.

    Returns
    -------
    list of dict of str to int
        What `simulate` returns for each set.
    """
    # The spawn key alone tells chunks apart: no chunk needs to know how many there are.
    sequence = np.random.SeedSequence(chunk.seed, spawn_key=(chunk.number,))
    generator = np.random.Generator(np.random.SFC64(sequence))
    names = ("present", *COUNTED, *MOMENTS, "ill", "remitted")
    totals = [dict.fromkeys(names, 0) for _ in sets]
    for size in _blocks(chunk.patients):
        drawn = _draw(start, size, generator)
        for total, players in zip(totals, sets, strict=True):
            for name, count in _block(start, end, scales, players, drawn).items():
                total[name] += count
            advance(size)
    return totals


def _blocks(patients: int) -> Iterator[int]:
    whole, rest = divmod(patients, BLOCK)
    yield from [BLOCK] * whole
    if rest:
        yield rest


class _Drawn(NamedTuple):
    """All chance in a block of patients, whoever acts; pairs are depression and anxiety."""

    levels: Sequence[Floats]
    errors: Sequence[Floats]  #: of the first score
    drift: Sequence[Floats]
    fresh: Sequence[Floats]  #: error of the last score
    remitted: Sequence[Floats]  #: score in remission
    chance: Floats  #: of remission
    there: Floats  #: chance of coming


def _draw(start: Start, size: int, generator: Generator) -> _Drawn:
    weeks = int(start.strength) if start.selection is Selection.PEAK else 1
    return _Drawn(  # in this order: another draws other patients
        levels=_pair(generator, size, start.correlation),
        errors=[_worst(generator, size, weeks) for _ in range(2)],
        drift=_pair(generator, size, start.correlation),
        fresh=[_normal(generator, size) for _ in range(2)],
        remitted=[_normal(generator, size) for _ in range(2)],
        chance=generator.random(size, dtype=np.float32),
        there=generator.random(size, dtype=np.float32),
    )


def _block(
    start: Start,
    end: End,
    scales: tuple[Scale, Scale],
    players: frozenset[str],
    drawn: _Drawn,
) -> dict[str, int]:
    acting = end.taken(players)
    remits = drawn.chance < acting.remitted
    firsts: list[ScoreColumn] = []
    lasts: list[ScoreColumn] = []
    for place, scale in enumerate(scales):
        level = drawn.levels[place] * np.float32(start.level_spread(place))
        error = drawn.errors[place] * np.float32(start.error_spread(place))
        mean = np.float32(start.means[place])
        firsts.append(_score(mean + level + error, scale))
        if REGRESSION in players:
            level = np.float32(acting.stability) * level + drawn.drift[place] * np.float32(
                start.level_spread(place) * sqrt(1 - acting.stability**2)
            )
            error = drawn.fresh[place] * np.float32(start.error_spread(place))
        shift = np.float32(acting.shift * start.spreads[place])
        last = _score(mean + level + error - shift, scale)
        well = np.float32(acting.remitted_means[place]) + drawn.remitted[place] * np.float32(
            acting.remitted_spread
        )
        lasts.append(np.where(remits, np.minimum(_score(well, scale), last), last))
    if start.selection is Selection.SOFT:
        case = (firsts[0] >= scales[0].cut_off) | (firsts[1] >= scales[1].cut_off)
        kept = case | (drawn.there < start.strength)
        firsts, lasts = ([scores[kept] for scores in both] for both in (firsts, lasts))
    return _count(firsts, lasts, scales)


def _normal(generator: Generator, size: int) -> Floats:
    return generator.standard_normal(size, dtype=np.float32)


def _pair(generator: Generator, size: int, correlation: float) -> tuple[Floats, Floats]:
    one, other = _normal(generator, size), _normal(generator, size)
    own = np.float32(sqrt(1 - correlation**2))
    return one, np.float32(correlation) * one + own * other


def _worst(generator: Generator, size: int, weeks: int) -> Floats:
    worst = _normal(generator, size)
    for _ in range(weeks - 1):
        np.maximum(worst, _normal(generator, size), out=worst)
    return worst


def _score(value: Floats, scale: Scale) -> ScoreColumn:
    return np.clip(np.rint(value), 0, scale.highest).astype(np.int16)


def _count(
    firsts: Sequence[ScoreColumn], lasts: Sequence[ScoreColumn], scales: tuple[Scale, Scale]
) -> dict[str, int]:
    measures = [
        Scores(first=first, last=last, cut_off=scale.cut_off, change=scale.change)
        for scale, first, last in zip(scales, firsts, lasts, strict=True)
    ]
    flags = judge_scores(measures)
    found = {name: int(np.count_nonzero(flags[name])) for name in COUNTED}
    found["present"] = len(firsts[0])
    for time, columns in (("start", firsts), ("end", lasts)):
        for name, scores in zip(("depression", "anxiety"), columns, strict=True):
            counts = np.bincount(scores, minlength=1)
            values = np.arange(len(counts))
            found[f"sum_{name}_{time}"] = int(counts @ values)
            found[f"squares_{name}_{time}"] = int(counts @ values**2)
    ill = firsts[0] >= scales[0].cut_off
    found["ill"] = int(np.count_nonzero(ill))
    found["remitted"] = int(np.count_nonzero(ill & (lasts[0] < scales[0].cut_off)))
    return found


def outcomes_of(counts: Mapping[str, int]) -> dict[str, tuple[float, float]]:
    """
    Return outcomes with their Monte Carlo standard errors, named as those of the lattice.

    >>> counts = dict.fromkeys(("present", *COUNTED, *MOMENTS, "ill", "remitted"), 100)
    >>> counts |= {"recovery": 50}
    >>> outcomes_of(counts)["recovery"]
    (0.5, 0.05)
    """
    present, cases = counts["present"], counts["at_caseness"]
    found: dict[str, tuple[float, float]] = {}
    for name in COUNTED[1:]:
        found[name] = _share(counts[name], cases if "recovery" in name else present)
    found["depression_remitted"] = _share(counts["remitted"], counts["ill"])
    for time in ("start", "end"):
        for name in ("depression", "anxiety"):
            mean = counts[f"sum_{name}_{time}"] / present
            variance = max(counts[f"squares_{name}_{time}"] / present - mean**2, 0.0)
            found[f"mean_{name}_{time}"] = (mean, sqrt(variance / present))
            # That of a normal's standard deviation: scores have shorter tails, so it is no less.
            found[f"sd_{name}_{time}"] = (sqrt(variance), sqrt(variance / (2 * present)))
    return found


def _share(count: int, nobs: int) -> tuple[float, float]:
    share = count / nobs
    return share, sqrt(share * (1 - share) / nobs)


def add_up(chunks: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """
    Add the counts of chunks.

    >>> counts = dict.fromkeys(("present", *COUNTED, *MOMENTS, "ill", "remitted"), 2)
    >>> add_up([counts, counts])["present"]
    4
    """
    names = ("present", *COUNTED, *MOMENTS, "ill", "remitted")
    return {name: sum(int(chunk[name]) for chunk in chunks) for name in names}
