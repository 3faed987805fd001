"""Each figure that does not come out has its consequence, and no other has."""

import re

import pandas as pd
import pytest

from recovery_audit.errors import AuditError
from recovery_audit.io import read_table
from recovery_audit.judging import points_off
from recovery_audit.rendering.discrepancies import discrepancy_rows
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def typed_rows():
    return read_table(
        ROOT / "data/discrepancies.csv", ROOT / "workflow/schemas/discrepancies.schema.yaml"
    )


@pytest.fixture(scope="module")
def rows(typed_rows, audited):
    documents = audited["sources"]["documents"]
    found = discrepancy_rows(typed_rows, audited, documents)
    return {row["discrepancy"]: row for row in found}


def test_arithmetic_comes_before_the_grid_and_a_quotation_names_its_original(rows):
    assert rows["not-completed"]["figures"] == [
        {
            "claim_id": "gs2020-mus-not-completed",
            "values": ["mus-not-completed-percent-recomputed"],
            "words": "",
            "off": "mus-not-completed-percent-difference",
        }
    ]
    (quoted,) = rows["interview-rate-quoted"]["figures"]
    assert quoted["values"] == ["scott2018-overall-recovery"]
    assert rows["blinded-assessment"]["figures"][0]["groups"] == [
        "kahan2015-assessed",
        "kahan2015-trials",
    ]
    assert rows["recovered-of-all-clients"]["figures"][0]["values"] == [
        "scott2018-overall-recovery-all-clients-below",
        "scott2018-overall-recovery-all-clients-above",
    ]


def test_each_discrepancy_says_where_it_is_printed_and_what_its_size_counts(rows):
    assert rows["recovered-of-all-clients"]["places"] == "Scott 2018, abstract; CBT Watch posts"
    assert rows["recovered-of-all-clients"]["unit"] == "points"
    assert rows["drop-outs-by-step"]["unit"] == "persons"
    assert rows["earlier-referrals-per-month"]["unit"] == "referrals per month"


@pytest.mark.parametrize("change", [lambda t: t.iloc[1:], lambda t: pd.concat([t, t.head(1)])])
def test_a_figure_left_out_or_listed_twice_stops_the_build(typed_rows, audited, change):
    named = r"data/discrepancies\.csv: gs2020-mus-dropped-during: expected each figure"
    with pytest.raises(AuditError, match=named):
        discrepancy_rows(change(typed_rows), audited, {})


def test_a_figure_that_comes_out_has_no_place_in_it(typed_rows, audited):
    added = typed_rows.head(1).assign(claims="gs2020-mus-treated", discrepancy="other")
    with pytest.raises(AuditError, match="gs2020-mus-treated"):
        discrepancy_rows(pd.concat([typed_rows, added]), audited, {})


def test_consequences_carry_no_figures(typed_rows):
    assert not any(re.search(r"\d", text) for text in typed_rows["consequence"])


def test_the_distance_is_to_the_nearest_count_by_trying_all(audited):
    """Second route: every count of the group, in decimal."""
    from decimal import Decimal, getcontext

    getcontext().prec = 30
    judged = audited["verdicts"]
    some = judged[judged["verdict"] == "inconsistent"].to_dict("records")
    assert len(some) > 5
    for row in some:
        size = int(row["n_known"])
        nearest = min(
            abs(Decimal(row["printed"]) - Decimal(100 * k) / size) for k in range(size + 1)
        )
        assert abs(Decimal(points_off(row)) - nearest) <= Decimal("0.0000005")
