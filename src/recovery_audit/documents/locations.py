"""Where each claim is printed in its document.

A claim is looked for among the numbers of its document that are printed as the claim is. Where
several are, a receipt decides; without one, in this order: the unit, the section that the locator
names, the words that the claim shares with the text around, and the distance to the claims of the
same passage that are printed once. One printed number serves two claims only if nothing else is
left for the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from recovery_audit.claims import CHANGE, PERCENT, POINTS, records
from recovery_audit.documents.classes import NO_FIGURES, Classified, classify
from recovery_audit.documents.numerals import Numeral, numerals
from recovery_audit.documents.readers import Document

if TYPE_CHECKING:
    import pandas as pd


# --- places ---------------------------------------------------------------------------------------

#: Characters on each side of a figure that make up its surroundings, white space and dashes apart:
#: these differ between editions by line ends alone.
SURROUNDINGS = 40
_SLICE = 10 * SURROUNDINGS  # enough text to find so many others in


class Spot(NamedTuple):
    """A stretch of a page."""

    page: int  #: 0 for the first
    start: int  #: first character in the normalised text of the page
    end: int  #: first character after it


def context_sha256(text: str, start: int, end: int) -> str:
    """
    Return the checksum of a figure with its surroundings.

    >>> one, other = "it rose to 45% then", "it rose\\nto 45% then"
    >>> context_sha256(one, 11, 13) == context_sha256(other, 11, 13)
    True
    """
    before = _bare(text[max(0, start - _SLICE) : start])[-SURROUNDINGS:]
    after = _bare(text[end : end + _SLICE])[:SURROUNDINGS]
    return sha256("\n".join([before, _squeezed(text[start:end]), after]).encode()).hexdigest()


def _bare(text: str) -> str:
    return re.sub(r"[\s–—-]", "", text)


def _squeezed(figure: str) -> str:
    """Return a figure as it is compared: no white space, plain dashes, small letters."""
    return re.sub(r"[–—]", "-", "".join(figure.split())).lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A number of a document."""

    spot: Spot  #: of the figure, without its sign and unit
    numeral: Numeral
    text: str  #: the page it stands on
    decided: Classified  #: what it is if it is no claim

    @property
    def may_be_figure(self) -> bool:
        """Whether it is no citation, name, part or address."""
        return self.decided.mention_class not in NO_FIGURES

    @property
    def context_sha256(self) -> str:
        """Checksum of its surroundings."""
        return context_sha256(self.text, self.spot.start, self.spot.end)


@lru_cache(maxsize=4)
def printed_numbers(document: Document) -> tuple[Printed, ...]:
    """Return every number of a document, in the order of the text."""
    return tuple(
        Printed(
            spot=Spot(page, numeral.figure_start, numeral.figure_end),
            numeral=numeral,
            text=text,
            decided=classify(numeral, text),
        )
        for page, text in enumerate(document.pages)
        for numeral in numerals(text)
    )


# --- what is looked for ---------------------------------------------------------------------------

_NEAR = (40, 110)  # characters on each side whose words are compared; the nearest count twice
_STEM = 5  # letters that make two words the same: treated, treatment
_NO_WORDS = {"with", "from", "that", "which", "after", "before", "those", "their", "this", "than"}
_SHARES = (PERCENT, CHANGE, "share")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A claim as it is looked for."""

    claim_id: str
    printed: str  #: the figure as typed
    forms: frozenset[str]  #: ways in which its figure may be printed, squeezed
    unit: str
    section: str  #: what the locator names first, in small letters
    again: str  #: a section in which the locator says that it is printed again, or blank
    locator: str
    words: frozenset[str]  #: stems of what it is about

    def fits(self, numeral: Numeral) -> bool:
        """Return whether a number is printed as the claim is, its sign apart."""
        return not self.forms.isdisjoint(
            _forms(numeral.figure) | _forms(numeral.printed.rstrip("+ "))
        )

    def same_unit(self, numeral: Numeral) -> bool:
        """Return whether percentages meet percentages, and counts counts."""
        if self.unit == POINTS:
            return numeral.unit in (PERCENT, POINTS)
        return (self.unit in _SHARES) == (numeral.unit in _SHARES)

    def shared_words(self, printed: Printed) -> int:
        """Return how many of the claim's words stand around a number."""
        (_, start, end), text = printed.spot, printed.text
        around = (
            f"{text[max(0, start - near) : start]} {text[end : end + near]}" for near in _NEAR
        )
        return sum(len(self.words & _stems(passage)) for passage in around)


