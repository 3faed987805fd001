"""The page of an audit says of each figure what was found, and nothing in it is code."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from recovery_audit.rendering.dossier import dossier

TEMPLATE = (Path(__file__).parents[2] / "paper/dossier.html").read_text(encoding="utf-8")
SOURCES = {
    "documents": {
        "a": {"short": "Paper A", "citation": "A. 2020."},
        "b": {"short": "Paper B", "citation": "B. 2021."},
        "unused": {"short": "Paper C", "citation": "C. 2022."},
    }
}


def claim(claim_id, document, row, **others):
    plain = {
        "claim_id": claim_id, "study": document, "document": document, "table": "t",
        "locator": "p. 1", "seen": "verbatim", "population": "people", "outcome": "recovered",
        "printed": "50", "figure": "50", "upper": "", "unit": "percent", "hedge": "none",
        "hedge_against": "", "row": row,
    }  # fmt: skip
    return plain | others


CLAIMS = pd.DataFrame(
    [
        claim("second", "a", 3),
        claim("first", "a", 2, printed="12", figure="12", unit="persons"),
        claim("quoted", "b", 2, outcome="<script>alert('x')</script>", seen="secondary"),
    ]
)
VERDICTS = pd.DataFrame(
    [
        {"claim_id": "second", "verdict": "consistent", "explanation": "6 of 12."},
        {"claim_id": "second", "verdict": "consistent", "explanation": "6 of 12."},
        {"claim_id": "quoted", "verdict": "inconsistent", "explanation": "No count & none."},
    ]
)
RELATIONS = pd.DataFrame(
    [
        {"claim_id": "second", "kind": "percent_of", "inputs": "second first", "verdict": "consistent", "explanation": "6 of 12 is 50%."},
        {"claim_id": "quoted", "kind": "quotes", "inputs": "quoted second", "verdict": "consistent", "explanation": "50% for 50%."},
    ]
)  # fmt: skip
FIDELITY = pd.DataFrame(
    [{"claim_id": "quoted", "verdict": "wrong_base", "explanation": "Of another group."}]
)
TABLES = {"claims": CLAIMS, "verdicts": VERDICTS, "relations": RELATIONS, "fidelity": FIDELITY}


def rows(page):
    """Return figure and findings of each row, as a reader sees them."""
    found = {}
    for figure, body in re.findall(r'<tr id="([\w-]+)">(.*?)</tr>', page, re.DOTALL):
        found[figure] = [
            re.sub("<.*?>", "", line) for line in re.findall(r'class="finding">(.*?)</p>', body)
        ]
    return found


def test_each_figure_comes_with_what_was_found_once():
    assert rows(dossier(TEMPLATE, "a-page", TABLES, SOURCES)) == {
        "first": ["consistent: 6 of 12 is 50%."],
        "second": ["consistent: 6 of 12.", "consistent: 6 of 12 is 50%."],
        "quoted": ["inconsistent: No count &amp; none.", "of another group: Of another group."],
    }


def test_figures_stand_in_the_order_of_their_document():
    page = dossier(TEMPLATE, "a-page", TABLES, SOURCES)
    assert page.index('id="first"') < page.index('id="second"') < page.index("Paper B")
    assert "Paper C" not in page


def test_text_stays_text_and_nothing_is_fetched():
    seen = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.add(tag)
            assert not {"src", "href"} & {name for name, _ in attrs}

    page = dossier(TEMPLATE, "a-page", TABLES, SOURCES)
    Tags().feed(page)
    assert "script" not in seen
    assert "&lt;script&gt;" in page
