"""Receipts: where a claim stood in the copy it was typed from, and whether it still does.

A receipt keeps page, offsets and a checksum of the surroundings, not the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.documents.locations import Finding, locate, receipt_spot, wanted
from recovery_audit.documents.readers import Document
from recovery_audit.errors import AuditError, Problem, TableError

if TYPE_CHECKING:
    import pandas as pd


class LocationError(AuditError):
    """A claim is not printed in the document it is attributed to."""


class Status(StrEnum):
    """What became of a claim in the copy at hand."""

    LOCATED = "located"  # where the receipt says, in the same surroundings
    MOVED = "moved"  # found, but at another place or in other surroundings
    NOT_FOUND = "not found"  # not printed anywhere that fits
    NOT_PRESENT = "document not present"  # no copy at hand, or none that can be read


def make_receipts(
    documents: Mapping[str, Document],
    claims: pd.DataFrame,
    receipts: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, pd.DataFrame]:
    """
    Write down where each claim stands in the copies at hand.

    Parameters
    ----------
    documents : mapping of str to Document
        The copies at hand.
    claims : DataFrame
        Claims as typed, of any documents.
    receipts : mapping of str to DataFrame, optional
        Earlier receipts by document; they decide between equal figures.

    Returns
    -------
    dict of str to DataFrame
        By document that has claims: claim_id, document, sha256 of the copy, page (blank in plain
        text), start, end, context_sha256.

    Raises
    ------
    LocationError
        With every claim that is not printed in the copy of its document.
    """
    made, missing = {}, []
    for key, document in documents.items():
        found = locate(document, claims, (receipts or {}).get(key))
        missing += [
            f"{claim} ({one.printed})"
            for claim, one in wanted(claims, key).items()
            if claim not in found
        ]
        if found:
            made[key] = table_of(_receipt(document, claim, one) for claim, one in found.items())
    if missing:
        raise LocationError(
            "These claims are not printed in the copies of their documents, or not where anything "
            f"but the digits speaks for them: {', '.join(missing)}."
        )
    return made


def _receipt(document: Document, claim: str, finding: Finding) -> dict[str, Any]:
    spot = finding.printed.spot
    return {
        "claim_id": claim,
        "document": document.key,
        "sha256": document.sha256,
        "page": document.page_number(spot.page),
        "start": spot.start,
        "end": spot.end,
        "context_sha256": finding.printed.context_sha256,
    }


# --- verification ---------------------------------------------------------------------------------

LOCATION_COLUMNS = (
    "claim_id", "document", "status", "page", "start", "end", "sha256", "note",
)  # fmt: skip
_SAME_SURROUNDINGS = "It stands in the same surroundings at another place."
_OTHER_SURROUNDINGS = "It was found again by its words; its place or its surroundings have changed."
_GONE = "It is not printed in the surroundings of its receipt, nor anywhere else that fits."
_UNPRINTED = "It has no receipt and is not printed anywhere that fits."
_NO_RECEIPT = "It was found in the copy at hand; it has no receipt yet."
_FOUND_BEFORE = "It was found in the copy that the receipt was made from."
_NEVER_FOUND = "No copy was at hand yet."
_OTHER_EDITION = "The copy at hand is another one than the receipt was made from."


def verify_receipts(
    documents: Mapping[str, Document],
    claims: pd.DataFrame,
    receipts: Mapping[str, pd.DataFrame],
    unreadable: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """
    Say of every claim whether it stands in the copy at hand where its receipt says.

    Parameters
    ----------
    documents : mapping of str to Document
        The copies at hand.
    claims : DataFrame
        Claims as typed, of any documents.
    receipts : mapping of str to DataFrame
        By document.
    unreadable : mapping of str to str, optional
        Why a copy at hand cannot be read, by document.

    Returns
    -------
    DataFrame
        One row per claim: claim_id, document, status, page, start, end, sha256 (of the copy that
        the place is in: the one at hand, or else the one the receipt was made from), note.

    Raises
    ------
    TableError
        If a receipt is for a claim that its document does not have.
    """
    _require_claims(claims, receipts)
    rows: list[dict[str, Any]] = []
    for key in dict.fromkeys(claims["document"]):
        known = {row["claim_id"]: row for row in records(receipts[key])} if key in receipts else {}
        if key in documents:
            found = locate(documents[key], claims, receipts.get(key))
            for claim in wanted(claims, key):
                rows.append(_verified(documents[key], claim, found.get(claim), known.get(claim)))
        else:
            reason = (unreadable or {}).get(key, "")
            rows += [_absent(key, one, known.get(one), reason) for one in wanted(claims, key)]
    return table_of(rows).reindex(columns=list(LOCATION_COLUMNS))


def _require_claims(claims: pd.DataFrame, receipts: Mapping[str, pd.DataFrame]) -> None:
    problems = [
        Problem(
            file=f"data/receipts/{key}.csv",
            row=int(str(line)),
            column="claim_id",
            value=claim,
            rule=f"expected a claim of data/claims/{key}.csv; `make receipts` writes them anew",
        )
        for key, table in receipts.items()
        for line, claim in table["claim_id"].items()
        if claim not in wanted(claims, key)
    ]
    if problems:
        raise TableError(problems)


def _verified(
    document: Document, claim: str, finding: Finding | None, receipt: Mapping[str, Any] | None
) -> dict[str, Any]:
    if finding is None:
        status, note = Status.NOT_FOUND, _UNPRINTED if receipt is None else _GONE
        place: dict[str, Any] = dict.fromkeys(("page", "start", "end"))
    else:
        status, note = _judged(finding, receipt)
        spot = finding.printed.spot
        place = {"page": document.page_number(spot.page), "start": spot.start, "end": spot.end}
    if receipt is not None and receipt["sha256"] != document.sha256:
        note = f"{note} {_OTHER_EDITION}".strip()
    return {
        "claim_id": claim,
        "document": document.key,
        "status": status.value,
        **place,
        "sha256": document.sha256,
        "note": note,
    }


def _judged(finding: Finding, receipt: Mapping[str, Any] | None) -> tuple[Status, str]:
    if receipt is None:
        return Status.LOCATED, _NO_RECEIPT
    if not finding.by_receipt:
        return Status.MOVED, _OTHER_SURROUNDINGS
    if finding.printed.spot != receipt_spot(receipt):
        return Status.MOVED, _SAME_SURROUNDINGS
    return Status.LOCATED, ""


def _absent(key: str, claim: str, receipt: Mapping[str, Any] | None, reason: str) -> dict[str, Any]:
    note = _NEVER_FOUND if receipt is None else _FOUND_BEFORE
    place = {name: receipt[name] if receipt else None for name in ("page", "start", "end")}
    return {
        "claim_id": claim,
        "document": key,
        **place,
        "sha256": receipt["sha256"] if receipt else "",
        "status": Status.NOT_PRESENT.value,
        "note": f"{reason} {note}".strip(),
    }
