"""The page of an audit says of each figure what was found, and nothing in it is code."""

import hashlib
import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from recovery_audit.fidelity import Fidelity
from recovery_audit.rendering.dossier.claim_pages import MEANINGS
from recovery_audit.rendering.dossier.explorers import percent_tenths
from recovery_audit.rendering.dossier.page import _drawing, dossier
from recovery_audit.rendering.tables import verdict_words
from recovery_audit.verdicts import Verdict

FOLDER = Path(__file__).parents[2] / "paper/dossier"
PARTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
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
        "hedge_against": "", "row": row, "instrument": "", "file": "data/claims/t.csv",
        "keyed": "once",
    }  # fmt: skip
    return plain | others


CLAIMS = pd.DataFrame(
    [
        claim("second", "a", 3),
        claim("first", "a", 2, printed="12", figure="12", unit="persons"),
        claim("quoted", "b", 2, outcome="<script>alert('x')</script>", seen="secondary"),
    ]
)


def verdict(claim_id, verdict, explanation, **others):
    plain = {
        "claim_id": claim_id, "reading": "", "base": "people", "unit": "persons", "printed": "50",
        "hedge": "none", "n_known": 12, "n_max": "", "n_deduced": "", "k_below": 6, "k_above": 7,
        "verdict": verdict, "explanation": explanation,
    }  # fmt: skip
    return plain | others


BASES = pd.DataFrame([{"base": "people", "note": "people asked"}])
VERDICTS = pd.DataFrame(
    [
        verdict("second", "consistent", "6 of 12."),
        verdict("quoted", "inconsistent", "No count & none."),
        verdict("quoted", "undetermined", "Of how many?", reading="other", n_known=""),
    ]
)
RELATIONS = pd.DataFrame(
    [
        {"relation_id": "a", "claim_id": "second", "kind": "percent_of", "inputs": "second first", "verdict": "inconsistent", "explanation": "6 of 12 is 50%."},
        {"relation_id": "b", "claim_id": "quoted", "kind": "quotes", "inputs": "quoted second", "verdict": "consistent", "explanation": "50% for 50%."},
    ]
)  # fmt: skip
FIDELITY = pd.DataFrame(
    [{"claim_id": "quoted", "original": "second", "verdict": "wrong_base", "explanation": "Of another group."}]
)  # fmt: skip
TABLES = {
    "claims": CLAIMS, "bases": BASES, "verdicts": VERDICTS, "relations": RELATIONS,
    "fidelity": FIDELITY,
}  # fmt: skip

#: The same of claims that nothing is known of.
NOTHING_FOUND = {name: TABLES[name].head(0) for name in ("verdicts", "relations", "fidelity")}


def written(title="a-page", tables=TABLES, sources=SOURCES):
    return dossier(PARTS, title, tables, sources)


def rows(page):
    """Return the verdicts that the table lists for each figure."""
    found = {}
    table = page[page.index('<table id="claims"') : page.index("</table>")]
    for row in table.split("<tr>")[2:]:
        claim_id = re.search(r"#claim-([\w-]+)", row)[1]
        found[claim_id] = re.findall(r'data-verdict="([^"]*)"', row)
    return found


def claim_page(page, claim_id):
    """Return what a reader sees of one claim's page."""
    article = re.search(
        rf'<article class="claim" id="claim-{claim_id}".*?</article>', page, re.DOTALL
    )
    return " ".join(re.sub("<.*?>", " ", article[0]).split())


def test_a_figure_answers_only_for_verdicts_on_itself():
    assert rows(written()) == {
        "first": ["nothing to check against"],  # the percentage of it is judged, not the count
        "second": ["inconsistent", "consistent"],  # that it is misquoted is not its own doing
        "quoted": ["inconsistent", "of another group", "undetermined"],
    }


def test_a_page_leads_from_the_printed_figure_to_each_verdict():
    page = claim_page(written(), "second")
    for words in [
        "“ 50 ” in Paper A , p. 1 ; read in the document itself",
        "Typed once: data/claims/t.csv, line 3",
        "Of people asked (12 persons)",
        "consistent 6 of 12.",
        "percentage of two counts, with 12 ( recovered )",
        "50% ( Paper B ) quotes 50% ( Paper A )",
    ]:
        assert words in page, words
    assert "as quoted there" in claim_page(written(), "quoted")
    assert "depending on which group" in claim_page(written(), "quoted")


def test_figures_stand_in_the_order_of_their_document():
    page = written()
    order = [page.index(f'id="claim-{name}"') for name in ("first", "second", "quoted")]
    assert order == sorted(order)
    assert "Paper C" not in page


def test_text_stays_text_and_nothing_is_fetched():
    addresses = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            named = dict(attrs)
            assert tag not in ("img", "link", "iframe")
            assert "src" not in named
            addresses.append(named.get("href", "#"))

    page = written()
    Tags().feed(page)
    assert all(address.startswith("#") for address in addresses)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_same_tables_give_the_same_page():
    assert written() == written()


