"""What a claim is called where its id would say nothing to a newcomer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records
from recovery_audit.rendering.tables import outcome_words

if TYPE_CHECKING:
    import pandas as pd

#: What a link to a claim consists of: `claim_id`, `text` (the figure), and `name`.
Link = dict[str, str]


class Names:
    """The claims of an audit, each to be called by its figure and what the figure is of."""

    def __init__(self, claims: pd.DataFrame, sources: Mapping[str, Any]) -> None:
        self.claims = claims_by_id(claims)
        self._rows = {row["claim_id"]: row for row in records(claims)}
        self.documents = sources["documents"]
        self._studies = sources.get("studies", {})

    def study(self, claim_id: str) -> str:
        """Return what a figure is about."""
        study: str = self._rows[claim_id]["study"]
        return self._studies.get(study) or study.replace("-", " ")

    def document(self, claim_id: str) -> str:
        """Return where a figure was read."""
        short: str = self.documents[self._rows[claim_id]["document"]]["short"]
        return short

    def by_document(self, claim_id: str) -> Link:
        """Name a figure by its document, as is right for a quotation and its original."""
        return self._link(claim_id, self.document(claim_id))

    def by_outcome(self, claim_id: str, among: Iterable[str] = ()) -> Link:
        """Name a figure by its outcome, and by what else tells it from others beside it."""
        row, others = self._rows[claim_id], [self._rows[one] for one in among]
        told = [outcome_words(row)]
        if any(other["population"] != row["population"] for other in others):
            told.append(row["population"])
        if any(other["document"] != row["document"] for other in others):
            told.append(self.document(claim_id))
        return self._link(claim_id, ", ".join(filter(None, told)))

    def _link(self, claim_id: str, name: str) -> Link:
        return {"claim_id": claim_id, "text": self.claims[claim_id].text, "name": name}
