"""The manuscript prints numbers through the ledger only, and the ledger knows no others."""

import re
from pathlib import Path

import pytest

from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Entry
from recovery_audit.rendering.manuscript import write_manuscript

ROOT = Path(__file__).parents[2]

#: What may hold digits without being a result, in the order of removal.
NO_RESULT = [
    r"\{##.*?##\}",  # comments
    r"\{\{.*?\}\}|\{%.*?%\}",  # numbers asked of the ledger, and loops
    r"\[?-?@[\w-]+(?:[;,] ?@[\w-]+)*\]?",  # citations and cross-references
    r"\{[#.][^}]*\}",  # identifiers and attributes
    r"\]\([^)]*\)",  # targets of links and pictures
    r"\$[^$]*\$",  # formulas
]


def typed_digits(manuscript: str) -> list[str]:
    for pattern in NO_RESULT:
        manuscript = re.sub(pattern, " ", manuscript, flags=re.DOTALL)
    return re.findall(r"\S*\d\S*", manuscript)


def test_no_figure_is_typed_in_the_manuscript():
    assert typed_digits((ROOT / "paper/manuscript.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("The rate was 9.2% of all.", ["9.2%"]),
        ('The rate was {{ num("a-1") }} of 90.', ["90."]),
        ("See @tbl-a1 and [@scott2018], $100k/n$, ![x](figures/f1){#fig-1}.", []),
    ],
)
def test_a_typed_figure_would_be_found(typed, found):
    assert typed_digits(typed) == found


def entry(text):
    return Entry(
        text=text,
        value="9.2",
        fraction="46/5",
        unit="percent",
        decimals=1,
        formula="100 × a / b",
        function="module.function",
        rule="some_rule",
        table="verdicts",
        row="claim_id c",
        ancestors=("c",),
    )


CLAIM = {"claim_id": "c", "printed": "9.2", "document": "d", "locator": "p. 1", "seen": "verbatim"}
DOCUMENTS = {"d": {"short": "Some paper"}}


def expand(template, entries):
    return write_manuscript(template, entries, [], [CLAIM], DOCUMENTS, {})


def test_a_number_links_to_its_entry_and_back():
    text = expand('It is {{ num("rate") }}.', {"rate": entry("9.2%")})
    assert text == (
        "It is [[9.2%](#num-rate)]{#use-rate-1}.\n"
        "\n::::: {.entries}\n"
        ":::: {.entry #num-rate}\n"
        "**9.2%** rate\n\n"
        "*is* 100 × a / b · *unit* percent\n\n"
        "*exactly* 46/5\n\n"
        "*computed by* `module.function` · *rule* `some_rule` · *in* `verdicts`: claim_id c\n\n"
        "*from* “9.2” (Some paper: p. 1)\n\n"
        "*used* [1](#use-rate-1)\n"
        "::::\n"
        ":::::\n"
    )


def test_a_missing_number_stops_the_build():
    with pytest.raises(LedgerError) as caught:
        expand('{{ num("rate") }} {{ num("other") }}', {"rate": entry("9.2%")})
    assert str(caught.value) == "the manuscript asks for number 'other': not in the ledger"


def test_an_unused_number_stops_the_build():
    with pytest.raises(LedgerError) as caught:
        expand("Nothing.", {"rate": entry("9.2%")})
    assert str(caught.value) == "numbers in the ledger that the paper never prints: ['rate']"


def test_an_unknown_name_stops_the_build():
    with pytest.raises(LedgerError) as caught:
        expand("{{ nmu }}", {})
    assert str(caught.value) == "the manuscript cannot be expanded: 'nmu' is undefined"
