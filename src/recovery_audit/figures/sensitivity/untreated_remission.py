"""Rates with and without treatment, each with its horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

HEADINGS = {
    "untreated": "Without treatment: remission",
    "usual care": "Usual care",
    "treated in a trial": "Treated in a trial",
    "official": "Official rates",
    "headline": "Headline rates",
    "contrast": "The same trial: treated less usual care",
}


def layout(untreated_remission: pd.DataFrame) -> pd.DataFrame:
    """Return the rates under their headings, the first pair of counts of each."""
    first = untreated_remission[untreated_remission["witness"] == 1]
    rows: list[Row] = []
    for role, of_role in first.groupby("role", sort=False):
        rows += [Row(label=HEADINGS[str(role)], heading=True), *map(_row, records(of_role))]
    panel = Panel(axis="% (of the last row: points)", rows=rows, references=[], limits=(0, 100))
    return layout_of([panel])


def _row(row: dict[str, Any]) -> Row:
    lower, upper = (100 * float(row[key]) if row[key] else None for key in ("lower", "upper"))
    value = 100 * float(row["value"])
    contrast = row["role"] == "contrast"
    horizon = row["horizon"].partition("; ")[0]
    printed = "horizon not printed" if "not printed" in horizon else horizon
    label = "Reliable recovery" if contrast else row["label"].removesuffix(f", {horizon}")
    unit = " points" if contrast else "%"
    return Row(
        label=label,
        whisker_low=lower,
        whisker_high=upper,
        mark=value,
        text=f"{value:.1f}{unit}, {printed}",
    )


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Rates of remission and recovery under headings from untreated to treated, each with its "
        f"horizon. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches: its last row compares like with like."""
    heading, last = list(records(layout[layout["kind"].isin(["heading", "range"])]))[-2:]
    return f"{heading['label']}, {last['text']}; all other rows are of different people."
