"""Every verdict at a glance: a row per percentage, a mark per reading of the group it is of."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.text import Text

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.figures import style
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WORDS = {
    Verdict.CONSISTENT: "consistent",
    Verdict.CONSISTENT_IF_TRUNCATED: "… if cut off",
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: "… if rounded otherwise",
    Verdict.APPROXIMATE: "approximate",
    Verdict.INCONSISTENT: "inconsistent",
    Verdict.UNINFORMATIVE: "uninformative",
    Verdict.UNDETERMINED: "undetermined",
}
# Two readings have names that say little outside the claims table.
READING_WORDS = {"one-base": "shared group", "own-base": "own group"}

# Labels are broken before they get longer than this.
LABEL_CHARACTERS, DETAIL_CHARACTERS = 38, 28
BETWEEN_GROUPS = 0.5  #: [lines]
COLUMNS = [
    "kind",
    "line",
    "lines",
    "verdict",
    "printed",
    "text",
    "detail",
    "claim_id",
    "reading",
    "slot",
]


def layout(
    verdicts: pd.DataFrame, claims: pd.DataFrame, sources: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    verdicts, claims : DataFrame
        As written by the recompute and clean stages.
    sources : mapping
        `documents` (for `short`) and `studies`; their order is the order of the groups.

    Returns
    -------
    DataFrame
        `kind`: `head` (a verdict: `text`, and in `detail` how many readings have it), `names`
        (of what stands in columns), `group` and `population` (headings), `claim` (`printed`,
        `text`, `detail`: its readings with this verdict), `mark` (one reading), `space`. `line`
        counts lines downwards, `lines` those an item takes; `slot` places marks side by side,
        0 being the middle.
    """
    items = [*_heads(verdicts)]
    line = 0.0
    judged = _judged(verdicts, claims, sources)
    for heading, group in groupby(judged, key=lambda row: str(row["heading"])):
        for item in ({"kind": "group", "text": heading, "lines": 1}, *_group(list(group))):
            items.append(item | {"line": line})
            line += item.get("lines", 0)
        line += BETWEEN_GROUPS
    return table_of({column: item.get(column, "") for column in COLUMNS} for item in items)


