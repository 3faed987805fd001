"""From the official rate to the interview study's, by both readings of the denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.bridge import ALL_REFERRALS, SPREAD, STEPS, WITNESS
from recovery_audit.claims import records, table_of
from recovery_audit.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABELS = {
    "official": "Official rate, {year}",
    "reliable": "Improvement must be reliable",
    "denominator": "Counted: all clients, not\nonly cases who finished",
    "mix": "The study's mix of problems",
    "aligned": "Official rate, aligned",
    "unexplained": "Not explained",
    "study": "The study's rate",
}
TITLES = ("Clients like all referrals", "Clients as in the study's own table")
NOTE = (
    "Whiskers: over orders of the steps, mixes that fit, readings of the table; of the study's "
    "rate, chance (grey ground).\nCounting those who did not finish as not recovered does not show "
    "that they were not."
)


def layout(bridge: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    bridge : DataFrame
        As the sensitivity stage writes it.

    Returns
    -------
    DataFrame
        `panel` (one per reading of the denominator, the second over all readings of the table of
        engagement), `kind` (`title`, `chance`, `level`, `step`, `remainder`), `line`, `label`,
        `start` and `end` of the bar, `low` and `high` of its whisker [%], `text`. The year is the
        first of the table, referrals without a recorded problem are spread.
    """
    year = bridge["year"].iloc[0]
    chosen = bridge[(bridge["year"] == year) & (bridge["spread"] == SPREAD)]
    whole = chosen["reading"] == ALL_REFERRALS
    rows: list[dict[str, Any]] = []
    for panel, found in enumerate((chosen[whole], chosen[~whole])):
        rows += [{"panel": panel, **item} for item in _items(found, year, TITLES[panel])]
    columns = ("panel", "kind", "line", "label", "start", "end", "low", "high", "text")
    return table_of({column: row.get(column, "") for column in columns} for row in rows)


def _items(found: pd.DataFrame, year: str, title: str) -> Iterator[dict[str, Any]]:
    """Yield the bars of one panel from top to bottom."""
    first_reading = found["reading"].iloc[0]
    point = found[(found["reading"] == first_reading) & (found["omega_id"] == WITNESS)]
    at = {row["step"]: row for row in records(point)}
    official, aligned, target = (
        float(at["official"][column]) for column in ("contribution", "aligned", "target")
    )
    chance = [float(at["official"][column]) for column in ("target_lower", "target_upper")]
    yield {"kind": "title", "text": title}
    yield {"kind": "chance", "low": chance[0], "high": chance[1]}
    yield _bar("level", 0, LABELS["official"].format(year=year), 0.0, official)
    reached = official
    for line, step in enumerate(STEPS, start=1):
        change = float(at[step]["contribution"])
        reach = [float(value) for end in ("lower", "upper") for value in _of(found, step)[end]]
        ends = (reached + min(reach), reached + max(reach))
        yield _bar("step", line, LABELS[step], reached, reached + change, ends)
        reached += change
    spread = [float(value) for value in _of(found, "official")["aligned"]]
    yield _bar("level", 4, LABELS["aligned"], 0.0, aligned, (min(spread), max(spread)))
    yield _bar("remainder", 5, LABELS["unexplained"], aligned, target, (min(spread), max(spread)))
    yield _bar("level", 6, LABELS["study"], 0.0, target, (chance[0], chance[1]))


def _of(found: pd.DataFrame, step: str) -> pd.DataFrame:
    return found[found["step"] == step]


def _bar(
    kind: str,
    line: int,
    label: str,
    start: float,
    end: float,
    reach: tuple[float, float] | None = None,
) -> dict[str, Any]:
    change = end - start
    text = f"{end:.1f}%" if kind == "level" else f"{change:+.1f}".replace("-", "−")
    low, high = reach or ("", "")
    cells = {"start": start, "end": end, "low": low, "high": high}
    return {"kind": kind, "line": line, "label": label, **cells, "text": text}


# --- drawing ------------------------------------------------------------------------------------

