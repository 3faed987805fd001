"""What became of the patients treated, under each reading of one paragraph.

Each stage is a bar as long as the people who enter it, placed under the part of the earlier bar
that they come from. What no count accounts for is hatched, never spread over the others.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.figures import style
from recovery_audit.flow import Role

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

PRINTED = "gs2020-mus-not-completed"  #: the rate of attrition as the document prints it

READINGS = {
    "by-step": "Step by step, two ways on after step 1",
    "one-after-another": "Step by step, one after another",
    "totals-during": "By the total of drop-outs during treatment",
    "totals-all": "By both totals of drop-outs",
}
ROLES = {
    Role.DROPS_OUT: "dropped out",
    Role.MOVES_ON: "moved on",
    Role.REMAINDER: "not accounted for",
}
ALL_DROP_OUTS = "all drop-outs"

# Which words fit where: characters along the longest bar, and lines.
CHARACTERS, TEXT_LINES = 91, 2
HEADING, BAR, SUM, GAP = 1.1, 1.9, 1.25, 0.6  #: taken by each, and after a reading [lines]
COLUMNS = ["kind", "line", "until", "reading", "node", "role", "start", "count", "text"]


def layout(flow: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    flow, claims : DataFrame
        As written by the recompute and clean stages.

    Returns
    -------
    DataFrame
        `kind`: `scale` (`count` people are the longest bar), `printed` (the published rate, at
        `start` people), `reading` (heading), `stage` (its name), `part` (of a stage: `count`
        people from `start`, with `text` in it), `beside` (words that found no room in the bar that
        ends at `start`) and `link` (from `line` to the stage at `until`). Stages before the first
        that loses anybody are left out. `line` counts lines downwards.
    """
    attrition = flow[flow["role"] == Role.ATTRITION]
    total = max(int(of) for of in attrition["of"])
    outcomes = dict(zip(claims["claim_id"], claims["outcome"], strict=True))
    rows = [{"kind": "scale", "count": total}, _printed(claims, total)]
    line = 0.0
    for name, reading in flow.groupby("reading", sort=False):
        rows.append({"kind": "reading", "line": line, "text": READINGS.get(str(name), str(name))})
        line += HEADING
        for item in _Bars(total, outcomes, line).of(reading):
            rows.append(item | {"reading": name})
        line = max(row["line"] for row in rows if "line" in row) + SUM + GAP
    return table_of({column: row.get(column, "") for column in COLUMNS} for row in rows)


def _printed(claims: pd.DataFrame, total: int) -> dict[str, Any]:
    claim = claims_by_id(claims)[PRINTED]
    place = float(claim.figure.value * total / 100)
    return {"kind": "printed", "start": place, "text": f"printed: {claim.text}"}


