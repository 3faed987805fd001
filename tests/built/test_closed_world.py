"""No number in the finished paper without an origin: PDF, HTML and every figure are read.

In the HTML each text node with a digit must be a number of the ledger (and read as the ledger has
it), part of an entry of the appendix (and so of its number), text of a typed table, a citation, or
structure. The PDF must hold the numbers of the HTML and its page numbers, as often, and no others.
A figure may show numbers of its layout, which is computed, and those of its scales.
"""

import json
import re
from collections import Counter
from functools import cache

import pytest
from bs4 import BeautifulSoup

from recovery_audit import io
from recovery_audit.predicates import PREFIX

NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
#: A digital object identifier is broken over lines in the PDF, which splits its numbers.
SPLIT_IN_THE_PDF = re.compile(r"https?://\S+")
#: Words of our own with a number, and what it is.
WAIVED = {"one of the parts of 100%": "the whole that percentages of a breakdown make up"}
#: Tables whose words stand in the paper beside the numbers.
TYPED = ("rates", "biases", "discrepancies", "bases", "claims", "comparators")


def numerals(text):
    return NUMERAL.findall(re.sub(r"[\xa0\u202f\u2009]", " ", text).replace("\u2212", "-"))


class Paper:
    """The finished HTML, and what its numbers may come from."""

    def __init__(self, folder, html=None):
        results = folder / "results"
        text = html or (results / "paper/paper.html").read_text(encoding="utf-8")
        self.page = BeautifulSoup(text, "html.parser")
        for tag in self.page(["script", "style", "head", "math"]):
            tag.decompose()
        self.ledger = io.read_json(results / "numbers.json")
        self.predicates = {one["id"]: one for one in io.read_yaml(folder / "paper/predicates.yaml")}
        documents = io.read_yaml(folder / "data/sources.yaml")["documents"]
        words = [cell for name in TYPED for cell in self._cells(results / f"clean/{name}.csv")]
        words += self._cells(results / "recompute/national.csv")
        words += [one[key] for one in documents.values() for key in ("short", "citation", "read")]
        self.words = "\n".join(words).casefold()
        self.of_words = set(numerals(self.words))
        self.of_names = set(numerals(" ".join(self.ledger)))

    @staticmethod
    def _cells(path):
        import csv

        with path.open(encoding="utf-8", newline="") as file:
            return sorted(
                {cell for row in csv.reader(file) for cell in row if re.search(r"\d", cell)}
            )

    def unresolved(self):
        """Yield each text with a number that comes from nowhere."""
        for node in self.page.find_all(string=re.compile(r"\d")):
            if not self._resolves(node):
                yield " ".join(str(node).split())

    def _resolves(self, node):
        return any(self._answers_for(tag, node) for tag in node.parents)

    def _answers_for(self, tag, node):
        """Whether one of the elements around a text says where its numbers are from."""
        target = tag.get("href", "")
        if target.startswith("#num-"):
            return "entry" in self._classes_above(tag) or self._reads_right(tag)
        if "entry" in (tag.get("class") or []):
            return self._in_entry(tag["id"].removeprefix("num-"), str(node))
        if tag.name in ("td", "th"):
            return self._is_typed(str(node))
        return bool(re.match(r"#(ref|fig|tbl|sec)-", target)) or self._is_structure(tag)

    @staticmethod
    def _is_structure(tag):
        if tag.name == "strong" and tag.parent.name in ("figcaption", "caption"):
            return bool(re.fullmatch(r"(Figure|Table)\s\d+\.", tag.get_text()))
        numbered = "header-section-number" in (tag.get("class") or [])
        return numbered or tag.name == "time" or tag.get("id") == "refs"

    @staticmethod
    def _classes_above(tag):
        return {name for parent in tag.parents for name in parent.get("class") or []}

    def _reads_right(self, link):
        number = link["href"].removeprefix("#num-")
        if number.startswith(PREFIX):
            return number.removeprefix(PREFIX) in self.predicates
        return link.get_text() == self.ledger[number]["text"]

    @cache  # noqa: B019
    def _known(self, number):
        if number.startswith(PREFIX):
            one = self.predicates[number.removeprefix(PREFIX)]
            return set(numerals(json.dumps(one)))
        entry = self.ledger[number]
        return set(numerals(json.dumps(entry, ensure_ascii=False)))

    def _in_entry(self, number, text):
        if "“" in text:  # the place of a figure: document, locator, the figure as printed
            return set(numerals(text)) <= self.of_words | self._known(number)
        uses = set(map(str, range(1, 2000))) if text.strip().isdigit() else set()
        if re.fullmatch(r"\d+ figures of\s*", text.split("from")[-1].strip() + " "):
            return True
        counts = {str(len(self.ledger[number]["ancestors"]))} if number in self.ledger else set()
        return set(numerals(text)) <= self._known(number) | uses | counts | self.of_names

    def _is_typed(self, text):
        parts = re.split(r"[:;,()]", text.replace("\xa0", " "))
        parts = [part.strip().casefold() for part in parts if re.search(r"\d", part)]
        return all(part in self.words or part in WAIVED for part in parts)


