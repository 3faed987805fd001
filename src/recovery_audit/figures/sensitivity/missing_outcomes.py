"""What each rate can be, whatever became of those without an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "of those with an outcome",
    "bar": "whatever became of the others",
    "whisker": "with chance added",
}
THRESHOLD = "publicised"
GROUPS = {
    "treated": "Of those treated",
    "referred": "Of those referred",
    "interviewed": "Of those interviewed",
    "ended": "Of referrals that ended",
}


def layout(missing_outcomes: pd.DataFrame, tipping_points: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the figure: bounds as bars, intervals as whiskers, as `ranges` has it."""
    reached = tipping_points[tipping_points["threshold"] == THRESHOLD]["threshold_value"].iloc[0]
    level = 100 * float(reached)
    panel = Panel(
        axis="% recovered or improved",
        rows=list(_rows(missing_outcomes)),
        references=[(level, f"publicised rate, {level:g}%")],
        limits=(0, 100),
    )
    return layout_of([panel], KEY)


def _rows(table: pd.DataFrame) -> Iterator[Row]:
    ordered = sorted(records(table), key=lambda row: list(GROUPS).index(row["rung"]))
    for rung, rows in groupby(ordered, key=lambda row: row["rung"]):
        yield Row(label=GROUPS[rung], heading=True)
        for row in rows:
            yield _row(row)


def _row(row: dict[str, Any]) -> Row:
    value, lower, upper, least, most = (
        100 * float(row[key])
        for key in ("value", "lower", "upper", "interval_lower", "interval_upper")
    )
    several = row["standing"] == "possible"
    return Row(
        label=row["label"] + (f", {row['k']} of {row['n']}" if several else ""),
        low=lower,
        high=upper,
        whisker_low=least,
        whisker_high=most,
        mark=value,
        text=f"{value:.1f}; {lower:.1f} to {upper:.1f}%",
    )


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    ranges = layout[layout["kind"] == "range"]
    return (
        f"{len(ranges)} rates with the range that those without an outcome leave open, and an "
        f"interval around it, beside the publicised rate. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by the first row of each group."""
    parts = [
        f"{row['label']}, {row['low']:.1f}% to {row['high']:.1f}%"
        for before, row in pairwise(records(layout))
        if before["kind"] == "heading"
    ]
    return (
        "Whatever became of those without an outcome, the rate of everybody lies within: "
        f"{'; '.join(parts)}."
    )
