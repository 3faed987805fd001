"""What the audit found, beside what it would have found by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {"mark": "found", "hollow": "expected by chance"}
SPELT = {
    "cbtwatch": "CBT Watch",
    "mus": "MUS",
    "ltc": "LTC",
    "ptsd": "PTSD",
    "tau": "usual care",
    "pmhc": "treated",
    "saether": "Sæther",
}
PANELS = {
    "document": "readings that no count fits",
    "shared size": "sizes that fit all figures of a group",
}


def layout(audit_error_rates: pd.DataFrame) -> pd.DataFrame:
    """
    Return two panels: flags by document, and sizes by group; hollow is what chance gives.

    Of a table without sizes or without documents, the other panel alone.
    """
    kinds = set(audit_error_rates["kind"])
    panels = [
        _panel(axis, audit_error_rates[audit_error_rates["kind"] == kind])
        for kind, axis in PANELS.items()
        if kind in kinds
    ]
    return layout_of(panels, KEY)


def _panel(axis: str, found: pd.DataFrame) -> Panel:
    rows = [_row(row) for row in records(found)]
    most = max(max(row.mark or 0, row.hollow or 0) for row in rows)
    return Panel(axis=axis, rows=rows, references=[], limits=(0.0, 1.05 * most))


def _row(row: dict[str, Any]) -> Row:
    expected, found = float(row["expected"]), int(row["found"])
    return Row(
        label=_label(row["name"]),
        mark=float(found),
        hollow=expected,
        text=f"{found}, by chance {expected:.1f}, of {int(row['checked']):,}",
    )


def _label(name: str) -> str:
    """
    Return the name of a document or of a group of figures as prose has it.

    >>> _label("collin-crawley-2017"), _label("kellett-mus-anxiety")
    ('Collin & Crawley 2017', 'Kellett MUS anxiety')
    """
    words = [SPELT.get(word, word) for word in name.split("-")]
    if len(words) == 3 and words[2].isdecimal():
        return f"{words[0].capitalize()} & {words[1].capitalize()} {words[2]}"
    label = " ".join(words)
    return label[:1].upper() + label[1:]


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    number = len(layout[layout["kind"] == "range"])
    return (
        f"{number} rows, each with what was found (filled) and what chance would give (hollow): "
        f"flags by document, then sizes by group. {in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by the row on all documents."""
    flags = layout[(layout["kind"] == "range") & (layout["panel"] == 0)]
    last = list(records(flags))[-1]
    return (
        f"Over all documents {last['mark']:.0f} readings are flagged; figures at random "
        f"would have given {last['hollow']:.1f}."
    )
