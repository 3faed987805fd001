"""Which published figure would have to be wrong for a verdict to be another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.audit import LEDGER_STEPS
from recovery_audit.claims import records, table_of
from recovery_audit.errors import AuditError
from recovery_audit.provenance.misprints import moved, numerals
from recovery_audit.provenance.perturbation import DISTANCES, changed_claim
from recovery_audit.provenance.recomputation import Recomputation, Tables
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

#: Verdicts that say that a figure is not what it says, in the tables that hold them, by their key.
JUDGED: dict[str, tuple[str, ...]] = {
    "relations": ("relation_id",),
    "verdicts": ("claim_id", "reading"),
}
#: The steps that those verdicts take.
NEEDED = ("clean_claims", "search_bases", "judge_claims", "check_relations")
COLUMNS = (
    "judged", "name", "claim_id", "reading", "verdict", "cell", "units", "direction", "printed",
    "figure", "decimals", "unit", "becomes", "inputs",
)  # fmt: skip


def find_flips(tables: Tables) -> pd.DataFrame:
    """
    Move each figure that an inconsistent verdict rests on, until the verdict is another one.

    Parameters
    ----------
    tables : mapping of str to table
        As for `audit.run_ledger`.

    Returns
    -------
    DataFrame
        One row per verdict and figure that makes it another one, at the first of `DISTANCES` that
        does, up and down: `judged` (relations
        or verdicts) and `name`; `cell` (the claim that was changed), by how many `units`, to what
        (`printed`, with `figure`, `decimals` and `unit` as in the claims), and what the verdict
        `becomes`. See `flips.schema.yaml`.
    """
    audit = Recomputation(tables, [step for step in LEDGER_STEPS if step.rule in NEEDED])
    wrong = [one for name in JUDGED for one in _inconsistent(name, audit.tables[name])]
    cells = dict.fromkeys(claim for one in wrong for claim in one["inputs"].split())
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for distance in DISTANCES:
        for cell in cells:
            resting = [one for one in wrong if cell in one["inputs"].split()]
            waiting = [one for one in resting if (one["name"], cell) not in rows]
            found = [
                r for units in (distance, -distance) for r in _flipped(audit, cell, units, waiting)
            ]
            for row in found:
                rows.setdefault((row["name"], cell), []).append(row)
    order = {name: place for place, name in enumerate(JUDGED)}
    flat = [row for same in rows.values() for row in same]
    flat.sort(key=lambda row: (order[row["judged"]], row["name"], row["cell"], row["direction"]))
    return table_of(flat, columns=COLUMNS)


def _inconsistent(name: str, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in records(table[table["verdict"] == Verdict.INCONSISTENT]):
        if row.get("kind") != "subset":
            yield row | {"judged": name, "name": _key(row, name), "reading": row.get("reading", "")}


def _key(row: Mapping[str, Any], name: str) -> str:
    return " ".join(str(row[part]) for part in JUDGED[name] if row[part])


def _flipped(
    audit: Recomputation, claim: str, units: int, wrong: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the verdicts that are others once a claim has been moved."""
    claims = audit.tables["typed_claims"]
    printed = str(claims.loc[claims["claim_id"] == claim, "printed"].iloc[0])
    if not wrong or numerals(printed) != 1:
        return  # nothing to ask; or a range, and which end?
    try:
        now = audit.again(changed_claim(audit.tables, claim, moved(printed, units)))
    except AuditError:
        return  # what the checks refuse is no figure
    changed = now["claims"].set_index("claim_id").loc[[claim]].iloc[0]
    for one in wrong:
        table = now.get(one["judged"])
        verdict = one["verdict"] if table is None else _verdict_on(one, table)
        if verdict != one["verdict"]:
            yield {
                "judged": one["judged"],
                "name": one["name"],
                "claim_id": one["claim_id"],
                "reading": one["reading"],
                "verdict": one["verdict"],
                "cell": claim,
                "units": abs(units),
                "direction": "up" if units > 0 else "down",
                "printed": changed["printed"],
                "figure": changed["figure"],
                "decimals": int(changed["decimals"]),
                "unit": changed["unit"],
                "becomes": verdict,
                "inputs": one["inputs"],
            }


def _verdict_on(one: Mapping[str, Any], table: pd.DataFrame) -> str:
    found = [row for row in records(table) if _key(row, one["judged"]) == one["name"]]
    return str(found[0]["verdict"]) if found else ""
