"""Which whole numbers can stand behind a printed percentage, and how much that says.

The idea is the granularity test of Brown & Heathers (2017), here for percentages and with exact
integers: a percentage of n people can only take the values 100·k/n. A pair (count, nobs) that
prints as the published figure is called a *witness*.

References
----------
.. [1] N. J. L. Brown and J. A. J. Heathers, "The GRIM Test: A Simple Technique Detects Numerous
   Anomalies in the Reporting of Results in Psychology," Soc. Psychol. Personal. Sci., vol. 8,
   no. 4, pp. 363-369, 2017.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from recovery_audit.rounding import (
    ORDINARY,
    Figure,
    IntArray,
    RoundingRule,
    count_range,
    count_ranges,
    half_steps,
)

Rules = tuple[RoundingRule, ...]

# Marking the figures of every n up to a bound takes about bound² / 2 steps; beyond this many the
# coverage is left unknown rather than estimated.
_MOST_STEPS = 2 * 10**8
_BLOCK = 2**16
#: Groups of unknown size are searched up to here: from it on every figure of three decimals fits.
LARGEST_SEARCHED = 100_000


def witnesses(figure: Figure, nobs: int, rules: Iterable[RoundingRule] = ORDINARY) -> list[int]:
    """
    Return every count whose percentage of `nobs` prints as `figure`.

    Parameters
    ----------
    figure : Figure
        The printed percentage. [%]
    nobs : int
        The denominator, at least 1. [units of the base]
    rules : iterable of RoundingRule
        A count is a witness if it prints so under any of them.

    Returns
    -------
    list of int
        In increasing order; empty where no count fits.

    Examples
    --------
    >>> witnesses(Figure(4535, 2), 172), witnesses(Figure(4525, 2), 172)
    ([78], [])
    """
    found = {k for rule in rules for k in _counts(figure, nobs, rule)}
    return sorted(found)


def _counts(figure: Figure, nobs: int, rule: RoundingRule) -> range:
    return count_range(half_steps(figure.digits, rule), figure.decimals, nobs)


def fits(figure: Figure, denominators: IntArray, rules: Rules = ORDINARY) -> np.ndarray:
    """Return, for each denominator, whether some count prints as `figure`.

    >>> fits(Figure(92, 1), np.array([87, 88, 90]))
    array([ True, False, False])
    """
    found = np.zeros(denominators.shape, dtype=bool)
    digits, decimals = np.array(figure.digits), np.array(figure.decimals)
    for rule in rules:
        k_min, k_max = count_ranges(digits, decimals, denominators, rule)
        found |= k_min <= k_max
    return found


def denominators_up_to(bound: int) -> IntArray:
    """Return 1, 2, ..., `bound`."""
    return np.arange(1, bound + 1, dtype=np.int64)


def nearest_fits(figure: Figure, nobs: int, rules: Rules = ORDINARY) -> list[tuple[int, int]]:
    """
    Return the pairs that print as `figure` at the sizes nearest to `nobs`, below it and above.

    What a wrong denominator would have to be, if the percentage is right.

    Examples
    --------
    >>> nearest_fits(Figure(92, 1), 90)
    [(8, 87), (9, 98)]
    """
    below, above = range(nobs - 1, 0, -1), range(nobs + 1, 2 * nobs + 1)
    return [*_first_fit(figure, below, rules), *_first_fit(figure, above, rules)]


def smallest_fit(figure: Figure, rules: Rules = ORDINARY) -> tuple[int, int] | None:
    """
    Return the pair that prints as `figure` with the smallest denominator.

    What can be said of a percentage whose group has no published size: it has at least so many.

    Returns
    -------
    tuple of two int, or None
        Count and denominator; None where the denominator would exceed `LARGEST_SEARCHED`.

    Examples
    --------
    >>> smallest_fit(Figure(92, 1)), smallest_fit(Figure(50, 0))
    ((6, 65), (1, 2))
    """
    return next(_first_fit(figure, range(1, LARGEST_SEARCHED + 1), rules), None)


def _first_fit(figure: Figure, sizes: range, rules: Rules) -> Iterator[tuple[int, int]]:
    """Yield the pair of the first of the sizes that fits, if one does; they are tried in blocks."""
    for start in range(0, len(sizes), _BLOCK):
        block = sizes[start : start + _BLOCK]
        denominators = np.arange(block.start, block.stop, block.step, dtype=np.int64)
        fitting = denominators[fits(figure, denominators, rules)]
        if fitting.size:
            yield witnesses(figure, int(fitting[0]), rules)[0], int(fitting[0])
            return


def printable(nobs: int, decimals: int, rules: Rules = ORDINARY) -> IntArray:
    """
    Return the digits of every figure that some count out of `nobs` can print.

    Examples
    --------
    >>> printable(8, 0)          # 12.5 prints as 13 or 12, 37.5 as 38 in either way
    array([  0,  12,  13,  25,  38,  50,  62,  63,  75,  88, 100])
    """
    return np.unique(printed_by_counts(nobs, decimals, rules))


def printed_by_counts(nobs: int, decimals: int, rules: Rules = ORDINARY) -> IntArray:
    """
    Return the digits that the counts out of `nobs` print, once for each count and rule.

    Examples
    --------
    >>> printed_by_counts(2, 0)          # by half-up, then by half-even
    array([  0,  50, 100,   0,  50, 100])
    """
    counts = np.arange(nobs + 1, dtype=np.int64)
    return np.concatenate([_print(counts, nobs, decimals, rule) for rule in rules])


def _print(counts: IntArray, nobs: int, decimals: int, rule: RoundingRule) -> IntArray:
    """Digits that each count prints under one rule; the other direction of `count_range`."""
    steps: IntArray = 200 * int(10**decimals) * counts  # in units of 1 / (2 * nobs) of a last digit
    if rule is RoundingRule.TRUNCATED:
        return steps // (2 * nobs)
    if rule is RoundingRule.CEILING:
        return -(-steps // (2 * nobs))
    up, down = (steps + nobs) // (2 * nobs), -(-(steps - nobs) // (2 * nobs))
    if rule is RoundingRule.HALF_UP:
        return up
    if rule is RoundingRule.HALF_DOWN:
        return down
    if rule is RoundingRule.HALF_EVEN:
        return np.where(up % 2 == 0, up, down)  # they differ in a tie only, by one
    return np.unique(np.concatenate([up, down]))


def number_of_printable(decimals: int) -> int:
    """Return how many figures from 0 to 100 there are.

    >>> number_of_printable(1)      # 0.0, 0.1, ..., 100.0
    1001
    """
    return 100 * int(10**decimals) + 1


def covers_everything(nobs: int, decimals: int) -> bool:
    """Return whether every printable figure has a witness at `nobs`, under any single rule.

    From n = 100·10^decimals on, neighbouring percentages are at most one last digit apart, so
    that each figure has one: nothing can be refuted any more.

    >>> covers_everything(999, 1), covers_everything(1000, 1)
    (False, True)
    """
    return nobs >= number_of_printable(decimals) - 1


@lru_cache(maxsize=4096)
def coverage(nobs: int, decimals: int, rules: Rules = ORDINARY) -> Fraction:
    """
    Return the share of the printable figures that some count out of `nobs` can print.

    Parameters
    ----------
    nobs : int
        The denominator. [units of the base]
    decimals : int
        Printed decimals; there are 100·10^decimals + 1 printable figures.
    rules : tuple of RoundingRule
        The rule set in force.

    Returns
    -------
    Fraction
        1 - coverage is the *power*: the chance that a figure drawn at random would be caught.

    Notes
    -----
    No figure is listed, so that six decimals of a hundred million people take no longer than
    one decimal of ninety. The values that print as a figure under any of the rules are one
    interval around it. Whether it holds a multiple of 100/n is a difference of two floors, and
    floors of equally spaced numbers have a sum by `_sum_of_floors`.

    Examples
    --------
    >>> coverage(90, 1)            # 91 of the 1,001 figures from 0.0 to 100.0
    Fraction(1, 11)
    >>> coverage(80, 0, (RoundingRule.EITHER_TIE,))      # 2.5 prints as 2 or 3, 7.5 as 7 or 8
    Fraction(1, 1)
    >>> coverage(60_000_000, 6)
    Fraction(60000001, 100000001)
    """
    if covers_everything(nobs, decimals):
        return Fraction(1)
    printed = sum(_printed_between(nobs, decimals, rules, last_digit) for last_digit in (0, 1))
    return Fraction(printed + 2, number_of_printable(decimals))  # and 0 and 100 themselves


def _printed_between(nobs: int, decimals: int, rules: Rules, parity: int) -> int:
    """Return how many even (0) or odd (1) digits strictly between 0 and 100 are printed.

    A figure of digits d is printed where some multiple of 200·10^decimals lies from
    (2d + below)·n + open_low to (2d + above)·n - open_high: see `count_range`.
    """
    ends = [half_steps(parity, rule) for rule in rules]
    low, open_low = min((end.low, end.open_low) for end in ends)
    high, inwards = max((end.high, -end.open_high) for end in ends)
    steps = number_of_printable(decimals) - 1
    figures, first = (steps // 2, 0) if parity else (steps // 2 - 1, 4 * nobs)
    start, end = first + low * nobs + open_low, first + high * nobs + inwards
    if end - start + 1 >= 2 * steps:  # too wide to fall between two multiples
        return figures
    return _sum_of_floors(figures, 4 * nobs, end, 2 * steps) - _sum_of_floors(
        figures, 4 * nobs, start - 1, 2 * steps
    )


def _sum_of_floors(terms: int, step: int, start: int, divisor: int) -> int:
    """Return the sum of ``(step * i + start) // divisor`` for i = 0, ..., terms - 1.

    Whole quotients of `step` and `start` are added at once. What is left counts the points with
    whole coordinates under a line, and counting them by the other axis swaps step and divisor,
    so that the numbers shrink as in Euclid's algorithm.

    >>> _sum_of_floors(4, 7, 1, 5)      # 1/5, 8/5, 15/5, 22/5
    8
    """
    total = 0
    while True:
        total += terms * (terms - 1) // 2 * (step // divisor) + terms * (start // divisor)
        step, start = step % divisor, start % divisor
        rows, rest = divmod(step * terms + start, divisor)
        if not rows:
            return total
        terms, step, start, divisor = rows, divisor, rest, step


@lru_cache(maxsize=256)
def coverage_of_any(
    denominators: tuple[int, ...], decimals: int, rules: Rules = ORDINARY
) -> Fraction | None:
    """
    Return the share of the printable figures that some count out of some denominator can print.

    Returns
    -------
    Fraction or None
        None where counting would take too long (more than about 20,000 denominators in a row).

    Examples
    --------
    >>> coverage_of_any((2, 3), 0)       # 0, 33, 50, 67, 100
    Fraction(5, 101)
    """
    if any(covers_everything(n, decimals) for n in denominators):
        return Fraction(1)
    if sum(denominators) > _MOST_STEPS:
        return None
    seen = np.zeros(number_of_printable(decimals), dtype=bool)
    for nobs in denominators:
        seen[printed_by_counts(nobs, decimals, rules)] = True
    return Fraction(int(seen.sum()), seen.size)


def common_denominators(
    figures: Sequence[Figure], denominators: IntArray, rules: Rules = ORDINARY
) -> IntArray:
    """Return the denominators for which every figure has a witness.

    >>> common_denominators([Figure(2935, 2), Figure(3370, 2)], denominators_up_to(172))
    array([92])
    """
    shared = np.ones(denominators.shape, dtype=bool)
    for figure in figures:
        shared &= fits(figure, denominators, rules)
    return denominators[shared]
