"""Every verdict at a glance: a row of tiles per document, a tile per percentage."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle
from matplotlib.text import Text

from recovery_audit.claims import records, table_of
from recovery_audit.figures import style
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

# In the order of the tiles in a row: what can be, what cannot be, what cannot be told.
WORDS = {
    Verdict.CONSISTENT: "consistent",
    Verdict.APPROXIMATE: "approximate",
    Verdict.CONSISTENT_IF_TRUNCATED: "if cut off",
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: "if rounded otherwise",
    Verdict.INCONSISTENT: "inconsistent",
    Verdict.UNINFORMATIVE: "uninformative",
    Verdict.UNDETERMINED: "undetermined",
}

# Places from left to right are counted in tiles from the margin, those downwards in lines.
FIRST, IN_LINE = 5.03, 12  #: where a row of tiles begins, and how many it may have
LABEL_CHARACTERS = 31  #: longer names of documents are broken
BETWEEN_DOCUMENTS, BEFORE_GROUP = 0.15, 0.4  #: [lines]


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Verdicts that say much the same, together in the key."""

    heading: str
    slot: float  #: where its first column stands
    verdicts: tuple[tuple[Verdict, ...], ...]  #: line by line


FAMILIES = (
    Family(
        heading="The percentage can be as printed",
        slot=0,
        verdicts=(
            (Verdict.CONSISTENT, Verdict.APPROXIMATE),
            (Verdict.CONSISTENT_IF_TRUNCATED, Verdict.CONSISTENT_IF_OTHER_ROUNDING),
        ),
    ),
    Family(heading="cannot be", slot=7.42, verdicts=((Verdict.INCONSISTENT,),)),
    Family(
        heading="cannot be told",
        slot=10.56,
        verdicts=((Verdict.UNINFORMATIVE,), (Verdict.UNDETERMINED,)),
    ),
)
FAMILY_COLUMN = 3.05  #: from one verdict to the next beside it
SPLIT_HEADING, SPLIT_SLOT, SPLIT_COLUMNS = "readings differ", 14.04, 3
COLUMNS = ["kind", "line", "lines", "slot", "slots", "verdicts", "text", "document", "claim_id"]


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
        `documents` (for `short` and `original_of`); their order is the order of the rows.

    Returns
    -------
    DataFrame
        `kind`: `family` (heading in the key), `key` (a tile whose `text` is how many percentages
        have just these `verdicts`), `name` (of the key beside it), `group` (heading), `document`
        (its name, broken into lines) and `tile` (a percentage, `text` as printed). `verdicts`
        are the distinct ones of all readings, parted by spaces. `line` counts lines downwards,
        `lines` those an item takes; `slot` and `slots` do so from left to right, in tiles.
    """
    tiles = _tiles(verdicts, claims)
    items = list(_key(Counter(tile["verdicts"] for tile in tiles)))
    line = _end(items)
    for heading, documents in _groups(verdicts, sources):
        line += BEFORE_GROUP
        items.append({"kind": "group", "line": line, "lines": 1, "text": heading})
        line += 1 + BETWEEN_DOCUMENTS
        for document in documents:
            own = [tile for tile in tiles if tile["document"] == document]
            row = list(_row(document, str(sources["documents"][document]["short"]), own))
            items += [item | {"line": line + item["line"]} for item in row]
            line += _end(row) + BETWEEN_DOCUMENTS
    return table_of({column: item.get(column, "") for column in COLUMNS} for item in items)


def _end(items: Iterable[Mapping[str, Any]]) -> float:
    return max(float(item["line"] + item["lines"]) for item in items)


def _tiles(verdicts: pd.DataFrame, claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one tile per percentage: like verdicts together, otherwise as typed."""
    found: dict[str, set[str]] = {}
    for row in records(verdicts):
        found.setdefault(row["claim_id"], set()).add(row["verdict"])
    typed: dict[str, dict[str, Any]] = {}
    for row in sorted(records(claims), key=lambda row: int(row["row"])):
        typed.setdefault(row["claim_id"], row)  # each reading is a row, the claim is its first
    tiles = [
        {
            "kind": "tile",
            "verdicts": " ".join(word for word in WORDS if word in found[claim_id]),
            "text": row["printed"],
            "document": row["document"],
            "claim_id": claim_id,
        }
        for claim_id, row in typed.items()
        if claim_id in found
    ]
    return sorted(tiles, key=lambda tile: _rank(tile["verdicts"]))


