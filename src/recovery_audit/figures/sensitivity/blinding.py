"""Effects as reported, and as blinded assessors might have found them."""

from __future__ import annotations

from itertools import groupby
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
#: By scale and whether bias is taken off: axis, its ends, the name of the reference. In the trial
#: less of the symptoms is below zero, in the evaluations improvement is above it.
AXES = {
    ("odds ratio", True): ("odds ratio (above 1: better)", (0.5, 8.0), "no effect"),
    ("standardised difference", True): (
        "standardised difference from usual care (below 0: better)", (-1.0, 1.0), "no effect",
    ),
    ("standardised difference", False): (
        "standardised change within one group (above 0: better)", (-1.0, 1.0), "no change",
    ),
}  # fmt: skip
LOG = ("odds ratio",)


def layout(blinding: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per scale: filled as reported, hollow as adjusted, with its interval."""
    panels = []
    for (scale, adjusted), (axis, limits, name) in AXES.items():
        chosen = (blinding["scale"] == scale) & ((blinding["adjusted"] != "") == adjusted)
        found = list(records(blinding[chosen]))
        if found:
            reference = (float(found[0]["null"]), name)
            log, rows = scale in LOG, _rows(found)
            panels.append(
                Panel(axis=axis, rows=rows, references=[reference], limits=limits, log=log)
            )
    return layout_of(panels, KEY)


def _rows(found: list[dict[str, Any]]) -> list[Row]:
    """Put the effects of a study below its name."""
    rows: list[Row] = []
    for study, effects in groupby(found, key=lambda row: row["label"].partition(": ")[0]):
        rows += [Row(label=study, heading=True), *map(_row, effects)]
    return rows


def _row(row: dict[str, Any]) -> Row:
    effect, value = row["label"].partition(": ")[2], float(row["value"])
    effect = effect[:1].upper() + effect[1:]
    if row["adjusted"] == "":
        return Row(label=effect, mark=value, text=f"{_signed(value)}, not adjusted")
    adjusted, lower, upper = (float(row[key]) for key in ("adjusted", "lower", "upper"))
    return Row(
        label=f"{effect}, by {row['adjustment']}",
        low=lower,
        high=upper,
        mark=value,
        hollow=adjusted,
        text=f"{_signed(value)} → {_signed(adjusted)} ({_signed(lower)} to {_signed(upper)})",
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
        f"Of {len(adjusted)} adjustments {len(staying)} keep clear of no effect over the whole "
        f"interval of the bias; the first takes {first['mark']:.2f} to {first['hollow']:.2f}."
    )
