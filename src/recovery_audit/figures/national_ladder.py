"""The national recovered as a share of ever wider groups, by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

COLUMNS = ["rung", "when", "year", "percent", "printed", "bound"]
RATE = "recovery"
HEIGHT = 7.6  #: [cm]
#: Rung -> (label, look): filled where it is an estimate, hollow where a lower bound, without a
#: mark where it is another cohort.
RUNGS: dict[str, tuple[str, dict[str, Any]]] = {
    "finished, less those not at caseness": (
        "finished, less those\nnot at caseness:\nthe official rate",
        {"color": style.BLUE, "marker": "o", "markersize": 4},
    ),
    "finished": (
        "finished:\nat least",
        {"color": style.BLUE, "marker": "o", "markersize": 4, "markerfacecolor": style.WHITE},
    ),
    "ended": (
        "ended, the same exits:\nat least",
        {"color": style.VERMILION, "marker": "D", "markersize": 4, "markerfacecolor": style.WHITE},
    ),
    "received": (
        "received: another cohort",
        {"color": style.MUTED, "linestyle": (0, (1, 1.5))},
    ),
}
AT_LEAST = "at least"  #: a label that ends so goes on with the rate
#: From line to line of labels, and what more there is from one label to the next. [%]
APART, GAP = 3.1, 2.0
TOP = 60  #: [%]


def layout(national_ladder: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one point a row.

    Parameters
    ----------
    national_ladder : DataFrame
        The national ladder.

    Returns
    -------
    DataFrame
        `rung`, `when` (first calendar year of the financial one), `year`, `percent`, `printed`,
        `bound`. Years of the annual reports; the rung of those who ended is of sums of months.
    """
    shown = national_ladder[national_ladder["rate"] == RATE]
    annual = (shown["source"] == "annual") & (shown["rung"] != "ended")
    ended = (shown["source"] == "months") & (shown["rung"] == "ended")
    return table_of(
        {
            "rung": row["rung"],
            "when": int(row["year"][:4]),
            "year": row["year"],
            "percent": float(row["percent"]),
            "printed": row["percent"],
            "bound": row["bound"],
        }
        for row in records(shown[annual | ended])
    )


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return the `rungs`, one line each."""
    style.fit_height(figure, HEIGHT)
    axes = style.plot_area(figure, left=1.1, top=0.3, width=9.6, height=HEIGHT - 1.3)
    axes.set(ylim=(0, TOP), ylabel="recovered, % of the group")
    years = sorted(set(zip(layout["when"], layout["year"], strict=True)))
    axes.set_xlim(years[0][0] - 0.4, years[-1][0] + 0.4)
    axes.set_xticks([when for when, _ in years[::2]], [year for _, year in years[::2]])
    lines = [_draw_rung(axes, layout, rung) for rung in RUNGS]
    _label(axes, layout)
    return {"rungs": lines}


def _points(layout: pd.DataFrame, rung: str) -> pd.DataFrame:
    return layout[layout["rung"] == rung].sort_values("when")


def _draw_rung(axes: Axes, layout: pd.DataFrame, rung: str) -> Line2D:
    points = _points(layout, rung)
    look = {"linewidth": 1.1} | RUNGS[rung][1]
    (line,) = axes.plot(points["when"], points["percent"], **look)
    return line


def _label(axes: Axes, layout: pd.DataFrame) -> None:
    """Name each line beside its end with the value there, labels apart from each other."""
    above = TOP + APART
    for rung, (label, look) in RUNGS.items():
        last = next(records(_points(layout, rung).tail(1)))
        join = " " if label.endswith(AT_LEAST) else ",\n"
        text = f"{label}{join}{last['printed']}% in {last['year']}"
        y = min(last["percent"], above - APART * (1 + text.count("\n") / 2))
        above = y - APART * text.count("\n") / 2 - GAP
        axes.annotate(
            text,
            (axes.get_xlim()[1], y),
            (6, 0),
            textcoords="offset points",
            va="center",
            linespacing=1.15,
            color=look["color"],
            annotation_clip=False,
        )


# --- in words -------------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Lines by year: the recovered as a share of those who finished less those not at caseness, "
        "of all who finished, of all who ended, and of all referrals received. "
        f"{takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by the last year that has every rung."""
    complete = layout.groupby("year").filter(lambda rows: len(rows) == len(RUNGS))
    year = complete["year"].max()
    last = complete[complete["year"] == year]
    shares = dict(zip(last["rung"], last["printed"], strict=True))
    return (
        f"In {year} those who recovered were {shares['finished, less those not at caseness']}% of "
        f"the official group, {shares['finished']}% of those who finished and at least "
        f"{shares['ended']}% of those who ended, none of the others being counted as recovered."
    )
