"""The same people as a share of ever wider groups: rates with their intervals, rung by rung."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

REFERENCE = "gs2020-iapt-recovery"  #: the rate that the service makes public

SECTIONS = {
    "settled": "Settled: the figures are consistent with these counts",
    "possible": "Possible: these counts fit, others are not ruled out",
}
ESTIMATE, LOWER_BOUND = "estimate", "lower bound"  #: what the ladder calls rates of the groups
KEY = {
    ESTIMATE: "of the group analysed",
    LOWER_BOUND: "at least: nobody else counts as recovered",
    "range": "over all counts that fit",
}
GAP = 0.5  #: after a heading or ladder [lines]
COLUMNS = [
    *("kind", "line", "ladder", "label", "rung", "bound", "standing"),
    *("percent_low", "percent_high", "lower", "upper", "text"),
]


def layout(denominator_ladder: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    denominator_ladder, claims : DataFrame
        As written by the sensitivity and clean stages.

    Returns
    -------
    DataFrame
        `kind`: `key` (what the marks of a `bound` mean, in `text`), `reference` (a published rate
        to compare with, `percent_low`), `section` (heading by `standing`), `ladder` (its name) and
        `rung`. Of a rung, `percent_low` to `percent_high` are the rates over all pairs of count
        and size that fit and `lower` to `upper` the reach of their Wilson intervals [%]; `text`
        says the counts and the rate. `line` counts lines downwards.
    """
    published = claims_by_id(claims)[REFERENCE]
    (outcome,) = claims.loc[claims["claim_id"] == REFERENCE, "outcome"].unique()
    rate = float(published.figure.value)
    rows: list[dict[str, Any]] = [
        *({"kind": "key", "bound": bound, "text": words} for bound, words in KEY.items()),
        {
            "kind": "reference",
            "percent_low": rate,
            "percent_high": rate,
            "text": f"{published.text} {outcome}",
        },
    ]
    rows += _sections(denominator_ladder)
    return table_of({column: row.get(column, "") for column in COLUMNS} for row in rows)


def _sections(ladder: pd.DataFrame) -> Iterator[dict[str, Any]]:
    line = 0.0
    for standing, heading in SECTIONS.items():
        rungs = list(_rungs(ladder[ladder["standing"] == standing]))
        if rungs:
            yield {"kind": "section", "standing": standing, "text": heading, "line": line}
            line += 1 + GAP
        for (_, name), of_ladder in groupby(rungs, key=itemgetter("ladder", "label")):
            yield {"kind": "ladder", "standing": standing, "text": name, "line": line}
            for number, rung in enumerate(of_ladder, start=1):
                yield rung | {"line": line + number}
            line += 1 + number + GAP


