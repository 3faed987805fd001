"""From printed text to the exact values that print so, under a named rounding rule.

Everything here is exact: text, integers and fractions. No float enters or leaves.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from recovery_audit.errors import FigureError

IntArray = npt.NDArray[np.int64]
Counts = TypeVar("Counts", int, IntArray)


class RoundingRule(StrEnum):
    """How an exact value became the printed one."""

    HALF_UP = "half_up"  # ties away from zero, as taught in school
    HALF_EVEN = "half_even"  # ties to the even digit, as in R, Python and IEEE 754
    TRUNCATED = "truncated"  # further digits cut off
    HALF_DOWN = "half_down"  # ties towards zero
    CEILING = "ceiling"  # always up
    EITHER_TIE = "either_tie"  # half_up or half_down, tie by tie


#: What a reader assumes when nothing is said.
ORDINARY = (RoundingRule.HALF_UP, RoundingRule.HALF_EVEN)
#: Every convention a table may have followed; together they decide `inconsistent`.
#: `either_tie` adds nothing to them: its values are those of half_up and half_down.
ANY = (*ORDINARY, RoundingRule.TRUNCATED, RoundingRule.HALF_DOWN, RoundingRule.CEILING)


class Figure(NamedTuple):
    """A figure as printed: its digits as one whole number, and how many are decimals."""

    digits: int  #: 33.70 -> 3370
    decimals: int  #: 33.70 -> 2

    @property
    def scale(self) -> int:
        """Printed steps per unit: 10 to the power of `decimals`."""
        return int(10**self.decimals)

    @property
    def value(self) -> Fraction:
        """The printed value itself."""
        return Fraction(self.digits, self.scale)

    @property
    def last_place(self) -> Fraction:
        """One step of the last printed digit."""
        return Fraction(1, self.scale)

    def __str__(self) -> str:
        sign, (whole, part) = "-" * (self.digits < 0), divmod(abs(self.digits), self.scale)
        return f"{sign}{whole}.{part:0{self.decimals}d}" if self.decimals else f"{sign}{whole}"


# Thousands are grouped by commas in threes or not at all, so that `33,70` is not taken for 3370.
FIGURE_PATTERN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# Beyond this, 200 * 10^decimals * n would leave 64 bits for any n that occurs.
MOST_DECIMALS = 6
#: What a reader is told who gave something else.
FIGURE_RULE = (
    "expected digits with an optional decimal point, commas only between groups of three digits, "
    f"and at most {MOST_DECIMALS} decimals, as in 9.2, 33.70 or 10,469"
)


def read_figure(printed: str, *, signed: bool = False) -> Figure:
    """
    Read a figure exactly as it was printed; a percent sign and spaces around it are allowed.

    Parameters
    ----------
    printed : str
        For instance ``33.70``, ``9.2%`` or ``10,469``.
    signed : bool
        Whether a minus sign may stand before it, as in ``-0.23``.

    Returns
    -------
    Figure
        Digits and decimals; a trailing zero counts as a printed decimal.

    Raises
    ------
    FigureError
        If the text is not a plain decimal figure with at most six decimals.

    Examples
    --------
    >>> read_figure("33.70%")
    Figure(digits=3370, decimals=2)
    >>> read_figure("-0.23", signed=True)
    Figure(digits=-23, decimals=2)
    >>> read_figure("33,70")
    Traceback (most recent call last):
        ...
    recovery_audit.errors.FigureError: '33,70' is not a figure: expected digits with an optional \
