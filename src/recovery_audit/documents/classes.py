"""What a printed number is for, by rules tried in order; the first that applies decides.

Each rule is a function with its title as docstring. It returns a reason, a word or two, or None
where it does not apply. The last rule always applies, so that no number stays unclassified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from recovery_audit.documents.numerals import Form, Numeral


class MentionClass(StrEnum):
    """What a number in a document is."""

    CLAIM = "claim"  # a figure of the ledger
    CITATION = "citation"  # a reference number, its year, volume or page
    YEAR = "year"  # a year, a span of years, a decade
    INSTRUMENT = "instrument"  # a part of the name of a questionnaire or manual
    STRUCTURE = "structure"  # a part of the document or of a pathway, a list mark, a page number
    ADDRESS = "address"  # a web or mail address, or an identifier
    OTHER = "other"  # everything else, with a reason


#: Classes whose numbers are never figures.
NO_FIGURES = (
    MentionClass.ADDRESS,
    MentionClass.CITATION,
    MentionClass.INSTRUMENT,
    MentionClass.STRUCTURE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A number with the text around it."""

    numeral: Numeral
    text: str  #: the normalised page

    def preceded(self, pattern: str, *, ignore_case: bool = False) -> bool:
        """Return whether the text before the number ends with a pattern."""
        before = self.text[max(0, self.numeral.start - _REACH) : self.numeral.start]
        return _search(rf"(?:{pattern})\Z", before, ignore_case)

    def followed(self, pattern: str, *, ignore_case: bool = False) -> bool:
        """Return whether the text after the number begins with a pattern."""
        after = self.text[self.numeral.end : self.numeral.end + _REACH]
        return _search(rf"\A(?:{pattern})", after, ignore_case)


_REACH = 240  # characters before and after a number that a rule may look at


def _search(pattern: str, text: str, ignore_case: bool) -> bool:
    return re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None


class Classified(NamedTuple):
    """The decision on one number."""

    mention_class: MentionClass
    rule: str  #: name of the rule that decided
    reason: str  #: a word or two


Rule = Callable[[Passage], str | None]


def classify(numeral: Numeral, text: str) -> Classified:
    """Return the class of a number that is no claim."""
    passage = Passage(numeral=numeral, text=text)
    found = ((group, rule, rule(passage)) for group, rule in RULES)
    return next(Classified(group, rule.__name__, reason) for group, rule, reason in found if reason)


# --- addresses and citations ----------------------------------------------------------------------


def address(passage: Passage) -> str | None:
    """A web or mail address, or an identifier such as a DOI or ORCID."""
    return "address" if passage.numeral.form is Form.ADDRESS else None


def bracketed_reference(passage: Passage) -> str | None:
    """A number in square brackets that hold numbers only: [2, 3], [15–17]."""
    inside = r"[\d,;\s–-]*"
    bracketed = passage.preceded(rf"\[{inside}") and passage.followed(rf"{inside}\]")
    return "reference" if bracketed else None


def raised_reference(passage: Passage) -> str | None:
    """A superscript after a word or a stop; after a digit it is an exponent."""
    raised = passage.numeral.form is Form.RAISED
    return "reference" if raised and not passage.preceded(r"\d") else None


def cited_year(passage: Passage) -> str | None:
    """A year in brackets after a name: Bower et al. (2013), (Kahan, 2015; Smith 2016a)."""
    if not _is_year(passage.numeral):
        return None
    alone = passage.preceded(r"(?:\bal|\b[A-Z][\w'-]+|&\s\w+)[.,]?\s\(") and passage.followed(
        r"[a-z]?(?:,\s(?:pp?\.\s?)?\d+(?:[–-]\d+)?)?\)"
    )
    listed = passage.preceded(r"[(;]\s?[^()]*\b(?:al\.?|[A-Z][\w'-]+),?\s") and passage.followed(
        r"[a-z]?(?:[,;:][^()]*)?\)"
    )
    return "year of a reference" if alone or listed else None


def journal_issue(passage: Passage) -> str | None:
    """Year, volume, issue or page of a journal: (2020) 8:13, 2018;23(9):1136-1147."""
    year = _is_year(passage.numeral) and passage.followed(r"\)\s\d+:\d|;\d+[(:]")
    volume = passage.preceded(r"\(\d{4}\)\s|\d{4};") and passage.followed(r":\d|\(\d+\):")
    issue = passage.preceded(r";\d+\(") and passage.followed(r"\):")
    page = passage.preceded(r"(?:\(\d{4}\)\s|;)\d+(?:\(\d+\))?:")
    return "journal" if year or volume or issue or page else None