@pytest.fixture(scope="module")
def paper(built):
    return Paper(built)


@pytest.mark.slow
class TestHtml:
    def test_every_number_has_an_origin(self, paper):
        assert list(paper.unresolved()) == []

    @pytest.mark.parametrize(
        ("planted", "found"),
        [
            ("<p>Half, or 49.7%, recover.</p>", "Half, or 49.7%, recover."),
            ('<p><a href="#num-gs2020-iapt-recovery">51%</a></p>', "51%"),
            ("<table><tr><td>4711 people</td></tr></table>", "4711 people"),
        ],
    )
    def test_a_number_from_nowhere_is_found(self, built, planted, found):
        html = (built / "results/paper/paper.html").read_text(encoding="utf-8")
        assert list(Paper(built, html.replace("</main>", planted + "</main>", 1)).unresolved()) == [
            found
        ] or list(Paper(built, html.replace("</body>", planted + "</body>", 1)).unresolved()) == [
            found
        ]


def pdf_only(pages, html):
    """Numbers of the PDF that the HTML does not have as often, page numbers set aside."""
    printed = Counter(one for page in pages for one in numerals(SPLIT_IN_THE_PDF.sub(" ", page)))
    numbers_of_pages = Counter(map(str, range(1, len(pages) + 1)))
    return printed - html - numbers_of_pages


@pytest.fixture(scope="module")
def html(built):
    """The numbers of the HTML, and how often each stands there."""
    text = (built / "results/paper/paper.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    for tag in page(["script", "style", "head", "annotation"]):
        tag.decompose()
    return Counter(numerals(page.get_text(" ")))


@pytest.mark.slow
class TestPdf:
    def test_it_holds_the_numbers_of_the_html_and_no_others(self, text_of_pages, html):
        extra = pdf_only(text_of_pages, html)
        # The end of an address that is broken after its scheme.
        assert sum(extra.values()) <= 2 and all(len(one) <= 4 for one in extra), extra

    def test_a_number_from_nowhere_is_found(self, text_of_pages, html):
        assert pdf_only([*text_of_pages, "49.71% recover"], html)["49.71"] == 1


def shown(value):
    """Every way in which a figure prints a value of its layout."""
    if isinstance(value, dict):
        return {one for part in value.values() for one in shown(part)}
    if isinstance(value, list):
        return {one for part in value for one in shown(part)}
    if isinstance(value, str):
        found = set(numerals(value))
        return found | (shown(float(value)) if re.fullmatch(r"-?\d+\.\d+", value) else set())
    if isinstance(value, bool) or value is None:
        return set()
    sizes = (abs(value), abs(100 * value))
    return {
        f"{size:{comma}.{digits}f}" for size in sizes for comma in (",", "") for digits in range(4)
    }


def how_many(layout):
    """How many rows of a layout have each value of each column: what a description counts."""
    counts = {str(len(layout))}
    for column in layout[0]:
        counts |= {str(count) for count in Counter(str(row[column]) for row in layout).values()}
    return counts


@pytest.mark.slow
def test_every_number_of_every_figure_is_computed(built):
    from pypdf import PdfReader

    loose = {}
    for path in sorted((built / "results/figures").glob("*.json")):
        described = io.read_json(path)
        known = shown(described["layout"]) | set(numerals(" ".join(described["scales"])))
        drawn = numerals(PdfReader(path.with_suffix(".pdf")).pages[0].extract_text())
        words = numerals(described["alt"] + " " + described["takeaway"])
        unknown = [one for one in drawn if one not in known]
        unknown += [one for one in words if one not in known | how_many(described["layout"])]
        if unknown:
            loose[path.stem] = unknown
    assert loose == {}