decimal point, commas only between groups of three digits, and at most 6 decimals, \
as in 9.2, 33.70 or 10,469
    """
    text = printed.strip().removesuffix("%").rstrip()
    if signed and text.startswith("-"):
        below_zero = read_figure(text[1:])
        return below_zero._replace(digits=-below_zero.digits)
    decimals = len(text.partition(".")[2])
    if not re.fullmatch(FIGURE_PATTERN, text, re.ASCII) or decimals > MOST_DECIMALS:
        raise FigureError(f"{printed!r} is not a figure: {FIGURE_RULE}")
    return Figure(digits=int(text.replace(",", "").replace(".", "")), decimals=decimals)


class HalfSteps(NamedTuple):
    """Ends of the values that print as a figure, counted in half steps of its last digit.

    An open end excludes its own value. With integers on both sides, an open end is an
    inequality moved by one, so `open_low` and `open_high` are the 0 or 1 to move by.
    """

    low: int
    high: int
    open_low: int
    open_high: int


def half_steps(digits: int, rule: RoundingRule) -> HalfSteps:
    """Return the ends of the values that print as `digits` under `rule`.

    >>> half_steps(92, RoundingRule.HALF_UP)      # 9.2: from 9.15 to just below 9.25
    HalfSteps(low=183, high=185, open_low=0, open_high=1)
    """
    below, above, open_low, open_high = ENDS[rule]
    if rule is RoundingRule.HALF_EVEN:  # both ties print as the even neighbour
        open_low = open_high = digits % 2
    return HalfSteps(2 * digits + below, 2 * digits + above, open_low, open_high)


#: Per rule: low end, high end (half steps from the printed value), low end open, high end open.
ENDS: dict[RoundingRule, tuple[int, int, int, int]] = {
    RoundingRule.HALF_UP: (-1, 1, 0, 1),
    RoundingRule.HALF_DOWN: (-1, 1, 1, 0),
    RoundingRule.HALF_EVEN: (-1, 1, 0, 0),  # open at both ends where the last digit is odd
    RoundingRule.EITHER_TIE: (-1, 1, 0, 0),
    RoundingRule.TRUNCATED: (0, 2, 0, 1),
    RoundingRule.CEILING: (-2, 0, 1, 0),
}


def count_range(ends: HalfSteps, decimals: int, nobs: int) -> range:
    """Return every count whose percentage of `nobs` lies between `ends`.

    The condition is ``low * n <= 200 * 10^decimals * k <= high * n`` in whole numbers, moved by
    one where an end is open.

    >>> count_range(half_steps(4535, RoundingRule.HALF_UP), 2, 172)
    range(78, 79)
    """
    scale = 200 * 10**decimals
    first = -(-(ends.low * nobs + ends.open_low) // scale)
    last = (ends.high * nobs - ends.open_high) // scale
    return range(max(first, 0), min(last, nobs) + 1)


_RULES = tuple(RoundingRule)
_END_TABLE = np.array([ENDS[rule] for rule in _RULES], dtype=np.int64)
_HALF_EVEN = _RULES.index(RoundingRule.HALF_EVEN)


def count_ranges(
    digits: IntArray, decimals: IntArray, nobs: IntArray, rule: RoundingRule | IntArray
) -> tuple[IntArray, IntArray]:
    """
    Return the smallest and largest count behind each of many printed percentages.

    Parameters
    ----------
    digits, decimals : array of int64, shape (m,)
        Printed figures as in `Figure`.
    nobs : array of int64, shape (m,)
        Denominators. [units of the base, at least 1]
    rule : RoundingRule or array of int64, shape (m,)
        One rule, or each figure's position in ``tuple(RoundingRule)``.

    Returns
    -------
    k_min, k_max : array of int64, shape (m,)
        No count fits where ``k_min > k_max``.

    Raises
    ------
    OverflowError
        If a product would not fit 64 bits.

    Examples
    --------
    >>> two = np.array([2, 2]), np.array([172, 172])
    >>> count_ranges(np.array([4525, 4535]), *two, RoundingRule.HALF_UP)
    (array([78, 78]), array([77, 78]))
    """
    scale = 200 * np.power(10, decimals, dtype=np.int64)
    largest = int(scale.max(initial=0)) * int(nobs.max(initial=0))
    if largest >= 2**62:
        msg = f"denominators up to {nobs.max()} with {decimals.max()} decimals exceed 64 bits"
        raise OverflowError(msg)
    below, above, open_low, open_high = _ends_of(digits, rule)
    low = (2 * digits + below) * nobs + open_low
    high = (2 * digits + above) * nobs - open_high
    return np.maximum(-(-low // scale), 0), np.minimum(high // scale, nobs)


def _ends_of(digits: IntArray, rule: RoundingRule | IntArray) -> list[IntArray]:
    if isinstance(rule, RoundingRule):
        code: IntArray | int = _RULES.index(rule)
    else:
        code = rule
    below, above, open_low, open_high = _END_TABLE[code].T
    odd = (code == _HALF_EVEN) * (digits % 2)
    return [below, above, open_low + odd, open_high + odd]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A set of values between two exact ends, each of which may itself be left out."""

    low: Fraction  #: lower end
    high: Fraction  #: upper end
    open_low: bool = False  #: True when `low` itself is excluded
    open_high: bool = False  #: True when `high` itself is excluded

    @classmethod
    def point(cls, value: Fraction | int) -> "Interval":
        """Return the set that holds one value."""
        return cls(low=Fraction(value), high=Fraction(value))

    def __contains__(self, value: Fraction) -> bool:
        above = self.low < value or (self.low == value and not self.open_low)
        below = value < self.high or (self.high == value and not self.open_high)
        return above and below

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(
            low=self.low + other.low,
            high=self.high + other.high,
            open_low=self.open_low or other.open_low,
            open_high=self.open_high or other.open_high,
        )

    def __neg__(self) -> "Interval":
        return Interval(
            low=-self.high, high=-self.low, open_low=self.open_high, open_high=self.open_low
        )

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def meets(self, other: "Interval") -> bool:
        """Return whether some value lies in both sets."""
        low, open_low = max((self.low, self.open_low), (other.low, other.open_low))
        high, closed_high = min((self.high, not self.open_high), (other.high, not other.open_high))
        return low < high or (low == high and not open_low and closed_high)

    def counts(self, nobs: int) -> range:
        """Return every count whose percentage of `nobs` lies in the set."""
        first, last = self.low * nobs / 100, self.high * nobs / 100
        start = _ceil(first) + (self.open_low and first.denominator == 1)
        stop = int(last // 1) - (self.open_high and last.denominator == 1)
        return range(max(start, 0), min(stop, nobs) + 1)


def _ceil(value: Fraction) -> int:
    return int(-(-value // 1))


def admissible(figure: Figure, rule: RoundingRule) -> Interval:
    """
    Return the exact values that print as `figure` under `rule`.

    Examples
    --------
    >>> admissible(read_figure("9.2"), RoundingRule.HALF_UP)
    Interval(low=Fraction(183, 20), high=Fraction(37, 4), open_low=False, open_high=True)
    """
    if figure.digits < 0:  # rounding goes by size: a value and its opposite round alike
        return -admissible(figure._replace(digits=-figure.digits), rule)
    ends = half_steps(figure.digits, rule)
    return Interval(
        low=Fraction(ends.low, 2 * figure.scale),
        high=Fraction(ends.high, 2 * figure.scale),
        open_low=bool(ends.open_low),
        open_high=bool(ends.open_high),
    )


def print_percent(count: int, nobs: int, *, decimals: int) -> str:
    """
    Print a proportion as a percentage, half-up, trailing zeros kept.

    Parameters
    ----------
    count, nobs : int
        Numerator and denominator. [units of the base]
    decimals : int
        Digits after the point.

    Examples
    --------
    >>> print_percent(1, 16, decimals=1)   # the built-in round() gives 6.2
    '6.3'
    """
    return print_fraction(Fraction(100 * count, nobs), decimals)


def print_fraction(value: Fraction, decimals: int) -> str:
    """Print an exact value as a plain decimal, ties away from zero.

    >>> print_fraction(Fraction(-17, 172), 4)
    '-0.0988'
    """
    steps = (abs(value) * 2 * 10**decimals + 1) // 2
    sign = "-" if value < 0 and steps else ""
    return sign + str(Figure(int(steps), decimals))
