"""Each headline rate with its range over what could be defended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "as printed",
    "hollow": "the rate set against it",
    "bar": "over plausible specifications (their number)",
}
RANGES = {"": "of the same thing", "_any": "of anything plausible"}


def layout(summary: pd.DataFrame) -> pd.DataFrame:
    """Return two bars per headline rate; filled is the rate itself, hollow the other side's."""
    rows: list[Row] = []
    for row in records(summary):
        rows.append(Row(label=f"{row['label']}, {row['printed']}%", heading=True))
        rows += [_row(row, suffix, words) for suffix, words in RANGES.items()]
    panel = Panel(axis="% recovered", rows=rows, references=[], limits=(0, 70))
    return layout_of([panel], KEY)


def _row(row: dict[str, Any], suffix: str, words: str) -> Row:
    low, high = (100 * float(row[f"{end}{suffix}"]) for end in ("lowest", "highest"))
    number = int(row[f"specifications{suffix}"])
    return Row(
        label=words,
        low=low,
        high=high,
        mark=float(row["printed"]),
        hollow=100 * float(row["other_value"]),
        text=f"{low:.1f} to {high:.1f}% ({number:,})",
    )


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Two bars for each headline rate: its range over plausible specifications of the same "
        "thing, and over all plausible ones, with the other side's rate. In brackets the number "
        f"of specifications. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches: which ranges hold the rate set against them."""
    same, anything = (list(_holding(layout, words)) for words in RANGES.values())
    number = len(layout[layout["kind"] == "heading"])
    listed = f": {'; '.join(anything)}" if anything else ""
    return (
        f"Over plausible specifications of the same thing {len(same)} of {number} headline rates "
        f"reach the rate set against them, over all plausible ones {len(anything)}{listed}."
    )


def _holding(layout: pd.DataFrame, words: str) -> Iterator[str]:
    name = ""
    for row in records(layout):
        if row["kind"] == "heading":
            name = row["label"]
        elif row["label"] == words and row["low"] <= row["hollow"] <= row["high"]:
            yield f"{name} ({row['low']:.1f} to {row['high']:.1f}%)"