def cited_page(passage: Passage) -> str | None:
    """A page of a cited work: p546, pp. 10–11."""
    page = passage.preceded(r"(?<![A-Za-z])pp?\.?\s?", ignore_case=True)
    return "page" if page and not passage.preceded(r"\d\s?p") else None


# --- names ----------------------------------------------------------------------------------------

# Questionnaires, interviews and manuals whose names end with a number.
_INSTRUMENTS = (
    "PHQ|GAD|SF|EQ|DSM|ICD|SCID|HADS|HAM-?[AD]|BDI|BAI|CORE|CORE-OM|GHQ|IES-?R?|PCL|K|WHO|WHODAS"
    "|MOS|SCL|HSCL|CIS-?R?|EQ-5D|GSRS|CFQ|FSS|WSAS|MADRS|QIDS"
)


def instrument(passage: Passage) -> str | None:
    """A part of the name of a questionnaire or manual: PHQ-9, SF-36, DSM-5."""
    named = passage.preceded(rf"\b(?:{_INSTRUMENTS}|Questionnaire|[Ss]cale|[Ii]nventory)-")
    spaced = passage.preceded(r"\b(?:PHQ|GAD|DSM|ICD)\s?") and not passage.followed(r"[%,.]\d")
    return "name" if named or spaced else None


def name(passage: Passage) -> str | None:
    """A part of some other name or word: COVID-19, Radio 4, 3-Ps."""
    before = passage.preceded(r"\b[A-Z][A-Za-z]*-|\b(?:Radio|Channel|BBC|Type|Version)\s")
    before = before and passage.numeral.form is Form.DIGITS and not passage.numeral.unit
    after = passage.numeral.form is Form.DIGITS and passage.followed(r"-[A-Z]")
    return "name" if before or after else None


def licence(passage: Passage) -> str | None:
    """The version of a licence or programme."""
    licensed = passage.preceded(r"\b(?:Attribution|Licence|License|CC[\w -]*|[Vv]ersion|v)\s?")
    licensed = licensed or passage.followed(r"\s(?:International|Unported|Generic)\b")
    return "version" if licensed else None


# --- structure ------------------------------------------------------------------------------------

_PARTS = (
    r"sections?|sects?\.?|figs?\.?|figures?|tables?|steps?|stages?|phases?|box(?:es)?|chapters?"
    r"|append(?:ix|ices)|pages?|parts?|paragraphs?|para\.?|equations?|eqs?\.?|volumes?|vol\.?"
    r"|issues?|items?|questions?|criteri(?:on|a)|file|supplement|tiers?|levels?|bands?|grades?"
)
_PLURAL = r"(?:\w*s|criteria|appendices)\.?"


def numbered_part(passage: Passage) -> str | None:
    """A numbered part of a document or pathway: Section 2, Figs. 1 and 2, step 3 & 4."""
    first = rf"\b(?:{_PARTS})\s?"
    later = rf"\b(?:{_PARTS})\s\d+(?:\s?(?:&|–|-)\s?\d+)*\s?(?:&|–|-)\s?"
    listed = rf"\b(?=(?:{_PARTS})\s)(?:{_PLURAL})\s\d+(?:(?:,|\sand|\sto|,\sand)\s\d+)*"
    listed += r"(?:,|\sand|\sto|,\sand)\s"
    whole = passage.numeral.form in (Form.DIGITS, Form.RANGE) and not passage.numeral.unit
    named = passage.numeral.form is not Form.RATIO and passage.preceded(first, ignore_case=True)
    goes_on = whole and passage.preceded(r"\d\s?(?:,|&|–|-|,?\sand|\sto)\s?")
    also = goes_on and passage.preceded(rf"{later}|{listed}", ignore_case=True)
    total = passage.preceded(r"\bpage\s\d+\sof\s", ignore_case=True)
    return "part" if named or also or total else None


def list_mark(passage: Passage) -> str | None:
    """A number that opens an item of a list: `2. a weak base` after an item 1."""
    value = passage.numeral.value
    if passage.numeral.form is not Form.DIGITS or not re.fullmatch(r"\d{1,2}", value):
        return None
    opens = passage.followed(r"[.)]\s\S") and passage.preceded(r"(?:\A|\n|[:;,(]\s?|\band\s|\.\s)")
    before = passage.text[max(0, passage.numeral.start - 4 * _REACH) : passage.numeral.start]
    continues = value == "1" or _search(rf"(?<!\d){int(value) - 1}[.)]\s", before, False)
    return "list" if opens and continues else None


