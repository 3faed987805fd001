"""The typed claims of all documents as one table, and whether each document is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import Problem, TableError

if TYPE_CHECKING:
    import pandas as pd

NOT_PRESENT, SAME_EDITION, OTHER_EDITION = (
    "document not present",
    "edition as read",
    "other edition",
)


def document_state(recorded: str | None, found: str | None) -> str:
    """Compare the checksum recorded for a document with that of the reader's own copy.

    >>> document_state("ab", None), document_state("ab", "ab"), document_state(None, "cd")
    ('document not present', 'edition as read', 'other edition')
    """
    if found is None:
        return NOT_PRESENT
    return SAME_EDITION if found == recorded else OTHER_EDITION


def collect_claims(
    tables: Mapping[str, pd.DataFrame], documents: Mapping[str, Any], copies: Mapping[str, str]
) -> pd.DataFrame:
    """
    Stack the claims of all documents.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Claims as text by file name ``.../<document>.csv``, indexed by line of the file.
    documents : mapping
        The documents of `sources.yaml`.
    copies : mapping of str to str
        Checksum of each document of which the reader has a copy.

    Returns
    -------
    DataFrame
        The rows as typed, with `file`, `row` and `document_state`.

    Raises
    ------
    TableError
        If a claim says it is printed in another document than its file's.
    """
    import pandas as pd

    problems = [
        Problem(
            file=file,
            row=int(str(row)),
            column="document",
            value=value,
            rule=f"expected {_key(file)}",
        )
        for file, table in tables.items()
        for row, value in table["document"].items()
        if value != _key(file)
    ]
    if problems:
        raise TableError(problems)
    stacked = [
        table.assign(
            file=file,
            row=table.index,
            document_state=document_state(
                documents.get(_key(file), {}).get("sha256"), copies.get(_key(file))
            ),
        )
        for file, table in tables.items()
    ]
    return pd.concat(stacked, ignore_index=True)


def edition_warnings(claims: pd.DataFrame) -> list[str]:
    """Return a sentence for each document of which the copy is not the edition that was read."""
    others = claims.loc[claims["document_state"] == OTHER_EDITION, "document"].unique()
    return [
        f"The copy of {document} is another edition than the one that its figures were read in."
        for document in others
    ]


def _key(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".csv")