def _key(totals: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield the tiles as their own legend, each with how many percentages it stands for."""
    for family in FAMILIES:
        yield _heading(family.heading, family.slot)
        for line, verdicts in enumerate(family.verdicts, start=1):
            for column, verdict in enumerate(verdicts):
                place = {"line": line, "lines": 1, "verdicts": str(verdict)}
                slot, total = family.slot + column * FAMILY_COLUMN, totals.get(verdict, 0)
                yield place | {"kind": "key", "slot": slot, "slots": 1, "text": str(total)}
                yield place | {"kind": "name", "slot": slot + 1, "text": WORDS[verdict]}
    yield from _splits({verdicts: total for verdicts, total in totals.items() if " " in verdicts})


def _splits(totals: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    if totals:
        yield _heading(SPLIT_HEADING, SPLIT_SLOT)
    for number, verdicts in enumerate(sorted(totals, key=_rank)):
        line, column = divmod(number, SPLIT_COLUMNS)
        place = {"line": line + 1, "lines": 1, "slot": SPLIT_SLOT + column, "slots": 1}
        yield place | {"kind": "key", "verdicts": verdicts, "text": str(totals[verdicts])}


def _heading(words: str, slot: float) -> dict[str, Any]:
    return {"kind": "family", "line": 0, "lines": 1, "slot": slot, "text": words}


def _rank(verdicts: str) -> list[int]:
    return [list(WORDS).index(Verdict(word)) for word in verdicts.split()]


def _groups(verdicts: pd.DataFrame, sources: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield headings with their documents: who quotes, who is quoted, and whoever is left."""
    studies = verdicts.groupby("document")["study"].agg(set)
    originals = {name: set(entry["original_of"]) for name, entry in sources["documents"].items()}
    shown = [name for name in sources["documents"] if name in studies.index]
    quoting = [name for name in shown if studies[name] - originals[name]]
    quoted = {study for name in quoting for study in studies[name] - originals[name]}
    cited = [name for name in shown if name not in quoting and studies[name] & quoted]
    rest = [name for name in shown if name not in (*quoting, *cited)]
    headings = ("Documents that quote others", "Sources they quote", "Further sources")
    for heading, documents in zip(headings, (quoting, cited, rest), strict=True):
        if documents:
            yield heading, documents


def _row(document: str, name: str, tiles: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a document's name and its tiles, in as many lines as they need."""
    label = textwrap.fill(name, LABEL_CHARACTERS, break_on_hyphens=False)
    about = {"kind": "document", "line": 0, "lines": 1 + label.count("\n")}
    yield about | {"text": label, "document": document}
    line, taken = 0, 0
    for tile in tiles:
        slots = _slots(tile["text"])
        if taken and taken + slots > IN_LINE:
            line, taken = line + 1, 0
        yield tile | {"line": line, "lines": 1, "slot": FIRST + taken, "slots": slots}
        taken += slots


def _slots(text: str) -> int:
    """Return how many tiles' widths a text takes; figures in words and ranges need several."""
    return max(1, ceil((style.text_width(text) + GAP + 2 * PADDING) / TILE))


# --- drawing ------------------------------------------------------------------------------------

TILE, LINE = 0.9, 0.35  #: from tile to tile and from line to line [cm]
GAP, PADDING = 0.06, 0.015  #: between tiles, and at least within one beside its text [cm]
LEFT, TOP = 0.04, 0.06  #: margins of the page; the lower one is as wide as the upper [cm]
NAME_AT = 0.06  #: from a tile of the key to its name [cm]
BASELINE = 0.095  #: of words below the middle of their line [cm]
CUT, CURVE = 0.1, 0.12  #: taken off the corners of a tile, straight or round [cm]

LOOKS: dict[Verdict, dict[str, Any]] = {
    Verdict.CONSISTENT: {"facecolor": style.SKY, "edgecolor": style.BLUE},
    Verdict.APPROXIMATE: {"facecolor": style.SKY, "edgecolor": style.GREEN, "linewidth": 1.1},
    Verdict.CONSISTENT_IF_TRUNCATED: {"facecolor": style.WHITE, "edgecolor": style.BLUE},
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: {"facecolor": style.WHITE, "edgecolor": style.BLUE},
    Verdict.INCONSISTENT: {"facecolor": style.CORAL, "edgecolor": style.INK, "linewidth": 1.2},
    Verdict.UNINFORMATIVE: {"facecolor": style.PALE, "edgecolor": style.PALE},
    Verdict.UNDETERMINED: {
        "facecolor": style.WHITE,
        "edgecolor": style.MUTED,
        "linewidth": 0.5,
        "linestyle": (0, (1.2, 2)),
    },
}
RECEDING = {Verdict.UNINFORMATIVE, Verdict.UNDETERMINED}
ROUNDING = {Verdict.APPROXIMATE: (LINE - GAP) / 2, Verdict.CONSISTENT_IF_OTHER_ROUNDING: CURVE}


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `tiles` (each as the list of its parts) and `texts`, in its order."""
    sheet = style.paper(figure, 2 * TOP + _end(records(layout)) * LINE)
    artists: dict[str, list[Any]] = {"tiles": [], "texts": []}
    for item in records(layout):
        if item["kind"] in ("key", "tile"):
            artists["tiles"].append(_draw_tile(sheet, item))
        artists["texts"] += _WRITTEN[item["kind"]](sheet, item)
    return artists


def _across(slot: float) -> float:
    return LEFT + float(slot) * TILE


def _middle(line: float) -> float:
    return TOP + (float(line) + 0.5) * LINE


def _draw_tile(sheet: Axes, item: Mapping[str, Any]) -> list[Patch]:
    """Draw a tile in parts of one width, each with the look of one of its verdicts."""
    left, width = _across(item["slot"]), item["slots"] * TILE - GAP
    top, height = _middle(item["line"]) - (LINE - GAP) / 2, LINE - GAP
    verdicts = [Verdict(word) for word in item["verdicts"].split()]
    parts = [sheet.add_patch(_outline(word, left, top, width, height)) for word in verdicts]
    ends = [left + width * number / len(parts) for number in range(len(parts) + 1)]
    ends[0], ends[-1] = left - GAP / 2, left + width + GAP / 2  # the line around it is seen too
    for part, (start, end) in zip(parts, pairwise(ends), strict=True):
        corner, tall = (start, top - GAP / 2), height + GAP
        part.set_clip_path(Rectangle(corner, end - start, tall, transform=sheet.transData))
    return parts


def _outline(verdict: Verdict, left: float, top: float, width: float, height: float) -> Patch:
    look: dict[str, Any] = {"linewidth": 0.8} | LOOKS[verdict]
    if verdict is Verdict.CONSISTENT_IF_TRUNCATED:
        right, bottom = left + width, top + height
        corners = [(right - CUT, top), (right, top + CUT), (right, bottom), (left, bottom)]
        return Polygon([(left, top), *corners], **look)
    radius = ROUNDING.get(verdict, 0)
    box = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
    return FancyBboxPatch((left, top), width, height, boxstyle=box, **look)


def _write_figure(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    middle = _across(item["slot"]) + (item["slots"] * TILE - GAP) / 2
    recedes = RECEDING.issuperset(item["verdicts"].split())
    return _write(sheet, middle, item, ha="center", color=style.MUTED if recedes else style.INK)


def _write_name(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _write(sheet, _across(item["slot"]) + NAME_AT, item)


def _write_family(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _write(sheet, _across(item["slot"]), item, color=style.MUTED)


def _write_group(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _write(sheet, _across(0), item, weight="bold")


def _write_document(sheet: Axes, item: Mapping[str, Any]) -> list[Text]:
    return _write(sheet, _across(0), item)


def _write(sheet: Axes, x: float, item: Mapping[str, Any], **look: Any) -> list[Text]:
    """Write each line on a baseline of its own, so that rows stay level whatever they say."""
    return [
        sheet.text(x, _middle(item["line"] + number) + BASELINE, words, va="baseline", **look)
        for number, words in enumerate(item["text"].splitlines())
    ]


_WRITTEN = {
    "family": _write_family,
    "key": _write_figure,
    "name": _write_name,
    "group": _write_group,
    "document": _write_document,
    "tile": _write_figure,
}


# --- in words -----------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    tiles = layout[layout["kind"] == "tile"]
    return (
        f"Rows of tiles, {len(tiles)} published percentages in the rows of the "
        f"{tiles['document'].nunique()} documents that print them. The look of a tile is its "
        "verdict; a tile is divided where readings of the group that the percentage is of differ "
        f"in their verdicts. {takeaway(layout)}{_where(layout, Verdict.INCONSISTENT)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    total = int((layout["kind"] == "tile").sum())
    words = [
        f"{key['text']} {_are(key['text'])} {_sentence_words(key['verdicts'])}"
        for key in records(layout[layout["kind"] == "key"])
        if key["text"] != "0"
    ]
    return f"Of {total} percentages {', '.join(words)}."


def _are(total: str) -> str:
    return "is" if total == "1" else "are"


def _sentence_words(verdicts: str) -> str:
    words = [WORDS[Verdict(verdict)] for verdict in verdicts.split()]
    return " or ".join(f"consistent {name}" if name[:3] == "if " else name for name in words)


def _where(layout: pd.DataFrame, verdict: Verdict) -> str:
    """Name the figures with a verdict under some reading, document by document."""
    names = layout[layout["kind"] == "document"].set_index("document")["text"]
    tiles = layout[layout["kind"] == "tile"]
    found = [tile for tile in records(tiles) if verdict in tile["verdicts"].split()]
    places = [
        f"{' '.join(names[document].split())} ({', '.join(tile['text'] for tile in group)})"
        for document, group in groupby(found, key=lambda tile: tile["document"])
    ]
    listed = "; ".join(places)
    return f" Under some reading at least, {WORDS[verdict]}: {listed}." if places else ""
