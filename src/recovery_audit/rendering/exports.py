"""The tables of the paper for use elsewhere: CSV, a Markdown pipe table, and LaTeX."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recovery_audit.rendering.discrepancies import ALTERED, COMES_OUT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXPORTS", "Export", "export"]


def _everything(table: pd.DataFrame) -> pd.Series:
    return table.iloc[:, 0].notna()


def _figures(claims: pd.DataFrame) -> pd.Series:
    """One row of each figure; `claims` has one of each of its readings."""
    return ~claims["claim_id"].duplicated()


def _slips(relations: pd.DataFrame) -> pd.Series:
    """Arithmetic that does not come out as printed; quotations have a table of their own."""
    return ~relations["verdict"].isin(COMES_OUT) & ~relations["kind"].isin(["quotes", "subset"])


def _compared(fidelity: pd.DataFrame) -> pd.Series:
    return fidelity["original"] != ""


def _altered(fidelity: pd.DataFrame) -> pd.Series:
    return fidelity["verdict"].isin(ALTERED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """What of a result table goes elsewhere."""

    columns: Mapping[str, str]  #: column of the result table -> heading, in order
    rows: Callable[[pd.DataFrame], pd.Series] = _everything  #: True for the rows that go


_RELATION = {
    "relation_id": "Relation",
    "printed": "Printed",
    "recomputed": "Recomputed",
    "difference": "Difference",
    "verdict": "Verdict",
    "explanation": "Explanation",
}
_QUOTATION = {
    "claim_id": "Quotation",
    "original": "Original",
    "document": "Quoted in",
    "printed": "Printed",
    "original_printed": "Originally printed",
    "verdict": "Verdict",
    "explanation": "Explanation",
}

EXPORTS: dict[str, Export] = {
    "figures_audited": Export(
        columns={
            "claim_id": "Claim",
            "printed": "Figure",
            "unit": "Unit",
            "outcome": "Outcome",
            "population": "Population",
            "document": "Document",
            "locator": "Where",
            "seen": "Seen",
        },
        rows=_figures,
    ),
    "verdicts": Export(
        columns={
            "printed": "Figure",
            "claim_id": "Claim",
            "reading": "Reading",
            "verdict": "Verdict",
            "k": "Count",
            "n": "Of",
            "n_witnesses": "Pairs that fit",
            "power_ordinary": "Power",
            "explanation": "Explanation",
        }
    ),
    "relations": Export(columns=_RELATION),
    "slips": Export(columns=_RELATION, rows=_slips),
    "flips": Export(
        columns={
            "name": "Inconsistent",
            "cell": "If this figure",
            "printed": "Were",
            "units": "Units moved",
            "direction": "Direction",
            "becomes": "It would be",
        }
    ),
    "quotations": Export(columns=_QUOTATION, rows=_compared),
    "altered_quotations": Export(columns=_QUOTATION, rows=_altered),
    "comparators": Export(
        columns={
            "claim_id": "Claim",
            "printed": "Figure",
            "period": "Year",
            "group": "Group",
            "rate": "National rate",
            "count": "Count",
            "nobs": "Of",
            "percent": "Percent",
        }
    ),
    "denominator_ladder": Export(
        columns={
            "label": "Outcome",
            "rung": "Group",
            "k": "Count",
            "n": "Of",
            "percent": "Percent",
            "lower": "Lower limit",
            "upper": "Upper limit",
            "bound": "Bound",
            "standing": "Standing",
        }
    ),
    "summary": Export(
        columns={
            "label": "Rate",
            "printed": "Printed",
            "verdict": "Verdict",
            "lowest": "Lowest of the same",
            "highest": "Highest of the same",
            "specifications": "Specifications",
            "lowest_any": "Lowest of any",
            "highest_any": "Highest of any",
            "specifications_any": "Specifications of any",
            "other": "Set against",
            "other_value": "Its value",
            "standing": "Standing",
            "needed": "Needed",
            "missing": "Without outcome",
        }
    ),
    "discrepancies": Export(
        columns={
            "label": "Discrepancy",
            "places": "Printed in",
            "printed": "Printed",
            "instead": "Instead",
            "off": "Off by",
            "consequence": "Consequence",
            "claims": "Figures",
        }
    ),
    "biases": Export(
        columns={"label": "Bias", "rate": "Rate", "direction": "Direction", "why": "Why"}
    ),
}

# Lines up to this length fit on a page; longer ones need columns that break. [characters]
LINE = 90
# What one cell may claim of the line, so that one long text does not starve the others.
LONGEST = 45
LATEX_NEEDS = "% In the preamble: \\usepackage{booktabs,longtable,array,calc}\n"


def export(frame: pd.DataFrame, name: str) -> dict[str, str]:
    """
    Return a result table for reuse in another paper.

    Parameters
    ----------
    frame : DataFrame
        The result table.
    name : str
        A key of `EXPORTS`.

    Returns
    -------
    dict of str to str
        Text of the table as `csv`, `md` (pipe table) and `tex` (longtable with booktabs).
    """
    chosen = EXPORTS[name]
    chosen_cells = frame.loc[chosen.rows(frame), list(chosen.columns)]
    table = chosen_cells.rename(columns=chosen.columns).astype(str)
    csv = table.to_csv(index=False, lineterminator="\n")
    return {
        "csv": csv,
        "md": _converted(_parsed(csv, table, widths=False), "gfm"),
        # pdfTeX knows no minus sign outside formulas.
        "tex": LATEX_NEEDS
        + _converted(_parsed(csv, table, widths=True), "latex").replace("\u2212", "$-$"),
    }


def column_widths(table: pd.DataFrame) -> list[float] | None:
    """
    Return each column's share of the line; None if the longest lines fit as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> column_widths(pd.DataFrame({"k": ["53"], "n": ["576"]}))
    >>> column_widths(pd.DataFrame({"Verdict": ["consistent"], "Why": ["x" * 100]}))
    [0.182, 0.818]
    """
    longest = [max([len(str(name)), *table[name].str.len()]) for name in table]
    if sum(longest) <= LINE:
        return None
    claims = [min(length, LONGEST) for length in longest]
    return [round(claim / sum(claims), 3) for claim in claims]


def _parsed(csv: str, table: pd.DataFrame, *, widths: bool) -> str:
    """Return pandoc's own form of the table: numbers to the right, columns as wide as given."""
    import pypandoc

    document = json.loads(pypandoc.convert_text(csv, "json", format="csv"))
    shares = column_widths(table) if widths else None
    document["blocks"][0]["c"][2] = [
        [
            {"t": "AlignRight" if _is_numeric(table[name]) else "AlignLeft"},
            {"t": "ColWidth", "c": shares[place]} if shares else {"t": "ColWidthDefault"},
        ]
        for place, name in enumerate(table)
    ]
    return json.dumps(document)


def _is_numeric(column: pd.Series) -> bool:
    filled = column[column != ""]
    return bool(len(filled) and filled.str.fullmatch(r"[-−]?[\d,.]+%?").all())


def _converted(document: str, fmt: str) -> str:
    import pypandoc

    text: Any = pypandoc.convert_text(document, fmt, format="json", extra_args=["--wrap=none"])
    return str(text)
