"""One small paper in five formats: links, numbers, pictures, alternative text, errors."""

import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from recovery_audit.rendering.paper import Format, RenderingError, parse, render

REPOSITORY = Path(__file__).parents[2]
FORMATS: tuple[Format, ...] = get_args(Format)

FRONT_MATTER = """\
---
title: What “half” counts
shorttitle: What half counts
author:
  - name: Ada O'Brien
    affiliation: Institute of Counting & Co, Leeds
    orcid: 0000-0002-1825-0097
  - name: Björn Ångström
    affiliation: Department of Fractions, Uppsala
    email: bjorn@example.org
date: 2026-01-15
lang: en-GB
copyright:
  holder: Ada O'Brien
license:
  link: https://opensource.org/license/mit
  text: MIT
keywords: [recovery, denominators]
abstract: |
  Of all referred, [[9.2%](#num-rate)]{#use-rate-1} recovered.

  A second paragraph.
---

"""

LONG_ROWS = "\n".join(
    f"| Study {row} | all referrals of the year | 9.{row}% | {row} | consistent | none | yes | 7 "
    "| a sentence that is long enough to be set in several lines of one cell |"
    for row in range(60)
)

BODY = f"""\
# Introduction {{#sec-introduction}}

As [@scott2018, p. 5] and @kellett2016 say, see @fig-ladder, [@fig-bounds; @tbl-few] and
[compare @tbl-many, last row]. Number -@fig-bounds comes later, in [@sec-detail]\\(b).[^note]
Out of $n$(all) it is $100k/n$:

$$\\frac{{k}}{{n}}$$

[^note]: A note with [[9.2%](#num-rate)]{{#use-rate-2}}.

> A quotation.

- a list
    1. within a list

![The ladder ends at [[50.1%](#num-top)]{{#use-top-1}}.](figures/ladder){{#fig-ladder
alt="Four bars, each longer than the one before."}}

## Interlude {{.unnumbered}}

![The bounds.](figures/bounds){{#fig-bounds alt="A \\"band\\" that narrows." width=50%}}

# Results

## Detail {{#sec-detail}}

| Study | Printed |
|-------|--------:|
| Scott | [[9.2%](#num-rate)]{{#use-rate-3}} |

: Few columns, with [[9.2%](#num-rate)]{{#use-rate-4}}. {{#tbl-few}}

| Study | Population | Printed | n | Verdict | Witness | Seen | Page | Reason |
|---|---|--:|--:|---|---|---|--:|---|
{LONG_ROWS}

: Many columns and rows. {{#tbl-many}}

| Left | Right |
|------|-------|
| a    | b     |

: Given widths. {{#tbl-given widths="30,90"}}

# References {{.unnumbered}}

::: {{#refs}}
:::

# Appendix: where every number comes from {{#appendix .unnumbered}}

::::: {{.entries}}
:::: {{.entry #num-rate}}
**9.2%** scott-rate

*exactly* 53/576

*used* [1](#use-rate-1) [2](#use-rate-2) [3](#use-rate-3) [4](#use-rate-4)
::::

:::: {{.entry #num-top}}
**50.1%** scott-top

*used* [1](#use-top-1)
::::
:::::
"""

PAPER = FRONT_MATTER + BODY
LINKS = {
    ("num-rate", "use-rate-1"),
    ("num-rate", "use-rate-2"),
    ("num-rate", "use-rate-3"),
    ("num-rate", "use-rate-4"),
    ("num-top", "use-top-1"),
}
TARGETS = {identifier for pair in LINKS for identifier in pair} | {
    "fig-ladder",
    "fig-bounds",
    "tbl-few",
    "tbl-many",
    "sec-detail",
}
ALTS = ["Four bars, each longer than the one before.", 'A "band" that narrows.']

REFERENCES = """\
@article{scott2018, author = {Scott, Michael J.}, title = {A need for reform},
  journal = {A Journal}, year = {2018}, pages = {1136--1147}}
@article{kellett2016, author = {Kellett, Stephen}, title = {Another matter},
  journal = {A Journal}, year = {2016}, pages = {1--9}}
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="400" height="150" viewBox="0 0 400 150">
<rect x="10" y="10" width="300" height="100" fill="#1d4470"/></svg>
"""