def _rungs(ladder: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each rung once, over all its witnesses."""
    for _, rung in ladder.groupby(["ladder", "rung"], sort=False):
        first = rung.iloc[0]
        percents = sorted(rung["percent"], key=float)
        yield {
            "kind": "rung",
            **{key: first[key] for key in ("ladder", "label", "rung", "bound", "standing")},
            "percent_low": float(percents[0]),
            "percent_high": float(percents[-1]),
            "lower": 100 * min(float(limit) for limit in rung["lower"]),
            "upper": 100 * max(float(limit) for limit in rung["upper"]),
            "text": f"{_counts(rung)} = {_span(percents[0], percents[-1], '–')}%",
        }


def _counts(rung: pd.DataFrame) -> str:
    """Say all pairs of count and size in one phrase; where the size is one, it is said once."""
    pairs = sorted((int(row["k"]), int(row["n"])) for row in records(rung))
    (count, nobs), (most, largest) = pairs[0], pairs[-1]
    if nobs == largest:
        return f"{_span(f'{count:,}', f'{most:,}', '–')} / {nobs:,}"
    return f"{count:,} / {nobs:,} … {most:,} / {largest:,}"


def _span(low: str, high: str, dash: str) -> str:
    return low if low == high else f"{low}{dash}{high}"


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.385  #: from line to line [cm]
HEAD, FOOT = 1.0, 1.0  #: room for the key and the reference's label, and for the axis [cm]
KEY_AT, SIGN, APART = 0.22, 0.75, 0.5  #: height of the key, its signs, between its words [cm]
# Where the rungs' names, the plot and the counts start. [cm]
LEFT, NAME_AT, PLOT_AT, TEXT_AT = 0.05, 0.35, 2.35, 11.35
BEYOND = 1.06  #: the axis ends so far beyond the longest interval

LOOKS: dict[str, dict[str, Any]] = {
    "settled": {"color": style.BLUE, "marker": "o", "markersize": 5.6},
    "possible": {"color": style.MUTED, "marker": "D", "markersize": 4.6},
}
BAND = 2.6  #: width of a range of rates [pt]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return, one per rung, `rates` and `whiskers`, and the `reference`."""
    lines = max(line for line in layout["line"] if line != "") + 1
    sheet = style.paper(figure, HEAD + lines * LINE + FOOT)
    axes = _axes(figure, layout, lines)
    artists: dict[str, list[Any]] = {"rates": [], "whiskers": [], "reference": []}
    _draw_key(sheet, list(records(layout[layout["kind"] == "key"])))
    for item in records(layout[layout["kind"] != "key"]):
        if item["kind"] == "rung":
            rate, whisker = _draw_rung(axes, item)
            artists["rates"].append(rate)
            artists["whiskers"].append(whisker)
            _write_rung(sheet, item)
        elif item["kind"] == "reference":
            artists["reference"].append(_draw_reference(axes, item))
        else:
            weight = "bold" if item["kind"] == "section" else "normal"
            sheet.text(LEFT, _baseline(item), item["text"], weight=weight)
    _join(axes, layout)
    return artists


def _draw_key(sheet: Axes, items: list[dict[str, Any]]) -> None:
    """Explain filling and thick lines beside the shapes of both sections: these have headings."""
    left = LEFT + 0.1
    for item in items:
        if item["bound"] in (ESTIMATE, LOWER_BOUND):
            for place, look in enumerate(LOOKS.values()):
                face = look["color"] if item["bound"] == ESTIMATE else style.WHITE
                sheet.plot([left + 0.32 * place], [KEY_AT], markerfacecolor=face, **look)
        else:
            ends = [left - 0.1, left + 0.4]
            sheet.plot(ends, [KEY_AT] * 2, color=LOOKS["possible"]["color"], linewidth=BAND)
        sheet.text(left + SIGN - 0.15, KEY_AT + 0.09, item["text"], color=style.MUTED)
        left += SIGN + style.text_width(item["text"]) + APART


def _axes(figure: Figure, layout: pd.DataFrame, lines: float) -> Axes:
    axes = style.plot_area(
        figure, left=PLOT_AT, top=HEAD, width=TEXT_AT - PLOT_AT - 0.2, height=lines * LINE
    )
    shown = [*layout["upper"], *layout["percent_high"]]  # the rate of reference has no interval
    longest = max(value for value in shown if value != "")
    axes.set(xlim=(0, longest * BEYOND), ylim=(lines, 0), xlabel="% of the group")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.patch.set_visible(False)  # section headings lie beneath
    return axes


def _baseline(item: Mapping[str, Any]) -> float:
    return HEAD + (float(item["line"]) + 0.5) * LINE + 0.09


def _middle(item: Mapping[str, Any]) -> float:
    return float(item["line"]) + 0.5


def _draw_rung(axes: Axes, item: Mapping[str, Any]) -> tuple[Line2D, Line2D]:
    y, look = [_middle(item)] * 2, LOOKS[item["standing"]]
    (whisker,) = axes.plot([item["lower"], item["upper"]], y, color=look["color"], linewidth=0.9)
    filled = item["bound"] == ESTIMATE
    ends = [item["percent_low"], item["percent_high"]]
    face = look["color"] if filled else style.WHITE
    (rate,) = axes.plot(ends, y, linewidth=BAND, markerfacecolor=face, **look)
    return rate, whisker


def _join(axes: Axes, layout: pd.DataFrame) -> None:
    """Lead the eye from rung to rung of a ladder."""
    rungs = layout[layout["kind"] == "rung"]
    for _, ladder in rungs.groupby("ladder", sort=False):
        steps = list(records(ladder))
        for ends in ("percent_low", "percent_high"):
            axes.plot(
                [step[ends] for step in steps],
                [_middle(step) for step in steps],
                color=style.HAIR,
                linewidth=0.8,
                zorder=1,
            )


def _write_rung(sheet: Axes, item: Mapping[str, Any]) -> None:
    y = _baseline(item)
    sheet.text(NAME_AT, y, item["rung"], color=style.MUTED)
    sheet.text(TEXT_AT, y, item["text"])


def _draw_reference(axes: Axes, item: Mapping[str, Any]) -> Line2D:
    x = item["percent_low"]
    look: dict[str, Any] = {
        "color": style.INK,
        "linewidth": 0.8,
        "linestyle": (0, (4, 2)),
        "zorder": 1,
    }
    line = axes.axvline(x, **look)
    axes.annotate(
        item["text"],
        (x, 1),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
    )
    return line


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    rungs = layout[layout["kind"] == "rung"]
    (reference,) = layout.loc[layout["kind"] == "reference", "text"]
    return (
        f"{rungs['ladder'].nunique()} ladders of rates with Wilson intervals, each the same "
        f"people as a share of wider groups, beside the {reference}. {_in_words(rungs)} "
        f"{takeaway(layout)}"
    )


def _in_words(rungs: pd.DataFrame) -> str:
    """Say every ladder with its rungs."""
    parts = []
    for _, ladder in rungs.groupby("ladder", sort=False):
        steps = ", ".join(f"{rung['rung']} {rung['text']}" for rung in records(ladder))
        parts.append(f"{ladder['label'].iloc[0]}: {steps}.")
    return " ".join(parts)


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, by its first ladder."""
    rungs = layout[layout["kind"] == "rung"]
    first, *wider = records(rungs[rungs["ladder"] == rungs["ladder"].iloc[0]])
    steps = " and ".join(f"{rung['text']} of those {rung['rung']}" for rung in wider)
    return (
        f"Counted over a wider group the same people are a smaller share ({first['label']}: "
        f"{first['text']} of those {first['rung']}, at least {steps})."
    )
