"""Words that compare or count are bound to the numbers, or say why they need not be."""

from pathlib import Path

import pytest

from recovery_audit import io
from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Entry
from recovery_audit.predicates import evaluate, judge_predicates, numbers_in
from recovery_audit.rendering.manuscript import write_manuscript
from recovery_audit.wording import loose_words, stale_waivers

ROOT = Path(__file__).parents[2]
MANUSCRIPT = (ROOT / "paper/manuscript.md").read_text(encoding="utf-8")
WAIVERS = io.read_yaml(ROOT / "paper/waivers.yaml", ROOT / "workflow/schemas/waivers.schema.yaml")
PREDICATES = io.read_yaml(
    ROOT / "paper/predicates.yaml", ROOT / "workflow/schemas/predicates.schema.yaml"
)


def entry(value):
    return Entry(
        text=f"{value}%", value=value, fraction="", unit="percent", decimals=1, formula="printed",
        function="", rule="", table="figures", row="claim_id c", ancestors=(),
    )  # fmt: skip


def written(template, holds):
    entries = {"rate": entry("9.2"), "service": entry("50")}
    predicates = [{"id": "far-below", "says": "less than half", "holds": holds}]
    return write_manuscript(template, entries, predicates, [], {}, {})


def test_no_comparing_word_is_loose():
    loose = [f"{one.word!r} in: {one.sentence}" for one in loose_words(MANUSCRIPT, WAIVERS)]
    assert loose == []


def test_no_waiver_is_stale():
    assert stale_waivers(MANUSCRIPT, WAIVERS) == []


def test_a_loose_word_would_be_found():
    planted = MANUSCRIPT + "\n\n# Coda\n\nMost patients recover."
    assert [(one.word, one.section) for one in loose_words(planted, WAIVERS)] == [("Most", "Coda")]


def test_a_word_that_holds_links_to_its_comparison_and_back():
    text = written(
        '{{ num("rate") }} is {{ holds("far-below", "far below") }} {{ num("service") }}.',
        "{rate} < {service} / 2",
    )
    assert "[[far below](#num-holds-far-below)]{#use-holds-far-below-1}" in text
    assert "*holds because* [9.2%](#num-rate) < [50%](#num-service) / 2" in text
    assert "*used* [1](#use-holds-far-below-1)" in text
    assert "*in the words* [far-below](#num-holds-far-below)" in text


def test_a_false_word_stops_the_build_and_names_the_sentence():
    with pytest.raises(LedgerError) as caught:
        written(
            'It is so. The {{ num("rate") }} is {{ holds("far-below", "far below") }} '
            '{{ num("service") }}. And more.',
            "{rate} < {service} / 10",
        )
    assert str(caught.value) == (
        "the manuscript says 'far below' where predicate 'far-below' is false: 9.20 < 50.00 / 10. "
        "The sentence: The rate is far below service."
    )


def test_a_predicate_that_is_never_asserted_stops_the_build():
    with pytest.raises(LedgerError, match=r"never asserts: \['far-below'\]"):
        written('{{ num("rate") }} {{ num("service") }}', "{rate} < {service}")


def test_an_unknown_predicate_stops_the_build():
    with pytest.raises(LedgerError, match="asks for predicate 'near': there is none"):
        written('{{ num("rate") }} {{ holds("near", "close to") }}', "{rate} < {service}")


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("{rate} < {other}", "no number 'other' in the ledger"),
        ("{rate} + 1", "compares nothing"),
        ("{rate} < open('x')", "cannot be evaluated"),
        ("{rate} < ().__class__", "cannot be evaluated"),
        ("{rate} < 1 / 0", "cannot be evaluated"),
        ("{rate} <", "cannot be evaluated"),
    ],
)
def test_only_comparisons_of_numbers_are_evaluated(expression, complaint):
    from fractions import Fraction

    with pytest.raises(LedgerError, match=complaint):
        evaluate(expression, {"rate": Fraction(9)})


def test_decimals_are_exact():
    from fractions import Fraction

    assert evaluate("{a} == 0.1 + 0.2", {"a": Fraction(3, 10)})


def test_a_number_that_is_gone_makes_a_predicate_false():
    one = {"id": "x", "says": "", "holds": "{gone} < 1"}
    assert judge_predicates([one], {}) == {"x": False}


@pytest.mark.parametrize("predicate", PREDICATES, ids=lambda one: one["id"])
def test_every_predicate_can_be_false(predicate):
    """A comparison that holds whatever the numbers are would bind nothing."""
    from fractions import Fraction

    names = numbers_in(predicate["holds"])
    tried = [
        {name: Fraction(value + step * place) for place, name in enumerate(names)}
        for value in (1, 1000)
        for step in (0, 7, -3, 400)
    ]
    results = set()
    for values in tried:
        if 0 not in values.values():
            results.add(evaluate(predicate["holds"], values))
    assert False in results
