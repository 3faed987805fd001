"""Which counts print as a published figure: percentages of whole people against group size.

The plane is drawn as 100·k/n against n. There a rounding interval is a level strip, as high as
one last digit, and whether a count hits or misses it is seen at once; drawn as k against n the
strip would be a ray too thin to see.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from recovery_audit.claims import PublishedClaim, claims_by_id, records, table_of
from recovery_audit.figures import style
from recovery_audit.grim import witnesses
from recovery_audit.rounding import (
    Interval,
    RoundingRule,
    admissible,
    print_fraction,
    print_percent,
)
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Key = tuple[str, str]  # claim and reading


class Panel(NamedTuple):
    """A part of the figure: printed figures that are looked at together."""

    name: str
    keys: tuple[Key, ...]  #: one strip each, from the top
    sizes: int | None = None  #: how many sizes are shown, up to the largest; None for all


PANELS = (
    Panel("A", (("scott2018-overall-recovery", "all-clients"),)),
    Panel(
        "B", (("gs2020-mus-not-completed", ""),), sizes=12
    ),  # its size is stated, no other counts
    Panel(
        "C",
        (
            ("gs2020-mus-improvement-depression", "one-base"),
            ("gs2020-mus-recovery-depression", "one-base"),
            ("gs2020-mus-reliable-recovery", "as-depression"),
        ),
    ),
)

# How much of the plane is shown around what matters: a matter of looks alone.
MARGIN = Fraction(2, 5)  #: beyond the counts nearest to a figure, as a share of their distance
STEPS = 7  #: last digits above and below a figure without a published size
TICK = 5  #: last digits from the printed figure to the ticks beside it
HYPOTHESIS = " (if of the same group: a hypothesis)"
COLUMNS = ["panel", "claim_id", "kind", "count", "nobs", "percent", "low", "high", "text"]


class Strip(NamedTuple):
    """A printed figure with the group sizes that are tried."""

    panel: str
    claim: PublishedClaim
    verdict: Mapping[str, Any]  #: its row of the verdicts
    sizes: range
    heads: bool  #: the first of its panel

    @property
    def values(self) -> Interval:
        """What prints as the figure."""
        return admissible(self.claim.figure, RoundingRule.HALF_UP)

    @property
    def nearest(self) -> list[tuple[int, int]]:
        """The counts next to the figure at a published size, below and above."""
        row = self.verdict
        if not _given(row["n_known"]):
            return []
        return [(int(row[key]), int(row["n_known"])) for key in ("k_below", "k_above")]

    @property
    def shared(self) -> tuple[int, int] | None:
        """The witness at the size that the panel's figures have in common."""
        row = self.verdict
        return None if _given(row["n_known"]) else (int(row["k"]), int(row["n"]))

    @property
    def supposed(self) -> bool:
        """Whether it is a hypothesis that the figure is of the same group as its neighbours."""
        return bool(self.shared) and self.verdict["verdict"] != Verdict.CONSISTENT


