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


def layout_of(panels: Iterable[Panel], key: Mapping[str, str] | None = None) -> pd.DataFrame:
    """
    Return panels as a frame, everything that the figure shows in it.

    Parameters
    ----------
    panels : iterable of Panel
        The panels from the top down.
    key : mapping of str to str, optional
        What the figure's marks mean: any of `mark`, `hollow`, `bar`, `whisker`, and words.

    Returns
    -------
    DataFrame
        `panel`, `kind` (`key`, `axis`, `reference`, `heading`, `range`), `label` and the numbers
        of `Row`; of an axis, `low` and `high` are its ends and `text` is `log` where it is one; of
        a key, `label` is the words and `text` the mark.
    """
    keys = [_item(0, "key", Row(label=words, text=mark)) for mark, words in (key or {}).items()]
    items = (row for number, panel in enumerate(panels) for row in _items(number, panel))
    return table_of([*keys, *items])


def _item(number: int, kind: str, row: Row) -> dict[str, Any]:
    cells = {key: "" if cell is None else cell for key, cell in asdict(row).items()}
    cells.pop("heading")
    return {"panel": number, "kind": kind, **cells}


def _items(number: int, panel: Panel) -> Iterator[dict[str, Any]]:
    low, high = panel.limits
    ends = Row(label=panel.axis, low=low, high=high, text="log" if panel.log else "")
    yield _item(number, "axis", ends)
    for value, name in panel.references:
        yield _item(number, "reference", Row(label=name, mark=value))
    for row in panel.rows:
        yield _item(number, "heading" if row.heading else "range", row)


def in_words(layout: pd.DataFrame) -> str:
    """
    Return every range with its numbers, under its heading, for readers who cannot see it.

    >>> rows = [Row(label="Of all", heading=True), Row(label="  Scott", mark=9.2, text="9.2%")]
    >>> in_words(layout_of([Panel(axis="%", rows=rows, references=[], limits=(0, 10))]))
    'Of all. Scott: 9.2%.'
    """
    parts: list[str] = []
    for row in records(layout):
        if row["kind"] == "heading":
            parts.append(f"{row['label']}.")
        if row["kind"] == "range":
            parts.append(f"{row['label'].strip()}: {row['text']}.")
    return " ".join(parts)


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.42  #: from line to line [cm]
HEAD, FOOT, GAP = 0.5, 0.95, 0.35  #: room above, below and between panels [cm]
LEFT, BESIDE = 0.05, 0.45  #: before the names, and between them, the plot and the numbers [cm]
INDENT = 0.3  #: of names below a heading [cm]
KEY, SIGN, APART = 0.42, 0.55, 0.5  #: a line of the key, its sign, and from words to sign [cm]

LINES: dict[str, dict[str, Any]] = {
    "whisker": {"color": style.BLUE, "linewidth": 0.9},
    "bar": {"color": style.SKY, "linewidth": 4.6},
}
_MARK = {"marker": "o", "color": style.BLUE, "linestyle": "none"}
# The hollow mark is larger, so that it shows around a filled one at the same place.
MARKS: dict[str, dict[str, Any]] = {
    "hollow": {**_MARK, "markersize": 7, "markerfacecolor": style.WHITE},
    "mark": {**_MARK, "markersize": 4.4, "markerfacecolor": style.BLUE},
}


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return, one per range, `marks` and `bars`, and the `references`."""
    panels = [list(records(items)) for _, items in layout.groupby("panel", sort=True)]
    heights = [_height(items) for items in panels]
    keys = _placed_keys(layout[layout["kind"] == "key"])
    above = KEY * (1 + max(line for *_, line in keys)) + GAP / 2 if keys else 0.0
    sheet = style.paper(figure, above + sum(heights) + GAP * (len(panels) - 1))
    for item, left, line in keys:
        _draw_key(sheet, item, left, (line + 0.5) * KEY)
    columns = (_name_at(layout), *_columns(layout))
    artists: dict[str, list[Any]] = {"marks": [], "bars": [], "references": []}
    top = above
    for items, height in zip(panels, heights, strict=True):
        _draw_panel(figure, sheet, items, top, columns, artists)
        top += height + GAP
    return artists


def _placed_keys(keys: pd.DataFrame) -> list[tuple[dict[str, Any], float, int]]:
    """Return each key with where it starts [cm] and on which line."""
    placed: list[tuple[dict[str, Any], float, int]] = []
    left, line = LEFT, 0
    for item in records(keys):
        width = SIGN + style.text_width(item["label"])
        if left > LEFT and left + width > style.WIDTH - LEFT:
            left, line = LEFT, line + 1
        placed.append((item, left, line))
        left += width + APART
    return placed


def _draw_key(sheet: Axes, item: Mapping[str, Any], left: float, y: float) -> None:
    middle, ends = left + 0.2, [left, left + 0.4]
    if item["text"] in ("mark", "hollow"):
        sheet.plot([middle], [y], **MARKS[item["text"]])
    else:
        sheet.plot(ends, [y, y], **LINES[item["text"]])
    sheet.text(left + SIGN, y + 0.09, item["label"], color=style.MUTED)


def _columns(layout: pd.DataFrame) -> tuple[float, float]:
    """Return where the plot starts and where the numbers do: names and numbers get their room."""
    ranges = layout[layout["kind"] == "range"]
    names, numbers = (max(map(style.text_width, ranges[column])) for column in ("label", "text"))
    return _name_at(layout) + names + BESIDE, style.WIDTH - numbers - 3 * LEFT


def _name_at(layout: pd.DataFrame) -> float:
    return LEFT + (INDENT if (layout["kind"] == "heading").any() else 0.0)


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
    columns: tuple[float, float, float],
    artists: dict[str, list[Any]],
) -> None:
    lines, names = _lines(items), _names(items)
    (axis,) = (item for item in items if item["kind"] == "axis")
    above = top + _head(items)
    name_at, plot_at, text_at = columns
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
        name, weight = (LEFT, "bold") if heading else (name_at, "normal")
        sheet.text(name, y, item["label"], weight=weight)
        sheet.text(text_at, y, item["text"])
        if not heading:
            # A guide for the eye: from name to mark it can be far.
            axes.axhline(place + 0.5, color=style.PALE, linewidth=0.6, zorder=0)
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
    for kind, low, high in (("whisker", "whisker_low", "whisker_high"), ("bar", "low", "high")):
        if item[low] != "":
            ends = [item[low], item[high]]
            (line,) = axes.plot(ends, [y, y], zorder=2, **LINES[kind])
            artists["bars"] += [line] if kind == "bar" else []
    for kind in ("hollow", "mark"):
        if item[kind] != "":
            # At the end of an axis a mark is not to be cut in half.
            (mark,) = axes.plot([item[kind]], [y], zorder=3, clip_on=False, **MARKS[kind])
            artists["marks"].append(mark)