def wanted(claims: pd.DataFrame, document: str) -> dict[str, Wanted]:
    """Return the claims attributed to a document, each once, whatever its readings."""
    return {
        row["claim_id"]: Wanted(
            claim_id=row["claim_id"],
            printed=row["printed"],
            forms=frozenset(_forms(row["printed"])),
            unit=row["unit"],
            section=re.split("[,;]", row["locator"])[0].strip().lower(),
            again=_again(row["locator"]),
            locator=row["locator"],
            words=frozenset(
                _stems(f"{row['population']} {row['outcome']} {row['instrument']}")
                | _initials(row["population"])
            ),
        )
        for row in records(claims)
        if row["document"] == document
    }


def _again(locator: str) -> str:
    """Return what a locator ending with `again in the Discussion` names.

    >>> _again("Results, paragraph 2; again in the Discussion, paragraph 1")
    'discussion'
    """
    found = re.search(r"\bagain in (?:the )?([^,;]+)", locator)
    return found[1].strip().lower() if found else ""


def _forms(figure: str) -> set[str]:
    """Return a figure with and without what a typist may leave out.

    >>> sorted(_forms("1/ 3rd")), sorted(_forms("A quarter"))
    (['1/3', '1/3rd'], ['aquarter', 'quarter'])
    """
    plain = _squeezed(figure)
    unsigned = plain.rstrip("%").lstrip("£$€")
    short = re.sub(r"(?<=\d)(?:st|nd|rd|th)$|^an?(?=[a-z])", "", unsigned)
    return {plain, unsigned, short}


def _stems(text: str) -> set[str]:
    """Return the abbreviations and compounds of a text whole, other words by their beginning."""
    found = re.findall(r"[A-Z]{2,}(?:-\d+)?|[a-z]+-[a-z]+|[a-z]{4,}", text)
    whole = {word for word in found if word[0].isupper() or "-" in word}
    return whole | {word[:_STEM] for word in found} - _NO_WORDS


def _initials(population: str) -> set[str]:
    """Return the abbreviations that three words in a row may have.

    >>> sorted(_initials("long-term conditions"))
    ['LTC', 'LTCs']
    """
    first = [word[0].upper() for word in re.findall(r"[A-Za-z]+", population)]
    short = {"".join(first[place : place + 3]) for place in range(len(first) - 2)}
    return short | {f"{letters}s" for letters in short}


class Outline:
    """Where the sections of a document begin and end, its pages laid end to end."""

    def __init__(self, document: Document, titles: Iterable[str]) -> None:
        lengths = [len(page) for page in document.pages]
        self._page_starts = [sum(lengths[:page]) for page in range(len(lengths))]
        starts: dict[str, int] = {}
        for place, title in self._lines(document):
            if title in set(titles):
                starts.setdefault(title, place)
        ends = sorted([*starts.values(), sum(lengths)])
        self._sections = {
            title: (start, ends[ends.index(start) + 1]) for title, start in starts.items()
        }

    def _lines(self, document: Document) -> Iterator[tuple[int, str]]:
        """Yield every line as a title might be given: without its number, in small letters."""
        for start, page in zip(self._page_starts, document.pages, strict=True):
            for line in re.finditer(r"^(?:\d[\d.]*\s)?(.+)$", page, re.MULTILINE):
                yield start + line.start(), line[1].strip().lower()

    def place(self, spot: Spot) -> int:
        """Return a place as characters from the start of the document."""
        return self._page_starts[min(spot.page, len(self._page_starts) - 1)] + spot.start

    def knows(self, title: str) -> bool:
        """Return whether a section of this title was found."""
        return title in self._sections

    def holds(self, title: str, spot: Spot) -> bool:
        """Return whether a place is in the section whose title is a line of its own."""
        start, end = self._sections.get(title, (0, 0))
        return start <= self.place(spot) < end


def outline(document: Document, claims: Mapping[str, Wanted]) -> Outline:
    """Return the sections that the locators of the claims name."""
    return Outline(
        document, {one.section for one in claims.values()} | {one.again for one in claims.values()}
    )


# --- finding --------------------------------------------------------------------------------------

_ENOUGH_WORDS = 3  # shared with the text around, where the section is not known


class Fit(NamedTuple):
    """How well a printed number suits a claim; the larger, the better."""

    section: bool  #: in the section that the locator names
    words: int  #: shared with the text around
    nearness: int  #: minus the characters to the receipt, or to a certain claim of the passage
    earliness: int  #: minus its place in the document


class Finding(NamedTuple):
    """A claim found in a document."""

    printed: Printed
    by_receipt: bool  #: in the surroundings of its receipt