def test_tenths_are_rounded_half_up():
    assert [percent_tenths(p) for p in ("0.0005", "0.00049", "-0.0005", "1")] == [1, 0, -1, 1000]


def test_a_drawing_loses_decimals_of_places_but_none_of_a_scale():
    """Letters are drawn by scales: cut to hundredths, they stood a third too small and far apart."""
    svg = (
        "<svg width='72pt' height=\"36pt\"><g transform='scale(0.015625 -0.075)'>"
        "<path d='M 1.23456 7'/></g></svg>"
    ).replace("'", '"')
    drawn = _drawing(svg)
    assert "scale(0.015625 -0.075)" in drawn["url"]
    assert "M 1.23 7" in drawn["url"]
    assert (drawn["width"], drawn["height"]) == (96, 48)


FIGURE = {
    "name": "drawing", "alt": "A", "takeaway": "T.",
    "svg": '<svg width="72pt" height="36pt"><text style="fill: #123">&quot;&amp;</text></svg>',
}  # fmt: skip
RATE = {"id": "rate", "label": "The rate, 50%", "inputs": ["second", "of-no-claim"]}


def number(text, *ancestors):
    return {"text": text, "formula": "some", "ancestors": list(ancestors)}


ANALYSES = {
    "figures": [FIGURE],
    "specifications": [RATE],
    "no_effect": {"inputs": ["first", "second"]},
    "numbers": {
        "second": number("50%"),
        "total": number("2", "first", "second"),
        "own": number("12", "second"),
    },
}


def analysed():
    return dossier(PARTS, "a-page", TABLES, SOURCES, ANALYSES)


def test_a_drawing_stands_in_its_attribute_as_it_is():
    address = re.search(r'<img src="(data:[^"]*)"', analysed())[1]
    assert address.startswith("data:image/svg+xml,<svg width='72pt'")
    assert not set(address) & set('"&#{}')
    assert "%26quot;%26amp;" in address


def test_a_page_says_what_its_figure_enters():
    page = claim_page(analysed(), "second")
    assert "or is set against: The rate, 50% , what no effect would report ." in page
    assert "set against: what no effect would report ." in claim_page(analysed(), "first")
    assert "or is set against" not in claim_page(analysed(), "quoted")


def test_of_the_numbers_that_rest_on_a_figure_those_that_rest_on_few_come_first():
    uses = json.loads(re.search(r'id="data-numbers">(.*?)</script>', analysed())[1])
    named = {one: [uses["numbers"][at][0] for at in places] for one, places in uses["of"].items()}
    assert named == {"first": ["total"], "second": ["own", "total"]}


def test_every_word_that_a_verdict_can_be_is_explained():
    assert set(MEANINGS) >= {verdict_words(str(word)) for word in (*Verdict, *Fidelity)}
    explained = re.search(r'<dl class="meanings">(.*?)</dl>', written(), re.DOTALL)[1]
    assert re.findall(r'data-verdict="([^"]*)"', explained) == list(MEANINGS)
    systems = together("The percentage can hold in 1 way.", ("second", "k"))
    page = written(tables=TABLES | {"systems": systems})
    explained = re.search(r'<dl class="meanings">(.*?)</dl>', page, re.DOTALL)[1]
    shown = set(re.findall(r'data-verdict="([^"]*)"', page[page.index("<body>") :]))
    assert shown | {"infeasible"} <= set(re.findall(r'data-verdict="([^"]*)"', explained))


def test_the_gravest_verdict_decides_where_a_figure_is_sorted():
    page = written()
    ranks = dict(re.findall(r'#claim-(\w+)".*?<td data-order="(\d+)">', page))
    assert ranks == {"first": str(len(MEANINGS) - 1), "second": "0", "quoted": "0"}


def test_a_million_is_sorted_above_a_thousand():
    printed = [
        claim("billion", "a", 2, printed="1 billion", figure="1", unit="billion-pounds"),
        claim("short", "a", 3, printed="1.09m", figure="1.09", unit="million-referrals"),
        claim("words", "a", 4, printed="a million", figure="1000000", unit="persons"),
        claim("plain", "a", 5, printed="1,500", figure="1500", unit="persons"),
        claim("share", "a", 6, printed="a quarter", figure="1", upper="4", unit="share"),
    ]
    page = written(tables=TABLES | {"claims": pd.DataFrame(printed)} | NOTHING_FOUND)
    order = re.findall(r'data-order="([^"]*)" data-search="[^"]* (\w+)"', page)
    by_value = [name for _, name in sorted(order, key=lambda pair: Fraction(pair[0]))]
    assert by_value == ["share", "plain", "words", "short", "billion"]
    assert dict(map(reversed, order))["short"] == "1090000.0"


