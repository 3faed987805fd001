"""How recovery on the scale and by interview can go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recovery_audit.figures.curves import Curve, Panel, draw, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]


def layout(construct_gap: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per pair of rates: the bounds as a band, a latent correlation as a curve."""
    pairs = construct_gap[construct_gap["witness"] == 1].groupby(["scale", "condition"], sort=False)
    return layout_of(_panel(rows) for _, rows in pairs)


def _panel(rows: pd.DataFrame) -> Panel:
    bounds = rows[rows["correlation"] == ""].iloc[0]
    swept = rows[rows["correlation"] != ""]
    swept = swept.assign(at=swept["correlation"].astype(float)).sort_values("at")
    x = [float(value) for value in swept["at"]]
    low, high = 100 * float(bounds["given_lower"]), 100 * float(bounds["given_upper"])
    curve = [100 * float(value) for value in swept["given_lower"]]
    return Panel(
        title=bounds["label"].partition(" | ")[0],
        x_axis="latent correlation",
        y_axis="% also recovered by interview",
        x_limits=(min(x), max(x)),
        y_limits=(0, 100),
        curves=[
            Curve(name="possible", x=x, y=[low] * len(x), y_upper=[high] * len(x)),
            Curve(name="", x=x, y=curve),
        ],
        levels=[],
        places=[(0.0, "independent")],
    )


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "The share of those recovered by questionnaire who would be recovered by interview: bounds "
        f"as a band, and a curve that rises with the latent correlation. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    parts = []
    for _, panel in layout.groupby("panel"):
        (title,) = panel.loc[panel["kind"] == "panel", "name"]
        band = panel[panel["kind"] == "band"].iloc[0]
        parts.append(f"{title}, {float(band['y']):.0f}% to {float(band['y_upper']):.0f}%")
    return f"Were both rates of one population, the share would be within: {'; '.join(parts)}."
