"""Every number printed in a text: where it stands, what it is worth, and what it counts.

Roman numerals are not looked for; words that only suggest a number (several, both, most) neither.

>>> [(n.printed, n.value, n.unit) for n in numerals("In 1/ 3rd of 10,469, or 3–10%, £2 million.")]
[('1/ 3rd', '1/3', 'share'), ('10,469', '10469', ''), ('3–10%', '3–10', 'percent'), \
('£2 million', '2000000', 'pounds')]
>>> [(n.printed, n.value) for n in numerals("Seventy-eight dropped out, one in ten recovered.")]
[('Seventy-eight', '78'), ('one in ten', '1/10')]
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from recovery_audit.number_words import NUMBER_PATTERN, is_ordinal, value_of_words
from recovery_audit.rounding import print_fraction


class Form(StrEnum):
    """How a number is written."""

    ADDRESS = "address"  # a web or mail address or an identifier with digits in it
    RAISED = "raised"  # a superscript
    RATIO = "ratio"  # one in ten, 1/3, ½
    RANGE = "range"  # 3–10%
    DIGITS = "digits"
    WORDS = "words"


@dataclass(frozen=True, kw_only=True, slots=True)
class Numeral:
    """One number as printed; its places count characters of the normalised page."""

    start: int  #: first character, the sign before it included
    end: int  #: first character after it and its sign or unit
    figure_start: int  #: first character of the figure alone
    figure_end: int  #: first character after the figure
    printed: str  #: as printed, with sign and unit; white space squeezed
    figure: str  #: the same without sign and unit
    value: str  #: whole, decimal, `1/3`, or the two ends of a range; blank where it has none
    unit: str  #: percent, share, ordinal, fold, a currency, or what is counted; else blank
    form: Form  #: how it is written


# --- how numbers are written ----------------------------------------------------------------------

_DECIMAL = r"(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:[.·]\d+)?|(?<=[\s(<>=≤≥])\.\d+)"
_SCALE = r"\s?(?:thousand|million|billion|trillion)\b"
_PERCENT = r"\s?(?:%|per\s?cent\b)"
_POINTS = r"\s?(?:percentage|per\s?cent)\spoints?\b"
_CURRENCY = r"(?P<currency{0}>[£€$])\s?"
_SIGN = rf"(?P<sign{{0}}>{_POINTS}|{_PERCENT})?(?:\s?\+)?"
_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_NO_YEAR = r"(?!(?:19|20)\d\d\b)"


def _signed(name: str, figure: str) -> str:
    """Return a pattern with the figure and its signs in groups of this name."""
    currency, sign = (part.replace("{0}", name) for part in (_CURRENCY, _SIGN))
    return rf"(?:{currency})?(?P<{name}>{figure}){sign}"


_PATTERNS = {
    Form.ADDRESS: (
        r"(?P<address>(?:(?:https?://|www\.|mailto:|doi:\s?)(?=\S{0,2000}?\d)\S*"
        r"|[\w.+-]{0,64}\d[\w.+-]{0,64}@\S*|10\.\d{4,}/\S*|\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?<![.,;:)\]'\"]))"
    ),
    Form.RAISED: r"(?P<raised>[⁰¹²³⁴-⁹]+(?:[,–-][⁰¹²³⁴-⁹]+)*|\^\d+)",
    Form.RATIO: _signed(
        "ratio",
        rf"(?:\d+\s?)?[{_VULGAR}]"
        r"|(?<![\d/])\d{1,3}\s?/\s?\d{1,3}(?:st|nd|rd|ths?)?\b(?!\s?/\s?\d)"
        rf"|(?:\b\d{{1,3}}|{NUMBER_PATTERN})\s(?:in|out\sof)\s(?:every\s)?"
        rf"(?:{_NO_YEAR}(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,7}})\b|{NUMBER_PATTERN})",
    ),
    Form.RANGE: _signed(
        "range",
        rf"(?<!\d[-–])(?<![A-Za-z]-){_DECIMAL}%?(?:[-–—/]|(?<=%)\s[-–—]\s){_DECIMAL}(?![-–/]?\d)",
    ),
    Form.DIGITS: _signed(
        "digits", rf"{_DECIMAL}(?:(?:st|nd|rd|th|(?<=\d0)s)\b|{_SCALE}|(?<=\d)(?:bn|m|k)\b)?"
    ),
    Form.WORDS: _signed("words", NUMBER_PATTERN),
}
_ANY = re.compile("|".join(_PATTERNS.values()), re.IGNORECASE)
_SINGLE = re.compile(f"{_PATTERNS[Form.DIGITS]}|{_PATTERNS[Form.WORDS]}", re.IGNORECASE)


def numerals(text: str) -> Iterator[Numeral]:
    """Yield every number of a normalised text, in order; none overlaps another."""
    for match in _ANY.finditer(text):
        if _is_one_number(match):
            yield _numeral(match)
        else:
            yield from map(_numeral, _SINGLE.finditer(text, *match.span()))


def _is_one_number(match: re.Match[str]) -> bool:
    """Refuse `5 in two studies` as a ratio, and `24/15` as a range."""
    form = Form(str(match.lastgroup).removeprefix("sign").removeprefix("currency"))
    if form is Form.RATIO:
        part, whole = _ratio(match["ratio"])
        return match["ratio"][-1] in _VULGAR or (bool(whole) and part <= whole)
    if form is Form.RANGE and "/" in match["range"]:
        return re.fullmatch(r"(?:19|20)\d\d/(?:\d\d){1,2}", match["range"]) is not None
    return True


def _numeral(match: re.Match[str]) -> Numeral:
    groups = match.groupdict()
    form = next(form for form in Form if groups.get(form) is not None)
    sign, currency = groups.get(f"sign{form}"), groups.get(f"currency{form}")
    figure = match[form]
    start, end = match.span()
    return Numeral(
        start=start,
        end=end,
        figure_start=match.start(form),
        figure_end=match.end(form),
        printed=" ".join(match[0].split()),
        figure=" ".join(figure.split()),
        value=_VALUES[form](" ".join(figure.split()).lower()),
        unit=_unit(form, figure, sign, currency) or _counted(match.string[end : end + 60]),
        form=form,
    )


# --- values ---------------------------------------------------------------------------------------

_SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "m": 10**6, "bn": 10**9,
}  # fmt: skip


_MOST_DIGITS = 30  # of a number with a scale word; longer ones are noise


def _value_of_digits(figure: str) -> str:
    number = re.match(r"[\d.,·]+", figure)
    assert number is not None, figure
    plain = number[0].replace(",", "").replace("·", ".")
    plain = f"0{plain}" if plain.startswith(".") else plain
    scale = _SCALES.get(figure[number.end() :].strip())
    if scale is None or len(plain) > _MOST_DIGITS:
        return plain
    value = Fraction(plain) * scale
    return str(value) if value.denominator == 1 else print_fraction(value, 6)


def _value_of_range(figure: str) -> str:
    low, high = re.findall(_DECIMAL, figure)
    return f"{_value_of_digits(low)}–{_value_of_digits(high)}"


def _value_of_ratio(figure: str) -> str:
    part, whole = _ratio(figure)
    return f"{part}/{whole}"


def _ratio(figure: str) -> tuple[Fraction, Fraction]:
    """Return part and whole as printed: `6/10` is not `3/5`."""
    if figure[-1] in _VULGAR:
        return _vulgar(figure)
    part, whole = re.split(r"\s?/\s?|\s(?:in|out\sof)\s(?:every\s)?", figure.lower())
    return _single(part), _single(whole)


def _vulgar(figure: str) -> tuple[Fraction, Fraction]:
    part = Fraction(unicodedata.numeric(figure[-1])).limit_denominator(10)
    whole = int(figure[:-1].strip() or 0)
    return Fraction(part.numerator + whole * part.denominator), Fraction(part.denominator)


def _single(figure: str) -> Fraction:
    digits = re.match(_DECIMAL, figure)
    return Fraction(_value_of_digits(digits[0])) if digits else value_of_words(figure)


_VALUES: dict[Form, Callable[[str], str]] = {
    Form.ADDRESS: lambda _: "",
    Form.RAISED: lambda figure: unicodedata.normalize("NFKC", figure).removeprefix("^"),
    Form.RATIO: _value_of_ratio,
    Form.RANGE: _value_of_range,
    Form.DIGITS: _value_of_digits,
    Form.WORDS: lambda figure: str(value_of_words(figure)),
}


# --- units ----------------------------------------------------------------------------------------

_CURRENCIES = {"£": "pounds", "€": "euros", "$": "dollars"}
#: What is counted, in the units of the claims where they have one, by the nouns that say so.
_NOUNS = {
    "persons": "patient client person people participant adult child woman women men therapist",
    "referrals": "referral",
    "sessions": "session appointment",
    "disorders": "disorder",
    "diagnoses": "diagnosis diagnoses",
    "reasons": "reason",
    "scale-scores": "point",
    "studies": "study studies trial review journal",
    "sites": "site clinic centre service",
    "years": "year",
    "months": "month",
    "weeks": "week",
    "days": "day",
    "hours": "hour minute",
}
_UNITS = {noun: unit for unit, nouns in _NOUNS.items() for noun in nouns.split()}
_BETWEEN = r"(?!(?:of|in|at|on|to|for|from|per|and|or|with|by|were|was|are|is|the)\b)[\w/-]+"
_COUNTED = re.compile(rf"(?:\s{_BETWEEN}){{0,2}}\s({'|'.join(_UNITS)})s?\b", re.IGNORECASE)


def _unit(form: Form, figure: str, sign: str | None, currency: str | None) -> str:
    """Return the unit that the number itself shows."""
    if sign:
        return "percentage-points" if "point" in sign.lower() else "percent"
    if currency:
        return _CURRENCIES[currency]
    if form is Form.RATIO or (form is Form.WORDS and value_of_words(figure).denominator > 1):
        return "share"
    if figure.lower().endswith("fold"):
        return "fold"
    ordinal = re.search(r"\d(?:st|nd|rd|th)$", figure, re.IGNORECASE)
    return "ordinal" if ordinal or (form is Form.WORDS and is_ordinal(figure)) else ""


def _counted(after: str) -> str:
    """Return the unit that one of the next three words says."""
    noun = _COUNTED.match(after)
    return _UNITS[noun[1].lower()] if noun else ""
