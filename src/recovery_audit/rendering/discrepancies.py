"""What does not come out as printed or as quoted, with its size and its consequence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PERCENT, records, table_of
from recovery_audit.errors import AuditError
from recovery_audit.fidelity import Fidelity
from recovery_audit.relations import Kind
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

#: Verdicts on arithmetic that comes out.
COMES_OUT = (Verdict.CONSISTENT, Verdict.APPROXIMATE)
#: Verdicts on quotations that differ in figure, group or completeness.
ALTERED = (Fidelity.MISQUOTED, Fidelity.WRONG_BASE, Fidelity.SELECTIVE)
_ALTERED_WORDS = {Fidelity.WRONG_BASE: "of another group", Fidelity.SELECTIVE: "with another part"}
_IMPOSSIBLE = (
    Verdict.INCONSISTENT,
    Verdict.CONSISTENT_IF_TRUNCATED,
    Verdict.CONSISTENT_IF_OTHER_ROUNDING,
)


def discrepancy_rows(
    discrepancies: pd.DataFrame,
    results: Mapping[str, pd.DataFrame],
    documents: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """
    Return one row per discrepancy: its figures, what each is set against, and the consequence.

    Parameters
    ----------
    discrepancies : DataFrame
        The consequences, typed; see `discrepancies.schema.yaml`.
    results : mapping of str to DataFrame
        `claims`, `verdicts`, `relations` and `fidelity`, which decide what a discrepancy is, and
        `bases`, which say how large a group is.
    documents : mapping of str to mapping
        Of `sources.yaml`, for their short names.

    Raises
    ------
    AuditError
        If a figure that does not come out has no consequence, or one that does has.
    """
    found = _discrepant(results)
    typed = [claim for row in records(discrepancies) for claim in row["claims"].split()]
    wrong = sorted({*found} ^ {*typed}) + sorted({one for one in typed if typed.count(one) > 1})
    if wrong:
        raise AuditError(
            f"data/discrepancies.csv: {', '.join(wrong)}: expected each figure that does not come "
            "out as printed or as quoted, once, and no other"
        )
    known = {row["claim_id"]: row for row in records(results["claims"])}
    return [
        {
            **row,
            "figures": [{"claim_id": claim, **found[claim]} for claim in row["claims"].split()],
            "places": "; ".join(
                dict.fromkeys(
                    documents[known[claim]["document"]]["short"] for claim in row["claims"].split()
                )
            ),
            "unit": _unit_off(known[row["claims"].split()[0]]["unit"]),
        }
        for row in records(discrepancies)
    ]


def discrepancy_cells(row: Mapping[str, Any], num: Callable[[str], str]) -> dict[str, str]:
    """
    Return what is printed, what would come out instead, and by how much it is off.

    Parameters
    ----------
    row : mapping
        One of `discrepancy_rows`.
    num : callable
        From the id of a number to its text.

    Examples
    --------
    >>> figure = {"claim_id": "drop-out", "values": ["below", "above"], "words": "", "off": "gap"}
    >>> texts = {"drop-out": "45.25%", "below": "44.77%", "above": "45.35%", "gap": "0.10"}
    >>> discrepancy_cells({"figures": [figure], "unit": "points"}, texts.__getitem__)
    {'printed': '45.25%', 'instead': '44.77%\\xa0or 45.35%', 'off': '0.10 points'}
    """
    figures = row["figures"]
    off = ", ".join(num(one["off"]) for one in figures if one["off"])
    return {
        "printed": ", ".join(num(one["claim_id"]) for one in figures),
        "instead": "; ".join(
            "\N{NO-BREAK SPACE}or ".join(map(num, one["values"]))
            for one in figures
            if one["values"]
        )
        or _other_group(figures[0], num),
        "off": f"{off} {row['unit']}" if off else "",
    }


def _other_group(figure: Mapping[str, Any], num: Callable[[str], str]) -> str:
    if not figure["groups"]:
        return str(figure["words"])
    original, quoted = map(num, figure["groups"])
    return f"of {original}, not {quoted}"


def discrepancy_table(rows: Iterable[Mapping[str, Any]], num: Callable[[str], str]) -> pd.DataFrame:
    """Return the discrepancies as the paper prints them, for use elsewhere; see `exports`."""
    return table_of([{**row, **discrepancy_cells(row, num)} for row in rows])


def _unit_off(unit: str) -> str:
    """Return what the distance between two figures is counted in.

    >>> _unit_off("percent"), _unit_off("referrals-per-month")
    ('points', 'referrals per month')
    """
    return "points" if unit == PERCENT else unit.replace("-", " ")


def _discrepant(results: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return each figure with a discrepancy: where its other value and its size stand.

    A sum or quotient of published counts says more than the grid of possible percentages, and
    comes before it.
    """
    found: dict[str, dict[str, Any]] = {}
    sizes = dict(zip(results["bases"]["base"], results["bases"]["n_claim"], strict=True))
    for row in records(results["fidelity"]):
        if row["verdict"] in ALTERED:
            misquoted = row["verdict"] == Fidelity.MISQUOTED
            groups = [sizes.get(row[f"base_{one}"], "") for one in ("original", "quoted")]
            regrouped = row["verdict"] == Fidelity.WRONG_BASE and all(groups)
            found[row["claim_id"]] = {
                "values": [row["original"]] if misquoted else [],
                "groups": groups if regrouped else [],
                "words": "" if misquoted else _ALTERED_WORDS[row["verdict"]],
                "off": f"{row['relation_id']}-difference" if misquoted else "",
            }
    for row in records(results["relations"]):
        if row["kind"] != Kind.QUOTES and row["verdict"] not in COMES_OUT:
            number = row["relation_id"]
            found[row["claim_id"]] = {
                "values": [f"{number}-recomputed"], "words": "", "off": f"{number}-difference",
            }  # fmt: skip
    for row in records(results["verdicts"]):
        if row["verdict"] in _IMPOSSIBLE:
            number = f"{row['claim_id']}-{row['reading']}".strip("-")
            found.setdefault(
                row["claim_id"],
                {
                    "values": [f"{number}-below", f"{number}-above"], "words": "",
                    "off": f"{number}-off",
                },
            )  # fmt: skip
    return found
