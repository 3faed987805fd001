"""Effects as reported, and as blinded assessors might have found them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "as reported",
    "hollow": "as blinded assessors might have found",
    "bar": "interval of the bias",
}
AXES = {
    "odds ratio": ("odds ratio", (0.5, 8.0), True),
    "standardised difference": ("standardised difference", (-1.0, 1.0), False),
}


def layout(blinding: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per scale: filled as reported, hollow as adjusted, with its interval."""
    panels = []
    for scale, (axis, limits, log) in AXES.items():
        rows = list(records(blinding[blinding["scale"] == scale]))
        null = next((float(row["null"]) for row in rows if row["null"]), 1.0 if log else 0.0)
        drawn = [_row(row) for row in rows]
        panels.append(
            Panel(axis=axis, rows=drawn, references=[(null, "no effect")], limits=limits, log=log)
        )
    return layout_of(panels, KEY)


def _row(row: dict[str, Any]) -> Row:
    label = row["label"].partition(": ")
    value = float(row["value"])
    if row["adjusted"] == "":
        return Row(label=row["label"], mark=value, text=f"{_signed(value)}, not adjusted")
    adjusted, lower, upper = (float(row[key]) for key in ("adjusted", "lower", "upper"))
    words = f"{label[2] or label[0]}, by {row['adjustment']}"
    text = f"{_signed(value)} → {_signed(adjusted)} ({_signed(lower)} to {_signed(upper)})"
    return Row(
        label=words[:1].upper() + words[1:],
        low=lower,
        high=upper,
        mark=value,
        hollow=adjusted,
        text=text,
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Effects as reported (filled) and less what unblinded assessors may have added (hollow, "
        f"with its interval), beside the line of no effect. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    null = {row["panel"]: row["mark"] for row in records(layout) if row["kind"] == "reference"}
    adjusted = [row for row in records(layout) if row["kind"] == "range" and row["hollow"] != ""]
    staying = [row for row in adjusted if not row["low"] <= null[row["panel"]] <= row["high"]]
    first = adjusted[0]
    return (
        f"Of {len(adjusted)} adjusted effects {len(staying)} keep clear of no effect over the "
        f"whole interval of the bias; the first, {first['mark']:.2f}, becomes "
        f"{first['hollow']:.2f}."
    )
