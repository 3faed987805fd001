"""All plausible specifications of one headline rate in order, with the choices of each below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.figures import style
from recovery_audit.rounding import print_fraction
from recovery_audit.sensitivity.rates import Rate, named, rates_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The choices as readers know them.
CHOICES = {
    "reading": "Group of the figure",
    "rounding": "Rounding",
    "pair": "Count and size",
    "year": "Year",
    "criterion": "Criterion",
    "accuracy": "Test accuracy",
    "group": "Who is counted",
    "missing": "Without an outcome",
    "case_share": "Cases among them",
    "horizon": "When",
}
MOST_ROWS = 8  #: a choice with more options than this is only named
GAP = 0.04  #: between the two blocks, as a share of all specifications
SAME = "same"
OFFICIAL_DECIMALS = 1  #: of the rates that the service publishes
NARROW = 1.0  #: intervals below this width do not show behind their marks [points]


def layout(
    tables: Mapping[str, pd.DataFrame], study: str, others: Mapping[str, str]
) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `multiverse`, and what `rates_of` needs.
    study : str
        The headline rate.
    others : mapping of str to str
        By headline rate, the rate of the other side.

    Returns
    -------
    DataFrame
        `kind`: `title`, `reference` (`y`, the rate itself and the other side's; `printed`, how it
        was published, or prints where only its counts were), `specification`
        (`x` its place in the order, `y`, `lower`, `upper` [%], blank where there is no interval,
        `block` same or changed), `choice` (heading at `line`), `option` (its name at `line`) and
        `run` (from `x` to `x_end` this option was chosen). `left_out` names a choice with too many
        options for lines of their own.
    """
    found = tables["multiverse"]
    chosen = found[
        (found["study"] == study)
        & (found["standing"] == "possible")
        & (found["plausible"] == "yes")
    ]
    ordered = _in_order(list(records(chosen)))
    rates = rates_of(tables)
    rows = [
        *_references(tables, named(rates, study)[0], named(rates, others[study])[0]),
        *_specifications(ordered),
        *_dashboard(ordered),
    ]
    columns = ("kind", "line", "x", "x_end", "y", "lower", "upper", "block", "text", "printed")
    return table_of({column: row.get(column, "") for column in columns} for row in rows)


