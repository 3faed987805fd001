"""What a figure would look like if it had been printed a little differently."""

from __future__ import annotations

import re
from fractions import Fraction

from recovery_audit.claims import part_and_whole
from recovery_audit.errors import FigureError
from recovery_audit.number_words import NUMBER_WORDS, value_of_words

#: Digits with thousands set off by commas or spaces, and decimals.
_NUMERAL = re.compile(r"\d+(?:[,  ]\d{3})*(?:\.\d+)?|\.\d+")


def numerals(printed: str) -> int:
    """
    Return how many numbers a printed figure consists of: two for the ends of a range.

    Examples
    --------
    >>> numerals("9.2"), numerals("40.2 to 49"), numerals("Forty-two"), numerals("1/3rd")
    (1, 2, 1, 1)
    """
    if _in_words(printed):
        return 1
    return len(_NUMERAL.findall(printed))


def moved(printed: str, units: int, place: int = 0) -> str:
    """
    Return a figure with one of its numbers moved by units of its last decimal.

    Parameters
    ----------
    printed : str
        The figure, as it was printed.
    units : int
        How far, and whether up or down, the sign set aside. A share in words has the unit of its
        whole: a quarter becomes one in five.
    place : int
        Which of its numbers, from 0.

    Returns
    -------
    str
        In the manner of the original; words become digits.

    Raises
    ------
    FigureError
        If it would fall below zero.

    Examples
    --------
    >>> moved("9.2", 1), moved("10,469", -1), moved("3–10", 10, place=1), moved("a quarter", 1)
    ('9.3', '10,468', '3–20', '1 in 5')
    >>> moved("1.17 million", 1), moved("Forty-two", 1), moved("−0.40 to −0.06", 1)
    ('1.18 million', '43', '−0.41 to −0.06')
    """
    if _in_words(printed):
        return _moved_words(printed, units)
    found = list(_NUMERAL.finditer(printed))[place]
    return printed[: found.start()] + _moved_digits(found.group(), units) + printed[found.end() :]


def _in_words(printed: str) -> bool:
    """Whether it is spelt out, or a share such as 1/3rd."""
    return printed[:1].isalpha() or bool(re.match(r"\d+/\d+", printed))


def _moved_words(printed: str, units: int) -> str:
    value = value_of_words(printed) if NUMBER_WORDS.fullmatch(printed) else Fraction(1, 2)
    if value.denominator == 1:
        return str(_not_negative(int(value) + units, printed))
    part, whole = part_and_whole(printed)
    return f"{part.digits} in {_not_negative(whole.digits + units, printed)}"


def _moved_digits(numeral: str, units: int) -> str:
    plain = re.sub(r"[,  ]", "", numeral)
    whole, point, decimals = plain.partition(".")
    value = _not_negative(int(whole + decimals) + units, numeral)
    digits = str(value).zfill(len(decimals) + 1)
    cut = len(digits) - len(decimals)
    return _grouped(digits[:cut], numeral) + point + digits[cut:]


def _grouped(whole: str, like: str) -> str:
    separator = re.search(r"[,  ]", like)
    return f"{int(whole):,}".replace(",", separator.group()) if separator else whole


def _not_negative(value: int, printed: str) -> int:
    if value < 0:
        raise FigureError(f"{printed!r} cannot be moved that far: it would be negative")
    return value


def size_of_unit(printed: str, place: int = 0) -> Fraction:
    """
    Return one unit of the last decimal.

    Examples
    --------
    >>> size_of_unit("45.25"), size_of_unit("1,090")
    (Fraction(1, 100), Fraction(1, 1))
    """
    if _in_words(printed):
        return Fraction(1)
    decimals = _NUMERAL.findall(printed)[place].partition(".")[2]
    return Fraction(1, 10 ** len(decimals))
