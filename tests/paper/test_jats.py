"""The JATS form keeps the rules of the Archiving tag set that archives check first.

The DTD itself is not at hand offline, so the rules are written here, each from the page of its
element in the tag library (jats.nlm.nih.gov/archiving/tag-library/1.2).
"""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recovery_audit.rendering.paper import parse, render

ROOT = Path(__file__).parents[2]
XLINK = "{http://www.w3.org/1999/xlink}"

PAPER = """\
---
title: What “half” counts
author:
  - name: Björn Ångström
    affiliation: Department of Fractions, Uppsala
    orcid: 0000-0002-1825-0097
date: 2026-01-15
lang: en-GB
copyright: {holder: Björn Ångström}
license: {type: open-access, link: "https://opensource.org/license/mit", text: MIT}
keywords: [recovery]
abstract: Of all referred, few.
---

# Introduction {#sec-introduction}

See @tbl-a, @fig-a, @sec-detail, [9.2%](#num-rate) and @brown2017.[^note]

[^note]: A note.

> A quotation.

![What is held.](figures/ladder){#fig-a alt="A bar & a <line>."}

## Detail {#sec-detail}

| a | b |
|---|---|
| 1 | 2 |

: Two columns. {#tbl-a}

| c | d |
|---|---|
| 1 | 2 |

: Two more. {#tbl-b}

# References {.unnumbered}

::: {#refs}
:::

# Appendix {#appendix .unnumbered}

::::: {.entries}
:::: {.entry #num-rate}
9.2%
::::
:::::
"""


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jats")
    (folder / "figures").mkdir()
    (folder / "figures/ladder.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    document = parse(PAPER, paper=ROOT / "paper")
    return render(document, fmt="jats", paper=ROOT / "paper", resources=folder).decode()


@pytest.fixture(scope="module")
def article(text):
    return ElementTree.fromstring(text)


def tags(element):
    return [child.tag for child in element]


def test_it_declares_the_archiving_tag_set(text, article):
    assert "JATS (Z39.96) Journal Archiving and Interchange DTD v1.2" in text
    assert article.get("article-type") == "research-article"
    assert article.get("dtd-version") == "1.2"


def test_front_body_and_back_follow_each_other(article):
    assert tags(article) == ["front", "body", "back"]


def test_article_meta_holds_its_elements_in_order(article):
    assert tags(article.find("front")) == ["article-meta"]
    assert tags(article.find("front/article-meta")) == [
        "title-group",
        "contrib-group",
        "pub-date",
        "permissions",
        "abstract",
        "kwd-group",
    ]


def test_contributors_are_named_and_belong_somewhere(article):
    contributor = article.find(".//contrib")
    assert contributor.get("contrib-type") == "author"
    assert "".join(contributor.find("string-name").itertext()) == "Björn Ångström"
    assert contributor.find("contrib-id").get("contrib-id-type") == "orcid"
    places = {place.get("id") for place in article.iter("aff")}
    assert {link.get("rid") for link in contributor.iter("xref")} <= places


def test_permissions_name_holder_and_licence(article):
    permissions = article.find(".//permissions")
    assert tags(permissions) == ["copyright-year", "copyright-holder", "license"]
    assert permissions.find("copyright-year").text == "2026"
    assert permissions.find("license/license-p").text == "MIT"


def test_nothing_in_the_front_is_empty(article):
    empty = {e.tag for e in article.find("front").iter() if not "".join(e.itertext()).strip()}
    assert empty == {"xref"}  # an author's link to the affiliation


def test_sections_have_titles_and_identifiers(article):
    for section in article.iter("sec"):
        assert section.get("id")
        assert section.find("title").text


def test_identifiers_are_unique_and_references_resolve(article):
    identifiers = Counter(e.get("id") for e in article.iter() if e.get("id"))
    assert [name for name, count in identifiers.items() if count > 1] == []
    assert {link.get("rid") for link in article.iter("xref")} <= set(identifiers)


def test_references_say_what_they_lead_to(article):
    kinds = {link.get("rid"): link.get("ref-type") for link in article.iter("xref")}
    assert kinds.pop("fn1") == "fn"
    assert kinds == {
        "aff-1": "aff",
        "tbl-a": "table",
        "fig-a": "fig",
        "sec-detail": "sec",
        "num-rate": "other",
        "ref-brown2017": "bibr",
    }


def test_figures_and_tables_begin_with_label_and_caption(article):
    figure = article.find(".//fig")
    assert (figure.get("id"), tags(figure)) == ("fig-a", ["label", "caption", "graphic"])
    wraps = article.findall(".//table-wrap")
    assert [(w.get("id"), tags(w)) for w in wraps] == [
        ("tbl-a", ["label", "caption", "table"]),
        ("tbl-b", ["label", "caption", "table"]),
    ]
    labels = [wrap.find("label").text.replace("\u00a0", " ") for wrap in (figure, *wraps)]
    assert labels == ["Figure 1", "Table 1", "Table 2"]
    assert "".join(figure.find("caption").itertext()) == "What is held."
    assert figure.find("graphic/alt-text").text == "A bar & a <line>."
    assert figure.find("graphic").get(f"{XLINK}href") == "../figures/ladder.svg"


def test_the_literature_is_listed_as_data(article):
    (listed,) = article.findall(".//ref-list/ref[@id='ref-brown2017']/element-citation")
    assert listed.get("publication-type") == "article-journal"
    assert [name.text for name in listed.iter("surname")] == ["Brown", "Heathers"]
    assert listed.find("article-title").text.startswith("The GRIM test")
    assert listed.find("year").text == "2017"
