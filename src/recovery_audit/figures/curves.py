"""Panels of curves: how a rate moves with an assumption, with bands, marks and references.

As with `ranges`, each figure lays itself out in a module of its own and all are drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from textwrap import fill
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One line, or a band where it has an upper edge."""

    name: str  #: written beside a line, and above the first half of a band; blank for none
    x: list[float]
    y: list[float]
    y_upper: list[float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Curves over one pair of axes."""

    title: str  #: may say where its lines are to be broken
    x_axis: str
    y_axis: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    curves: list[Curve]
    levels: list[tuple[float, str]]  #: horizontal references
    places: list[tuple[float, str]]  #: vertical references, named above the plot
    log: bool = False


def layout_of(panels: Iterable[Panel]) -> pd.DataFrame:
    """
    Return panels as a frame.

    Returns
    -------
    DataFrame
        `panel`, `kind` (`panel`, `x_axis`, `y_axis`, `curve`, `band`, `level`, `place`), `name`,
        `order` (of a point along its curve), `x`, `y`, `y_upper`; of an axis, `x` and `y` are its
        ends.
    """
    return table_of(row for number, panel in enumerate(panels) for row in _items(number, panel))


def _items(number: int, panel: Panel) -> Iterator[dict[str, Any]]:
    def item(
        kind: str, name: str, x: Any = "", y: Any = "", y_upper: Any = "", order: int = 0
    ) -> dict[str, Any]:
        cells = {"order": order, "x": x, "y": y, "y_upper": y_upper}
        return {"panel": number, "kind": kind, "name": name, **cells}

    yield item("panel", panel.title, y="log" if panel.log else "")
    yield item("x_axis", panel.x_axis, *panel.x_limits)
    yield item("y_axis", panel.y_axis, *panel.y_limits)
    for place, curve in enumerate(panel.curves):
        upper: list[Any] = [*curve.y_upper] if curve.y_upper else [""] * len(curve.x)
        kind = "band" if curve.y_upper else "curve"
        for x, y, top in zip(curve.x, curve.y, upper, strict=True):
            yield item(kind, curve.name, x, y, top, place)
    for value, name in panel.levels:
        yield item("level", name, y=value)
    for value, name in panel.places:
        yield item("place", name, x=value)


# --- drawing ------------------------------------------------------------------------------------

COLUMNS = {1: 1, 3: 3}  #: of so many panels; others stand in two
HEIGHT, TITLE, FOOT = 4.2, 0.4, 1.25  #: of a plot, a line of its title, and below it [cm]
PLACE = 0.39  #: a line with the name of a vertical reference, above the plot [cm]
LETTER = 0.185  #: width of a letter of a title [cm]
LEFT, BETWEEN, RIGHT = 1.35, 1.5, 0.35  #: beside the plots [cm]
NARROW = 5.0  #: a plot below this width has fewer ticks [cm]
LINES = ["-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.5, 1))]
COLOURS = [style.BLUE, style.VERMILION, style.GREEN, style.INK, style.MUTED]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `curves`, `bands` and `references`."""
    panels = [list(records(items)) for _, items in layout.groupby("panel", sort=True)]
    columns = COLUMNS.get(len(panels), 2)
    rows = -(-len(panels) // columns)
    width = (style.WIDTH - LEFT - RIGHT - BETWEEN * (columns - 1)) / columns
    titles = [_broken(items[0]["name"], width) for items in panels]
    above = PLACE * max(len(_places(items)) for items in panels)
    head = TITLE * (1 + max(title.count("\n") for title in titles)) + 0.2 + above
    sheet = style.paper(figure, rows * (head + HEIGHT + FOOT))
    artists: dict[str, list[Any]] = {"curves": [], "bands": [], "references": []}
    for place, (items, title) in enumerate(zip(panels, titles, strict=True)):
        row, column = divmod(place, columns)
        left = LEFT + column * (width + BETWEEN)
        top = row * (head + HEIGHT + FOOT) + head
        axes = style.plot_area(figure, left=left, top=top, width=width, height=HEIGHT)
        _frame(axes, items)
        if width < NARROW:
            axes.locator_params(axis="x", nbins=4)
        sheet.text(left, top - 0.25 - above, title, fontsize=style.TITLE, weight="bold")
        _draw_curves(axes, items, artists)
        _draw_references(axes, items, artists)
    return artists


def _broken(title: str, width: float) -> str:
    """Break a title where it says and where it must."""
    letters = int((width + RIGHT) / LETTER)
    return "\n".join(fill(line, letters) for line in title.split("\n"))


def _places(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [item for item in items if item["kind"] == "place"]


def _frame(axes: Axes, items: list[dict[str, Any]]) -> None:
    named = {item["kind"]: item for item in items[:3]}
    if named["panel"]["y"] == "log":
        axes.set_xscale("symlog", linthresh=0.1, linscale=0.3)
        ticks = sorted({float(item["x"]) for item in items if item["kind"] in ("curve", "band")})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    x, y = named["x_axis"], named["y_axis"]
    axes.set(xlim=(x["x"], x["y"]), xlabel=x["name"], ylim=(y["x"], y["y"]), ylabel=y["name"])
    # What cannot be is hatched as well: in grey its ground is the same as that of a band.
    ground: dict[str, Any] = {"facecolor": style.PALE, "edgecolor": style.HAIR, "hatch": "////"}
    for low, high in ((y["x"], 0), (100, y["y"])):
        if low < high:
            axes.axhspan(low, high, zorder=0, linewidth=0, **ground)
    if y["x"] < 0:
        axes.annotate(
            "cannot be", (1, 0), (-3, 3), xycoords="axes fraction", textcoords="offset points",
            ha="right", color=style.MUTED, path_effects=style.HALO,
        )  # fmt: skip


def _draw_curves(axes: Axes, items: list[dict[str, Any]], artists: dict[str, list[Any]]) -> None:
    drawn = [item for item in items if item["kind"] in ("curve", "band")]
    lines = 0  # bands take no colour or dash from the lines
    for order in dict.fromkeys(item["order"] for item in drawn):
        points = [item for item in drawn if item["order"] == order]
        x, y = ([float(point[key]) for point in points] for key in ("x", "y"))
        if points[0]["kind"] == "band":
            top = [float(point["y_upper"]) for point in points]
            band = axes.fill_between(x, y, top, color=style.SKY, alpha=0.55, linewidth=0, zorder=1)
            artists["bands"].append(band)
            clear = max(top[: len(top) // 2])  # of the part that the name may cover
            axes.annotate(
                points[0]["name"], (x[0], clear), (3, 3), textcoords="offset points", zorder=4,
                color=style.MUTED, path_effects=style.HALO,
            )  # fmt: skip
            continue
        color, dash = COLOURS[lines % len(COLOURS)], LINES[lines % len(LINES)]
        (line,) = axes.plot(x, y, linestyle=dash, linewidth=1.3, zorder=3, color=color)
        artists["curves"].append(line)
        _name(axes, points[0]["name"], (x, y), above=lines % 2 == 0, color=color)
        lines += 1


def _name(
    axes: Axes, name: str, points: tuple[list[float], list[float]], *, above: bool, color: str
) -> None:
    """Write a curve's name at its middle: of two that run together one above, one below."""
    x, y = (values[len(values) // 2 - (not above)] for values in points)
    if name:
        axes.annotate(
            name, (x, y), (-3, 4) if above else (4, -9), textcoords="offset points", zorder=4,
            ha="right" if above else "left", color=color, path_effects=style.HALO,
        )  # fmt: skip


def _draw_references(
    axes: Axes, items: list[dict[str, Any]], artists: dict[str, list[Any]]
) -> None:
    look: dict[str, Any] = {"color": style.INK, "linewidth": 0.8, "linestyle": (0, (4, 2))}
    for item in items:
        if item["kind"] == "level":
            artists["references"].append(axes.axhline(item["y"], zorder=2, **look))
            axes.annotate(
                item["name"], (0, item["y"]), (3, 2), xycoords=("axes fraction", "data"),
                textcoords="offset points", path_effects=style.HALO,
            )  # fmt: skip
    for line, place in enumerate(_from_below(axes, _places(items))):
        # Up to its name, which stands above the plot: within it bands and curves are in the way.
        rise = 1 + line * PLACE / HEIGHT
        artists["references"].append(
            axes.axvline(place["x"], ymax=rise, zorder=2, clip_on=False, **look)
        )
        aside, side = (-2, "right") if _beyond(axes, place) else (2, "left")
        axes.annotate(
            place["name"], (place["x"], rise), (aside, 3), ha=side,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip


def _beyond(axes: Axes, item: Mapping[str, Any]) -> bool:
    """Whether a place is in the right half of the plot: its name is then written on its left."""
    point = axes.transData.transform((item["x"], axes.get_ylim()[0]))
    return bool(axes.transAxes.inverted().transform(point)[0] > 0.5)


def _from_below(axes: Axes, places: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Order places so that no line crosses the name of another."""
    left = [item for item in places if not _beyond(axes, item)]
    right = [item for item in places if _beyond(axes, item)]
    across = itemgetter("x")
    return [*sorted(left, key=across, reverse=True), *sorted(right, key=across)]
