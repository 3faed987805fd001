"""Small counts held back, and enough others that nobody can work them out.

NHS England prints counts under 5 as `*`. A table that also prints a total gives such a count back
by subtraction, so further counts are held back until none can be told exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Counts under this one are held back.
SMALLEST_SHOWN = 5

#: Totals with their parts: a reader can subtract.
SUMS: dict[str, tuple[str, ...]] = {
    "paired": ("reliable_improvement", "no_reliable_change", "reliable_deterioration"),
    "finished": ("not_at_caseness", "less_not_case"),
}

#: Counts with those they are part of: a reader knows the order.
WITHIN = (
    ("reliable_recovery", "recovery"),
    ("reliable_recovery", "reliable_improvement"),
    ("recovery", "at_caseness"),
    ("at_caseness", "less_not_case"),
    ("paired", "finished"),
    ("finished", "records"),
    ("recovery", "less_not_case_with_last"),
    ("less_not_case_with_last", "less_not_case"),
    ("less_not_case_with_last", "finished_with_last"),
    ("paired", "finished_with_last"),
    ("finished_with_last", "finished"),
)

Range = tuple[int, float]


def withheld(counts: Mapping[str, int]) -> frozenset[str]:
    """
    Return the counts that are not to be printed.

    Parameters
    ----------
    counts : mapping of str to int
        Counts by name; those named in `SUMS` and `WITHIN` are taken to obey them. [records]

    Returns
    -------
    frozenset of str
        Every count under 5, and as many of the others, smallest first, as it takes that each one
        held back could have at least two values, given what is printed.

    Examples
    --------
    >>> counts = {"paired": 60, "reliable_improvement": 40, "no_reliable_change": 18,
    ...           "reliable_deterioration": 2}
    >>> sorted(withheld(counts))
    ['no_reliable_change', 'reliable_deterioration']
    """
    hidden = {name for name, count in counts.items() if count < SMALLEST_SHOWN}
    while True:
        ranges = possible_ranges(counts, hidden)
        told = {name for name in hidden if ranges[name][0] == ranges[name][1]}
        if not told:
            return frozenset(hidden)
        hidden.add(_next_to_hide(counts, hidden, told))


def _next_to_hide(counts: Mapping[str, int], hidden: set[str], told: set[str]) -> str:
    """Return the smallest printed count in a relation with one that can be told."""
    related = {
        name
        for relation in (*((whole, *parts) for whole, parts in SUMS.items()), *WITHIN)
        if told.intersection(relation)
        for name in relation
    }
    shown = [name for name in counts if name not in hidden]
    near = [name for name in shown if name in related]
    return min(near or shown, key=lambda name: counts[name])


def possible_ranges(counts: Mapping[str, int], hidden: set[str]) -> dict[str, Range]:
    """
    Return the least and the most that each count can be, as a reader of the others can tell.

    Parameters
    ----------
    counts : mapping of str to int
        All counts. [records]
    hidden : set of str
        Names of those not printed.

    Notes
    -----
    Limits are passed along the relations until none moves.

    Examples
    --------
    >>> counts = {"recovery": 9, "reliable_recovery": 3}
    >>> possible_ranges(counts, {"reliable_recovery"})["reliable_recovery"]
    (0, 9)
    """
    ranges: dict[str, Range] = {
        name: (0, float("inf")) if name in hidden else (count, count)
        for name, count in counts.items()
    }
    while True:
        before = dict(ranges)
        for whole, parts in SUMS.items():
            if whole in ranges and all(part in ranges for part in parts):
                _tighten_sum(ranges, whole, parts)
        for part, whole in WITHIN:
            if part in ranges and whole in ranges:
                _narrow(ranges, part, 0, ranges[whole][1])
                _narrow(ranges, whole, ranges[part][0], float("inf"))
        if ranges == before:
            return ranges


def _tighten_sum(ranges: dict[str, Range], whole: str, parts: Sequence[str]) -> None:
    low, high = (sum(ranges[part][end] for part in parts) for end in (0, 1))
    _narrow(ranges, whole, int(low), high)
    for part in parts:
        others = [ranges[other] for other in parts if other != part]
        least = ranges[whole][0] - sum(other[1] for other in others)
        most = ranges[whole][1] - sum(other[0] for other in others)
        _narrow(ranges, part, int(max(least, 0)), most)


def _narrow(ranges: dict[str, Range], name: str, low: int, high: float) -> None:
    ranges[name] = (max(ranges[name][0], low), min(ranges[name][1], high))
