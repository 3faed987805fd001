"""The figure of a treatment without effect shows its scenarios: bars over settings, one mark each."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from recovery_audit.figures import null_treatment

DEFAULT = {
    "reliability": ["0.84", "0.85"],
    "selection": "none",
    "strength": "1",
    "rule": "net",
    "months": "3",
}


def scenario(rule, months, recovery, *, reliability="0.84"):
    """One setting under one reading of remission, its recovery in percent."""
    parts = {"regression": recovery / 4, "natural_remission": recovery / 2, "effect": 40 - recovery}
    return {
        "reliability_depression": reliability,
        "reliability_anxiety": "0.85",
        "selection": "none",
        "strength": "1",
        "rule": rule,
        "months": months,
        "null_recovery": f"{recovery / 100:.6f}",
        "published_recovery": "0.470000",
        **{f"part_{name}": f"{part / 100:.6f}" for name, part in parts.items()},
    }


@pytest.fixture
def layout():
    scenarios = [
        scenario("net", "3", 16.0),
        scenario("net", "3", 12.0, reliability="0.75"),
        scenario("gross", "12", 24.0),
        scenario("none", "0", 4.0),
    ]
    return null_treatment.layout(pd.DataFrame(scenarios), DEFAULT)


def ranges(layout, panel):
    rows = layout[(layout["kind"] == "range") & (layout["panel"] == panel)]
    return {row["label"]: (row["low"], row["mark"], row["high"]) for row in rows.to_dict("records")}


def test_bars_run_over_the_settings_and_the_mark_is_the_default(layout):
    assert ranges(layout, 0) == {
        "3 months": pytest.approx((12.0, 16.0, 16.0)),
        "12 months": pytest.approx((24.0, 24.0, 24.0)),
        "at any horizon": pytest.approx((4.0, 4.0, 4.0)),
    }


def test_the_parts_are_those_of_the_default_rule_and_horizon(layout):
    assert ranges(layout, 1) == {
        "by regression": pytest.approx((3.0, 4.0, 4.0)),
        "by natural remission": pytest.approx((6.0, 8.0, 8.0)),
        "left to the treatment": pytest.approx((24.0, 24.0, 28.0)),
    }


def test_the_figure_in_words(layout):
    assert null_treatment.takeaway(layout) == (
        "By horizon, setting and reading of remission a treatment without effect would report 4.0% "
        "to 24.0%, where 47.0% is published; in the default setting the model's recovery is made "
        "up of 4.0 points by regression, 8.0 points by natural remission and 24.0 points left to "
        "the treatment."
    )


def test_every_range_is_drawn_where_the_layout_says(layout):
    artists = null_treatment.draw(layout, Figure())
    shown = layout[layout["kind"] == "range"]
    assert [mark.get_xdata()[0] for mark in artists["marks"]] == list(shown["mark"])
    assert [list(bar.get_xdata()) for bar in artists["bars"]] == [
        [low, high] for low, high in zip(shown["low"], shown["high"], strict=True)
    ]
