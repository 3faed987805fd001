"""Rates with and without treatment, each with its horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

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
    """Return the rates under their headings, of each the first pair of counts; then a contrast."""
    first = untreated_remission[untreated_remission["witness"] == 1]
    contrast = first["role"] == "contrast"
    axes = {"% recovered or in remission": first[~contrast], "percentage points": first[contrast]}
    return layout_of(
        Panel(axis=axis, rows=_rows(found), references=[], limits=(0, 100))
        for axis, found in axes.items()
    )


def _rows(found: pd.DataFrame) -> list[Row]:
    rows: list[Row] = []
    for role, of_role in found.groupby("role", sort=False):
        rows += [Row(label=HEADINGS[str(role)], heading=True), *map(_row, records(of_role))]
    return rows


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
        f"horizon. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches: its last row compares like with like."""
    last = list(records(layout[layout["kind"] == "range"]))[-1]
    return (
        "Only the last row compares people of one trial, the treated less those in usual care: "
        f"{last['text']}."
    )