LINE, HEAD, FOOT = 0.78, 0.75, 2.1  #: from line to line, above and below the bars [cm]
LEFT, PLOT_AT, BETWEEN, RIGHT = 0.05, 4.65, 0.55, 0.15  #: from the left [cm]
LINES = 7
LOOKS: dict[str, dict[str, Any]] = {
    "level": {"color": style.BLUE},
    "step": {"color": style.SKY},
    "remainder": {"facecolor": style.WHITE, "edgecolor": style.VERMILION, "hatch": "////"},
}


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `bars` and `whiskers`, panel by panel."""
    sheet = style.paper(figure, HEAD + LINES * LINE + FOOT)
    width = (style.WIDTH - PLOT_AT - BETWEEN - RIGHT) / 2
    most = max(max(item["start"], item["end"]) for item in _drawn(layout))
    artists: dict[str, list[Any]] = {"bars": [], "whiskers": []}
    for panel, rows in layout.groupby("panel", sort=True):
        left = PLOT_AT + int(str(panel)) * (width + BETWEEN)
        axes = style.plot_area(figure, left=left, top=HEAD, width=width, height=LINES * LINE)
        axes.set(xlim=(0, 1.25 * most), ylim=(LINES, 0), yticks=[], xlabel="% recovered")
        _draw_panel(axes, list(records(rows)), artists)
        (title,) = rows.loc[rows["kind"] == "title", "text"]
        sheet.text(left, 0.45, title, weight="bold")
    for item in _drawn(layout[layout["panel"] == 0]):
        middle = HEAD + (item["line"] + 0.5) * LINE
        weight = "bold" if item["kind"] == "level" else "normal"
        sheet.text(LEFT, middle, item["label"], weight=weight, va="center", linespacing=1.1)
    sheet.text(LEFT, HEAD + LINES * LINE + 1.25, NOTE, va="top", linespacing=1.3)
    return artists


def _drawn(layout: pd.DataFrame) -> list[dict[str, Any]]:
    return [item for item in records(layout) if item["kind"] in LOOKS]


def _draw_panel(axes: Axes, items: list[dict[str, Any]], artists: dict[str, list[Any]]) -> None:
    (chance,) = (item for item in items if item["kind"] == "chance")
    axes.axvspan(chance["low"], chance["high"], color=style.PALE, linewidth=0, zorder=0)
    bars = [item for item in items if item["kind"] in LOOKS]
    for item, following in zip(bars, [*bars[1:], None], strict=True):
        y = item["line"] + 0.5
        width = item["end"] - item["start"]
        look = LOOKS[item["kind"]]
        bar = axes.barh(y, width, height=0.62, left=item["start"], zorder=2, **look)
        artists["bars"].append(bar)
        if following is not None:
            axes.plot([item["end"]] * 2, [y, y + 1], color=style.MUTED, linewidth=0.6, zorder=1)
        if item["low"] != "":
            ends = [item["low"], item["high"]]
            artists["whiskers"] += axes.plot(ends, [y, y], color=style.INK, linewidth=1, zorder=3)
        _write(axes, item, y)


def _write(axes: Axes, item: Mapping[str, Any], y: float) -> None:
    beyond = [item["start"], item["end"], *(end for end in (item["high"],) if end != "")]
    axes.annotate(
        item["text"], (max(beyond), y), (3, 0), textcoords="offset points", va="center",
        path_effects=style.HALO, zorder=4,
    )  # fmt: skip


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Two waterfalls side by side, from the official rate over three steps to an aligned rate, "
        f"and over a remainder that is not explained to the study's rate. {_steps(layout)} "
        f"{takeaway(layout)}"
    )


def _steps(layout: pd.DataFrame) -> str:
    """Say what each step takes off, in both panels."""
    steps = layout[layout["kind"] == "step"]
    parts = [
        f"{' '.join(str(label).split())}, {' and '.join(rows['text'])} points"
        for label, rows in steps.groupby("label", sort=False)
    ]
    return f"{'; '.join(parts)}."


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches, both readings together."""
    parts = []
    for _, panel in layout.groupby("panel"):
        (title,) = panel.loc[panel["kind"] == "title", "text"]
        aligned = next(row for row in records(panel) if row["line"] == 4)
        rest = next(row for row in records(panel) if row["line"] == 5)
        parts.append(
            f"with {title[0].lower()}{title[1:]}, the aligned rate is {aligned['text']} and "
            f"{abs(rest['end'] - rest['start']):.1f} points are not explained"
        )
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."
