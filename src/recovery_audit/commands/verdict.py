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
    id_of,
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
    in follow.

    Examples:

      recovery-audit verdict scott2018-overall-recovery

      recovery-audit verdict 45.25%

      recovery-audit verdict gs2020-mus-not-completed --table
    """
    form = form_of(as_json, as_table)
    content = _found(claim, read_results(folder, TABLES))
    print(shown(content, _text(content), _rows(content), form))


def _found(claim: str, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    from recovery_audit.claims import records

    claims = tables["claims"]
    claim = id_of("claim", claim, dict(zip(claims["claim_id"], claims["printed"], strict=True)))
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


def _rows(content: dict[str, Any]) -> list[list[str]]:
    """Return a row per finding: what was judged, and the verdict."""
    found = [
        *(("as a percentage of", row["group"], row["verdict"]) for row in content["readings"]),
        *((row["kind"], row["relation_id"], row["verdict"]) for row in content["relations"]),
        *(
            (f"{row['claim_id']} quotes", row["original"], row["verdict"])
            for row in content["quotations"]
        ),
    ]
    return [["printed", "judged", "with", "verdict"]] + [
        [content["printed"], *map(str, row)] for row in found
    ]


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
