"""The service's published recovery rates by year and month, with the breaks of the series."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style
from recovery_audit.rounding import print_fraction

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

COLUMNS = ["kind", "rate", "when", "percent", "recomputed", "printed", "text"]
LEVEL, MONTHS = 50.0, "by month"  #: a round rate to compare with [%]; name of the thin lines
DECIMALS = 1  #: of the published rates
RATES = {"recovery": "recovery", "reliable_recovery": "reliable recovery"}
HEIGHT = 7.0  #: [cm]
#: Look of each rate; the shapes differ, so that grey print loses nothing.
LOOKS: dict[str, dict[str, Any]] = {
    "recovery": {"color": style.BLUE, "marker": "o", "markersize": 4.2},
    "reliable_recovery": {"color": style.GREEN, "marker": "s", "markersize": 3.8},
}
LOWEST, HIGHEST = 34, 58  #: [%]
APART = 3.6  #: labels of two lines are kept so far apart [%]
_NOTES = {
    "2012-13": "first year",
    "2015-16": "“no change”\nredefined",
    "2022-23": "four more\nmeasures",
}


def layout(national: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    national : DataFrame
        The recomputed national rates.

    Returns
    -------
    DataFrame
        `kind` (`year`, `month`, `break`, or `name` of the lines by month, at their highest point),
        `rate`, `when` (middle of the year or month, in years), `percent`, `recomputed` (the exact
        ratio as it prints, since `percent` is rounded already), `printed` (blank where no rate was
        published), `text`.
    """
    shown = national[national["rate"].isin(RATES)]
    items = [
        {
            "kind": "year" if row["series"] == "annual" else "month",
            "rate": row["rate"],
            "when": _middle(row["period"], row["series"]),
            "percent": float(row["recomputed"]),
            "recomputed": print_fraction(Fraction(row["exact"]), DECIMALS),
            "printed": row["printed"],
            "text": row["period"],
        }
        for row in records(shown[shown["series"].isin(["annual", "month"])])
    ]
    breaks = shown[(shown["series_break"] != "") & (shown["rate"] == "recovery")]
    items += [
        {
            "kind": "break",
            "rate": "",
            "when": float(row["period"][:4]) + 0.25,
            "percent": None,
            "recomputed": "",
            "printed": "",
            "text": _NOTES.get(row["period"], row["period"]),
        }
        for row in records(breaks)
    ]
    months = [item for item in items if item["kind"] == "month"]
    if months:
        top = max(months, key=lambda item: item["percent"])
        items.append(top | {"kind": "name", "text": MONTHS})
    return table_of(items)


def _middle(period: str, series: str) -> float:
    """Return the middle of a financial year, which begins in April, or of a month."""
    year = float(period[:4])
    return year + 0.75 if series == "annual" else year + (float(period[5:]) - 0.5) / 12


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `years` and `months`, one line per rate, and `breaks`."""
    style.fit_height(figure, HEIGHT)
    axes = style.plot_area(figure, left=1.5, top=0.25, width=11.1, height=HEIGHT - 1.0)
    _set_axes(axes, layout)
    artists: dict[str, list[Any]] = {"years": [], "months": [], "breaks": []}
    above = float(HIGHEST)
    for rate in RATES:
        artists["months"].append(_draw_months(axes, layout, rate))
        artists["years"].append(_draw_years(axes, layout, rate))
        above = _label(axes, layout, rate, above)
    for item in records(layout[layout["kind"] == "name"]):
        axes.annotate(
            item["text"], (item["when"], item["percent"]), (0, 3), textcoords="offset points",
            ha="center", color=style.MUTED, path_effects=style.HALO,
        )  # fmt: skip
    for item in records(layout[layout["kind"] == "break"]):
        artists["breaks"].append(_draw_break(axes, item))
    return artists


def _set_axes(axes: Axes, layout: pd.DataFrame) -> None:
    years = layout[layout["kind"] == "year"]
    axes.set(ylim=(LOWEST, HIGHEST), ylabel="% of courses finished,\nless those not at caseness")
    axes.set_xlim(layout["when"].min() - 0.9, layout["when"].max() + 0.3)
    ticks = sorted(set(years["when"]))[::2]
    names = dict(zip(years["when"], years["text"], strict=True))
    axes.set_xticks(ticks, [names[tick] for tick in ticks])
    axes.axhline(LEVEL, color=style.HAIR, linewidth=0.8, zorder=0)


def _rows(layout: pd.DataFrame, kind: str, rate: str) -> pd.DataFrame:
    return layout[(layout["kind"] == kind) & (layout["rate"] == rate)].sort_values("when")


def _draw_months(axes: Axes, layout: pd.DataFrame, rate: str) -> Line2D:
    rows = _rows(layout, "month", rate)
    color = LOOKS[rate]["color"]
    (line,) = axes.plot(rows["when"], rows["percent"], color=color, linewidth=0.5, alpha=0.55)
    return line


def _draw_years(axes: Axes, layout: pd.DataFrame, rate: str) -> Line2D:
    rows = _rows(layout, "year", rate)
    (line,) = axes.plot(rows["when"], rows["percent"], linewidth=1.2, **LOOKS[rate])
    unpublished = rows[rows["printed"] == ""]
    hollow = LOOKS[rate] | {"linestyle": "none", "markerfacecolor": style.WHITE}
    axes.plot(unpublished["when"], unpublished["percent"], **hollow)
    return line


def _label(axes: Axes, layout: pd.DataFrame, rate: str, above: float) -> float:
    """Name a line at its end with the last rate, clear of the label `above`; return its height."""
    rows = _rows(layout, "year", rate)
    last = next(records(rows.tail(1)))
    y = min(float(last["percent"]), above - APART)
    axes.annotate(
        f"{RATES[rate]},\n{last['printed']}% in {last['text']}",
        (axes.get_xlim()[1], y),
        (4, 0),
        textcoords="offset points",
        va="center",
        linespacing=1.15,
        color=LOOKS[rate]["color"],
        annotation_clip=False,
    )
    return y


def _draw_break(axes: Axes, item: Mapping[str, Any]) -> Line2D:
    line = axes.axvline(item["when"], color=style.MUTED, linewidth=0.6, linestyle=(0, (2, 2)))
    axes.annotate(
        item["text"],
        (item["when"], LOWEST),
        (3, 4),
        textcoords="offset points",
        color=style.MUTED,
        va="bottom",
        linespacing=1.1,
        path_effects=style.HALO,
    )
    return line


# --- in words -------------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    breaks = layout.loc[layout["kind"] == "break", "text"].str.replace("\n", " ")
    return (
        "Two lines of yearly rates, recovery above reliable recovery, with the monthly rates "
        f"behind them, on an axis that does not begin at zero; breaks of the series are marked "
        f"({', '.join(breaks)}). {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    recovery = _rows(layout, "year", "recovery")
    first, last = next(records(recovery.head(1))), next(records(recovery.tail(1)))
    top = next(records(recovery.sort_values("percent").tail(1)))
    return (
        f"Recovery rose from {first['recomputed']}% in {first['text']} to {top['recomputed']}% "
        f"in {top['text']} and stood at {last['recomputed']}% in {last['text']}."
    )
