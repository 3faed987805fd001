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

LABEL_CHARACTERS = 38  #: a label is broken before it gets longer
COLUMNS = ["kind", "line", "verdict", "printed", "text", "detail", "claim_id", "reading", "slot"]


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
        `kind`: `head` (a verdict: `text`, and in `detail` how many readings have it), `group`
        and `population` (headings), `claim` (`printed`, `text`, `detail`: its readings with this
        verdict), `mark` (one reading). `line` counts text lines downwards; `slot` numbers the
        marks side by side.
    """
    items = [*_heads(verdicts)]
    line = 0.0
    for heading, group in groupby(_judged(verdicts, claims, sources), key=_heading):
        items.append({"kind": "group", "line": line, "text": heading})
        line += 1
        for item in _group(list(group)):
            items.append(item | {"line": line})
            line += item.pop("lines", 0)
        line += 0.5  # half a line between groups
    frame = table_of(items).reindex(columns=COLUMNS)
    return frame.astype(object).where(frame.notna(), "")


def _heads(verdicts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for verdict, words in WORDS.items():
        total = int((verdicts["verdict"] == verdict).sum())
        yield {"kind": "head", "verdict": str(verdict), "text": words, "detail": str(total)}


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


def _heading(row: Mapping[str, Any]) -> str:
    return str(row["heading"])


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
    printed, text = first["text"], textwrap.fill(what, LABEL_CHARACTERS)
    verdicts = groupby(rows, key=lambda row: row["verdict"])
    for verdict, together in verdicts:
        for slot, row in enumerate(together):
            yield {
                "kind": "mark",
                "verdict": verdict,
                "claim_id": row["claim_id"],
                "reading": row["reading"],
                "slot": slot - (len(together) - 1) / 2,
            }
        yield {
            "kind": "claim",
            "verdict": verdict,
            "printed": printed,
            "text": text,
            "detail": ", ".join(_reading_words(row) for row in together),
            "claim_id": first["claim_id"],
            "lines": 1,
        }
        printed = text = ""  # a second verdict on the same figure stands under the first
    spare = textwrap.fill(what, LABEL_CHARACTERS).count("\n") + 1 - len(verdicts)


def _reading_words(row: Mapping[str, Any]) -> str:
    if not row["reading"]:
        return "as stated" if row["base"] else "no group named"
    return READING_WORDS.get(row["reading"], str(row["reading"]).replace("-", " "))


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.40  #: height of a text line [cm]
HEAD = 2.75  #: room for the verdicts' names [cm]
PRINTED_AT, TEXT_AT, FIRST_COLUMN, COLUMN, DETAIL_AT = 1.45, 1.65, 7.25, 0.78, 12.35  # [cm]
SLOT = 0.24  #: between marks side by side [cm]

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
    height = HEAD + (max(line for line in layout["line"] if line != "") + 1.3) * LINE
    sheet = style.paper(figure, height)
    artists: dict[str, list[Any]] = {"marks": [], "texts": []}
    _draw_guides(sheet, height)
    for item in records(layout):
        if item["kind"] == "mark":
            artists["marks"].append(_draw_mark(sheet, item))
        else:
            artists["texts"] += _DRAWN[item["kind"]](sheet, item)
    return artists


def _column(verdict: str) -> float:
    return FIRST_COLUMN + list(WORDS).index(Verdict(verdict)) * COLUMN


def _middle(item: Mapping[str, Any]) -> float:
    return HEAD + (float(item["line"]) + 0.6) * LINE


def _draw_guides(sheet: Axes, height: float) -> None:
    for verdict in WORDS:
        sheet.plot([_column(verdict)] * 2, [HEAD - 0.1, height - 0.2], color=style.HAIR, lw=0.5)


def _draw_mark(sheet: Axes, item: Mapping[str, Any]) -> Line2D:
    x = _column(item["verdict"]) + float(item["slot"]) * SLOT
    return _mark(sheet, x, _middle(item), item["verdict"])


def _mark(sheet: Axes, x: float, y: float, verdict: str) -> Line2D:
    look = {"markersize": 5.4, "linestyle": "none", "markeredgewidth": 0.9} | MARKS[Verdict(verdict)]
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


def _draw_group(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return [_text(sheet, 0.0, item, item["text"], weight="bold")]


def _draw_population(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return [_text(sheet, TEXT_AT, item, item["text"], style="italic", color=style.MUTED)]


def _draw_claim(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    texts = [
        _text(sheet, PRINTED_AT, item, item["printed"], ha="right"),
        _text(sheet, TEXT_AT, item, item["text"]),
        _text(sheet, DETAIL_AT, item, item["detail"], color=style.MUTED),
    ]
    return [text for text in texts if text.get_text()]


def _text(sheet: Axes, x: float, item: Mapping[str, Any], text: str, **look: Any) -> Text:
    # From the top, so that the first of several lines stands level with the row's marks.
    return sheet.text(x, _middle(item) - 0.16, text, va="top", linespacing=1.15, **look)


_DRAWN = {
    "head": _draw_head,
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
        f"{totals[verdict]} {name.replace('…', 'consistent')}"
        for verdict, name in WORDS.items()
        if totals[verdict] != "0"
    ]
    return f"Of {marks} readings, {', '.join(words)}."