def png() -> bytes:
    """One grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0\x80"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The project's own filters and templates with a bibliography and figures of the test."""
    base = tmp_path_factory.mktemp("rendering")
    shutil.copytree(REPOSITORY / "paper", base / "paper")
    (base / "paper" / "references.bib").write_text(REFERENCES)
    (base / "figures").mkdir()
    for name in ("ladder", "bounds"):
        (base / "figures" / f"{name}.svg").write_text(SVG)
        (base / "figures" / f"{name}.png").write_bytes(png())
        (base / "figures" / f"{name}.pdf").write_bytes(b"%PDF-1.4")  # LaTeX only names it
    return {"paper": base / "paper", "resources": base}


@pytest.fixture(scope="module")
def rendered(folders: dict[str, Path]) -> dict[Format, bytes]:
    document = parse(PAPER, paper=folders["paper"])
    return {fmt: render(document, fmt=fmt, **folders) for fmt in FORMATS}


def render_text(markdown: str, *, fmt: Format, paper: Path, resources: Path) -> bytes:
    return render(parse(markdown, paper=paper), fmt=fmt, paper=paper, resources=resources)


class Page(HTMLParser):
    """What the tests ask of an HTML page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []  #: where to, text
        self.images: list[dict[str, str | None]] = []
        self.columns: dict[str, list[str]] = {}  #: styles of the columns of each table
        self.text = ""
        self._table = ""
        self._tag = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append((str(values.get("href")), ""))
        if tag == "img":
            self.images.append(values)
        if tag == "table":
            self._table = str(values.get("id"))
            self.columns[self._table] = []
        if tag == "col":
            self.columns[self._table].append(str(values.get("style")))

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag != "style":
            self.text += data
        if self._tag == "a":
            self.links[-1] = (self.links[-1][0], data)


@pytest.fixture(scope="module")
def page(rendered: dict[Format, bytes]) -> Page:
    return Page(rendered["html"])


@pytest.fixture(scope="module")
def word(rendered: dict[Format, bytes]) -> ElementTree.Element:
    """Body and footnotes of the Word file."""
    root = ElementTree.Element("all")
    with zipfile.ZipFile(io.BytesIO(rendered["docx"])) as archive:
        for part in ("word/document.xml", "word/footnotes.xml"):
            root.append(ElementTree.fromstring(archive.read(part)))
    return root


@pytest.fixture(scope="module")
def jats(rendered: dict[Format, bytes]) -> ElementTree.Element:
    return ElementTree.fromstring(rendered["jats"])


@pytest.fixture(scope="module")
def latex(rendered: dict[Format, bytes]) -> str:
    return rendered["latex"].decode()


@pytest.fixture(scope="module")
def pdf(rendered: dict[Format, bytes]) -> PdfReader:
    return PdfReader(io.BytesIO(rendered["pdf"]))


@pytest.fixture(scope="module")
def pdf_pages(pdf: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_text(word: ElementTree.Element) -> str:
    paragraphs = ("".join(t.text or "" for t in p.iter(f"{W}t")) for p in word.iter(f"{W}p"))
    return "\n".join(paragraphs)


def structure(element: Any) -> Iterator[Any]:
    """Every element of a tagged PDF's structure tree."""
    element = element.get_object()
    if isinstance(element, list):
        for child in element:
            yield from structure(child)
    elif hasattr(element, "get"):
        yield element
        if "/K" in element:
            yield from structure(element["/K"])


def inner_links(pdf: PdfReader) -> list[tuple[int, float, int, float]]:
    """Page and height of each link within the document, and of the place it leads to."""
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(pdf.pages)}
    found = []
    for number, page in enumerate(pdf.pages):
        for reference in page.get("/Annots", []):
            annotation = reference.get_object()
            if "/Dest" not in annotation:
                continue
            where = annotation["/Dest"].get_object()
            if isinstance(where, str):
                where = pdf.named_destinations[where].dest_array
            top = float(annotation["/Rect"][3])
            found.append((number, top, numbers[where[0].idnum], float(where[3])))
    return found


