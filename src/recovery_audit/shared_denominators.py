"""Figures that are percentages of one unknown group: which group sizes explain them all?

A fit is worth little where random figures would fit as well. So each search reports, beside the
sizes that fit, how many were to be expected and the chance that at least one fits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from recovery_audit.grim import (
    Rules,
    common_denominators,
    coverage,
    coverage_of_any,
    covers_everything,
    number_of_printable,
    printed_by_counts,
)
from recovery_audit.rounding import ORDINARY, Figure, IntArray

#: Above this chance fit, a deduced denominator is called no more than a possibility.
CHANCE_FIT_LIMIT = Fraction(1, 10)
#: Draws where three or more figures share a base; METHODS ask for a million.
DRAWS = 10**6
SEED = 20180205  # any fixed number: the day Scott (2018) went online

Bits = npt.NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChanceFit:
    """Chance that at least one denominator fits figures drawn at random from the printable ones."""

    value: Fraction  #: the chance, or its estimate
    lower: Fraction  #: Wilson limits of the estimate; the value itself where it is exact
    upper: Fraction
    exact: bool  #: counted, not drawn


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedDenominators:
    """What a search over denominators found."""

    found: tuple[int, ...]  #: denominators for which every figure has a witness
    tried: int  #: how many denominators were looked at
    expected_fits: Fraction  #: how many would fit figures drawn at random
    chance_fit: ChanceFit | None  #: None where counting would take too long
    near_misses: int  #: denominators that would fit if one figure moved by one last digit
    leave_one_out: dict[str, int]  #: how many fit without this figure

    @property
    def forced(self) -> bool:
        """Exactly one denominator fits."""
        return len(self.found) == 1

    @property
    def deduced(self) -> int | None:
        """The one denominator that fits, where a chance fit is unlikely."""
        unlikely = self.chance_fit is not None and self.chance_fit.value <= CHANCE_FIT_LIMIT
        return self.found[0] if self.forced and unlikely else None


def search(
    figures: Mapping[str, Figure], denominators: IntArray, rules: Rules = ORDINARY
) -> SharedDenominators:
    """
    Search the denominators that several printed percentages can share.

    Parameters
    ----------
    figures : mapping of str to Figure
        The printed percentages by claim. [%]
    denominators : array of int64
        Candidates, each at least 1. [units of the base]
    rules : tuple of RoundingRule
        A figure fits if it has a witness under any of these.

    Returns
    -------
    SharedDenominators

    Examples
    --------
    >>> from recovery_audit.grim import denominators_up_to
    >>> found = search({"a": Figure(2935, 2), "b": Figure(3370, 2)}, denominators_up_to(172))
    >>> found.found, found.forced, round(float(found.chance_fit.value), 4)
    ((92,), True, 0.0145)
    """
    printed = list(figures.values())
    decimals = tuple(sorted(figure.decimals for figure in printed))
    candidates = tuple(int(n) for n in denominators)
    found = common_denominators(printed, denominators, rules)
    return SharedDenominators(
        found=tuple(int(n) for n in found),
        tried=len(candidates),
        expected_fits=_expected_fits(candidates, decimals, rules),
        chance_fit=chance_fit(candidates, decimals, rules),
        near_misses=_near_misses(printed, denominators, found, rules),
        leave_one_out=_leave_one_out(figures, denominators, rules),
    )


def _expected_fits(candidates: Sequence[int], decimals: Sequence[int], rules: Rules) -> Fraction:
    total = Fraction(0)
    for nobs in candidates:
        chance = Fraction(1)
        for places in decimals:
            chance *= coverage(nobs, places, rules)
        total += chance
    return total


def _near_misses(
    figures: list[Figure], denominators: IntArray, found: IntArray, rules: Rules
) -> int:
    near: set[int] = set()
    for place, figure in enumerate(figures):
        for step in (-1, 1):
            digits = figure.digits + step
            if 0 <= digits <= 100 * figure.scale:
                moved = figures.copy()
                moved[place] = Figure(digits, figure.decimals)
                near.update(common_denominators(moved, denominators, rules).tolist())
    return len(near - set(found.tolist()))


def _leave_one_out(
    figures: Mapping[str, Figure], denominators: IntArray, rules: Rules
) -> dict[str, int]:
    if len(figures) < 2:
        return {}
    return {
        left_out: common_denominators(
            [figure for claim, figure in figures.items() if claim != left_out], denominators, rules
        ).size
        for left_out in figures
    }


@lru_cache(maxsize=64)
def chance_fit(
    candidates: tuple[int, ...], decimals: tuple[int, ...], rules: Rules = ORDINARY
) -> ChanceFit | None:
    """
    Return the chance that some candidate denominator fits figures drawn at random.

    Figures are independent and uniform on the printable grid. One or two are counted exactly;
    three or more are drawn (seeded), with the Wilson 95% limits of the estimate.

    Parameters
    ----------
    candidates : tuple of int
        Denominators. [units of the base]
    decimals : tuple of int
        Decimals of each figure.
    rules : tuple of RoundingRule
        The rule set in force.

    Returns
    -------
    ChanceFit or None
        None where counting would take too long.

    Examples
    --------
    >>> chance_fit((2, 3), (0,)).value      # the five figures that halves and thirds can print
    Fraction(5, 101)
    """
    if not candidates:
        return _exactly(Fraction(0))
    if any(all(covers_everything(n, places) for places in decimals) for n in candidates):
        return _exactly(Fraction(1))
    if len(decimals) == 1:
        single = coverage_of_any(candidates, decimals[0], rules)
        return None if single is None else _exactly(single)
    if max(decimals) > 3 or len(candidates) > 20_000:
        return None
    fitting = {places: _bits(candidates, places, rules) for places in set(decimals)}
    if len(decimals) == 2:
        return _exactly(_pairs_that_fit(fitting[decimals[0]], fitting[decimals[1]]))
    return _drawn([fitting[places] for places in decimals])


def _exactly(value: Fraction) -> ChanceFit:
    return ChanceFit(value=value, lower=value, upper=value, exact=True)


def _bits(candidates: tuple[int, ...], decimals: int, rules: Rules) -> Bits:
    """One row per printable figure; bit i of the row says whether candidate i can print it."""
    words = -(-len(candidates) // 64)
    bits = np.zeros((number_of_printable(decimals), words), dtype=np.uint64)
    for place, nobs in enumerate(candidates):
        word, bit = divmod(place, 64)
        bits[printed_by_counts(nobs, decimals, rules), word] |= np.uint64(1) << np.uint64(bit)
    return bits


def _turned(bits: Bits) -> Bits:
    """One row per bit of the rows; bit i of the row says whether row i has that bit."""
    figures = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little").T
    room = -len(bits) % 64  # so that each row fills whole words
    packed = np.packbits(np.pad(figures, ((0, 0), (0, room))), axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view(np.uint64)


def _pairs_that_fit(first: Bits, second: Bits) -> Fraction:
    """Share of all pairs of figures with a candidate in common.

    What a first figure goes with is whatever one of its candidates can print as a second one.
    """
    by_candidate = _turned(second)
    total = 0
    for row in first:
        fitting = np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))
        total += int(np.bitwise_count(np.bitwise_or.reduce(by_candidate[fitting], axis=0)).sum())
    return Fraction(total, len(first) * len(second))


def _drawn(fitting: list[Bits]) -> ChanceFit:
    from recovery_audit.proportions import wilson

    generator = np.random.default_rng(SEED)
    draws = [generator.integers(len(bits), size=DRAWS) for bits in fitting]
    hit = np.zeros(DRAWS, dtype=bool)
    for word in range(fitting[0].shape[1]):
        common = fitting[0][draws[0], word]
        for bits, draw in zip(fitting[1:], draws[1:], strict=True):
            common &= bits[draw, word]
        hit |= common != 0
    hits = int(hit.sum())
    lower, upper = wilson(hits, DRAWS)
    return ChanceFit(
        value=Fraction(hits, DRAWS), lower=Fraction(lower), upper=Fraction(upper), exact=False
    )
