"""Rows of ranges: a name, a range with its mark, and the numbers in words, under headings.

Many figures have this shape. Each has a module of its own that lays the rows out; all are drawn
here, so that they look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a figure: a heading, or a range."""

    label: str
    low: float | None = None  #: the range, drawn broad
    high: float | None = None
    whisker_low: float | None = None  #: a wider one, drawn thin
    whisker_high: float | None = None
    mark: float | None = None  #: filled
    hollow: float | None = None  #: another mark, hollow
    text: str = ""
    heading: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Rows over one axis."""

    axis: str  #: what the axis measures, with its unit
    rows: list[Row]
    references: list[tuple[float, str]]  #: lines through all rows, each with its name
    limits: tuple[float, float]
    log: bool = False


def layout_of(panels: Iterable[Panel]) -> pd.DataFrame:
    """
    Return panels as a frame, everything that the figure shows in it.

    Returns
    -------
    DataFrame
        `panel`, `kind` (`axis`, `reference`, `heading`, `range`), `label` and the numbers of
        `Row`; of an axis, `low` and `high` are its ends and `text` is `log` where it is one.
    """
    return table_of(row for number, panel in enumerate(panels) for row in _items(number, panel))


def _items(number: int, panel: Panel) -> Iterator[dict[str, Any]]:
    def item(kind: str, row: Row) -> dict[str, Any]:
        cells = {key: "" if cell is None else cell for key, cell in asdict(row).items()}
        cells.pop("heading")
        return {"panel": number, "kind": kind, **cells}

    low, high = panel.limits
    ends = Row(label=panel.axis, low=low, high=high, text="log" if panel.log else "")
    yield item("axis", ends)
    for value, name in panel.references:
        yield item("reference", Row(label=name, mark=value))
    for row in panel.rows:
        yield item("heading" if row.heading else "range", row)


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.42  #: from line to line [cm]
HEAD, FOOT, GAP = 0.5, 0.95, 0.35  #: room above, below and between panels [cm]
LEFT, BESIDE = 0.05, 0.35  #: before the names, and between them, the plot and the numbers [cm]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return, one per range, `marks` and `bars`, and the `references`."""
    panels = [list(records(items)) for _, items in layout.groupby("panel", sort=True)]
    heights = [_height(items) for items in panels]
    sheet = style.paper(figure, sum(heights) + GAP * (len(panels) - 1))
    columns = _columns(layout)
    artists: dict[str, list[Any]] = {"marks": [], "bars": [], "references": []}
    top = 0.0
    for items, height in zip(panels, heights, strict=True):
        _draw_panel(figure, sheet, items, top, columns, artists)
        top += height + GAP
    return artists


def _columns(layout: pd.DataFrame) -> tuple[float, float]:
    """Return where the plot starts and where the numbers do: names and numbers get their room."""
    ranges = layout[layout["kind"] == "range"]
    names, numbers = (max(map(style.text_width, ranges[column])) for column in ("label", "text"))
    return LEFT + names + BESIDE, style.WIDTH - numbers - 3 * LEFT


def _lines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] in ("heading", "range")]


def _names(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] == "reference"]


def _height(items: list[dict[str, Any]]) -> float:
    return _head(items) + LINE * len(_lines(items)) + FOOT


def _head(items: list[dict[str, Any]]) -> float:
    return HEAD * len(_names(items)) + 0.05


def _draw_panel(
    figure: Figure,
    sheet: Axes,
    items: list[dict[str, Any]],
    top: float,
    columns: tuple[float, float],
    artists: dict[str, list[Any]],
) -> None:
    lines, names = _lines(items), _names(items)
    (axis,) = (item for item in items if item["kind"] == "axis")
    above = top + _head(items)
    plot_at, text_at = columns
    width = text_at - BESIDE - plot_at
    axes = style.plot_area(figure, left=plot_at, top=above, width=width, height=LINE * len(lines))
    if axis["text"] == "log":
        axes.set_xscale("log")
    axes.set(xlim=(axis["low"], axis["high"]), ylim=(len(lines), 0), xlabel=axis["label"])
    if axis["text"] == "log":
        _plain_ticks(axes)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.patch.set_visible(False)
    for place, item in enumerate(names):
        artists["references"].append(_draw_reference(axes, item, len(names) - place))
    for place, item in enumerate(lines):
        y = above + (place + 0.5) * LINE + 0.09
        heading = item["kind"] == "heading"
        sheet.text(LEFT, y, item["label"], weight="bold" if heading else "normal")
        sheet.text(text_at, y, item["text"])
        if not heading:
            _draw_range(axes, item, place + 0.5, artists)


def _plain_ticks(axes: Axes) -> None:
    """Write the ticks of a logarithmic axis as numbers, not as powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = axes.get_xlim()
    ticks = [tick for tick in (0.25, 0.5, 1, 2, 4, 8) if low <= tick <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_reference(axes: Axes, item: Mapping[str, Any], level: int) -> Any:
    look: dict[str, Any] = {"color": style.INK, "linewidth": 0.8, "zorder": 1}
    line = axes.axvline(item["mark"], linestyle=(0, (4, 2)), **look)
    left, right = axes.get_xlim()
    beyond = (item["mark"] - left) / (right - left) > 0.5
    axes.annotate(
        item["label"],
        (item["mark"], 1),
        (-2 if beyond else 2, 3 + 11 * (level - 1)),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if beyond else "left",
    )
    return line


def _draw_range(
    axes: Axes, item: Mapping[str, Any], y: float, artists: dict[str, list[Any]]
) -> None:
    if item["whisker_low"] != "":
        ends = [item["whisker_low"], item["whisker_high"]]
        axes.plot(ends, [y, y], color=style.BLUE, linewidth=0.9, zorder=2)
    if item["low"] != "":
        ends = [item["low"], item["high"]]
        (bar,) = axes.plot(ends, [y, y], color=style.SKY, linewidth=4.6, zorder=2)
        artists["bars"].append(bar)
    # The hollow mark is larger, so that it shows around a filled one at the same place.
    for key, face, size in (("hollow", style.WHITE, 7), ("mark", style.BLUE, 4.4)):
        if item[key] != "":
            (mark,) = axes.plot(
                [item[key]], [y], marker="o", markersize=size, color=style.BLUE,
                markerfacecolor=face, linestyle="none", zorder=3,
            )  # fmt: skip
            artists["marks"].append(mark)
