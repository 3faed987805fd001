"""The pages of the built paper: nothing leaves the paper, no page is mostly empty, captions stay.

Measured on results/paper/paper.pdf as it was last built, with poppler; skipped without either.
"""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PDF = Path(__file__).parents[2] / "results/paper/paper.pdf"
DOTS = 36  #: per inch: enough to tell a line of text from none
MM = DOTS / 25.4  #: [dots]
# Margins of paper/template.typ; wide tables leave the measure by a centimetre.
TOP, BOTTOM, SIDE = 27, 26, 28 - 10  #: [mm]
LEAST_FILLED = 1 / 3

pytestmark = [
    pytest.mark.skipif(not PDF.exists(), reason="the paper is not built here"),
    pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed"),
]


@pytest.fixture(scope="module")
def inked(tmp_path_factory):
    """Each page as an array that is True where something is printed."""
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS), "-gray", str(PDF), str(folder / "page")], check=True
    )
    return [np.asarray(Image.open(path)) < 200 for path in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def lines():
    """The lines of each page, without the running head and the page number."""
    text = subprocess.run(
        ["pdftotext", "-layout", str(PDF), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = [page.strip().splitlines() for page in text.split("\f")[:-1]]
    return [[line.strip() for line in page[:-1] if line.strip()] for page in pages]


def test_nothing_is_printed_beyond_the_margins(inked):
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


def test_the_caption_of_a_table_is_followed_by_its_rows(lines):
    for page in lines:
        for position, line in enumerate(page):
            if re.match(r"Table \d+\. ", line):
                rest = page[position + 1 :]
                # Of the longest caption, its header and at least one row.
                assert len(rest) >= 3, line
