"""Rates side by side by the group they are of, and what they come to where they may be pooled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log10
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon

COLUMNS = [
    *("kind", "line", "label", "criterion", "pooled", "size"),
    *("percent_low", "percent_high", "lower", "upper", "text"),
]
HEADINGS = {
    "with outcome": "Of those with an outcome",
    "treated or ended": "Of all treated or ended",
    "referred": "Of all referred",
}
#: Methods that are drawn; the table has all.
METHODS = {"reml": "REML", "glmm": "binomial-normal"}
MARKS = {
    "diagnostic interview": "^",  # no diamond: pooled rates are
    "questionnaire": "o",
    "questionnaire and reliable change": "s",
}
PLAIN = "pooled"  #: what the table calls rates that are pooled without a warning
NOTES = (
    "marks grow with the logarithm of the number of people",
    "hollow mark: not pooled; hollow diamond: pooled under a warning (few or unlike studies)",
    "filled marks of all treated and all referred: nobody without an outcome counts as recovered",
)


def layout(pooled_rates: pd.DataFrame, synthesis_studies: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    pooled_rates, synthesis_studies : DataFrame
        As written by the synthesis.

    Returns
    -------
    DataFrame
        `kind`: `heading`, `study`, `diamond` (a pooled rate), `prediction` (for another study),
        `refusal` (why nothing is pooled), `key` (what a mark means) and `note`. `pooled` is `yes`,
        `no`, or `warning`; `percent_low` to `percent_high` are the rates over all counts that may
        stand behind them, `lower` to `upper` the hull of their intervals [%]; `size` is the number
        of people, the largest of those possible. `line` counts lines downwards.
    """
    rows = [*_sections(pooled_rates, synthesis_studies)]
    last = max(row["line"] for row in rows)
    shown = [mark for mark in MARKS if mark in set(synthesis_studies["criterion"])]
    rows += [
        {"kind": "key", "criterion": mark, "text": mark, "line": last + BELOW + place}
        for place, mark in enumerate(shown)
    ]
    last = rows[-1]["line"]
    rows += [
        {"kind": "note", "text": note, "line": last + place}
        for place, note in enumerate(NOTES, start=1)
    ]
    return table_of({column: row.get(column, "") for column in COLUMNS} for row in rows)


def _sections(pooled_rates: pd.DataFrame, studies: pd.DataFrame) -> Iterator[dict[str, Any]]:
    line = 0.0
    for denominator, heading in HEADINGS.items():
        of_group = studies[studies["denominator"] == denominator]
        if of_group.empty:
            continue
        yield {"kind": "heading", "label": heading, "line": line}
        whole = pooled_rates[
            (pooled_rates["denominator"] == denominator) & (pooled_rates["left_out"] == "")
        ]
        items = [*_studies(of_group), *_pooled(whole)]
        for place, item in enumerate(items, start=1):
            yield item | {"line": line + place}
        line += len(items) + 1.5


