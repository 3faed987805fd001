"""Recovery rates of providers against their size, with limits that allow for over-dispersion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style
from recovery_audit.funnels import LIMITS, UNDECIDED, funnel_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

COLUMNS = ["kind", "line", "n", "percent", "low", "high", "place", "text"]
RATE = "recovery"
OUTER = "998"  #: the limits that decide the marks
#: Curves -> (limits, with over-dispersion, label), as they follow each other on the right.
CURVES = {
    "outer": (OUTER, True, "99.8% limits"),
    "inner": ("95", True, "95% limits"),
    "chance": (OUTER, False, "99.8%, were\nchance alone at work"),
}
POINTS = 60  #: places along a curve
OUTSIDE = ("above", "below")
#: Mark -> (its words, look); the shapes differ, so that grey print loses nothing.
MARKS: dict[str, tuple[str, dict[str, Any]]] = {
    "outside": (
        "outside the 99.8% limits",
        {"marker": "o", "markersize": 4.2, "color": style.VERMILION},
    ),
    UNDECIDED: (
        "in or out: the counts before rounding decide",
        {
            "marker": "D",
            "markersize": 3.9,
            "color": style.BLUE,
            "markerfacecolor": style.WHITE,
        },
    ),
    "within": (
        "within",
        {"marker": "o", "markersize": 2.6, "color": style.MUTED, "markerfacecolor": style.WHITE},
    ),
}


def layout(provider_places: pd.DataFrame, provider_funnels: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    provider_places, provider_funnels : DataFrame
        As written by the rule that places providers; the latest year is shown.

    Returns
    -------
    DataFrame
        `kind`: `provider` (`n` courses, `percent` recovered, which rounding lets be `low` to
        `high`; `place`), `limit` (a point of the curve `line`: at `n` it runs at `low` and `high`),
        `target` (the rate of all) and `mark` (of a `place`: its words and how many have it).
    """
    year = max(provider_funnels["year"])
    places = _of(provider_places, year)
    items = [
        {
            "kind": "provider",
            "n": row["n"],
            **{name: float(row[name]) for name in ("percent", "low", "high")},
            "place": _mark_of(row[f"place_{OUTER}"]),
        }
        for row in records(places)
    ]
    (funnel,) = records(_of(provider_funnels, year))
    items += [*_limits(funnel, places["n"]), *_marks(items)]
    percent = 100 * float(funnel["target"])
    target = {"kind": "target", "percent": percent, "text": f"all, {year}: {percent:.1f}%"}
    return table_of({name: row.get(name, "") for name in COLUMNS} for row in [*items, target])


def _of(table: pd.DataFrame, year: str) -> pd.DataFrame:
    return table[(table["year"] == year) & (table["rate"] == RATE)]


def _mark_of(place: str) -> str:
    return "outside" if place in OUTSIDE else place


def _limits(funnel: Mapping[str, Any], sizes: pd.Series[int]) -> Iterator[dict[str, Any]]:
    nobs = np.geomspace(0.9 * min(sizes), 1.15 * max(sizes), POINTS)
    for line, (limit, adjusted, text) in CURVES.items():
        ends = funnel_of(funnel).limits(nobs, LIMITS[limit], adjusted=adjusted)
        for n, low, high in zip(nobs, *ends, strict=True):
            curve = {"kind": "limit", "line": line, "text": text}
            yield curve | {"n": n, "low": 100 * low, "high": 100 * high}


