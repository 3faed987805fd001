"""Every number of a document, each with its class: what is a claim, and what is not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.documents.classes import NO_FIGURES, Classified, MentionClass
from recovery_audit.documents.locations import (
    Printed,
    Spot,
    locate,
    outline,
    printed_numbers,
    wanted,
)
from recovery_audit.documents.readers import Document

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "document", "page", "offset", "printed", "value", "unit", "class", "claims", "rule", "reason",
)  # fmt: skip


def find_mentions(
    document: Document, claims: pd.DataFrame, receipts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Classify every number of a document.

    Parameters
    ----------
    document : Document
        The copy at hand.
    claims : DataFrame
        Claims as typed, of any documents.
    receipts : DataFrame, optional
        Where the claims were found before.

    Returns
    -------
    DataFrame
        One row per number, in the order of the text: document, page, offset, printed, value, unit,
        class, claims (ids, where the class is `claim`), rule and reason that decided.

    Notes
    -----
    A number is a claim where a claim is located, or where it repeats one: the same figure and
    unit, in a section in which the claim's locator says that it is printed again. Any other
    number goes by the rules of `classes`.
    """
    sought = _Claims(document, claims, receipts)
    return table_of(
        _row(document, printed, *_decide(printed, sought)) for printed in printed_numbers(document)
    )


def find_in_all(
    documents: Mapping[str, Document], claims: pd.DataFrame, receipts: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Classify every number of every document; without documents the table has no rows."""
    import pandas as pd

    tables = [find_mentions(documents[key], claims, receipts.get(key)) for key in sorted(documents)]
    return pd.concat([pd.DataFrame(columns=list(COLUMNS), dtype=object), *tables])


class _Claims:
    """The claims of a document, where they are located, and where they are printed again."""

    def __init__(self, document: Document, claims: pd.DataFrame, receipts: pd.DataFrame | None):
        self.wanted = wanted(claims, document.key)
        self.outline = outline(document, self.wanted)
        self.located: dict[Spot, list[str]] = {}
        for claim, finding in locate(document, claims, receipts).items():
            self.located.setdefault(finding.printed.spot, []).append(claim)

    def repeated(self, printed: Printed) -> list[str]:
        """Return the claims that a number repeats."""
        return [
            claim
            for claim, one in self.wanted.items()
            if one.fits(printed.numeral)
            and one.same_unit(printed.numeral)
            and self.outline.holds(one.again, printed.spot)
        ]


def _decide(printed: Printed, claims: _Claims) -> tuple[Classified, list[str]]:
    if printed.spot in claims.located:
        located = sorted(claims.located[printed.spot])
        return Classified(MentionClass.CLAIM, "located_claim", "located"), located
    repeated = claims.repeated(printed) if printed.may_be_figure else []
    if repeated:
        return Classified(MentionClass.CLAIM, "repeated_claim", "repeated"), repeated
    return printed.decided, []


def _row(
    document: Document, printed: Printed, decided: Classified, claims: list[str]
) -> dict[str, Any]:
    numeral = printed.numeral
    counts = decided.mention_class not in NO_FIGURES
    return {
        "document": document.key,
        "page": document.page_number(printed.spot.page),
        "offset": numeral.start,
        "printed": numeral.printed,
        "value": numeral.value,
        "unit": numeral.unit if counts else "",
        "class": decided.mention_class.value,
        "claims": " ".join(claims),
        "rule": decided.rule,
        "reason": decided.reason,
    }


def coverage(mentions: pd.DataFrame) -> pd.DataFrame:
    """
    Count the numbers of each document by class.

    Returns
    -------
    DataFrame
        document, class, mentions; every class of every document, none of them left out.
    """
    counts = Counter(zip(mentions["document"], mentions["class"], strict=True))
    return table_of(
        {"document": key, "class": group.value, "mentions": counts[key, group.value]}
        for key in sorted(set(mentions["document"]))
        for group in MentionClass
    ).reindex(columns=["document", "class", "mentions"])
