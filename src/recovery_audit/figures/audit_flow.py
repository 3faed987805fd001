"""From documents to verdicts: what was typed, what of it was judged, and what became of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from recovery_audit.claims import records, table_of
from recovery_audit.fidelity import Fidelity
from recovery_audit.figures import style
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ["kind", "column", "columns", "row", "line", "text", "count"]
#: Ways that a figure can go, from left to right; the last is of the service's statistics.
PERCENTAGES, RELATIONS, QUOTATIONS, NATIONAL = range(4)
SOURCES, JUDGED, FOUND = range(3)  #: rows, from the top

VERDICTS = {
    Verdict.CONSISTENT: "consistent",
    Verdict.CONSISTENT_IF_TRUNCATED: "if cut off",
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: "if rounded otherwise",
    Verdict.APPROXIMATE: "approximate",
    Verdict.INCONSISTENT: "inconsistent",
    Verdict.UNINFORMATIVE: "uninformative",
    Verdict.UNDETERMINED: "undetermined",
}
QUOTED = {
    Fidelity.FAITHFUL: "faithful",
    Fidelity.ROUNDED: "rounded",
    Fidelity.SELECTIVE: "selective",
    Fidelity.WRONG_BASE: "of another group",
    Fidelity.MISQUOTED: "misquoted",
    Fidelity.UNVERIFIED: "original not seen",
}


def layout(
    claims: pd.DataFrame,
    verdicts: pd.DataFrame,
    relations: pd.DataFrame,
    fidelity: pd.DataFrame,
    national: pd.DataFrame,
) -> pd.DataFrame:
    """
    Return everything the figure shows, one item a row.

    Parameters
    ----------
    claims, verdicts, relations, fidelity, national : DataFrame
        As written by the clean and recompute stages.

    Returns
    -------
    DataFrame
        `kind`: `box` (a step, its name and number in `text`, the latter also as `count`), `note`
        (a line of a box that counts something else), `head` (of what the tallies below it are)
        and `tally` (`count` of these have the verdict `text`). `column` and `columns` count from
        left to right, `row` downwards, `line` within a box.
    """
    published = national[national["verdict"] != Verdict.UNDETERMINED]
    figures = claims.drop_duplicates("claim_id")
    rows = [
        *_sources(figures, verdicts, relations, fidelity),
        *_box(NATIONAL, SOURCES, "National statistics", ["rates printed", "with their counts"]),
        *_percentages(verdicts),
        *_relations(relations),
        *_quotations(fidelity),
        *_box(NATIONAL, JUDGED, "national rates", ["from these counts"], len(published)),
        *_tallies(NATIONAL, "of the rates", published["verdict"], VERDICTS),
    ]
    return table_of({column: row.get(column, "") for column in COLUMNS} for row in rows)


def _box(
    column: int, row: int, name: str, notes: Iterable[str], count: int | str = "", columns: int = 1
) -> Iterator[dict[str, Any]]:
    place = {"column": column, "columns": columns, "row": row}
    text = name if count == "" else f"{count:,} {name}"
    yield {"kind": "box", "line": 0, "text": text, "count": count} | place
    for line, note in enumerate(notes, start=1):
        yield {"kind": "note", "line": line, "text": note} | place


def _sources(
    figures: pd.DataFrame, verdicts: pd.DataFrame, relations: pd.DataFrame, fidelity: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    related = {claim for row in records(relations) for claim in _claims(row)}
    used = {*verdicts["claim_id"], *related, *fidelity["claim_id"], *fidelity["original"]}
    seen = Counter(figures["seen"])
    notes = [
        f"{seen['verbatim']:,} read in the document itself, "
        f"{seen['secondary']:,} known as quoted elsewhere",
        f"a figure can go more than one way; {sum(~figures['claim_id'].isin(used)):,} go none",
    ]
    name = f"figures typed from {figures['document'].nunique():,} documents"
    yield from _box(PERCENTAGES, SOURCES, name, notes, len(figures), columns=NATIONAL)


def _claims(relation: Mapping[str, Any]) -> list[str]:
    return [relation["claim_id"], *relation["inputs"].split()]


def _percentages(verdicts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    number = verdicts["claim_id"].nunique()
    notes = [f"in {len(verdicts):,} readings"]
    yield from _box(PERCENTAGES, JUDGED, "percentages", notes, number)
    tallies = list(_tallies(PERCENTAGES, "of the readings", verdicts["verdict"], VERDICTS))
    yield from tallies
    every = verdicts.groupby("claim_id")["verdict"].agg(lambda of: {*of} == {Verdict.INCONSISTENT})
    words = ("inconsistent in every", f"reading: {sum(every):,} percentages")
    for line, note in enumerate(words, start=len(tallies)):
        yield tallies[0] | {"kind": "note", "line": line, "text": note}


def _relations(relations: pd.DataFrame) -> Iterator[dict[str, Any]]:
    quotes = sum(relations["kind"] == "quotes")
    notes = [f"{quotes:,} of them quotations"]
    yield from _box(RELATIONS, JUDGED, "relations", notes, len(relations))
    yield from _tallies(RELATIONS, "of the relations", relations["verdict"], VERDICTS)


def _quotations(fidelity: pd.DataFrame) -> Iterator[dict[str, Any]]:
    seen = sum(fidelity["verdict"] != Fidelity.UNVERIFIED)
    notes = [f"{seen:,} with the original seen"]
    yield from _box(QUOTATIONS, JUDGED, "quotations", notes, len(fidelity))
    yield from _tallies(QUOTATIONS, "of the quotations", fidelity["verdict"], QUOTED)


def _tallies(
    column: int, head: str, verdicts: Iterable[str], words: Mapping[Any, str]
) -> Iterator[dict[str, Any]]:
    found = Counter(verdicts)
    place = {"column": column, "columns": 1, "row": FOUND}
    yield {"kind": "head", "line": 0, "text": head} | place
    shown = [verdict for verdict in words if found[verdict]]
    for line, verdict in enumerate(shown, start=1):
        tally = {"kind": "tally", "line": line, "text": words[verdict], "count": found[verdict]}
        yield tally | place


# --- drawing ------------------------------------------------------------------------------------

LINE = 0.41  #: from line to line [cm]
EDGE, COLUMN, BESIDE = 0.05, 3.6, 0.3  #: margin, width of a column, between columns [cm]
PADDING, ARROW = 0.14, 0.55  #: within a box, and from box to box [cm]
BASELINE = 0.29  #: of the words of a line below its top [cm]


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `boxes`, `arrows` and `texts` (of what stands in boxes)."""
    heights = [2 * PADDING + LINE * (1 + most) for most in layout.groupby("row")["line"].max()]
    tops = [EDGE + sum(heights[:row]) + ARROW * row for row in range(len(heights))]
    sheet = style.paper(figure, tops[-1] + heights[-1] + EDGE)
    artists: dict[str, list[Any]] = {"boxes": [], "arrows": [], "texts": []}
    for item in records(layout):
        if item["kind"] in ("box", "head"):
            top, height = tops[item["row"]], heights[item["row"]]
            artists["boxes"].append(_draw_box(sheet, item, top, height))
        if item["kind"] in ("box", "head") and item["row"] > SOURCES:
            artists["arrows"].append(_draw_arrow(sheet, item, tops[item["row"]]))
        artists["texts"] += _write(sheet, item, tops[item["row"]])
    return artists