def _heads(verdicts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for verdict, words in WORDS.items():
        total = int((verdicts["verdict"] == verdict).sum())
        yield {"kind": "head", "verdict": str(verdict), "text": words, "detail": str(total)}
    yield {"kind": "names", "text": "number of readings:", "detail": "reading of its group"}


def _judged(
    verdicts: pd.DataFrame, claims: pd.DataFrame, sources: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the judged readings with what is said of their claims, in the order of the page."""
    about = {row["claim_id"]: row for row in records(claims)}
    texts = {claim_id: claim.text for claim_id, claim in claims_by_id(claims).items()}
    rows = [
        row
        | {key: about[row["claim_id"]][key] for key in ("population", "outcome", "row")}
        | {"text": texts[row["claim_id"]], "heading": _heading_of(row, sources)}
        for row in records(verdicts)
    ]
    places = {name: place for place, name in enumerate(sources["documents"])}
    studies = list(sources["studies"])
    first_seen: dict[Any, int] = {}
    for row in sorted(rows, key=lambda row: int(row["row"])):
        first_seen.setdefault((row["document"], row["population"]), int(row["row"]))
    return sorted(
        rows,
        key=lambda row: (
            places[row["document"]],
            studies.index(row["study"]),
            first_seen[row["document"], row["population"]],
            int(row["row"]),
            row["claim_id"],
            list(WORDS).index(Verdict(row["verdict"])),
        ),
    )


def _heading_of(row: Mapping[str, Any], sources: Mapping[str, Any]) -> str:
    short = str(sources["documents"][row["document"]]["short"])
    own = row["document"] == row["study"]
    return short if own else f"{short}, on {sources['studies'][row['study']]}"


def _group(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the items of a group; a population with several figures is named once, above them."""
    for population, members in groupby(rows, key=lambda row: row["population"]):
        together = list(members)
        several = len({row["claim_id"] for row in together}) > 1
        if several:
            yield {"kind": "population", "text": population, "lines": 1}
        for _, of_claim in groupby(together, key=lambda row: row["claim_id"]):
            yield from _claim(list(of_claim), named=several)


def _claim(rows: list[dict[str, Any]], *, named: bool) -> Iterator[dict[str, Any]]:
    first = rows[0]
    what = first["outcome"] if named else f"{first['outcome']}, {first['population']}"
    printed, text = first["text"], _broken(what, LABEL_CHARACTERS)
    room = 1 + text.count("\n")
    for _, members in groupby(rows, key=lambda row: row["verdict"]):
        together = list(members)
        yield from _marks(together)
        detail = _broken(", ".join(map(_reading_words, together)), DETAIL_CHARACTERS)
        lines = 1 + detail.count("\n")
        room -= lines
        yield {
            "kind": "claim",
            "printed": printed,
            "text": text,
            "detail": detail,
            "claim_id": first["claim_id"],
            "lines": lines,
        }
        printed = text = ""  # a second verdict on the same figure stands under the first
    if room > 0:  # the label is longer than its verdicts are many
        yield {"kind": "space", "lines": room}


def _broken(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_on_hyphens=False)


def _marks(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for place, row in enumerate(rows):
        slot = place - (len(rows) - 1) / 2
        keys = {key: row[key] for key in ("verdict", "claim_id", "reading")}
        yield {"kind": "mark", "slot": slot, "lines": 0, **keys}


def _reading_words(row: Mapping[str, Any]) -> str:
    if not row["reading"]:
        return "as stated" if row["base"] else "no group named"
    return READING_WORDS.get(row["reading"], str(row["reading"]).replace("-", " "))


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.38  #: from row to row [cm]
WITHIN = 0.33  #: from line to line of one label [cm]
HEAD = 3.4  #: room for the verdicts' names [cm]
# Where things stand from left to right. [cm]
LEFT, PRINTED_AT, TEXT_AT, FIRST_COLUMN, COLUMN, DETAIL_AT = 0.05, 1.5, 1.7, 7.3, 0.62, 11.65
SLOT = 0.22  #: between marks side by side [cm]

MARKS: dict[Verdict, dict[str, Any]] = {
    Verdict.CONSISTENT: {"marker": "o", "color": style.BLUE},
    Verdict.CONSISTENT_IF_TRUNCATED: {
        "marker": "o",
        "color": style.BLUE,
        "fillstyle": "left",
        "markerfacecoloralt": style.WHITE,
    },
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: {
        "marker": "o",
        "color": style.BLUE,
        "fillstyle": "bottom",
        "markerfacecoloralt": style.WHITE,
    },
    Verdict.APPROXIMATE: {"marker": "p", "color": style.GREEN},
    Verdict.INCONSISTENT: {"marker": "X", "color": style.VERMILION, "markersize": 6.5},
    Verdict.UNINFORMATIVE: {"marker": "s", "color": style.MUTED, "markerfacecolor": style.HAIR},
    Verdict.UNDETERMINED: {"marker": "D", "color": style.MUTED, "markerfacecolor": style.WHITE},
}
SMALLER = {"D": 4.2, "s": 4.6}  #: so that all shapes look equally large [pt]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `marks` (one line of one point each) and `texts`, in its order."""
    lines = [item["line"] + item["lines"] for item in records(layout) if item["line"] != ""]
    height = HEAD + (max(lines) + 0.2) * LINE
    sheet = style.paper(figure, height)
    artists: dict[str, list[Any]] = {"marks": [], "texts": []}
    _draw_guides(sheet, layout, height)
    for item in records(layout):
        if item["kind"] == "mark":
            artists["marks"].append(_draw_mark(sheet, item))
        elif item["kind"] != "space":
            artists["texts"] += _DRAWN[item["kind"]](sheet, item)
    return artists


def _column(verdict: str) -> float:
    return FIRST_COLUMN + list(WORDS).index(Verdict(verdict)) * COLUMN


def _middle(item: Mapping[str, Any]) -> float:
    return HEAD + (float(item["line"]) + 0.6) * LINE


def _draw_guides(sheet: Axes, layout: pd.DataFrame, height: float) -> None:
    columns = [_column(verdict) for verdict in WORDS]
    sheet.vlines(columns, HEAD - 0.08, height - 0.1, color=style.HAIR, linewidth=0.5)
    rows = [_middle(item) for item in records(layout[layout["kind"] == "claim"])]
    sheet.hlines(rows, FIRST_COLUMN - 0.3, columns[-1] + 0.4, color=style.HAIR, linewidth=0.5)


def _draw_mark(sheet: Axes, item: Mapping[str, Any]) -> Line2D:
    x = _column(item["verdict"]) + float(item["slot"]) * SLOT
    return _mark(sheet, x, _middle(item), item["verdict"])


def _mark(sheet: Axes, x: float, y: float, verdict: str) -> Line2D:
    look: dict[str, Any] = {"markersize": 5.4, "linestyle": "none", "markeredgewidth": 0.9} | MARKS[
        Verdict(verdict)
    ]
    look["markersize"] = SMALLER.get(look["marker"], look["markersize"])
    return sheet.plot([x], [y], **look)[0]


def _draw_head(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    x = _column(item["verdict"])
    _mark(sheet, x, HEAD - 0.72, item["verdict"])
    name = sheet.text(
        x - 0.06, HEAD - 1.0, item["text"], rotation=45, rotation_mode="anchor", va="baseline"
    )
    total = sheet.text(x, HEAD - 0.22, item["detail"], ha="center", va="baseline", weight="bold")
    return [name, total]


def _draw_names(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    y = HEAD - 0.22
    return [
        sheet.text(FIRST_COLUMN - 0.35, y, item["text"], ha="right", color=style.MUTED),
        sheet.text(DETAIL_AT, y, item["detail"], color=style.MUTED),
    ]


def _draw_group(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _text(sheet, LEFT, item, "text", weight="bold")


def _draw_population(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _text(sheet, LEFT, item, "text", style="italic", color=style.MUTED)


def _draw_claim(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return [
        *_text(sheet, PRINTED_AT, item, "printed", ha="right"),
        *_text(sheet, TEXT_AT, item, "text"),
        *_text(sheet, DETAIL_AT, item, "detail", color=style.MUTED),
    ]


def _text(sheet: Axes, x: float, item: Mapping[str, Any], key: str, **look: Any) -> list[Text]:
    """Write each line on a baseline of its own, so that columns stay level whatever they say."""
    baseline = _middle(item) + 0.09
    return [
        sheet.text(x, baseline + number * WITHIN, words, va="baseline", **look)
        for number, words in enumerate(item[key].splitlines())
    ]


_DRAWN = {
    "head": _draw_head,
    "names": _draw_names,
    "group": _draw_group,
    "population": _draw_population,
    "claim": _draw_claim,
}


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    figures = layout.loc[layout["kind"] == "mark", "claim_id"].nunique()
    return (
        f"Table of marks with {figures} published percentages as rows and {len(WORDS)} verdicts "
        f"as columns, one mark for each reading of the group that a percentage is of. "
        f"{takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    heads = layout[layout["kind"] == "head"]
    marks = int((layout["kind"] == "mark").sum())
    totals = dict(zip(heads["verdict"], heads["detail"], strict=True))
    words = [
        f"{totals[verdict]} {_are(totals[verdict])} {name.replace('…', 'consistent')}"
        for verdict, name in WORDS.items()
        if totals[verdict] != "0"
    ]
    return f"Of {marks} readings {', '.join(words)}."


def _are(total: str) -> str:
    return "is" if total == "1" else "are"
