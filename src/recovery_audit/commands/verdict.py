"""`recovery-audit verdict`: what was found about one published figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.commands.project import (
    AsJson,
    AsTable,
    Folder,
    form_of,
    ids_of,
    ids_of_claims,
    read_results,
    shown,
)

if TYPE_CHECKING:
    import pandas as pd

TABLES = (
    "clean/claims",
    "clean/bases",
    "recompute/verdicts",
    "recompute/relations",
    "recompute/fidelity",
)
QUOTATION = ("relation_id", "claim_id", "original", "verdict", "explanation")


def verdict(
    claim: Annotated[
        str,
        typer.Argument(
            help="Id, as in data/claims, or a figure as printed.", autocompletion=ids_of_claims
        ),
    ],
    folder: Folder = Path(),
    as_table: AsTable = False,
    as_json: AsJson = False,
) -> None:
    """
    Say whether a published figure can be what it is.

    Every reading of its group is judged by itself; sums, differences and quotations that it stands
    in follow. Where several documents print the figure that is asked for, all of them are answered.

    Examples:

      recovery-audit verdict scott2018-overall-recovery

      recovery-audit verdict 45.25%

      recovery-audit verdict 9.2

      recovery-audit verdict gs2020-mus-not-completed --table
    """
    form = form_of(as_json, as_table)
    tables = read_results(folder, TABLES)
    printed = dict(zip(tables["claims"]["claim_id"], tables["claims"]["printed"], strict=True))
    found = [_found(claim_id, tables) for claim_id in ids_of("claim", claim, printed)]
    text = "\n\n".join(map(_text, found))
    print(shown(found if len(found) > 1 else found[0], text, _rows(found), form))


def _found(claim: str, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    from recovery_audit.claims import records

    claims = tables["claims"]
    rows = list(records(claims[claims["claim_id"] == claim]))
    groups = dict(zip(tables["bases"]["base"], tables["bases"]["note"], strict=True))

    first = rows[0]
    judged = tables["verdicts"]
    return {
        "claim": claim,
        "printed": first["printed"],
        "unit": first["unit"],
        "outcome": first["outcome"],
        "population": first["population"],
        "document": first["document"],
        "locator": first["locator"],
        "seen": first["seen"],
        "readings": [
            {
                "reading": row["reading"],
                "group": groups.get(row["base"], ""),
                "verdict": row["verdict"],
                "explanation": row["explanation"],
            }
            for row in records(judged[judged["claim_id"] == claim])
        ],
        "relations": [
            {key: row[key] for key in ("relation_id", "kind", "verdict", "explanation")}
            for row in records(tables["relations"])
            if claim in row["inputs"].split()
        ],
        "quotations": [
            {key: row[key] for key in QUOTATION}
            for row in records(tables["fidelity"])
            if row["original"] and claim in (row["claim_id"], row["original"])
        ],
    }


def _rows(found: list[dict[str, Any]]) -> list[list[str]]:
    """Return a row per finding: what was judged, and the verdict; of several claims, of which."""
    rows = [["claim", "printed", "judged", "with", "verdict"]]
    for content in found:
        findings = [
            *(("as a percentage of", row["group"], row["verdict"]) for row in content["readings"]),
            *((row["kind"], row["relation_id"], row["verdict"]) for row in content["relations"]),
            *(
                (f"{row['claim_id']} quotes", row["original"], row["verdict"])
                for row in content["quotations"]
            ),
        ]
        rows += [[content["claim"], content["printed"], *map(str, row)] for row in findings]
    return rows if len(found) > 1 else [row[1:] for row in rows]


def _text(content: dict[str, Any]) -> str:
    access = " (as quoted there)" if content["seen"] == "secondary" else ""
    lines = [
        f"{content['claim']}: “{content['printed']}” {content['unit']}, {content['outcome']}, "
        f"{content['population']}",
        f"printed in {content['document']}, {content['locator']}{access}",
    ]
    for row in content["readings"]:
        group = f" of {row['group']}" if row["group"] else ""
        lines += [f"as a percentage{group}: {row['verdict']}", f"  {row['explanation']}"]
    if not content["readings"]:
        lines.append("no percentage of its own: nothing to judge but what it stands in")
    for row in content["relations"]:
        lines += [
            f"{row['kind']} {row['relation_id']}: {row['verdict']}",
            f"  {row['explanation']}",
        ]
    for row in content["quotations"]:
        words = f"{row['claim_id']} quotes {row['original']}: {row['verdict']}"
        lines += [words, f"  {row['explanation']}"]
    return "\n".join(lines)
