"""What the notebooks read with: tables by name, numbers by their id in the ledger.

A notebook types no result. Its sentences are built from the ledger (`say`, `holds`), a number that
it computes again itself has to print as the ledger's does, and a figure that it draws (`picture`)
has to be the paper's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from recovery_audit import io
from recovery_audit.errors import LedgerError
from recovery_audit.ledger import BLANK, Entry, from_json
from recovery_audit.lineage import schema_of
from recovery_audit.predicates import PREFIX, evaluate, exact_value
from recovery_audit.rendering.tables import verdict_words
from recovery_audit.rounding import print_fraction
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd

__all__ = [
    "count",
    "decimals",
    "holds",
    "percent",
    "picture",
    "places",
    "prose",
    "say",
    "show",
    "table",
    "verdicts_on",
]

#: Where a number's entry is, seen from the page of a notebook.
APPENDIX = "../paper/paper.html#num-"

_NUMBER = re.compile(r"[<≤]?[-−]?\d[\d,]*(\.\d+)?%?")
#: A column with a cell of so many characters is given room, so that it is not a tower of words.
LONG = 80

Format = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows: Markdown or HTML for a page, plain text elsewhere."""

    kind: str  #: "markdown" or "html"
    content: str
    plain: str

    def __repr__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {f"text/{self.kind}": self.content, "text/plain": self.plain}


def table(name: str) -> pd.DataFrame:
    """Return a table of the pipeline, such as "recompute/verdicts", checked against its schema."""
    return io.read_table(f"results/{name}.csv", schema_of(name))


def say(number: str, computed: Fraction | float | None = None) -> str:
    """
    Return a number of the ledger as the paper prints it, linked to what it comes from.

    Parameters
    ----------
    number : str
        Its id in the ledger.
    computed : Fraction or number, optional
        The same number as the notebook found it. [the unit that is printed; a share in per cent]

    Raises
    ------
    LedgerError
        If the ledger has no such number, or `computed` does not print like it.
    """
    ledger = _ledger()
    if number not in ledger:
        raise LedgerError(f"the notebook asks for number {number!r}: not in the ledger")
    return link(number, ledger[number], computed)


def link(number: str, entry: Entry, computed: Fraction | float | None = None) -> str:
    """
    Return an entry of the ledger as a link, once `computed` is found to print like it.

    Examples
    --------
    >>> entry = Entry(
    ...     text="9.2%", value="9.2", fraction="", unit="percent", decimals=1, formula="printed",
    ...     function="", rule="", table="figures", row="claim_id rate", ancestors=(),
    ... )
    >>> link("rate", entry, computed=9.23)
    '[9.2%](../paper/paper.html#num-rate)'
    >>> link("rate", entry, computed=9.3)
    Traceback (most recent call last):
    recovery_audit.errors.LedgerError: the notebook computes 9.3 where number 'rate' is 9.2%
    """
    if computed is not None:
        expected = print_fraction(exact_value(entry), entry.decimals)
        found = print_fraction(Fraction(str(computed)), entry.decimals)
        if found != expected:
            msg = f"the notebook computes {found} where number {number!r} is {entry.text}"
            raise LedgerError(msg)
    return f"[{entry.text}]({APPENDIX}{number})"


def holds(predicate: str, phrase: str) -> str:
    """
    Return words that compare, linked to the comparison of numbers that they assert.

    Raises
    ------
    LedgerError
        If `paper/predicates.yaml` has no such comparison, or if it is false.
    """
    comparisons = _comparisons()
    if predicate not in comparisons:
        raise LedgerError(f"the notebook asks for predicate {predicate!r}: there is none")
    values = {number: exact_value(entry) for number, entry in _ledger().items()}
    if not evaluate(comparisons[predicate], values):
        raise LedgerError(f"the notebook says {phrase!r} where predicate {predicate!r} is false")
    return f"[{phrase}]({APPENDIX}{PREFIX}{predicate})"


def prose(text: str) -> Shown:
    """
    Return sentences to be shown as Markdown.

    Examples
    --------
    >>> prose("Of [90](../paper/paper.html#num-clients) clients.")
    Of 90 clients.
    """
    text = text.strip()
    return Shown("markdown", text, re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text))


def show(
    frame: pd.DataFrame, columns: Mapping[str, str | tuple[str, Format]], caption: str
) -> Shown:
    """
    Return a table to be read: some columns, under words, with what they say.

    Parameters
    ----------
    frame : pd.DataFrame
        Its first column shown names the row.
    columns : mapping of str to str or (str, callable)
        Column -> its heading, or heading and how to print a cell.
    caption : str
        One sentence.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["all"], "rate": ["0.092308"]})
    >>> print(show(frame, {"name": "Of", "rate": ("Recovered", percent)}, "The rate."))
    The rate.
    Of | Recovered
    all | 9.2%
    """
    headings = [one if isinstance(one, str) else one[0] for one in columns.values()]
    formats = [_words if isinstance(one, str) else one[1] for one in columns.values()]
    cells = zip(*(frame[name] for name in columns), strict=True)
    rows = [[form(cell) for form, cell in zip(formats, row, strict=True)] for row in cells]
    plain = "\n".join([caption, *(" | ".join(row) for row in [headings, *rows])])
    return Shown("html", _html(headings, rows, caption), plain)


def places(claims: pd.DataFrame, *claim_ids: str) -> Shown:
    """Return the published figures that a notebook starts from, each with where it is printed."""
    known = claims.drop_duplicates("claim_id").set_index("claim_id")
    unknown = sorted(set(claim_ids) - set(known.index))
    if unknown:
        raise LedgerError(f"the notebook asks for claims that nobody typed: {unknown}")
    columns: dict[str, str | tuple[str, Format]] = {
        "outcome": "Figure",
        "printed": "Printed",
        "population": "Of",
        "document": ("Source", document),
        "locator": "Place",
    }
    chosen = known.loc[list(claim_ids)]
    return show(chosen, columns, "The published figures that this chapter starts from")