def layout(
    verdicts: pd.DataFrame, claims: pd.DataFrame, panels: Sequence[Panel] = PANELS
) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    verdicts, claims : DataFrame
        As written by the recompute and clean stages.
    panels : sequence of Panel
        Which figures to show, and where.

    Returns
    -------
    DataFrame
        Of each `panel` and `claim_id`, by `kind`: `strip` (values from `low` to `high` print as
        the figure, whose name is `text`), `note` (what the strip is), `window` (what is shown:
        from `low` to `high` and sizes from `count` to `nobs`), `tick`, `size` (a group size to
        look at), `lattice` (a whole number of people: `count` of `nobs` is `percent`), `witness`
        (one that prints so), `shared` (the witness at the size that the panel's figures share;
        `supposed` where that is a hypothesis), `miss` (the nearest at a published size).
        Percentages are plain floats, for placing points only.
    """
    published = claims_by_id(claims)
    judged = {(row["claim_id"], row["reading"]): row for row in records(verdicts)}
    outcomes = dict(zip(claims["claim_id"], claims["outcome"], strict=True))
    rows = [
        {"panel": strip.panel, "claim_id": strip.claim.claim_id} | item
        for panel in panels
        for strip in _strips(panel, judged, published)
        for item in _items(strip, outcomes[strip.claim.claim_id])
    ]
    return table_of({column: row.get(column, "") for column in COLUMNS} for row in rows)


def _given(cell: Any) -> bool:
    return str(cell) not in {"", "<NA>", "None", "nan"}


def _strips(
    panel: Panel, judged: Mapping[Key, Mapping[str, Any]], published: Mapping[str, PublishedClaim]
) -> Iterator[Strip]:
    rows = [judged[key] for key in panel.keys]
    bounds = [row[key] for row in rows for key in ("n_known", "n_max") if _given(row[key])]
    last = max(int(bound) for bound in bounds)
    first = 1 if panel.sizes is None else last - panel.sizes + 1
    sizes = range(first, last + 1)
    for row in rows:
        yield Strip(panel.name, published[row["claim_id"]], row, sizes, row is rows[0])


def _items(strip: Strip, outcome: str) -> Iterator[dict[str, Any]]:
    low, high = _window(strip)
    values, sizes = strip.values, strip.sizes
    ends = {"low": float(values.low), "high": float(values.high)}
    yield {"kind": "strip", "percent": float(strip.claim.figure.value), **ends} | {
        "text": f"{strip.claim.text} {outcome}{HYPOTHESIS if strip.supposed else ''}"
    }
    bounds = {"low": float(low), "high": float(high), "count": sizes[0], "nobs": sizes[-1]}
    yield {"kind": "window", **bounds}
    if strip.heads and strip.sizes[0] == 1:  # elsewhere points leave no room for it
        yield {"kind": "note", "text": f"prints as {strip.claim.text}", **ends}
    yield from _ticks(strip)
    yield from _size(strip)
    yield from _lattice(strip, Interval(low=low, high=high))


def _window(strip: Strip) -> tuple[Fraction, Fraction]:
    """Return the percentages between which the plane is shown."""
    if strip.nearest:
        below, above = (Fraction(100 * k, n) for k, n in strip.nearest)
        margin = MARGIN * (above - below)
        return below - margin, above + margin
    value, step = strip.claim.figure.value, strip.claim.figure.last_place
    return value - STEPS * step, value + STEPS * step


def _ticks(strip: Strip) -> Iterator[dict[str, Any]]:
    figure = strip.claim.figure
    values = [figure.value]
    if not strip.nearest:
        values += [figure.value - TICK * figure.last_place, figure.value + TICK * figure.last_place]
    for value in values:
        text = f"{print_fraction(value, figure.decimals)}%"
        yield {"kind": "tick", "percent": float(value), "text": text}


def _size(strip: Strip) -> Iterator[dict[str, Any]]:
    pair = strip.nearest[0] if strip.nearest else strip.shared
    if pair:
        yield {"kind": "size", "nobs": pair[1], "text": f"n = {pair[1]}" if strip.heads else ""}


def _lattice(strip: Strip, window: Interval) -> Iterator[dict[str, Any]]:
    """Yield every count in the window, by count and then size."""
    figure = strip.claim.figure
    hits = {(k, n) for n in strip.sizes for k in witnesses(figure, n)}
    pairs = sorted((k, n) for n in strip.sizes for k in window.counts(n))
    for pair in pairs:
        kind, (count, nobs) = _kind(strip, pair, hits), pair
        label = "" if kind == "lattice" else f"{count}/{nobs}"
        if kind == "miss":
            label += f" = {print_percent(count, nobs, decimals=figure.decimals)}%"
        place = {"count": count, "nobs": nobs, "percent": 100 * count / nobs}
        yield {"kind": kind, "text": label} | place


def _kind(strip: Strip, pair: tuple[int, int], hits: set[tuple[int, int]]) -> str:
    if pair in strip.nearest:
        return "miss"
    if pair == strip.shared:
        return "supposed" if strip.supposed else "shared"
    return "witness" if pair in hits else "lattice"


# --- drawing ------------------------------------------------------------------------------------

HEIGHT = 14.7  #: [cm]
# Left, top, width and height of each panel's plots, and the step down from one to the next. [cm]
PLACES = {
    "A": (1.25, 1.35, 6.6, 4.9, 0.0),
    "B": (10.45, 1.35, 2.3, 4.9, 0.0),
    "C": (1.25, 8.6, 13.95, 1.3, 1.85),
}
LETTER = 1.15  #: a panel's letter stands so far left of its plots [cm]
# So far above the plots is the first line of a title, over the label of the size; letters and first
# lines of panels side by side are level. [cm]
RAISED = {"A": 0.88, "B": 0.88, "C": 0.55}
LOW, TITLE_LINE = 0.14, 0.33  #: from the plots to that label, and from line to line of a title [cm]
DROP = (
    0.78  #: from the plot down to the names of the counts that fit, under those of its ticks [cm]
)
TITLE_CHARACTERS = {"A": 60, "B": 34, "C": 90}

POINTS: dict[str, dict[str, Any]] = {
    "lattice": {"marker": ".", "markersize": 3.2, "color": style.MUTED},
    "witness": {"marker": "o", "markersize": 5, "color": style.BLUE, "markerfacecolor": "white"},
    "shared": {"marker": "o", "markersize": 5.6, "color": style.BLUE},
    "supposed": {
        "marker": "o",
        "markersize": 5.6,
        "color": style.BLUE,
        "markerfacecolor": "white",
        "markeredgewidth": 1.8,
    },
    "miss": {"marker": "X", "markersize": 6.4, "color": style.VERMILION},
}


LABELS: dict[str, dict[str, Any]] = {  # offsets in points
    # Points of the same count run from the upper left to the lower right: keep off that line.
    "witness": {"xytext": (-1, -6.5), "ha": "right", "va": "top"},
    "shared": {"xytext": (4, 3), "ha": "left", "va": "bottom", "weight": "bold"},
    "supposed": {"xytext": (4, 3), "ha": "left", "va": "bottom", "weight": "bold"},
    "miss": {"xytext": (7, 0), "ha": "left", "va": "center"},
}


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """
    Draw the layout.

    Returns
    -------
    dict
        One for each strip, from the top left: `axes`, `strips` (the patch) and `points` (the line
        of each kind of point).
    """
    style.fit_height(figure, HEIGHT)
    artists: dict[str, list[Any]] = {"axes": [], "strips": [], "points": []}
    for name, panel in layout.groupby("panel", sort=False):
        for number, (_, rows) in enumerate(panel.groupby("claim_id", sort=False)):
            axes = _axes(figure, str(name), number)
            items = {kind: list(records(of)) for kind, of in rows.groupby("kind", sort=False)}
            artists["axes"].append(axes)
            artists["strips"].append(_draw_frame(axes, items, str(name)))
            artists["points"].append(_draw_points(axes, items))
        # The lowest of the panel; where counts are named below it, under these.
        axes.set_xlabel("group size n", labelpad=14 if _dropped(items) else 4)
        axes.tick_params(labelbottom=True)
    return artists


Items = Mapping[Any, list[dict[str, Any]]]


def _axes(figure: Figure, panel: str, number: int) -> Axes:
    left, top, width, height, step = PLACES[panel]
    down = top + number * step
    axes = style.plot_area(figure, left=left, top=down, width=width, height=height)
    if number == 0:
        x, y = (left - LETTER) / style.WIDTH, 1 - (top - RAISED[panel]) / HEIGHT
        figure.text(x, y, panel, size=style.TITLE, weight="bold")
    return axes


def _draw_frame(axes: Axes, items: Items, panel: str) -> Any:
    (strip,), (window,) = items["strip"], items["window"]
    axes.set(xlim=(window["count"] - 1, window["nobs"] + 1), ylim=(window["low"], window["high"]))
    ticks = items["tick"]
    axes.set_yticks([tick["percent"] for tick in ticks], [tick["text"] for tick in ticks])
    axes.tick_params(labelbottom=False)
    raised = any(size["text"] for size in items.get("size", []))
    for number, words in enumerate(textwrap.wrap(strip["text"], TITLE_CHARACTERS[panel])):
        _above(axes, 0, words, RAISED[panel] - number * TITLE_LINE if raised else LOW)
    for size in items.get("size", []):
        axes.axvline(size["nobs"], color=style.INK, linewidth=0.7, linestyle=(0, (4, 2)))
        _above(
            axes, size["nobs"], size["text"], LOW, xycoords=("data", "axes fraction"), ha="center"
        )
    for note in items.get("note", []):
        axes.annotate(
            note["text"],
            (window["count"], note["high"]),
            (0, 2),
            textcoords="offset points",
            color=style.MUTED,
        )
    return axes.axhspan(strip["low"], strip["high"], color=style.AMBER, linewidth=0)


def _above(axes: Axes, x: float, text: str, height: float, **look: Any) -> None:
    """Write `height` centimetres above the plot."""
    points = height * style.CM * 72
    look = {"xycoords": "axes fraction"} | look
    axes.annotate(text, (x, 1), (0, points), textcoords="offset points", **look)


def _draw_points(axes: Axes, items: Items) -> dict[str, Any]:
    lines = {}
    for kind, look in POINTS.items():
        points = items.get(kind, [])
        x, y = [point["nobs"] for point in points], [point["percent"] for point in points]
        (lines[kind],) = axes.plot(x, y, linestyle="none", clip_on=False, **look)
        for point in points:
            if point["text"] and kind == "witness" and _dropped(items):
                _drop(axes, point)
            elif point["text"]:
                _label(axes, point, LABELS[kind])
    return lines


def _dropped(items: Items) -> bool:
    """Whether counts that fit are named below the plot: beside a miss other points crowd them."""
    return bool(items.get("miss")) and bool(items.get("witness"))


def _drop(axes: Axes, point: Mapping[str, Any]) -> None:
    """Lead from a count that fits down past the axis, and name it there."""
    tall = axes.get_window_extent().height / axes.figure.dpi / style.CM
    down, (low, high) = DROP / tall, axes.get_ylim()
    foot = low - (down - 0.32 / tall) * (high - low)
    look: dict[str, Any] = {"color": style.BLUE, "linewidth": 0.6, "zorder": 1.5}
    axes.vlines(point["nobs"], foot, point["percent"], clip_on=False, **look)
    axes.annotate(
        point["text"], (point["nobs"], -down), xycoords=("data", "axes fraction"), ha="center",
        annotation_clip=False,
    )  # fmt: skip


def _label(axes: Axes, point: Mapping[str, Any], look: Mapping[str, Any]) -> None:
    axes.annotate(
        point["text"],
        (point["nobs"], point["percent"]),
        textcoords="offset points",
        path_effects=style.HALO,
        **look,
    )


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    strips = layout[layout["kind"] == "strip"]
    return (
        f"{len(strips)} plots of the percentages that whole numbers of people can give against "
        "the size of the group, each with the strip of values that print as a published figure. "
        f"{takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    parts = []
    for _, rows in layout.groupby("claim_id", sort=False):
        parts.append(_finding({kind: list(records(of)) for kind, of in rows.groupby("kind")}))
    return "; ".join(parts) + "."


def _finding(items: Items) -> str:
    printed = items["tick"][0]["text"]
    missed, shared = items.get("miss", []), items.get("shared", []) + items.get("supposed", [])
    fitting = ", ".join(point["text"] for point in items.get("witness", []))
    if missed:
        nearest = " and ".join(point["text"] for point in missed)
        others = f", while {fitting} print so" if fitting else ""
        return f"{printed} is missed by {nearest}{others}"
    others = f", among others ({fitting})" if fitting else " alone"
    return f"{printed} is met by {shared[0]['text']}{others}"