def locate(
    document: Document, claims: pd.DataFrame, receipts: pd.DataFrame | None = None
) -> dict[str, Finding]:
    """
    Find each claim of a document where it is printed.

    Parameters
    ----------
    document : Document
        The copy at hand.
    claims : DataFrame
        Claims as typed, of any documents; readings of one claim are one claim.
    receipts : DataFrame, optional
        Where they were found before; decides wherever the surroundings are the same.

    Returns
    -------
    dict of str to Finding
        By claim id; a claim that is not printed in the document is missing.
    """
    known = {} if receipts is None else {row["claim_id"]: row for row in records(receipts)}
    search = _Search(document, wanted(claims, document.key), known)
    found = search.by_receipts()
    found |= search.by_fit(found)
    found |= search.by_sharing(found)
    return {claim: found[claim] for claim in search.wanted if claim in found}


class _Search:
    """The claims of one document, and the numbers that each may be."""

    def __init__(
        self,
        document: Document,
        claims: Mapping[str, Wanted],
        receipts: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.document, self.wanted, self.receipts = document, claims, receipts
        figures = [one for one in printed_numbers(document) if one.may_be_figure]
        self.candidates = {
            claim: [
                one for one in figures if sought.fits(one.numeral) and sought.same_unit(one.numeral)
            ]
            for claim, sought in claims.items()
        }
        self.outline = outline(document, claims)

    def by_receipts(self) -> dict[str, Finding]:
        """Find claims in the surroundings of their receipts, nearest to the place if repeated."""
        found = {}
        for claim in self.wanted.keys() & self.receipts.keys():
            receipt = self.receipts[claim]
            same = [
                one
                for one in self.candidates[claim]
                if one.context_sha256 == receipt["context_sha256"]
            ]
            if same:
                place = self.outline.place(receipt_spot(receipt))
                nearest = min(same, key=lambda one: abs(self.outline.place(one.spot) - place))
                found[claim] = Finding(nearest, by_receipt=True)
        return found

    def by_fit(self, found: Mapping[str, Finding]) -> dict[str, Finding]:
        """Give each other claim the number that suits it best, those printed once first."""
        used = {finding.printed.spot for finding in found.values()}
        given: dict[str, Finding] = {}
        for claim, one in self._pairs(found):
            if claim not in given and one.spot not in used:
                given[claim] = Finding(one, by_receipt=False)
                used.add(one.spot)
        return given

    def by_sharing(self, found: Mapping[str, Finding]) -> dict[str, Finding]:
        """Let the claims left over, unless a receipt knew better, share a number with another."""
        shared: dict[str, Finding] = {}
        for claim, one in self._pairs({**found, **dict.fromkeys(self.receipts)}):
            shared.setdefault(claim, Finding(one, by_receipt=False))
        return shared

    def _pairs(self, found: Mapping[str, object]) -> Iterator[tuple[str, Printed]]:
        """Yield what each claim not found yet may be, the surest pair first."""
        pairs = [
            (len(self.candidates[claim]) > 1, self._fit(claim, one), claim, one)
            for claim in self.wanted
            if claim not in found
            for one in self.candidates[claim]
        ]
        pairs.sort(key=lambda pair: (pair[0], *(-score for score in pair[1])))
        for repeated, fit, claim, one in pairs:
            if self.outline.knows(self.wanted[claim].section):
                enough = fit.section
            else:
                enough = fit.words >= _ENOUGH_WORDS
            if enough or not (repeated or claim in self.receipts):
                yield claim, one

    def _fit(self, claim: str, one: Printed) -> Fit:
        sought, place = self.wanted[claim], self.outline.place(one.spot)
        anchors = self._anchors(claim)
        return Fit(
            section=self.outline.holds(sought.section, one.spot),
            words=sought.shared_words(one),
            nearness=-min((abs(place - anchor) for anchor in anchors), default=0),
            earliness=-place,
        )

    def _anchors(self, claim: str) -> list[int]:
        """Return the place in the receipt, or the places of the certain claims of the passage."""
        if claim in self.receipts:
            return [self.outline.place(receipt_spot(self.receipts[claim]))]
        return [
            self.outline.place(self.candidates[other][0].spot)
            for other, sought in self.wanted.items()
            if sought.locator == self.wanted[claim].locator and len(self.candidates[other]) == 1
        ]


def receipt_spot(receipt: Mapping[str, Any]) -> Spot:
    """Return the place that a receipt names; a page without a number is the only one."""
    import pandas as pd

    page = 0 if pd.isna(receipt["page"]) else int(receipt["page"]) - 1
    return Spot(page, int(receipt["start"]), int(receipt["end"]))
