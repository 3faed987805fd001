"""The rate of everybody, by how much better or worse those without an outcome did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recovery_audit.figures.curves import Curve, Panel, draw, layout_of
from recovery_audit.figures.sensitivity.missing_outcomes import GROUPS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

LADDERS = (
    "scott-recovery",
    "mus-recovery-depression",
    "mus-reliable-recovery",
    "national-2024-25-recovery",
)
THRESHOLD = "publicised"
BAND = "by share of cases"


def layout(imor_rates: pd.DataFrame, tipping_points: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per ladder: a band over shares of cases and pairs, a line for all cases."""
    reached = tipping_points[tipping_points["threshold"] == THRESHOLD]["threshold_value"].iloc[0]
    level = (100 * float(reached), f"publicised rate, {100 * float(reached):g}%")
    return layout_of(_panel(imor_rates[imor_rates["ladder"] == name], level) for name in LADDERS)


def _panel(rates: pd.DataFrame, level: tuple[float, str]) -> Panel:
    values = rates.assign(odds=rates["imor"].astype(float), y=100 * rates["value"].astype(float))
    by_odds = values.groupby("odds")["y"]
    least, most = by_odds.min(), by_odds.max()
    full = values[(values["case_share"].astype(float) == 1) & (values["witness"] == 1)]
    odds = [float(value) for value in least.index]
    first = rates.iloc[0]
    return Panel(
        title=f"{first['label']}\n{GROUPS[first['rung']].lower()}",
        x_axis="odds of the missing over those of the others",
        y_axis="% recovered",
        x_limits=(min(odds), max(odds)),
        y_limits=(0, 100),
        curves=[
            Curve(name=BAND, x=odds, y=list(least), y_upper=list(most)),
            Curve(name="", x=list(full["odds"]), y=list(full["y"])),
        ],
        levels=[level],
        places=[(1.0, "as the others")],
        log=True,
    )


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    panels = layout[layout["kind"] == "panel"]
    return (
        f"{len(panels)} panels of rising curves: the rate of everybody against the odds of those "
        f"without an outcome over those of the others. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    parts = []
    for _, panel in layout.groupby("panel"):
        (title,) = panel.loc[panel["kind"] == "panel", "name"]
        line = panel[panel["kind"] == "curve"]
        ends = [float(value) for value in line["y"]]
        parts.append(f"{' '.join(title.split())}: {ends[0]:.1f}% to {ends[-1]:.1f}%")
    odds = [float(value) for value in layout.loc[layout["kind"] == "curve", "x"]]
    return f"From odds {min(odds):g} to {max(odds):g} times the others': {'; '.join(parts)}."
