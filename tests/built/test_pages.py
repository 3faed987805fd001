"""The pages of the built paper: nothing leaves the paper, no page is mostly empty, captions stay."""

import re

import numpy as np
import pypdfium2
import pytest
from pypdf import PdfReader

DOTS = 36  #: per inch: enough to tell a line of text from none
MM = DOTS / 25.4  #: [dots]
# Margins of paper/template.typ; wide tables leave the measure by a centimetre.
TOP, BOTTOM, SIDE = 27, 26, 28 - 10  #: [mm]
LEAST_FILLED = 1 / 3


@pytest.fixture(scope="module")
def pages(built):
    with pypdfium2.PdfDocument(built / "results/paper/paper.pdf") as paper:
        yield list(paper)


@pytest.fixture(scope="module")
def inked(pages):
    """Each page as an array that is True where something is printed."""
    drawn = (page.render(scale=DOTS / 72, grayscale=True).to_numpy() for page in pages)
    return [picture.reshape(picture.shape[:2]) < 200 for picture in drawn]


@pytest.fixture(scope="module")
def lines(text_of_pages):
    """The lines of each page."""
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in text_of_pages]


def test_nothing_is_printed_beyond_the_margins(inked):
    assert len(inked) > 20
    side = round(SIDE * MM) - 1
    outside = [
        number
        for number, page in enumerate(inked, 1)
        if page[:, :side].any() or page[:, -side:].any()
    ]
    assert outside == []


def test_no_page_but_the_last_is_mostly_empty(inked):
    filled = {}
    for number, page in enumerate(inked[:-1], 1):
        body = page[round(TOP * MM) : -round(BOTTOM * MM)]
        rows = np.flatnonzero(body.any(axis=1))
        filled[number] = (rows[-1] + 1) / len(body) if rows.size else 0
    assert {number: share for number, share in filled.items() if share < LEAST_FILLED} == {}


def printed_over_another(page):
    """Pairs of texts of which one reaches into the line of the other."""
    text = page.get_textpage()
    boxes = [text.get_rect(place) for place in range(text.count_rects())]
    boxes.sort(key=lambda box: -box[3])  # left, bottom, right, top: from the top of the page on
    for place, upper in enumerate(boxes):
        for lower in boxes[place + 1 :]:
            depth = lower[3] - upper[1]
            if depth <= 0:
                break
            height = min(upper[3] - upper[1], lower[3] - lower[1])
            beside = min(upper[2], lower[2]) - max(upper[0], lower[0]) < 1
            if not beside and 0.05 < depth / height < 0.9:  # else of one line
                yield text.get_text_bounded(*upper), text.get_text_bounded(*lower)


def test_no_line_is_printed_over_another(pages):
    over = {number: list(printed_over_another(page)) for number, page in enumerate(pages, 1)}
    assert {number: pairs for number, pairs in over.items() if pairs} == {}


def test_the_caption_of_a_table_is_followed_by_its_rows(lines):
    for page in lines:
        for position, line in enumerate(page):
            if re.match(r"Table \d+\. ", line):
                rest = page[position + 1 :]
                # Of the longest caption, its header and at least one row.
                assert len(rest) >= 3, line


def number_links(paper, pages):
    """The numbers that are links, by their text, with the page and place each leads to."""
    index = {page.indirect_reference.idnum: at for at, page in enumerate(paper.pages)}
    for at, page in enumerate(paper.pages):
        for annotation in (one.get_object() for one in page.get("/Annots") or []):
            place = annotation.get("/Dest", annotation.get("/A", {}).get("/D"))
            place = place.get_object() if place is not None else None
            if isinstance(place, list) and place[1] == "/XYZ":
                text = pages[at].get_textpage().get_text_bounded(*map(float, annotation["/Rect"]))
                yield at, text.strip(), index[place[0].idnum], float(place[2]), float(place[3])


def test_one_click_leads_from_a_number_to_its_entry_with_the_printed_figures(
    built, pages, text_of_pages
):
    paper = PdfReader(built / "results/paper/paper.pdf")
    begins = [
        next(at for at, text in enumerate(text_of_pages) if f"Appendix {part}:" in text)
        for part in ("A", "C")
    ]
    followed = 0
    for at, text, target, left, top in number_links(paper, pages):
        if at >= begins[0] or target < begins[1] or not re.fullmatch(r"[−\d.,]+%?", text):
            continue
        found = (
            pages[target].get_textpage().get_text_bounded(left - 1, top - 100, left + 230, top - 1)
        )
        entry = " ".join(found.split())
        # The place is a little above the entry, so that the line before it may show.
        assert text in entry[:80].split(), (text, entry)
        assert re.search(r"\bfrom |convention", entry), entry
        followed += 1
    assert followed > 100