def verdicts_on(study: str) -> Shown:
    """
    Return the verdict on each percentage of a study, by reading of what it is of.

    Like verdicts stand together. Nearly all figures of a study are from one document, so the
    caption names the sources once.
    """
    outcomes = table("clean/claims").drop_duplicates("claim_id").set_index("claim_id")["outcome"]
    groups = table("clean/bases").set_index("base")["note"]
    verdicts = table("recompute/verdicts")
    order = list(Verdict)
    found = verdicts[verdicts["study"] == study].sort_values(
        "verdict", key=lambda column: column.map(order.index), kind="stable"
    )
    sources = "; ".join(map(document, found["document"].unique()))
    return show(
        found.assign(
            outcome=found["claim_id"].map(outcomes), group=found["base"].map(groups).fillna("")
        ),
        {
            "outcome": "Figure",
            "printed": "Printed [%]",
            "group": "Read as of",
            "verdict": "Verdict",
            "power_ordinary": ("Power", decimals(2)),
            "explanation": "Why",
        },
        "Verdicts, with the chance that a random figure would have been caught. Sources: "
        + sources,
    )


def picture(drawing: ModuleType, *arguments: Any, name: str = "") -> None:
    """
    Draw a figure of the paper, or some panels of it, where the notebook stands.

    Parameters
    ----------
    drawing : module
        Of `recovery_audit.figures`.
    arguments
        What its `layout` takes.
    name : str, optional
        The figure's name where it is not the module's.

    Raises
    ------
    LedgerError
        If anything would be drawn that the paper's figure does not have.
    """
    import numpy as np
    from matplotlib import pyplot

    name = name or drawing.__name__.rpartition(".")[2]
    layout = drawing.layout(*arguments)
    published = io.read_json(f"results/figures/{name}.json")["layout"]
    if any(item not in published for item in json.loads(layout.to_json(orient="records"))):
        raise LedgerError(f"the notebook draws something that the figure {name!r} does not have")
    figure = pyplot.figure()
    drawing.draw(layout, figure)
    # A line without points still claims a corner: some panels alone would come with blank paper.
    for line in [
        line for axes in figure.axes for line in axes.lines if not np.size(line.get_xdata())
    ]:
        line.remove()
    figure.stale = False  # else pyplot draws it once more, for nobody, before Jupyter shows it


def document(name: str) -> str:
    """Return the short name of a document, as the paper uses it."""
    return str(_documents()[name]["short"])


def percent(share: Any) -> str:
    """
    Print a proportion in per cent, with one decimal; a blank stays one.

    >>> percent("0.092308"), percent("")
    ('9.2%', '')
    """
    return "" if _blank(share) else _signed(100 * Fraction(str(share)), 1) + "%"


def count(number: Any) -> str:
    """
    Print a count with its thousands apart; a blank stays one.

    >>> count(517942)
    '517,942'
    """
    return "" if _blank(number) else f"{int(number):,}"


def decimals(digits: int) -> Format:
    """
    Return what prints a number with so many decimals.

    >>> decimals(2)("0.378")
    '0.38'
    >>> decimals(2)("0.0001")
    '<0.01'
    """

    def form(number: Any) -> str:
        if _blank(number):
            return ""
        value, least = Fraction(str(number)), Fraction(1, 10**digits)
        if 0 < value < least / 2:
            return f"<{print_fraction(least, digits)}"
        return _signed(value, digits)

    return form


def _signed(value: Fraction, digits: int) -> str:
    return print_fraction(value, digits).replace("-", "−")


def _blank(cell: Any) -> bool:
    return str(cell) in BLANK


def _words(cell: Any) -> str:
    return "" if _blank(cell) else verdict_words(str(cell)).replace("_", " ")


def _html(headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Return a table that scrolls by itself where a screen is narrow, also by keyboard."""
    kinds = [_kind(column) for column in zip(*rows, strict=True)] or [""] * len(headings)
    heads = zip(kinds, headings, strict=True)
    lines = [
        f'<div class="table" role="region" tabindex="0" aria-label="{escape(caption)}">',
        f"<table><caption>{escape(caption)}</caption>",
        "<thead><tr>" + "".join(f'<th scope="col"{kind}>{escape(one)}</th>' for kind, one in heads),
        "</tr></thead><tbody>",
    ]
    for first, *others in rows:
        cells = (
            f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds[1:], others, strict=True)
        )
        lines.append(f'<tr><th scope="row"{kinds[0]}>{escape(first)}</th>{"".join(cells)}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])


def _kind(column: Sequence[str]) -> str:
    """Return the class of a column's cells: mostly numbers, long texts, or neither."""
    filled = [cell for cell in column if cell]
    if 2 * sum(bool(_NUMBER.fullmatch(cell)) for cell in filled) > len(filled):
        return ' class="number"'
    return ' class="long"' if any(len(cell) > LONG for cell in filled) else ""


@cache
def _ledger() -> dict[str, Entry]:
    return from_json(io.read_json("results/numbers.json"))


@cache
def _documents() -> dict[str, Any]:
    found: dict[str, Any] = io.read_yaml("data/sources.yaml")["documents"]
    return found


@cache
def _comparisons() -> dict[str, str]:
    schema = "workflow/schemas/predicates.schema.yaml"
    found = io.read_yaml("paper/predicates.yaml", schema)
    return {one["id"]: one["holds"] for one in found}