def _studies(studies: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each study once, over all counts that may stand behind it."""
    for _, group in studies.groupby("study", sort=False):
        first = group.iloc[0]
        rates = [100 * float(rate) for rate in group["rate"]]
        limits = [100 * float(limit) for limit in (*group["lower"], *group["upper"]) if limit]
        yield {
            "kind": "study",
            "label": first["label"],
            "criterion": first["criterion"],
            "pooled": "no" if first["reason"] else "yes",
            "size": "" if not limits else max(int(n) for n in group["n"]),
            "percent_low": min(rates),
            "percent_high": max(rates),
            "lower": min(limits, default=""),
            "upper": max(limits, default=""),
            "text": _study_text(group, rates)
            if limits
            else f"{rates[0]:g}%, of a number not known",
        }


def _study_text(group: pd.DataFrame, rates: list[float]) -> str:
    """Say all pairs of count and size in one phrase; where the size is one, it is said once."""
    pairs = [(row["k"], row["n"]) for row in records(group)]
    (count, nobs), (most, largest) = pairs[0], pairs[-1]
    span = _span(min(rates), max(rates))
    if nobs != largest:
        return f"{count:,} / {nobs:,} … {most:,} / {largest:,} = {span}"
    counts = f"{count:,}" if count == most else f"{count:,}–{most:,}"
    return f"{counts} / {nobs:,} = {span}"


def _pooled(whole: pd.DataFrame) -> Iterator[dict[str, Any]]:
    shown = whole[whole["method"].isin(METHODS) & (whole["rate_low"] != "")]
    if shown.empty:
        for words in _beside_the_plot(whole["notes"].iloc[0]):
            yield {"kind": "refusal", "text": words}
    for row in records(shown):
        pooled = "yes" if row["standing"] == PLAIN else "warning"
        rates = (100 * float(row["rate_low"]), 100 * float(row["rate_high"]))
        for kind, label, ends in (
            ("diamond", f"Pooled, {METHODS[row['method']]}", ("lower", "upper")),
            ("prediction", "another study", ("prediction_lower", "prediction_upper")),
        ):
            low, high = (100 * float(row[end]) for end in ends)
            span = f"{low:.1f} to {high:.1f}%"
            yield {
                "kind": kind,
                "label": label,
                "pooled": pooled,
                "percent_low": rates[0],
                "percent_high": rates[1],
                "lower": low,
                "upper": high,
                "text": f"{_span(*rates)} ({span})" if kind == "diamond" else span,
            }


def _beside_the_plot(text: str) -> list[str]:
    """Break a remark into lines that end before the plot begins."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if longer and NAME_AT + style.text_width(longer) < PLOT_AT - BESIDE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _span(low: float, high: float) -> str:
    return f"{low:.1f}%" if f"{low:.1f}" == f"{high:.1f}" else f"{low:.1f}–{high:.1f}%"


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.41  #: from line to line [cm]
TOP, BELOW = 0.1, 4.0  #: margin [cm]; room for the axis [lines]
LEFT, NAME_AT, PLOT_AT, TEXT_AT = 0.05, 0.3, 4.75, 10.75  #: where columns start [cm]
BESIDE = 0.2  #: between a remark and the plot [cm]
HEIGHT = 0.34  #: half the height of a diamond [lines]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `rates` and `whiskers` of studies, `diamonds` and `predictions`."""
    body = layout[~layout["kind"].isin(["key", "note"])]
    lines = float(body["line"].max()) + 1
    sheet = style.paper(figure, 2 * TOP + (float(layout["line"].max()) + 1) * LINE)
    axes = style.plot_area(
        figure, left=PLOT_AT, top=TOP, width=TEXT_AT - PLOT_AT - 0.25, height=lines * LINE
    )
    axes.set(xlim=(0, 100), ylim=(lines, 0), xlabel="recovered, % of the group")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.patch.set_visible(False)
    artists: dict[str, list[Any]] = {
        "rates": [], "whiskers": [], "diamonds": [], "predictions": []
    }  # fmt: skip
    for item in records(layout):
        _draw_item(axes, sheet, item, artists)
    return artists


def _draw_item(
    axes: Axes, sheet: Axes, item: Mapping[str, Any], artists: dict[str, list[Any]]
) -> None:
    y, baseline = float(item["line"]) + 0.5, TOP + (float(item["line"]) + 0.5) * LINE + 0.09
    kind = item["kind"]
    if kind == "heading":
        sheet.text(LEFT, baseline, item["label"], weight="bold")
    elif kind in ("refusal", "note"):
        sheet.text(NAME_AT, baseline, item["text"], style="italic", color=style.MUTED)
    elif kind == "key":
        look = _look(item["criterion"], filled=True)
        sheet.plot([NAME_AT + 0.1], [baseline - 0.09], **look, markersize=5)
        sheet.text(NAME_AT + 0.4, baseline, item["text"])
    else:
        indent = 0.35 if kind == "prediction" else 0.0
        muted = item["pooled"] == "no"
        color = style.MUTED if muted else style.INK
        sheet.text(NAME_AT + indent, baseline, item["label"], color=color)
        sheet.text(TEXT_AT, baseline, item["text"], color=color)
    if kind == "study":
        # A guide for the eye, as where rows of ranges are drawn.
        axes.axhline(y, color=style.PALE, linewidth=0.6, zorder=0)
        artists["rates"].append(_draw_rate(axes, item, y))
        artists["whiskers"] += _draw_whisker(axes, item, y)
    elif kind == "diamond":
        artists["diamonds"].append(_draw_diamond(axes, item, y))
    elif kind == "prediction":
        artists["predictions"].append(_draw_prediction(axes, item, y))


def _look(criterion: str, *, filled: bool) -> dict[str, Any]:
    color = style.BLUE if filled else style.MUTED
    return {
        "color": color,
        "marker": MARKS[criterion],
        "markerfacecolor": color if filled else style.WHITE,
        "zorder": 3,
    }


def _draw_rate(axes: Axes, item: Mapping[str, Any], y: float) -> Line2D:
    """Draw a mark that grows with the logarithm of the number of people."""
    size = 2.0 + 1.1 * log10(item["size"]) if item["size"] != "" else 3.5
    ends = [item["percent_low"], item["percent_high"]]
    look = _look(item["criterion"], filled=item["pooled"] == "yes")
    (rate,) = axes.plot(ends, [y, y], linewidth=2, markersize=size, clip_on=False, **look)
    return rate


def _draw_whisker(axes: Axes, item: Mapping[str, Any], y: float) -> list[Line2D]:
    if item["lower"] == "":
        return []
    color = style.BLUE if item["pooled"] == "yes" else style.MUTED
    ends = [item["lower"], item["upper"]]
    return list(axes.plot(ends, [y, y], color=color, linewidth=0.9, zorder=2))


def _draw_diamond(axes: Axes, item: Mapping[str, Any], y: float) -> Polygon:
    """Draw a pooled rate as wide as its interval, hollow where it comes with a warning."""
    from matplotlib.patches import Polygon

    middle = (item["percent_low"] + item["percent_high"]) / 2
    corners = [(item["lower"], y), (middle, y - HEIGHT), (item["upper"], y), (middle, y + HEIGHT)]
    face = style.VERMILION if item["pooled"] == "yes" else style.WHITE
    diamond = Polygon(corners, facecolor=face, edgecolor=style.VERMILION, linewidth=0.9, zorder=3)
    axes.add_patch(diamond)
    return diamond


def _draw_prediction(axes: Axes, item: Mapping[str, Any], y: float) -> Line2D:
    look: dict[str, Any] = {"color": style.VERMILION, "linewidth": 0.9, "marker": "|"}
    (line,) = axes.plot([item["lower"], item["upper"]], [y, y], linestyle=(0, (3, 2)), **look)
    return line


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    studies = layout[layout["kind"] == "study"]
    apart = int((studies["pooled"] == "no").sum())
    return (
        f"{len(studies)} recovery rates with Wilson intervals, by the group that they are of; "
        f"{apart} are hollow: they are not pooled. Hollow diamonds are pooled under a warning. "
        f"{_in_words(layout)} {takeaway(layout)}"
    )


def _in_words(layout: pd.DataFrame) -> str:
    """Say every rate, study by study, under its heading."""
    parts = [
        f"{item['label']}." if item["kind"] == "heading" else f"{item['label']}: {item['text']}."
        for item in records(layout)
        if item["kind"] in ("heading", "study", "diamond", "prediction")
    ]
    return " ".join(parts)


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    predictions = layout[layout["kind"] == "prediction"]
    if predictions.empty:
        return "No group has enough studies to be pooled."
    widest = max(records(predictions), key=lambda item: item["upper"] - item["lower"])
    return (
        "The rates differ too much for a pooled one to stand for them: another study could find "
        f"{widest['text']}."
    )