# Links -------------------------------------------------------------------------------------------


def test_html_links_each_number_to_its_entry_and_back(page: Page) -> None:
    assert set(page.ids) >= TARGETS
    targets = {target for target, _ in page.links}
    assert {f"#{identifier}" for pair in LINKS for identifier in pair} <= targets


def test_html_links_lead_somewhere_and_ids_are_unique(page: Page) -> None:
    within = {target.removeprefix("#") for target, _ in page.links if target.startswith("#")}
    assert within <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_word_links_each_number_to_its_entry_and_back(word: ElementTree.Element) -> None:
    anchors = {link.get(f"{W}anchor") for link in word.iter(f"{W}hyperlink")} - {None}
    bookmarks = {mark.get(f"{W}name") for mark in word.iter(f"{W}bookmarkStart")}
    assert anchors <= bookmarks
    assert anchors >= TARGETS


def test_latex_links_each_number_to_its_entry_and_back(latex: str) -> None:
    labels = set(re.findall(r"\\label\{([^}]*)\}", latex))
    targets = set(re.findall(r"\\hyperref\[([^]]*)\]", latex))
    assert targets <= labels
    assert targets >= TARGETS


def test_jats_links_each_number_to_its_entry_and_back(jats: ElementTree.Element) -> None:
    ids = [str(element.get("id")) for element in jats.iter() if element.get("id")]
    targets = {str(link.get("rid")) for link in jats.iter("xref")}
    assert targets <= set(ids)
    assert targets >= TARGETS
    assert len(ids) == len(set(ids))


def test_pdf_links_each_number_to_its_entry_and_back(pdf: PdfReader) -> None:
    links = inner_links(pdf)
    appendix = max(source for source, *_ in links)
    to_entries = [link for link in links if link[0] != appendix and link[2] == appendix]
    to_uses = [link for link in links if link[0] == appendix and link[2] != appendix]
    assert len(to_entries) >= len(LINKS)  # citations lead to the last page too
    assert len(to_uses) == len(LINKS)
    # Each way back leads to the line of the number that leads there.
    starts = [(number, top) for number, top, *_ in to_entries]
    arrivals = [(number, height) for *_, number, height in to_uses]
    for number, height in arrivals:
        assert any(number == n and abs(height - top) < 15 for n, top in starts), (number, height)


def test_references_name_kind_and_number(page: Page) -> None:
    labels = {(target, text.replace("\u00a0", " ")) for target, text in page.links}
    assert {
        ("#fig-ladder", "Figure 1"),
        ("#fig-bounds", "Figure 2"),
        ("#fig-bounds", "2"),
        ("#tbl-few", "Table 1"),
        ("#tbl-many", "Table 2"),
        ("#sec-detail", "Section 2.1"),
    } <= labels


SENTENCE = (
    "As (Scott 2018, 5) and Kellett (2016) say, see Figure 1, Figure 2 and Table 1 and compare "
    "Table 2, last row. Number 2 comes later, in Section 2.1(b)."
)


def test_the_same_sentence_is_read_in_every_format(
    page: Page, word: ElementTree.Element, jats: ElementTree.Element, pdf_pages: list[str]
) -> None:
    texts = {
        "html": page.text,
        "docx": word_text(word),
        "jats": "".join(jats.itertext()),
        "pdf": " ".join(pdf_pages),
    }
    for fmt, text in texts.items():
        assert SENTENCE in " ".join(text.split()), fmt


# Numbers of figures and tables -------------------------------------------------------------------

CAPTIONS = [
    "Figure 1. The ladder",
    "Figure 2. The bounds",
    "Table 1. Few columns",
    "Table 2. Many columns",
    "Table 3. Given widths",
]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_caption_has_one_number(
    caption: str,
    page: Page,
    word: ElementTree.Element,
    pdf_pages: list[str],
) -> None:
    words = caption.split(". ")[1]
    for text in (page.text, word_text(word), " ".join(pdf_pages)):
        flat = " ".join(text.split())
        assert flat.count(caption) == 1
        assert flat.count(words) == 1
        assert not re.search(rf"(Figure|Table) \d+[.:] {caption}", flat)


