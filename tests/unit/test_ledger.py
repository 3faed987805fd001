"""Numbers looked up in tables."""

import pandas as pd
import pytest

from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Source, as_json, from_json, register

TABLE = pd.DataFrame(
    {
        "claim_id": ["a", "b"],
        "reading": ["", "some"],
        "same": ["x", "x"],
        "k": [78, None],
        "n": [172, 90],
        "share": ["0.453488", ""],
        "difference": ["-0.0988", "22.00"],
        "inputs": ["a base-n", "b"],
    },
    dtype=object,
)
SOURCES = {"results": Source(frame=TABLE, function="module.function", rule="some_rule")}


def numbers(**definition):
    full = {"table": "results", "unit": "u", "formula": "f"} | definition
    return {number: e.text for number, e in register([full], SOURCES).items()}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"id": "{claim_id}-n", "as": "count", "value": "n"}, {"a-n": "172", "b-n": "90"}),
        (
            {"id": "{claim_id}-{reading}-r", "as": "percent", "ratio": ["k", "n"], "decimals": 2},
            {"a-r": "45.35%"},  # b has no count: no number, no entry
        ),
        ({"id": "{claim_id}", "as": "share", "value": "share", "decimals": 1}, {"a": "45.3%"}),
        (
            {"id": "{claim_id}", "as": "plain", "value": "difference", "decimals": 2},
            {"a": "−0.10", "b": "22.00"},
        ),
        ({"id": "rows", "as": "rows"}, {"rows": "2"}),
        ({"id": "rows", "as": "rows", "where": {"reading": ["some", "none"]}}, {"rows": "1"}),
        ({"id": "kinds", "as": "rows", "distinct": "reading"}, {"kinds": "2"}),
        ({"id": "kinds", "as": "rows", "distinct": "same"}, {"kinds": "1"}),
    ],
)  # fmt: skip
def test_a_definition_finds_its_numbers(definition, expected):
    assert numbers(**definition) == expected


def test_an_entry_keeps_fraction_origin_and_ancestors():
    definition = {
        "id": "rate", "table": "results", "as": "percent", "ratio": ["k", "n"], "decimals": 2,
        "unit": "{reading}percent", "formula": "100 × k / n", "where": {"claim_id": "a"},
    }  # fmt: skip
    entries = register([definition], SOURCES)
    assert as_json(entries) == {
        "rate": {
            "text": "45.35%",
            "value": "45.348837",
            "fraction": "1950/43",
            "unit": "percent",
            "decimals": 2,
            "formula": "100 × k / n",
            "function": "module.function",
            "rule": "some_rule",
            "table": "results",
            "row": "claim_id a, k 78, n 172",
            "ancestors": ("a", "base-n"),
        }
    }
    assert from_json(as_json(entries)) == entries


def test_a_definition_without_a_row_is_an_error():
    with pytest.raises(LedgerError) as caught:
        numbers(**{"id": "x", "as": "rows", "where": {"claim_id": "z"}})
    assert str(caught.value) == "number 'x': no row of results fits its `where`"


def test_two_numbers_of_one_name_are_an_error():
    rows = {"id": "same", "as": "rows", "table": "results", "unit": "u", "formula": "f"}
    with pytest.raises(LedgerError) as caught:
        register([rows, rows], SOURCES)
    assert str(caught.value) == "number 'same' is defined twice"
