"""One page with every figure of an audit, its verdict, and the figures that bear on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PublishedClaim, claims_by_id, records
from recovery_audit.relations import Kind
from recovery_audit.rendering.tables import verdict_words

if TYPE_CHECKING:
    import pandas as pd


def dossier(
    template: str, title: str, tables: Mapping[str, pd.DataFrame], sources: Mapping[str, Any]
) -> str:
    """
    Return the page of an audit, self-contained.

    Parameters
    ----------
    template : str
        The page with Jinja expressions; what the tables hold enters it escaped.
    title : str
        Name of the paper.
    tables : mapping of str to DataFrame
        What `audit.run_ledger` returns.
    sources : mapping
        The content of `sources.yaml`.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    verdicts = Counter(verdict_words(row["verdict"]) for row in records(tables["verdicts"]))
    return environment.from_string(template).render(
        title=title.replace("-", " "),
        summary=sorted(verdicts.items()),
        documents=list(_documents(tables, sources["documents"])),
    )


def _documents(
    tables: Mapping[str, pd.DataFrame], documents: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    claims = claims_by_id(tables["claims"])
    for key, document in documents.items():
        figures = [
            _figure(row, claims[row["claim_id"]], tables)
            for row in records(tables["claims"].drop_duplicates("claim_id").sort_values("row"))
            if row["document"] == key
        ]
        if figures:
            yield {"short": document["short"], "citation": document["citation"], "figures": figures}


def _figure(
    row: Mapping[str, Any], claim: PublishedClaim, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """Return a figure with its verdicts, the arithmetic it takes part in, and its quotation."""

    def findings(name: str, column: str = "claim_id") -> list[tuple[str, str]]:
        return [
            (verdict_words(found["verdict"]), found["explanation"])
            for found in records(tables[name])
            if claim.claim_id in found[column].split()
            and found.get("kind") != Kind.QUOTES  # the table of quotations says more
        ]

    return {
        "claim_id": claim.claim_id,
        "text": claim.text,
        "unit": claim.unit.replace("-", " "),
        "about": ", ".join(filter(None, (row["outcome"], row["population"]))),
        "locator": row["locator"],
        "seen": row["seen"],
        "findings": dict.fromkeys(
            findings("verdicts") + findings("relations", "inputs") + findings("fidelity")
        ),
    }