def _left(item: Mapping[str, Any]) -> float:
    return EDGE + float(item["column"]) * (COLUMN + BESIDE)


def _width(item: Mapping[str, Any]) -> float:
    return float(item["columns"]) * (COLUMN + BESIDE) - BESIDE


def _draw_box(sheet: Axes, item: Mapping[str, Any], top: float, height: float) -> Rectangle:
    face = style.WHITE if item["kind"] == "box" else style.PALE
    look: dict[str, Any] = {"facecolor": face, "edgecolor": style.MUTED, "linewidth": 0.7}
    box = Rectangle((_left(item), top), _width(item), height, **look)
    sheet.add_patch(box)
    return box


def _draw_arrow(sheet: Axes, item: Mapping[str, Any], top: float) -> Any:
    """Lead down to a box from the one above it."""
    x = _left(item) + _width(item) / 2
    look = {"arrowstyle": "-|>", "color": style.MUTED, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
    return sheet.annotate("", (x, top), (x, top - ARROW), arrowprops=look)


def _write(sheet: Axes, item: Mapping[str, Any], top: float) -> list[Any]:
    y = top + PADDING + float(item["line"]) * LINE + BASELINE
    left, right = _left(item) + PADDING, _left(item) + _width(item) - PADDING
    look: dict[str, Any] = {"weight": "bold"} if item["kind"] == "box" else {}
    if item["kind"] in ("note", "head"):
        look["color"] = style.MUTED
    texts = [sheet.text(left, y, item["text"], **look)]
    if item["kind"] == "tally":
        texts.append(sheet.text(right, y, f"{item['count']:,}", ha="right"))
    return texts


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    shown = list(records(layout))
    steps = [
        f"{_said(shown, column, JUDGED)}; {_said(shown, column, FOUND)}."
        for column in range(NATIONAL + 1)
    ]
    first, beside = (_said(shown, column, SOURCES) for column in (PERCENTAGES, NATIONAL))
    return (
        f"Boxes joined by arrows, from documents to verdicts. {first}. {' '.join(steps[:-1])} "
        f"{beside}. {steps[-1]} {takeaway(layout)}"
    )


def _said(items: list[dict[str, Any]], column: int, row: int) -> str:
    """Say one box, line by line."""
    inside = [item for item in items if (item["column"], item["row"]) == (column, row)]
    lines = [
        f"{item['text']} {item['count']:,}" if item["kind"] == "tally" else item["text"]
        for item in inside
    ]
    return ", ".join(lines)


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    boxes = layout[layout["kind"] == "box"]
    totals = {row["column"]: row["text"] for row in records(boxes[boxes["row"] == JUDGED])}
    tallies = layout[layout["kind"] == "tally"]
    found = {(row["column"], row["text"]): row["count"] for row in records(tallies)}
    (readings,) = layout.loc[
        (layout["kind"] == "note") & (layout["row"] == JUDGED) & (layout["column"] == PERCENTAGES),
        "text",
    ]
    wrong, open_ = VERDICTS[Verdict.INCONSISTENT], VERDICTS[Verdict.UNDETERMINED]
    unseen = found.get((QUOTATIONS, QUOTED[Fidelity.UNVERIFIED]), 0)
    return (
        f"Of {totals[PERCENTAGES]} {readings} {found.get((PERCENTAGES, wrong), 0):,} readings are "
        f"{wrong} and {found.get((PERCENTAGES, open_), 0):,} {open_}, of {totals[RELATIONS]} "
        f"{found.get((RELATIONS, wrong), 0):,} are {wrong}, and of {totals[QUOTATIONS]} the "
        f"originals of {unseen:,} were not seen."
    )