class _Bars:
    """The bars of one reading, from a given line down."""

    def __init__(self, total: int, outcomes: Mapping[str, str], line: float) -> None:
        self.total, self.outcomes, self.line = total, outcomes, line
        self.origins: dict[str, tuple[int, float]] = {}  # who moved on: from where, on which line

    def of(self, reading: pd.DataFrame) -> Iterator[dict[str, Any]]:
        started = False
        for node, stage in reading.groupby("node", sort=False):
            rows = list(records(stage))
            if rows[0]["role"] == Role.ATTRITION:
                yield from self._sum(rows[0])
            else:
                started = started or any(row["role"] == Role.DROPS_OUT for row in rows)
                if started:
                    yield from self._stage(str(node), rows)

    def _sum(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        count, text = int(row["count"]), f"{row['count']} of {row['of']} = {row['percent']}%"
        yield {"kind": "stage", "line": self.line, "role": row["role"], "text": ALL_DROP_OUTS}
        part = {"kind": "part", "line": self.line, "node": row["node"], "role": row["role"]}
        yield part | {"start": 0, "count": count, "text": text}

    def _stage(self, node: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        (entering,) = (row for row in rows if row["role"] == Role.ENTERS)
        start, above = self.origins.get(entering["claim_id"], (0, None))
        if above is not None:
            link = {"line": above, "until": self.line, "start": start}
            yield {"kind": "link", **link, "count": int(entering["count"])}
        yield {"kind": "stage", "line": self.line, "text": node}
        beside = []
        for row in (row for role in ROLES for row in rows if row["role"] == role):
            inside, outside = self._words(row)
            beside += outside
            if int(row["count"]) <= 0:
                continue
            self.origins[row["claim_id"]] = (start, self.line)
            place = {"line": self.line, "node": node, "start": start, "count": int(row["count"])}
            yield {"kind": "part", "role": row["role"], "text": inside, **place}
            start += int(row["count"])
        if beside:
            words = {"kind": "beside", "line": self.line, "start": start}
            yield words | {"text": "\n".join(beside)}
        self.line += BAR

    def _words(self, row: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Return what to write in a part, and what beside the bar: the fullest words that fit."""
        count = int(row["count"])
        if count <= 0:
            return "", [f"{-count} more leave than enter"] if count else []
        role = ROLES[Role(row["role"])]
        full = f"{count} {self.outcomes.get(row['claim_id'], role)}"
        room = CHARACTERS * count / self.total
        for words in (full, f"{count} {role}"):
            if text := _fitted(words, room):
                return text, []
        return _fitted(str(count), room - 1), [full if row["claim_id"] else f"{count} {role}"]


def _fitted(words: str, room: float) -> str:
    """Break words into even lines of at most `room` characters; empty where that does not do."""
    if max(map(len, words.split())) > room:
        return ""
    lines = len(textwrap.wrap(words, int(room)))
    if lines > TEXT_LINES:
        return ""
    return next(text for width in range(1, int(room) + 1) if (text := _broken(words, width, lines)))


def _broken(words: str, width: int, lines: int) -> str:
    """Break words at `width`; empty if that needs more than `lines` lines or breaks a word."""
    broken = textwrap.wrap(words, width, break_long_words=False)
    return "\n".join(broken) if len(broken) <= lines else ""


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.45  #: [cm]
HEAD = 0.55  #: room for the label of the printed rate [cm]
LEFT, BAR_AT, BAR_END = 0.05, 2.05, 15.35  #: [cm]
TALL = {"": 0.76, Role.ATTRITION: 0.42}  #: height of bars [cm]
CLEAR = 0.15  #: between a bar or line and the words beside it [cm]

LOOKS: dict[str, dict[str, Any]] = {
    Role.DROPS_OUT: {"facecolor": style.BLUE},
    Role.ATTRITION: {"facecolor": style.INK},
    Role.MOVES_ON: {"facecolor": style.SKY},
    Role.REMAINDER: {"facecolor": style.WHITE, "hatch": "////"},
}
ON_DARK = (Role.DROPS_OUT, Role.ATTRITION)


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `parts` (patches in its order), `texts` and the `printed` line."""
    (total,) = layout.loc[layout["kind"] == "scale", "count"]
    lines = max(line for line in layout["line"] if line != "") + SUM
    sheet = style.paper(figure, HEAD + lines * LINE)
    ruler = _Ruler((BAR_END - BAR_AT) / total)
    artists: dict[str, list[Any]] = {"parts": [], "texts": [], "printed": []}
    (printed,) = records(layout[layout["kind"] == "printed"])
    artists["printed"].append(_draw_printed(sheet, ruler, printed, HEAD + lines * LINE))
    for item in records(layout):
        if item["kind"] == "part":
            artists["parts"].append(_draw_part(sheet, ruler, item))
        elif item["kind"] == "link":
            _draw_link(sheet, ruler, item)
    for item in records(layout):
        if item["text"]:
            artists["texts"].append(_WRITTEN[item["kind"]](sheet, ruler, item, printed))
    return artists


class _Ruler:
    """From people and lines to centimetres."""

    def __init__(self, person: float) -> None:
        self.person = person  # [cm]

    def across(self, people: float) -> float:
        return BAR_AT + float(people) * self.person

    def top(self, line: float) -> float:
        return HEAD + float(line) * LINE


Item = Mapping[str, Any]


def _tall(item: Item) -> float:
    return TALL.get(item["role"], TALL[""])


def _middle(ruler: _Ruler, item: Item) -> float:
    return ruler.top(item["line"]) + _tall(item) / 2


def _draw_part(sheet: Axes, ruler: _Ruler, item: Item) -> Rectangle:
    left, top = ruler.across(item["start"]), ruler.top(item["line"])
    look: dict[str, Any] = {"edgecolor": style.MUTED, "linewidth": 0.6} | LOOKS[item["role"]]
    part = Rectangle((left, top), item["count"] * ruler.person, _tall(item), **look)
    sheet.add_patch(part)
    return part


def _draw_link(sheet: Axes, ruler: _Ruler, item: Item) -> None:
    ends = [ruler.across(item["start"]), ruler.across(item["start"] + item["count"])]
    low = ruler.top(item["line"]) + TALL[""]
    sheet.vlines(ends, low, ruler.top(item["until"]), color=style.MUTED, linewidth=0.6)


def _draw_printed(sheet: Axes, ruler: _Ruler, item: Item, bottom: float) -> Any:
    x = ruler.across(item["start"])
    look: dict[str, Any] = {"color": style.AMBER, "linewidth": 1.4, "path_effects": style.HALO}
    return sheet.plot([x, x], [HEAD - 0.1, bottom - 0.1], zorder=2.5, **look)[0]


def _write_part(sheet: Axes, ruler: _Ruler, item: Item, printed: Item) -> Text:
    look: dict[str, Any] = {"color": style.WHITE if item["role"] in ON_DARK else style.INK}
    if item["role"] == Role.REMAINDER:
        look["bbox"] = {"facecolor": style.WHITE, "edgecolor": "none", "pad": 1.5}
    x, y = ruler.across(item["start"] + item["count"] / 2), _middle(ruler, item)
    if item["role"] == Role.ATTRITION:
        x, look["ha"] = ruler.across(0) + CLEAR, "left"
    centred: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": 1.1}
    return sheet.text(x, y, item["text"], **(centred | look))


def _write_beside(sheet: Axes, ruler: _Ruler, item: Item, printed: Item) -> Text:
    x = max(ruler.across(item["start"]), ruler.across(printed["start"])) + CLEAR
    return sheet.text(x, _middle(ruler, item), item["text"], va="center")


def _write_stage(sheet: Axes, ruler: _Ruler, item: Item, printed: Item) -> Text:
    y = _middle(ruler, item)
    return sheet.text(BAR_AT - CLEAR, y, item["text"], ha="right", va="center")


def _write_reading(sheet: Axes, ruler: _Ruler, item: Item, printed: Item) -> Text:
    return sheet.text(LEFT, ruler.top(item["line"]) + 0.28, item["text"], weight="bold")


def _write_printed(sheet: Axes, ruler: _Ruler, item: Item, printed: Item) -> Text:
    return sheet.text(ruler.across(item["start"]), HEAD - 0.2, item["text"], ha="center")


_WRITTEN = {
    "part": _write_part,
    "beside": _write_beside,
    "stage": _write_stage,
    "reading": _write_reading,
    "printed": _write_printed,
}


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    (total,) = layout.loc[layout["kind"] == "scale", "count"]
    readings = layout[layout["kind"] == "reading"]
    return (
        f"Stacked bars of what became of {total} patients, stage by stage, under "
        f"{len(readings)} readings, with the rate of drop-out as printed marked by a line. "
        f"{_in_words(layout)} {takeaway(layout)}"
    )


def _in_words(layout: pd.DataFrame) -> str:
    """Say what is written in and beside the bars of each reading; bare numbers stand beside too."""
    readings: list[tuple[str, list[str]]] = []
    for item in records(layout):
        if item["kind"] == "reading":
            readings.append((item["text"], []))
        elif item["kind"] == "part" and item["text"] and not item["text"].isdecimal():
            readings[-1][1].append(" ".join(item["text"].split()))
        elif item["kind"] == "beside":
            readings[-1][1].extend(item["text"].splitlines())
    return " ".join(f"{name}: {'; '.join(words)}." for name, words in readings)


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    sums = layout[(layout["kind"] == "part") & (layout["role"] == Role.ATTRITION)]
    rates = ", ".join(dict.fromkeys(sums["text"]))
    (printed,) = layout.loc[layout["kind"] == "printed", "text"]
    return f"The same paragraph gives drop-outs of {rates} ({printed})."
