"""Recovery from depression behind recovery on the questionnaire, by the share of true cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recovery_audit.figures.curves import Curve, Panel, draw, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

LIMITS = (-60.0, 110.0)  #: beyond 0 and 100 nothing can be, and the curves show it [%]


def layout(test_accuracy: pd.DataFrame) -> pd.DataFrame:
    """Return one panel per rate: a curve per study of accuracy, a band over new onsets."""
    none = (test_accuracy["falsely_ill"].astype(float) == 0) & (
        test_accuracy["dependence"].astype(float) == 0
    )
    chosen = test_accuracy[none & (test_accuracy["witness"] == 1)]
    by_rate = enumerate(of_rate for _, of_rate in chosen.groupby("rate", sort=False))
    return layout_of(_panel(of_rate, named=not place) for place, of_rate in by_rate)


def _panel(rows: pd.DataFrame, *, named: bool) -> Panel:
    """Lay out one rate; the curves run close together, so only the first panel names them."""
    first = rows.iloc[0]
    by_test = [of_test.sort_values("true_case") for _, of_test in rows.groupby("test", sort=False)]
    band = by_test[0]
    share = [100 * float(value) for value in band["true_case"]]
    words = "over new onsets" if named else ""
    curves = [
        Curve(name=words, x=share, y=_percent(band["lower"]), y_upper=_percent(band["upper"]))
    ]
    curves += [
        Curve(
            name=of_test["test"].iloc[0].rpartition(", ")[2] if named else "",
            x=share,
            y=_percent(of_test["true_rate"]),
        )
        for of_test in by_test
    ]
    return Panel(
        title=first["label"],
        x_axis="% true cases at the start",
        y_axis="% recovered from depression",
        x_limits=(min(share), max(share)),
        y_limits=LIMITS,
        curves=curves,
        levels=[(100 * float(first["value"]), "on the questionnaire")],
        places=[],
    )


def _percent(column: pd.Series) -> list[float]:
    return [100 * float(value) for value in column]


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Curves that rise with the share of true cases, with a band over new onsets; the shaded "
        f"grounds below 0 and above 100% are what cannot be. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    parts = []
    for _, panel in layout.groupby("panel"):
        (title,) = panel.loc[panel["kind"] == "panel", "name"]
        curve = panel[(panel["kind"] == "curve") & (panel["order"] == 1)]
        last = curve.iloc[-1]
        parts.append(f"{title}, {float(last['y']):.1f}%")
    return f"If everybody counted was a true case at the start: {'; '.join(parts)}."
