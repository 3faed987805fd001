"""Recovery among those who have the condition, by the share of those treated who do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recovery_audit.figures.curves import Curve, Panel, draw, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]


def layout(misdiagnosis: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per rate: a band of bounds, a line if recovery is independent."""
    chosen = misdiagnosis[misdiagnosis["witness"] == 1]
    return layout_of(_panel(of_rate) for _, of_rate in chosen.groupby("rate", sort=False))


def _panel(rows: pd.DataFrame) -> Panel:
    swept = rows[rows["reference"] == ""].sort_values("misdiagnosed")
    published = rows[rows["reference"] != ""]
    shares, lower, upper, line = (
        [100 * float(value) for value in swept[column]]
        for column in ("misdiagnosed", "lower", "upper", "independent")
    )
    places = zip(published["misdiagnosed"], published["reference"], strict=True)
    return Panel(
        title=rows.iloc[0]["label"],
        x_axis="% without the condition",
        y_axis="% recovered of true cases",
        x_limits=(min(shares), max(shares)),
        y_limits=(0, 100),
        curves=[
            Curve(name="whatever they did", x=shares, y=lower, y_upper=upper),
            Curve(name="", x=shares, y=line),
        ],
        levels=[],
        places=[
            (100 * float(share), f"{study_of(claim)}, {100 * float(share):g}%")
            for share, claim in places
        ],
    )


def study_of(claim: str) -> str:
    """
    Name the study that a claim's id begins with.

    >>> study_of("newton2010-not-cfs-percent")
    'Newton 2010'
    """
    found = re.match(r"([a-z]+)(\d{4})", claim)
    return f"{found[1].capitalize()} {found[2]}" if found else claim


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Bands that widen with the share of misdiagnosed around a level line, with shares that "
        f"other services published as vertical lines. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, at the right-hand end."""
    parts = []
    for _, panel in layout.groupby("panel"):
        (title,) = panel.loc[panel["kind"] == "panel", "name"]
        end = panel[panel["kind"] == "band"].iloc[-1]
        parts.append(f"{title}, {float(end['y']):.0f}% to {float(end['y_upper']):.0f}%")
    share = float(layout.loc[layout["kind"] == "band", "x"].iloc[-1])
    return f"With {share:.0f}% misdiagnosed: {'; '.join(parts)}."