def test_latex_numbers_captions_itself(latex: str) -> None:
    assert r"\caption{The bounds.}\label{fig-bounds}" in latex
    assert r"\hyperref[fig-bounds]{Figure~\ref*{fig-bounds}}" in latex
    assert r"\hyperref[fig-bounds]{\ref*{fig-bounds}}" in latex  # the bare number
    assert not re.search(r"\\caption\{.*(Figure|Table)", latex)


# Title block -------------------------------------------------------------------------------------


def test_authors_are_named_and_not_true(
    page: Page,
    word: ElementTree.Element,
    jats: ElementTree.Element,
    latex: str,
    pdf_pages: list[str],
) -> None:
    texts = [page.text, word_text(word), "".join(jats.itertext()), latex, pdf_pages[0]]
    for text in texts:
        for fact in ("Ada O", "Björn Ångström", "Department of Fractions, Uppsala", "Leeds"):
            assert fact in text
        assert "0000-0002-1825-0097" in text
        assert "bjorn@example.org" in text
        assert not re.search(r"\btrue\b", re.sub(r"=true", "", text))


def test_date_and_keywords_are_printed(
    page: Page, word: ElementTree.Element, jats: ElementTree.Element, pdf_pages: list[str]
) -> None:
    for text in (page.text, word_text(word), pdf_pages[0]):
        assert "15 January 2026" in text
        assert "denominators" in text
    date = jats.find(".//pub-date")
    assert date is not None
    assert date.get("iso-8601-date") == "2026-01-15"
    assert [word.text for word in jats.iter("kwd")] == ["recovery", "denominators"]