def together(summary, *variables, inputs="second quoted first"):
    """Return a system of the figures as the table has it: a row for each count or size."""
    plain = {"system_id": "a-system", "status": "feasible", "summary": summary, "inputs": inputs}
    return pd.DataFrame([plain | {"variable": name, "kind": kind} for name, kind in variables])


def findings_together(page):
    """Return what a reader sees of the figures taken together."""
    section = re.search(r'<section id="together".*?</section>', page, re.DOTALL)[0]
    return " ".join(re.sub("<.*?>", "", section[section.index("<article") :]).split())


def test_figures_taken_together_are_called_by_what_they_are_of():
    variables = ("second", "k"), ("quoted", "k"), ("people", "n")
    conflict = together(
        "If all are of one group, no whole numbers meet 50% (second), the size of people (at most "
        "12 persons) and the constraint one-of-two together.",
        *variables,
    )
    assert findings_together(written(tables=TABLES | {"systems": conflict})) == (
        "a, if all are of one group feasible No whole numbers meet 50% (recovered, Paper A), the "
        "size of the group “people asked” (at most 12 persons) and the condition “one of two” "
        "together. Taken together: 50% (recovered, Paper A), "
        "50% (&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;, Paper B), 12 (recovered)"
    )
    forced = together(
        "The 2 percentages can hold together in 1 way; all counts and sizes are forced: "
        "k of second = 1,006, n of second = 2,012, n of people = 12.",
        *variables,
    )
    assert findings_together(written(tables=TABLES | {"systems": forced})).startswith(
        "a feasible The 2 percentages can hold together in 1 way; all counts and sizes are forced: "
        "1,006 behind 50% (recovered, Paper A), 2,012 in the group of 50% (recovered, Paper A), "
        "12 in the group “people asked”."
    )


def flip(cell, printed, claim_id, **others):
    plain = {"cell": cell, "printed": printed, "unit": "percent", "claim_id": claim_id}
    return plain | {"becomes": "consistent"} | others


def test_a_misprint_and_a_system_are_told_by_names():
    flips = [
        flip("second", "51", "second"),
        flip("first", "13", "second", unit="persons"),
        flip("first", "13", "second", unit="persons"),  # another verdict on the same figure
    ]
    systems = together("If all agree, the percentage can hold in 1 way.", ("second", "k"))
    page = written(tables=TABLES | {"flips": pd.DataFrame(flips), "systems": systems})
    told = claim_page(page, "second")
    assert told.endswith(
        "If one figure were misprinted If this figure were 51%, the verdict would be: consistent "
        "If the 12 persons ( recovered ) were 13, the verdict would be: consistent"
    )
    assert "feasible taken together with 2 other figures, if all agree" in told
    assert claim_page(page, "first").endswith(
        "If this figure were 13, the verdict on 50% ( recovered ) would be: consistent"
    )


def test_a_place_that_the_document_is_named_by_is_not_said_again():
    sources = {
        "documents": SOURCES["documents"] | {"a": {"short": "Paper A, p. 1", "citation": "A."}}
    }
    page = written(sources=sources)
    assert "“ 12 ” in Paper A, p. 1 ; read in" in claim_page(page, "first")
    assert "“ 50 ” in Paper B , p. 1 ; as quoted" in claim_page(page, "quoted")


def test_the_overview_begins_with_how_many_figures_have_each_verdict():
    tally = re.search(r'<p class="tally">(.*?)</p>', written())[1]
    assert re.findall('href="([^"]*)">([^<]*)<', tally) == [
        ("#figures?by-verdict=inconsistent", "2 inconsistent"),
        ("#figures?by-verdict=of+another+group", "1 of another group"),
        ("#figures?by-verdict=undetermined", "1 undetermined"),
        ("#figures?by-verdict=consistent", "1 consistent"),
        ("#figures?by-verdict=nothing+to+check+against", "1 nothing to check against"),
    ]


def test_what_the_printed_figure_says_is_not_said_again():
    printed = [
        claim("short", "a", 2, printed="1.09m", figure="1.09", unit="million-referrals"),
        claim("head", "a", 3, printed="1.09", figure="1.09", unit="million-referrals"),
    ]
    page = written(tables=TABLES | {"claims": pd.DataFrame(printed)} | NOTHING_FOUND)
    assert "Read as 1.09m , referrals; about" in claim_page(page, "short")
    assert "Read as 1.09 , million referrals; about" in claim_page(page, "head")


def test_a_paper_without_systems_has_no_part_on_them():
    page = written(tables=TABLES | {"systems": pd.DataFrame()})
    assert 'id="together"' not in page


def test_the_table_library_is_the_one_that_its_page_names():
    folder = Path(__file__).parents[2] / "paper/dossier"
    digest = hashlib.sha256((folder / "datatables.js").read_bytes()).hexdigest()
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert digest in page
    (version,) = re.findall(r"datatables\.net ([\d.]+),", page)
    assert (
        (folder / "datatables.js")
        .read_text(encoding="utf-8")
        .startswith(f"/*! DataTables {version}\n")
    )