def heading_number(passage: Passage) -> str | None:
    """The number of a heading that stands alone on its line: 2.1 Methods."""
    alone = passage.preceded(r"\A|\n\n") and passage.followed(r"\.?\s[A-Z][^\n.]{2,80}(?:\n|\Z)")
    short = re.fullmatch(r"\d{1,2}(?:\.\d)?", passage.numeral.value) is not None
    return "heading" if alone and short and not passage.numeral.unit else None


def footnote_mark(passage: Passage) -> str | None:
    """A number that runs into the capital letter after it, at the start of a line."""
    mark = passage.preceded(r"\A|\n") and passage.followed(r"[A-Z][a-z]")
    return "footnote" if mark else None


def order_of_points(passage: Passage) -> str | None:
    """First, Second, Third, where they open a sentence."""
    opens = passage.preceded(r"(?:\A|\n|[.;:!?]['\")\]]?\s)") and passage.followed(",")
    return "point" if opens and passage.numeral.unit == "ordinal" else None


# --- years ----------------------------------------------------------------------------------------

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)


def _is_year(numeral: Numeral) -> bool:
    return re.fullmatch(r"(?:18|19|20)\d\ds?", numeral.figure) is not None


def year(passage: Passage) -> str | None:
    """A year, a span of years, or a decade, not followed by what it would count."""
    numeral = passage.numeral
    span = re.fullmatch(r"(?:18|19|20)\d\d[-–/](?:(?:18|19|20)\d\d|\d\d?)", numeral.figure)
    return "year" if (span or _is_year(numeral)) and not numeral.unit else None


def date(passage: Passage) -> str | None:
    """A day of a month: June 8th, 8 June."""
    month = passage.preceded(rf"\b(?:{_MONTHS})\s") or passage.followed(
        rf"\s(?:of\s)?(?:{_MONTHS})\b"
    )
    whole = re.fullmatch(r"[12]?\d|3[01]", passage.numeral.value)
    return "date" if month and whole else None


# --- everything else ------------------------------------------------------------------------------

_DURATIONS = ("years", "months", "weeks", "days", "hours")


def exponent(passage: Passage) -> str | None:
    """A superscript after a digit."""
    return "exponent" if passage.numeral.form is Form.RAISED else None


def threshold(passage: Passage) -> str | None:
    """A number after a sign of comparison: ≥ 10, < 8."""
    return "threshold" if passage.preceded(r"[<>≤≥=]\s?") else None


def by_unit(passage: Passage) -> str | None:
    """A percentage, a share, money, a duration, an order, a multiple: its unit says so."""
    unit = passage.numeral.unit
    words = {
        "percent": "percentage",
        "percentage-points": "percentage",
        "pounds": "money",
        "euros": "money",
        "dollars": "money",
        "ordinal": "order",
        "fold": "multiple",
        "share": "share",
    }
    return "duration" if unit in _DURATIONS else words.get(unit)


def the_word_one(passage: Passage) -> str | None:
    """The word `one` where it counts nothing that has a name in the claims."""
    one = passage.numeral.figure.lower() == "one" and not passage.numeral.unit
    return "the word one" if one else None


def span(passage: Passage) -> str | None:
    """A range of numbers without a unit."""
    return "range" if passage.numeral.form is Form.RANGE else None


def quantity(_: Passage) -> str:
    """Any other number."""
    return "quantity"


_ORDER: dict[MentionClass, tuple[Rule, ...]] = {
    MentionClass.ADDRESS: (address,),
    MentionClass.CITATION: (
        bracketed_reference,
        raised_reference,
        cited_year,
        journal_issue,
        cited_page,
    ),
    MentionClass.INSTRUMENT: (instrument,),
    MentionClass.STRUCTURE: (
        numbered_part,
        list_mark,
        heading_number,
        footnote_mark,
        order_of_points,
    ),
    MentionClass.YEAR: (year,),
    MentionClass.OTHER: (
        name,
        licence,
        date,
        exponent,
        threshold,
        by_unit,
        the_word_one,
        span,
        quantity,
    ),
}


def _in_order() -> Iterator[tuple[MentionClass, Rule]]:
    for group, rules in _ORDER.items():
        for rule in rules:
            yield group, rule


#: Every rule with its class, in the order in which they are tried.
RULES = tuple(_in_order())
