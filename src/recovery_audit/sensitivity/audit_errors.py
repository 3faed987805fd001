"""How often the audit itself would cry wolf, or stay silent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.sensitivity.rates import decimal

if TYPE_CHECKING:
    import pandas as pd

ALL = "all-documents"
DOCUMENT, SIZE, LEFT_OUT, SYSTEM = "document", "shared size", "claim left out", "system"


def count_audit_errors(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Say what the audit would have found by chance alone, beside what it found.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `verdicts`, `shared_denominators` and `systems`.

    Returns
    -------
    DataFrame
        `kind`: `document` (figures of known size checked; `expected` are the flags if each were
        drawn at random, `found` those raised: a true figure of the size named raises none),
        `shared size` (sizes tried, fits expected by chance and found, and the chance of at least
        one), `claim left out` (sizes that fit without one figure) and `system` (ways in which
        figures hold together).
    """
    return table_of(
        [
            *_documents(tables["verdicts"]),
            *_sizes(tables["shared_denominators"]),
            *_systems(tables["systems"]),
        ]
    )


def _documents(verdicts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    known = verdicts[verdicts["n_known"].notna() & (verdicts["power_ordinary"] != "")]
    informative = known[known["power_ordinary"].map(Fraction) > 0]
    by_document = list(known.groupby("document", sort=False))
    for document, of_document in [*by_document, (ALL, known)]:
        rows = informative[informative.index.isin(of_document.index)]
        if rows.empty:
            continue
        expected = sum((Fraction(power) for power in rows["power_ordinary"]), Fraction(0))
        yield {
            "kind": DOCUMENT,
            "name": document,
            "checked": len(rows),
            "expected": decimal(expected),
            "found": int((rows["verdict"] == "inconsistent").sum()),
            "chance": "",
            "note": "readings of known size that no count fits",
            # Any of known size may come to be informative.
            "inputs": " ".join(dict.fromkeys(" ".join(of_document["inputs"]).split())),
        }


def _sizes(shared: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for base, rows in shared.groupby("base", sort=False):
        first = rows.iloc[0]
        if first["expected_fits"] == "":
            continue
        yield {
            "kind": SIZE,
            "name": base,
            "checked": int(first["candidates_tried"]),
            "expected": first["expected_fits"],
            "found": int(first["n_solutions"]),
            "chance": first["chance_fit"],
            "note": "sizes that fit all figures of the group",
            "inputs": first["inputs"],
        }
        for claim, sizes in json.loads(first["leave_one_out"]).items():
            yield {
                "kind": LEFT_OUT,
                "name": f"{base} without {claim}",
                "checked": int(first["candidates_tried"]),
                "expected": "",
                "found": sizes if isinstance(sizes, int) else len(sizes),
                "chance": "",
                "note": "sizes that fit the other figures of the group",
                "inputs": first["inputs"],
            }


def _systems(systems: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in records(systems.drop_duplicates("system_id")):
        yield {
            "kind": SYSTEM,
            "name": row["system_id"],
            "checked": len(row["inputs"].split()),
            "expected": "",
            "found": int(row["solutions"]),
            "chance": "",
            "note": "ways in which all figures hold together",
            "inputs": row["inputs"],
        }
