"""Which true rates a sample of this size tells from a rate of reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "the rate observed",
    "hollow": "the rate of reference",
    "bar": "true rates that this size of sample does not tell from it",
}


def layout(detectability: pd.DataFrame) -> pd.DataFrame:
    """Return, per rate and reference, the zone not told apart, for the first pair of counts."""
    rows: list[Row] = []
    first = detectability[detectability["witness"] == 1]
    for _, of_rate in first.groupby("rate", sort=False):
        found = list(records(of_rate))
        label = f"{found[0]['label']} ({int(found[0]['k'])} of {int(found[0]['n'])})"
        rows += [Row(label=label, heading=True), *map(_row, found)]
    panel = Panel(axis="% recovered", rows=rows, references=[], limits=(0, 100))
    return layout_of([panel], KEY)


def _row(row: dict[str, Any]) -> Row:
    below, above = (
        100 * float(row[key]) if row[key] else None for key in ("rate_below", "rate_above")
    )
    _, aligned, how = row["reference_label"].rpartition("aligned: ")
    reference = aligned + how
    return Row(
        label=reference[:1].upper() + reference[1:],
        low=0.0 if below is None else below,
        high=100.0 if above is None else above,
        mark=100 * float(row["value"]),
        hollow=100 * float(row["reference_value"]),
        text=_text(float(row["p_value"]), below, above),
    )


def _text(p_value: float, below: float | None, above: float | None) -> str:
    p = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
    span = " to ".join("–" if end is None else f"{end:.0f}" for end in (below, above))
    return f"{span}%; {p}"


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    number = len(layout[layout["kind"] == "range"])
    return (
        f"{number} bars of true rates that the sample would not have told from a rate of reference "
        f"(hollow), with the rate observed (filled). {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by its first row."""
    shown = layout[layout["kind"].isin(["heading", "range"])]
    heading, first, *_ = records(shown)
    reference = first["label"].replace("The ", "the ")
    return (
        f"{heading['label']}: true rates from {first['low']:.1f}% to {first['high']:.1f}% would "
        f"not have been told from {first['hollow']:.1f}% ({reference})."
    )
