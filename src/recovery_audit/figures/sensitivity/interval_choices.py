"""How much the interval method, the rounding rule and the pair of counts decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

NAMES = {
    "wilson": "Wilson",
    "clopper_pearson": "Clopper-Pearson",
    "jeffreys": "Jeffreys",
    "agresti_coull": "Agresti-Coull",
    "half_up": "half up",
    "half_even": "half to even",
    "half_down": "half down",
    "either_tie": "ties either way",
    "truncated": "cut off",
    "ceiling": "rounded up",
}
ALL_SIZES = "every size that fits the figure"


def layout(
    interval_methods: pd.DataFrame, witness_choice: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """Return two panels: intervals by method, and by rounding rule over all pairs that fit."""
    headlines = [row for row in records(rates) if row["role"] == "headline" and row["claim"]]
    by_method: list[Row] = []
    by_rule: list[Row] = []
    for rate in headlines:
        chosen = (interval_methods["claim_id"] == rate["claim"]) & (
            interval_methods["reading"] == rate["reading"]
        )
        by_method.append(Row(label=rate["label"], heading=True))
        by_method += [_row(row["method"], row) for row in records(interval_methods[chosen])]
        by_rule += _by_rule(rate["label"], witness_choice, rate["rate"])
    ends = [row.high for row in (*by_method, *by_rule) if row.high is not None]
    limits = (0.0, 1.08 * max(ends))
    return layout_of(
        [
            Panel(
                axis="% recovered, interval by method", rows=by_method, references=[], limits=limits
            ),
            Panel(
                axis="% recovered, Wilson's interval over all pairs that fit",
                rows=by_rule,
                references=[],
                limits=limits,
            ),
        ]
    )


def _by_rule(label: str, table: pd.DataFrame, rate: str) -> Iterator[Row]:
    chosen = table[(table["rate"] == rate) & (table["choice"] == ALL_SIZES)]
    if len(chosen):
        yield Row(label=label, heading=True)
    for row in records(chosen):
        yield _row(row["rounding_rule"], row, f"; {_pairs(int(row['pairs']))}")


def _pairs(number: int) -> str:
    return f"{number} pair" if number == 1 else f"{number} pairs"


def _row(name: str, row: dict[str, str], more: str = "") -> Row:
    words = NAMES[name]
    if row["lower"] == "":
        return Row(label=words, text="no pair fits")
    low, high = 100 * float(row["lower"]), 100 * float(row["upper"])
    return Row(label=words, low=low, high=high, text=f"{low:.1f} to {high:.1f}%{more}")


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    number = len(layout[layout["kind"] == "range"])
    return (
        f"{number} rows of intervals for the studies' headline rates, by method and by rounding "
        f"rule. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    by_method = layout[layout["panel"] == 0]
    parts, name = [], ""
    found: dict[str, list[dict[str, float]]] = {}
    for row in records(by_method):
        if row["kind"] == "heading":
            name = row["label"]
        elif row["kind"] == "range":
            found.setdefault(name, []).append(row)
    for name, rows in found.items():
        lows, highs = ([float(row[key]) for row in rows] for key in ("low", "high"))
        parts.append(
            f"{name}, lower limits {min(lows):.1f}% to {max(lows):.1f}% and upper limits "
            f"{min(highs):.1f}% to {max(highs):.1f}%"
        )
    return f"Over the methods: {'; '.join(parts)}."
