"""Numbers in English words: how they are written, and their values.

>>> match = NUMBER_WORDS.search("About seventy-eight of them")
>>> match[0], value_of_words(match[0])
('seventy-eight', Fraction(78, 1))
>>> [str(value_of_words(words)) for words in ("three quarters", "a third", "two and a half")]
['3/4', '1/3', '5/2']
"""

import re
from collections.abc import Iterable
from fractions import Fraction

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_CARDINALS = {
    "zero": 0,
    **dict(zip([*_UNITS, *_TEENS], range(1, 20), strict=True)),
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
}
_SMALL_SCALES = {"hundred": 100, "dozen": 12}
_LARGE_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES = _SMALL_SCALES | _LARGE_SCALES
_IRREGULAR = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
}
_REGULAR = {
    f"{word.removesuffix('ve')}fth" if word == "twelve" else f"{word}th": value
    for word, value in _CARDINALS.items()
    if 0 < value < 20 and value not in _IRREGULAR.values()
}
_TENTHS = {f"{word[:-1]}ieth": _CARDINALS[word] for word in _TENS}
_ORDINALS = _IRREGULAR | _REGULAR | _TENTHS | {"hundredth": 100, "thousandth": 1000}
#: What a whole is cut into; `second` is no such part, `half` and `quarter` are no ordinals.
_PARTS = {"half": 2, "halve": 2, "quarter": 4} | {
    word: value for word, value in _ORDINALS.items() if value > 2
}
_TIMES = {"twice": 2, "thrice": 3}


def _one_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


_JOIN = r"(?:-\s*|\s+)"
_BELOW_20 = _one_of([*_UNITS, *_TEENS])
_BELOW_100 = rf"(?:{_one_of(_TENS)}(?:{_JOIN}{_one_of(_UNITS)}\b)?|{_BELOW_20}|zero)"
_SCALE = rf"{_one_of(_SCALES)}s?"
_PART = rf"(?:{_one_of(_PARTS)}s?)"
#: The ways of writing a number in words, the longest reading first.
_FORMS = (
    rf"{_BELOW_100}\s+and\s+(?:an?|{_BELOW_20}){_JOIN}{_PART}",  # two and a half
    rf"(?:(?:half\s+an?|an?|{_BELOW_100}){_JOIN})?{_SCALE}\b"  # two million, three hundred
    rf"(?:(?:{_JOIN}and)?{_JOIN}(?:{_BELOW_100}|{_SCALE})\b)*",
    rf"(?:{_BELOW_20}|an?){_JOIN}{_PART}",  # two thirds
    r"half|halves|quarters?",
    rf"{_BELOW_100}-?fold",
    rf"(?:{_one_of(_TENS)}{_JOIN})?{_one_of(_ORDINALS)}",  # twenty-first
    _BELOW_100,
    _one_of(_TIMES),
)
NUMBER_PATTERN = rf"\b(?:{'|'.join(_FORMS)})\b"
NUMBER_WORDS = re.compile(NUMBER_PATTERN, re.IGNORECASE)


def is_number_word(word: str) -> bool:
    """Return whether a single word is a number or a part, also of several: `thirds`."""
    return word.lower().removesuffix("s") in {*_CARDINALS, *_SCALES, *_ORDINALS, *_PARTS}


def is_ordinal(words: str) -> bool:
    """Return whether a number in words says a place in an order.

    >>> is_ordinal("twenty-first"), is_ordinal("two thirds"), is_ordinal("second")
    (True, False, True)
    """
    *before, last = re.split(_JOIN, words.lower())
    return last in _ORDINALS and all(word in _TENS for word in before)


def value_of_words(words: str) -> Fraction:
    """
    Return the value of a number in words; a scale without a number counts as one of it.

    Parameters
    ----------
    words : str
        A whole match of `NUMBER_WORDS`.

    Examples
    --------
    >>> [int(value_of_words(words)) for words in ("half a million", "twenty-first", "threefold")]
    [500000, 21, 3]
    """
    spoken = re.split(_JOIN, words.lower().removesuffix("fold").removesuffix("-"))
    last = spoken[-1].removesuffix("s")
    if last in _PARTS and not is_ordinal(words):
        whole, _, part = " ".join(spoken[:-1]).rpartition("and")
        return _sum(whole.split()) + (_sum(part.split()) or Fraction(1)) / _PARTS[last]
    return _sum(spoken)


def _sum(spoken: Iterable[str]) -> Fraction:
    """Add up words from left to right; a scale multiplies what stands before it."""
    total, group = Fraction(0), Fraction(0)
    for word in (word.removesuffix("s") if word[:-1] in _SCALES else word for word in spoken):
        if word in _LARGE_SCALES:
            total, group = total + (group or Fraction(1)) * _LARGE_SCALES[word], Fraction(0)
        elif word in _SMALL_SCALES:
            group = (group or Fraction(1)) * _SMALL_SCALES[word]
        elif word == "half":
            group = Fraction(1, 2)
        else:
            group += (_CARDINALS | _ORDINALS | _TIMES).get(word, 0)
    return total + group