def test_pdf_properties(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "What “half” counts"
    assert pdf.metadata.author == "Ada O’Brien, Björn Ångström"
    assert str(pdf.metadata.creation_date) == "2026-01-15 00:00:00+00:00"
    assert pdf.root_object["/Lang"] == "en-GB"


def test_word_properties(rendered: dict[Format, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(rendered["docx"])) as archive:
        core = ElementTree.fromstring(archive.read("docProps/core.xml"))
    values = {element.tag.rpartition("}")[2]: element.text for element in core}
    assert values["creator"] == "Ada O’Brien; Björn Ångström"
    assert values["created"] == "2026-01-15T00:00:00Z"


# Word --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def word_parts(rendered: dict[Format, bytes]) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(rendered["docx"])) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        }


def styles_of(paragraphs: Iterator[ElementTree.Element]) -> list[str]:
    return [str(style.get(f"{W}val")) for p in paragraphs for style in p.iter(f"{W}pStyle")]


def test_word_paragraphs_have_the_styles_of_an_article(word: ElementTree.Element) -> None:
    used = set(styles_of(word.iter(f"{W}p")))
    assert {
        "Title",
        "Author",
        "Date",
        "AbstractTitle",
        "Abstract",
        "Heading1",
        "Heading2",
        "FirstParagraph",
        "BodyText",
        "BlockText",
        "Bibliography",
        "FootnoteText",
        "CaptionedFigure",
        "ImageCaption",
        "TableCaption",
        "Entry",
    } <= used


def test_every_word_style_in_use_is_defined(
    word: ElementTree.Element, word_parts: dict[str, ElementTree.Element]
) -> None:
    styles = {s.get(f"{W}styleId") for s in word_parts["word/styles.xml"].iter(f"{W}style")}
    kinds = ("pStyle", "rStyle", "tblStyle")
    used = {element.get(f"{W}val") for kind in kinds for element in word.iter(f"{W}{kind}")}
    assert used <= styles


def test_word_captions_are_numbered_by_fields(word: ElementTree.Element) -> None:
    """Word's lists of figures and of tables look for these fields."""
    fields = [
        (str(field.get(f"{W}instr")).split()[1], "".join(field.itertext()).strip())
        for field in word.iter(f"{W}fldSimple")
    ]
    assert [number for kind, number in fields if kind == "Figure"] == ["1", "2"]
    assert [number for kind, number in fields if kind == "Table"] == ["1", "2", "3"]


def test_word_captions_stay_with_what_they_describe(
    word_parts: dict[str, ElementTree.Element],
) -> None:
    styles = {s.get(f"{W}styleId"): s for s in word_parts["word/styles.xml"].iter(f"{W}style")}
    for above in ("TableCaption", "CaptionedFigure", "Heading1", "Heading2", "Heading3"):
        assert styles[above].find(f".//{W}keepNext") is not None, above


def test_word_tables_repeat_their_header_and_keep_rows_whole(word: ElementTree.Element) -> None:
    for table in word.iter(f"{W}tbl"):
        first = table.find(f"{W}tr")
        assert first is not None
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        look = table.find(f"{W}tblPr/{W}tblLook")
        assert look is not None
        assert look.get(f"{W}firstRow") == "1"
        read_aloud = table.find(f"{W}tblPr/{W}tblCaption")
        assert read_aloud is not None
        assert re.match(r"Table\s\d\. ", str(read_aloud.get(f"{W}val")))
    assert [r for r in word.iter(f"{W}tr") if r.find(f"{W}trPr/{W}cantSplit") is None] == []


def test_word_keeps_short_tables_on_one_page(word: ElementTree.Element) -> None:
    kept = [
        [all(p.find(f".//{W}keepNext") is not None for p in row.iter(f"{W}p")) for row in rows]
        for rows in (table.findall(f"{W}tr") for table in word.iter(f"{W}tbl"))
    ]
    few, many, given = kept
    assert few == given == [True, False]
    assert many == 61 * [False]


def test_word_pictures_keep_no_distance_from_the_text(word: ElementTree.Element) -> None:
    pictures = [e for e in word.iter() if e.tag.endswith("}inline")]
    sides = ("distT", "distB", "distL", "distR")
    assert [[e.get(side) for side in sides] for e in pictures] == len(ALTS) * [["0"] * 4]


def test_word_pages_are_a4_numbered_and_hold_their_tables(
    word: ElementTree.Element, word_parts: dict[str, ElementTree.Element]
) -> None:
    for section in word.iter(f"{W}sectPr"):
        size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        assert size is not None
        assert margin is not None
        assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
        assert section.find(f"{W}footerReference") is not None
    line = 11906 - int(str(margin.get(f"{W}left"))) - int(str(margin.get(f"{W}right")))
    for grid in word.iter(f"{W}tblGrid"):
        assert sum(int(column.get(f"{W}w", "0")) for column in grid) <= line
    page_fields = [f.get(f"{W}instr") for f in word_parts["word/footer1.xml"].iter(f"{W}fldSimple")]
    assert page_fields == [" PAGE "]


def test_word_knows_its_language(word_parts: dict[str, ElementTree.Element]) -> None:
    language = word_parts["word/styles.xml"].find(f"{W}docDefaults//{W}lang")
    assert language is not None
    assert language.get(f"{W}val") == "en-GB"


def test_word_appendix_is_in_two_columns(word: ElementTree.Element) -> None:
    columns = [s.find(f"{W}cols") for s in word.iter(f"{W}sectPr")]
    assert [None if c is None else c.get(f"{W}num") for c in columns] == [None, "2", None]


def test_running_head_begins_on_the_second_page(pdf_pages: list[str]) -> None:
    assert "What half counts" not in pdf_pages[0]
    assert all(text.startswith("What half counts") for text in pdf_pages[1:])


# Pictures, equations, tables ---------------------------------------------------------------------


def test_pictures_keep_their_alternative_text(
    page: Page, word: ElementTree.Element, jats: ElementTree.Element, pdf: PdfReader
) -> None:
    assert [image["alt"] for image in page.images] == ALTS
    assert [element.text for element in jats.iter("alt-text")] == ALTS
    pictures = [e.get("descr") for e in word.iter() if e.tag.endswith("}docPr")]
    assert pictures == ALTS
    tagged = structure(pdf.root_object["/StructTreeRoot"])
    assert [e["/Alt"] for e in tagged if e.get("/S") == "/Figure"] == ALTS


def test_each_format_takes_the_picture_it_can_show(
    page: Page, jats: ElementTree.Element, latex: str, rendered: dict[Format, bytes]
) -> None:
    assert all(str(image["src"]).startswith("data:image/svg+xml") for image in page.images)
    xlink = "{http://www.w3.org/1999/xlink}href"
    assert [g.get(xlink) for g in jats.iter("graphic")] == [
        "../figures/ladder.svg",
        "../figures/bounds.svg",
    ]
    assert "{../figures/ladder.pdf}" in latex
    with zipfile.ZipFile(io.BytesIO(rendered["docx"])) as archive:
        assert any(name.endswith(".png") for name in archive.namelist())


def test_equations_are_read_aloud_as_their_source(pdf: PdfReader) -> None:
    tagged = structure(pdf.root_object["/StructTreeRoot"])
    formulas = [element["/Alt"] for element in tagged if element.get("/S") == "/Formula"]
    assert formulas == ["n", "100k/n", r"\frac{k}{n}"]


def test_pdf_declares_its_standards(pdf: PdfReader) -> None:
    declared = pdf.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in declared


def rules(style: str, *, media: str | None = None) -> dict[str, str]:
    """What the style sheet says of each selector, outside of conditions or within one."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    conditional = r"@media ([^{]+?) \{((?:[^{}]*\{[^{}]*\})*)\s*\}"
    if media:
        style = "".join(body for name, body in re.findall(conditional, style) if name == media)
    else:
        style = re.sub(conditional, "", style)
    found: dict[str, str] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style):
        for selector in selectors.split(","):
            name = selector.strip()
            found[name] = " ".join((found.get(name, "") + " " + body).split())
    return found


@pytest.fixture(scope="module")
def style() -> str:
    return (REPOSITORY / "paper" / "style.css").read_text()


def test_entries_are_read_row_by_row_on_screen_and_in_columns_on_paper(style: str) -> None:
    """A column on screen is as long as the whole list."""
    on_screen, on_paper = rules(style)[".entries"], rules(style, media="print")[".entries"]
    assert "display: grid;" in on_screen
    assert "columns: 2; display: block;" in on_paper


def test_printed_page_has_margins_and_leaves_its_size_to_the_reader(style: str) -> None:
    assert rules(style)["@page"] == "margin: 18mm;"


def test_printed_caption_and_header_stay_with_the_first_row(style: str) -> None:
    on_paper = rules(style, media="print")
    for part in ("caption", "thead"):
        assert "break-after: avoid;" in on_paper[part], part
    assert on_paper["tbody tr:first-child"] == "break-before: avoid;"
    for part in ("caption", "tr"):
        assert "break-inside: avoid;" in on_paper[part], part


def test_short_cells_stay_on_one_line(folders: dict[str, Path], style: str) -> None:
    table = (
        "| Year | Of | n |\n|---|---|--:|\n| 2017-18 | well-known cases | 7 |\n\n: Years. {#tbl-a}"
    )
    page = render_text(SHORT_FRONT + table, fmt="html", **folders).decode()
    assert re.findall(r'class="short"[^>]*>([^<]*)', page) == ["2017-18"]
    assert rules(style)[".short"] == "white-space: nowrap;"


def test_rows_are_told_apart_by_hairlines(style: str) -> None:
    assert rules(style)["tbody tr + tr > *"] == "border-top: 1px solid var(--hair);"


def test_figures_and_tables_scroll_sideways_and_are_reached_by_keyboard(
    rendered: dict[Format, bytes], style: str
) -> None:
    text = rendered["html"].decode()
    box = r'<div class="scroll" tabindex="0">\s*'
    assert len(re.findall(box + "<img ", text)) == len(ALTS)
    assert len(re.findall(box + "<table ", text)) == 3
    small = rules(style, media="screen and (max-width: 50rem)")
    assert small["figure img"] == "min-width: 34rem;"


def test_html_needs_no_other_file(rendered: dict[Format, bytes]) -> None:
    text = rendered["html"].decode()
    assert not re.search(r"""(src|<link[^>]*href)=["']?(?!data:)[a-z./]""", text)
    assert "<math" in text


def test_column_widths_are_given_or_fitted_or_left(page: Page) -> None:
    assert page.columns["tbl-given"] == ["width: 25%", "width: 75%"]
    assert page.columns["tbl-few"] == []
    shares = [
        int(style.removeprefix("width: ").removesuffix("%")) for style in page.columns["tbl-many"]
    ]
    assert len(shares) == 9
    assert max(shares) == shares[-1]  # the long text has the widest column
    assert min(shares) >= 3


def test_a_long_table_repeats_its_header_and_keeps_its_caption(pdf_pages: list[str]) -> None:
    header = "Study Population Printed n Verdict"
    assert sum(header in text for text in pdf_pages) >= 2
    (captioned,) = [text for text in pdf_pages if "Table 2. Many columns" in text]
    assert "Study 0 all" in captioned.split("Table 2. Many columns")[1]


def test_latex_sets_columns_and_rows_of_tables_apart(latex: str) -> None:
    assert r"\setlength{\tabcolsep}{5pt}\renewcommand{\arraystretch}{1.2}" in latex


def test_latex_figures_share_their_pages_with_text(latex: str) -> None:
    shares = dict(re.findall(r"\\renewcommand\{\\(\w+fraction)\}\{(.*?)\}", latex))
    assert shares == {
        "topfraction": ".85",
        "bottomfraction": ".85",
        "textfraction": ".1",
        "floatpagefraction": ".8",
    }
    assert r"\setlength{\@fptop}{0pt}" in latex


def test_latex_keeps_each_entry_in_one_piece(latex: str) -> None:
    entries = re.findall(r"\\begin\{entry\}.*?\\end\{entry\}", latex, re.DOTALL)
    targets = [re.search(r"\\label\{(num-\w+)\}", entry) for entry in entries]
    assert [target and target[1] for target in targets] == ["num-rate", "num-top"]


def test_references_are_listed(
    page: Page, word: ElementTree.Element, jats: ElementTree.Element, latex: str
) -> None:
    for text in (page.text, word_text(word), latex):
        assert "A Need for Reform" in text
    assert "A need for reform" in "".join(jats.itertext())  # as data, so as in the bibliography


# The same bytes ----------------------------------------------------------------------------------

RENDER_ELSEWHERE = """
import hashlib, json, sys
from pathlib import Path
from typing import get_args
from recovery_audit.rendering.paper import Format, parse, render
text, paper, resources = sys.stdin.read(), Path(sys.argv[1]), Path(sys.argv[2])
document = parse(text, paper=paper)
render_one = lambda fmt: render(document, fmt=fmt, paper=paper, resources=resources)
print(json.dumps({f: hashlib.sha256(render_one(f)).hexdigest() for f in get_args(Format)}))
"""


def test_bytes_do_not_depend_on_the_surroundings(
    rendered: dict[Format, bytes], folders: dict[str, Path], tmp_path: Path
) -> None:
    """Another process, time zone, locale, hash seed, working folder and home, with traps in it."""
    templates = tmp_path / "home" / ".local" / "share" / "pandoc" / "templates"
    templates.mkdir(parents=True)
    for name in ("default.latex", "default.openxml", "article.jats_publishing"):
        (templates / name).write_text("a trap")
    surroundings = {
        "HOME": str(tmp_path / "home"),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
    }
    elsewhere = subprocess.run(
        [sys.executable, "-c", RENDER_ELSEWHERE, str(folders["paper"]), str(folders["resources"])],
        input=PAPER.encode(),
        stdout=subprocess.PIPE,
        env=os.environ | surroundings,
        cwd=tmp_path,
        check=True,
    )
    here = {fmt: hashlib.sha256(content).hexdigest() for fmt, content in rendered.items()}
    assert json.loads(elsewhere.stdout) == here


# Errors ------------------------------------------------------------------------------------------

SHORT_FRONT = "---\ntitle: T\ndate: 2026-01-15\nlang: en-GB\n---\n\n"
FIGURE = '![Caption.](figures/ladder){#fig-a alt="Seen."}\n\n'
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"

OF_THE_TEXT = {
    "See @fig-x and [@tbl-y].": (
        "cross-reference `@fig-x`: `fig-x` is not in the document; "
        "cross-reference `@tbl-y`: `tbl-y` is not in the document"
    ),
    "# Aside {#sec-a .unnumbered}\n\n@sec-a": "cross-reference `@sec-a`: `sec-a` has no number",
    "[9.2%](#num-x)": "link `9.2%` leads to `#num-x`, which is not in the document",
    "[a]{#x} [b]{#x}": "identifier `x` is given twice",
    FIGURE + "[@fig-a; @scott2018]": (
        "`[@fig-a; @scott2018]` mixes cross-references and citations: give each its own brackets"
    ),
    "[@nobody1999]": "Citeproc: citation nobody1999 not found",
    TABLE.replace("a", "[x]{#x}") + ": C. {#tbl-a}": (
        "table `tbl-a`: the header row holds the link target `x`; it may be repeated, so print "
        "this number in the body or in the caption"
    ),
}
OF_THE_LAYOUT = {
    "![Caption.](figures/ladder){#fig-a}": "figure `fig-a` has no `alt` text",
    "![](figures/ladder)": "picture `figures/ladder.svg` has no `alt` text",
    '![Caption.](figures/gone){#fig-a alt="Seen."}': "there is no picture `figures/gone.svg`",
    TABLE + ': C. {#tbl-a widths="1,2,3"}': (
        "table `tbl-a`: `widths` must be 2 positive numbers, got `1,2,3`"
    ),
    "::: {.entry}\nx\n:::": "an entry of the appendix has no identifier",
}


@pytest.mark.parametrize(("body", "complaint"), OF_THE_TEXT.items(), ids=OF_THE_TEXT.values())
def test_reading_says_what_is_wrong(body: str, complaint: str, folders: dict[str, Path]) -> None:
    with pytest.raises(RenderingError) as caught:
        parse(SHORT_FRONT + body, paper=folders["paper"])
    assert str(caught.value) == f"the paper cannot be read: {complaint}"


@pytest.mark.parametrize(("body", "complaint"), OF_THE_LAYOUT.items(), ids=OF_THE_LAYOUT.values())
def test_rendering_says_what_is_wrong(body: str, complaint: str, folders: dict[str, Path]) -> None:
    with pytest.raises(RenderingError) as caught:
        render_text(SHORT_FRONT + body, fmt="html", **folders)
    assert str(caught.value) == f"the paper cannot be rendered as html: {complaint}"


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_refuses_a_figure_without_words(fmt: Format, folders: dict[str, Path]) -> None:
    with pytest.raises(RenderingError) as caught:
        render_text(SHORT_FRONT + "![Caption.](figures/ladder){#fig-a}", fmt=fmt, **folders)
    expected = f"the paper cannot be rendered as {fmt}: figure `fig-a` has no `alt` text"
    assert str(caught.value) == expected


def test_typst_error_says_where(folders: dict[str, Path]) -> None:
    with pytest.raises(RenderingError) as caught:
        render_text(SHORT_FRONT + "# A\n\n### B", fmt="pdf", **folders)
    first, *rest = str(caught.value).splitlines()
    assert first == (
        "Typst cannot set the paper: error: PDF/UA-1 error: skipped from heading level 1 to 3"
    )
    assert any("=== B" in line for line in rest)


@pytest.mark.parametrize("date", ["", "date: soon", "date: 15 January 2026"])
def test_error_without_a_usable_date(date: str, folders: dict[str, Path]) -> None:
    with pytest.raises(RenderingError) as caught:
        render_text(f"---\ntitle: T\n{date}\n---\n\nText.", fmt="html", **folders)
    assert str(caught.value) == (
        "the paper cannot be rendered: its front matter must give a date such as `date: 2026-01-31`"
    )