def _marks(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say what each mark means and how many providers have it."""
    found = [item["place"] for item in items if item["kind"] == "provider"]
    return [
        {"kind": "mark", "place": place, "n": found.count(place), "text": words}
        for place, (words, _) in MARKS.items()
    ]


# --- drawing --------------------------------------------------------------------------------------

HEIGHT = 8.6  #: [cm]
LOWEST, HIGHEST = 0, 104  #: [%]
TICKS = (30, 100, 300, 1000, 3000, 10000, 30000)
LINES: dict[str, dict[str, Any]] = {
    "outer": {"color": style.INK, "linewidth": 1.0},
    "inner": {"color": style.INK, "linewidth": 0.8, "linestyle": (0, (4, 2))},
    "chance": {"color": style.MUTED, "linewidth": 0.9, "linestyle": (0, (1, 1.5))},
}
#: Height of each label at the right, far enough from the others to be read. [% above the target]
LABELS = {"outer": 9.5, "inner": 4.7, "target": 0, "chance": -6.2}
KEY_TOP, KEY_LINE = 99, 5.6  #: of the words about the marks [%]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `providers`, `rounding`, `limits` and `target`, in its order."""
    style.fit_height(figure, HEIGHT)
    axes = style.plot_area(figure, left=1.3, top=0.2, width=10.4, height=HEIGHT - 1.4)
    _set_axes(axes, layout)
    artists: dict[str, list[Any]] = {"limits": [], "providers": [], "rounding": [], "target": []}
    (target,) = records(layout[layout["kind"] == "target"])
    for line in CURVES:
        rows = layout[(layout["kind"] == "limit") & (layout["line"] == line)]
        artists["limits"] += _draw_limits(axes, line, rows, target["percent"])
    artists["target"].append(_draw_target(axes, target))
    for item in records(layout[layout["kind"] == "provider"]):
        provider, rounding = _draw_provider(axes, item)
        artists["providers"].append(provider)
        artists["rounding"].append(rounding)
    for number, item in enumerate(records(layout[layout["kind"] == "mark"])):
        _write_mark(axes, number, item)
    return artists


def _set_axes(axes: Axes, layout: pd.DataFrame) -> None:
    sizes = layout.loc[layout["kind"] == "limit", "n"]
    axes.set(ylim=(LOWEST, HIGHEST), xscale="log", xlim=(min(sizes), max(sizes)))
    axes.set(xlabel="courses finished, less those not at caseness", ylabel="recovered [%]")
    ticks = [tick for tick in TICKS if min(sizes) <= tick <= max(sizes)]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xticks([], minor=True)


def _draw_limits(axes: Axes, line: str, rows: pd.DataFrame, target: float) -> list[Line2D]:
    last = next(records(rows.tail(1)))
    curves = [axes.plot(rows["n"], rows[end], **LINES[line])[0] for end in ("low", "high")]
    end = "low" if LABELS[line] < 0 else "high"
    _label(axes, last["n"], last[end], target + LABELS[line], last["text"], LINES[line]["color"])
    return curves


def _draw_target(axes: Axes, item: Mapping[str, Any]) -> Line2D:
    line = axes.axhline(item["percent"], color=style.HAIR, linewidth=0.8, zorder=0)
    _label(axes, axes.get_xlim()[1], item["percent"], item["percent"], item["text"], style.INK)
    return line


def _label(axes: Axes, x: float, y: float, height: float, text: str, color: str) -> None:
    """Write beside the end of a line, led to it."""
    beyond = x * (axes.get_xlim()[1] / axes.get_xlim()[0]) ** 0.025
    axes.plot([x, beyond], [y, height], color=style.HAIR, linewidth=0.7, clip_on=False)
    place: dict[str, Any] = {"xytext": (2, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(
        text, (beyond, height), color=color, linespacing=1.1, annotation_clip=False, **place
    )


def _draw_provider(axes: Axes, item: Mapping[str, Any]) -> tuple[Line2D, Line2D]:
    look = MARKS[item["place"]][1]
    ends = [item["low"], item["high"]]
    (rounding,) = axes.plot([item["n"]] * 2, ends, color=look["color"], linewidth=0.7)
    over = 3 if item["place"] != "within" else 2
    mark: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0.7, "zorder": over} | look
    (provider,) = axes.plot([item["n"]], [item["percent"]], **mark)
    return provider, rounding


def _write_mark(axes: Axes, number: int, item: Mapping[str, Any]) -> None:
    height = KEY_TOP - number * KEY_LINE
    look: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0.7} | MARKS[item["place"]][1]
    axes.plot([0.42], [height], transform=axes.get_yaxis_transform(), **look)
    place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
    axes.text(0.445, height, f"{item['n']} {item['text']}", **place)


# --- in words -------------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Funnel plot: one mark per provider, its recovery rate against the number of courses it is "
        "of, with two pairs of limits that narrow to the right and allow for differences between "
        f"providers, and one pair, much narrower, from chance alone. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    marks = layout[layout["kind"] == "mark"].set_index("place")["n"]
    (target,) = layout.loc[layout["kind"] == "target", "text"]
    return (
        f"Of {sum(marks)} providers ({target}) {marks['outside']} lie outside the 99.8% limits; "
        f"of {marks[UNDECIDED]} the rounding of their counts leaves it open."
    )