def _in_order(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort by result, those of another thing after those of the same; give each its place."""
    same = [row for row in found if row["estimand"] == SAME]
    changed = [row for row in found if row["estimand"] != SAME]
    gap = max(1, round(GAP * len(found)))
    placed = []
    for block, start in ((same, 0), (changed, len(same) + gap if same else 0)):
        ordered = sorted(block, key=lambda row: (float(row["estimate"]), *_choices(row)))
        placed += [row | {"x": start + place} for place, row in enumerate(ordered)]
    return placed


def _choices(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[choice] for choice in CHOICES)


def _references(
    tables: Mapping[str, pd.DataFrame], rate: Rate, other: Rate
) -> Iterator[dict[str, Any]]:
    yield {"kind": "title", "text": rate.label}
    for one in (rate, other):
        printed = _printed(tables, one)
        yield {
            "kind": "reference",
            "y": 100 * float(one.value),
            "text": f"{one.label}, {printed}%",
            "printed": printed,
        }


def _printed(tables: Mapping[str, pd.DataFrame], rate: Rate) -> str:
    """Return a rate as it was published: its digits say how exactly."""
    found = tables["rates"]
    (claim,) = found.loc[found["rate"] == rate.rate, "claim"]
    if claim:
        return str(claims_by_id(tables["claims"])[claim].figure)
    return print_fraction(100 * rate.value, OFFICIAL_DECIMALS)


def _specifications(ordered: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in ordered:
        limits = {end: 100 * float(row[end]) if row[end] else "" for end in ("lower", "upper")}
        yield {
            "kind": "specification",
            "x": row["x"],
            "y": 100 * float(row["estimate"]),
            **limits,
            "block": SAME if row["estimand"] == SAME else "changed",
        }


def _dashboard(ordered: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    line = 0
    for choice, heading in CHOICES.items():
        options = list(dict.fromkeys(row[choice] for row in ordered if row[choice]))
        if len(options) > MOST_ROWS:
            yield {"kind": "left_out", "text": f"{heading} ({len(options)} options)"}
        if not 1 < len(options) <= MOST_ROWS:
            continue
        yield {"kind": "choice", "line": line, "text": heading}
        for option in sorted(options, key=_first_seen(ordered, choice)):
            line += 1
            yield {"kind": "option", "line": line, "text": option}
            for start, end in _runs(ordered, choice, option):
                yield {"kind": "run", "line": line, "x": start, "x_end": end}
        line += 1


def _first_seen(ordered: list[dict[str, Any]], choice: str) -> Any:
    """Order options by the mean result that they lead to."""
    results: dict[str, list[float]] = {}
    for row in ordered:
        results.setdefault(row[choice], []).append(float(row["estimate"]))
    return lambda option: (sum(results[option]) / len(results[option]), option)


def _runs(ordered: list[dict[str, Any]], choice: str, option: str) -> Iterator[tuple[float, float]]:
    """Yield the stretches of places at which an option was chosen."""
    places = [row["x"] for row in ordered if row[choice] == option]
    for _, run in groupby(enumerate(places), key=lambda item: item[1] - item[0]):
        inside = [place for _, place in run]
        yield inside[0] - 0.5, inside[-1] + 0.5


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.36  #: from line to line of the dashboard [cm]
HEAD, CURVE, BETWEEN, FOOT = 0.7, 4.6, 0.3, 0.55  #: from the top [cm]
LEFT, INDENT, PLOT_AT, RIGHT = 0.05, 0.3, 5.3, 0.15  #: from the left [cm]
MARKS = {
    SAME: ("o", style.BLUE, "of what the figure is of"),
    "changed": ("D", style.VERMILION, "of something else"),
}


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `points`, `intervals`, `runs` and `references`."""
    items: dict[str, list[dict[str, Any]]] = {}
    for item in records(layout):
        items.setdefault(item["kind"], []).append(item)
    lines = 1 + max(item["line"] for item in items["option"])
    foot = FOOT if "left_out" in items else 0.1
    sheet = style.paper(figure, HEAD + CURVE + BETWEEN + lines * LINE + foot)
    width = style.WIDTH - PLOT_AT - RIGHT
    curve = style.plot_area(figure, left=PLOT_AT, top=HEAD, width=width, height=CURVE)
    top = HEAD + CURVE + BETWEEN
    board = style.plot_area(figure, left=PLOT_AT, top=top, width=width, height=lines * LINE)
    last = max(item["x"] for item in items["specification"])
    for axes in (curve, board):
        axes.set(xlim=(-1 - last / 100, last + 1 + last / 100), xticks=[])
        axes.spines["bottom"].set_visible(False)
    sheet.text(LEFT, 0.35, items["title"][0]["text"], fontsize=style.TITLE, weight="bold")
    artists = _draw_curve(curve, items)
    artists["runs"] = _draw_board(board, sheet, items, top, lines)
    _draw_key(sheet, items)
    for item in items.get("left_out", []):
        y = top + lines * LINE + 0.35
        sheet.text(LEFT, y, f"Without lines of its own: {item['text']}.", color=style.MUTED)
    return artists


def _draw_curve(axes: Axes, items: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    artists: dict[str, list[Any]] = {"points": [], "intervals": [], "references": []}
    highest = 0.0
    for block, (marker, colour, _) in MARKS.items():
        drawn = [item for item in items["specification"] if item["block"] == block]
        if not drawn:
            continue
        limited = [item for item in drawn if item["lower"] != ""]
        size = max(1.3, min(3.6, 320 / len(items["specification"])))
        x, low, high = ([item[key] for item in limited] for key in ("x", "lower", "upper"))
        intervals = axes.vlines(x, low, high, color=style.HAIR, linewidth=size / 2, zorder=1)
        (points,) = axes.plot(
            [item["x"] for item in drawn], [item["y"] for item in drawn], marker, color=colour,
            markersize=size, markeredgewidth=0, linestyle="none", zorder=3,
        )  # fmt: skip
        artists["intervals"].append(intervals)
        artists["points"].append(points)
        highest = max([highest, *high, *(item["y"] for item in drawn)])
    for place, item in enumerate(items["reference"]):
        artists["references"].append(_draw_reference(axes, item, own=place == 0))
        highest = max(highest, item["y"])
    axes.set(ylim=(0, min(100.0, highest * 1.12)), ylabel="% recovered")
    return artists


def _draw_reference(axes: Axes, item: Mapping[str, Any], *, own: bool) -> Any:
    look: dict[str, Any] = {"color": style.INK, "linewidth": 0.8, "zorder": 2}
    line = axes.axhline(item["y"], linestyle="-" if own else (0, (4, 2)), **look)
    if not own:  # the rate's own line runs through its points, so the key names it
        axes.annotate(
            item["text"], (1, item["y"]), (-2, 3), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", path_effects=style.HALO, zorder=4,
        )  # fmt: skip
    return line


def _draw_board(
    axes: Axes,
    sheet: Axes,
    items: Mapping[str, list[dict[str, Any]]],
    top: float,
    lines: int,
) -> list[Any]:
    axes.set(ylim=(lines, 0), yticks=[])
    axes.spines["left"].set_visible(False)
    for item in [*items["choice"], *items["option"]]:
        y = top + (item["line"] + 0.5) * LINE + 0.09
        heading = item["kind"] == "choice"
        place, weight = (LEFT, "bold") if heading else (LEFT + INDENT, "normal")
        sheet.text(place, y, item["text"], weight=weight)
        if not heading:
            axes.axhline(item["line"] + 0.5, color=style.PALE, linewidth=0.6, zorder=0)
    runs = []
    for line, of_line in groupby(items["run"], key=lambda item: item["line"]):
        bars = [(item["x"], item["x_end"] - item["x"]) for item in of_line]
        runs.append(axes.broken_barh(bars, (line + 0.2, 0.6), color=style.INK, linewidth=0))
    return runs


def _draw_key(sheet: Axes, items: Mapping[str, list[dict[str, Any]]]) -> None:
    """Explain the marks in the empty corner beside the curve."""
    blocks = {item["block"] for item in items["specification"]}
    # In grey, and where marks are small, the two are told apart by where they stand.
    sides = dict(zip(MARKS, (" (left)", " (right)"), strict=True)) if len(blocks) > 1 else {}
    own = items["reference"][0]
    look: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0, "markersize": 4}
    y = HEAD + 0.3
    sheet.plot([LEFT, LEFT + 0.3], [y, y], color=style.INK, linewidth=0.8)
    sheet.text(LEFT + 0.45, y + 0.09, f"as published, {own['printed']}%")
    for block, (marker, colour, words) in MARKS.items():
        if block in blocks:
            y += 0.42
            sheet.plot([LEFT + 0.15], [y], marker, color=colour, **look)
            sheet.text(LEFT + 0.45, y + 0.09, words + sides.get(block, ""))
    widths = [
        item["upper"] - item["lower"] for item in items["specification"] if item["lower"] != ""
    ]
    if widths:
        y += 0.42
        sheet.plot([LEFT + 0.15] * 2, [y - 0.14, y + 0.14], color=style.HAIR, linewidth=2)
        sheet.text(LEFT + 0.45, y + 0.09, "interval, chance alone")
        if max(widths) < NARROW:
            sheet.text(LEFT + 0.45, y + 0.45, "(narrower than the marks)")


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    options = layout[layout["kind"] == "option"]
    references = layout.loc[layout["kind"] == "reference", "text"]
    intervals = ", each with its interval" if (layout["lower"] != "").any() else ""
    return (
        f"Results in ascending order{intervals}, above {len(options)} lines that say which "
        f"options were chosen, and two level lines ({'; '.join(references)}). {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    (title,) = layout.loc[layout["kind"] == "title", "text"]
    found = layout[layout["kind"] == "specification"]
    parts = []
    for block, words in ((SAME, "of what the figure is of"), ("changed", "of something else")):
        results = [float(value) for value in found.loc[found["block"] == block, "y"]]
        if results:
            low, high = f"{min(results):.1f}%", f"{max(results):.1f}%"
            span = low if low == high else f"{low} to {high}"
            parts.append(f"{len(results):,} specifications {words} give {span}")
    return f"{title}: {'; '.join(parts)}."
