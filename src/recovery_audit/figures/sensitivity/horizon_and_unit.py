"""The rates at a later day, and of persons instead of referrals."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of
from recovery_audit.rounding import print_fraction

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "as published",
    "bar": "from relapse as in one study to none",
    "hollow": "the most that it can be",
}
HEADINGS = {
    "relapse": "Recovered, and not relapsed a year on",
    "persons": "Of persons instead of referrals",
}


def layout(horizon_and_unit: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Return the rates under their questions, the rate as it is as mark, its bounds as bar."""
    published = dict(zip(summary["rate"], summary["printed"], strict=True))
    rows: list[Row] = []
    for question, found in horizon_and_unit.groupby("question", sort=False):
        rows.append(Row(label=HEADINGS[str(question)], heading=True))
        rows += [_row(row, published.get(row["rate"])) for row in records(found)]
    ends = [row.high or row.mark or 0 for row in rows]
    panel = Panel(axis="% recovered", rows=rows, references=[], limits=(0, 1.1 * max(ends)))
    return layout_of([panel], KEY)


def _row(row: dict[str, Any], published: str | None) -> Row:
    """Return a rate and its bounds, the rate as it was published where that is at hand."""
    value, upper = 100 * float(row["value"]), 100 * float(row["upper"])
    printed = published or print_fraction(100 * Fraction(row["value"]), 1)
    if row["lower"] == "":
        text = f"{printed}; at most {upper:.1f}%"
        return Row(label=row["label"], mark=value, hollow=upper, text=text)
    lower = 100 * float(row["lower"])
    text = f"{printed}; at least {lower:.1f}%"  # the other end is the rate itself
    return Row(label=row["label"], low=lower, high=upper, mark=value, text=text)


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Rates as published, and the range a year later or of persons. "
        f"{in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by the rates that may move furthest."""
    ranges = list(records(layout[layout["kind"] == "range"]))
    fallen = max(
        (row for row in ranges if row["low"] != ""), key=lambda row: row["mark"] - row["low"]
    )
    persons = max(
        (row for row in ranges if row["hollow"] != ""), key=lambda row: row["hollow"] - row["mark"]
    )
    return (
        f"{fallen['label']} would be {fallen['low']:.1f}% instead of {fallen['mark']:.1f}% a year "
        f"on if as many relapse as in one study; {persons['mark']:.1f}% of referrals are at most "
        f"{persons['hollow']:.1f}% of persons."
    )
