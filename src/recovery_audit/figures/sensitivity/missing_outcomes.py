"""What each rate can be, whatever became of those without an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "of those with an outcome",
    "bar": "whatever became of the others",
    "whisker": "with chance",
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
    panel = Panel(
        axis="% recovered or improved",
        rows=list(_rows(missing_outcomes)),
        references=[(100 * float(reached), "publicised rate")],
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
        f"interval around it, beside the publicised rate. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by its first row."""
    first = next(records(layout[layout["kind"] == "range"]))
    return (
        f"{first['label']}: {first['mark']:.1f}% of those with an outcome, {first['low']:.1f}% to "
        f"{first['high']:.1f}% of everybody, whatever became of the others."
    )
