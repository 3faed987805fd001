"""A cohort as tables: they agree with the rates, hold nobody back, and give nobody away."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.cohort_tables import judge_cohort
from recovery_audit.errors import TableError
from recovery_audit.instruments import instruments_by_name
from recovery_audit.rendering.cohort_page import cohort_page

ROOT = Path(__file__).parents[2]
REGISTRY = instruments_by_name(io.read_text_table(ROOT / "data/instruments.csv"))
EXAMPLE = io.read_text_table(ROOT / "examples/cohort/cohort.csv")


def judged(table=EXAMPLE, **entry):
    return judge_cohort(table, "cohort.csv", {"file": "cohort.csv", **entry}, REGISTRY)


def random_cohort(seed, size=60):
    rng = np.random.default_rng(seed)
    scores = {
        column: [str(v) if v >= 0 else "" for v in rng.integers(-4, highest + 1, size)]
        for column, highest in [
            ("phq9_first", 27), ("phq9_last", 27), ("gad7_first", 21), ("gad7_last", 21),
        ]
    }  # fmt: skip
    frame = pd.DataFrame({"id": [f"SECRET{n:05}" for n in range(size)], **scores})
    frame.index = range(2, size + 2)
    return frame


@pytest.mark.parametrize("seed", range(5))
def test_the_flow_loses_nobody_and_ends_with_the_recovered(seed):
    found = judged(random_cohort(seed))
    counts, left = list(found.flow["count"]), list(found.flow["left"])
    assert [before - gone for before, gone in zip(counts, left[1:], strict=False)] == counts[1:]
    official = found.rates[
        (found.rates["rate"] == "recovery") & (found.rates["group"] == "less_not_case")
    ]
    assert counts[-1] == official["count"].item()
    assert counts[2] == official["of"].item()


@pytest.mark.parametrize("seed", range(5))
def test_the_bounds_contain_what_is_counted(seed):
    for _, rows in judged(random_cohort(seed)).bounds.groupby("rate"):
        by = rows.set_index("assumption")["count"]
        assert by["least"] <= by["most"]
        assert by["excluded"] == by["failure"]  # leaving records out takes none of the recovered


def test_every_rate_stands_under_every_denominator():
    found = judged()
    assert len(found.rates) == 5 * 6
    assert set(found.rates["lower"]) - {""} == set(found.rates["lower"])


def test_no_record_leaves():
    table = random_cohort(1)
    found = judged(table)
    tables = {"rates": found.rates, "flow": found.flow, "bounds": found.bounds}
    page = cohort_page((ROOT / "paper/cohort.html").read_text(), "c", tables, found.notes)
    everything = page + "".join(frame.to_csv() for frame in tables.values())
    assert "SECRET" not in everything


def test_small_counts_and_what_gives_them_away_are_held_back():
    found = judged(suppress=True)
    shown = {*found.flow["count"].dropna(), *found.rates["count"].dropna()}
    assert all(count >= 5 for count in shown)
    assert len(found.bounds) == 0
    assert set(found.rates["group"]) == {"less_not_case", "finished"}
    hidden = found.flow.loc[found.flow["count"].isna(), "step"]
    before = found.flow["count"].shift()
    assert found.flow.loc[found.flow["count"].isna() | before.isna(), "left"].isna().all()
    assert len(hidden) < len(found.flow)


def test_a_bad_cell_stops_with_its_place():
    table = EXAMPLE.copy()
    table.loc[4, "phq9_first"] = "28"
    with pytest.raises(TableError) as caught:
        judged(table)
    assert str(caught.value) == (
        "1 problem in the tables:\n  cohort.csv, row 4, column `phq9_first`: got '28'; "
        "a score of PHQ-9 lies between 0 and 27"
    )


def test_what_was_left_out_is_said():
    table = EXAMPLE.copy()
    table.loc[4, "phq9_first"] = "28"
    assert (
        "Cells that broke their rule: 1; records left out: 1 of 30."
        in judged(table, on_invalid="drop").notes
    )


def test_one_instrument_is_enough():
    table = EXAMPLE[["phq9_first", "phq9_last"]]
    found = judged(table, instruments=["phq9"])
    assert found.notes[0] == "Judged on PHQ-9."
    assert len(found.notes) == 3
