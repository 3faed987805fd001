"""Whether a figure that is quoted is the figure that the original prints, of the same group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import (
    COUNTED,
    PERCENT,
    SHARE,
    PublishedClaim,
    claims_by_id,
    records,
    table_of,
)
from recovery_audit.hedges import AboutWidth, Hedge, place_value
from recovery_audit.relations import Kind, Relation
from recovery_audit.rounding import ORDINARY, Figure, RoundingRule, admissible

if TYPE_CHECKING:
    import pandas as pd


Reading = Mapping[str, Any]
Readings = Mapping[str, Sequence[Reading]]


class Value(StrEnum):
    """How the quoted figure stands to the original one."""

    FAITHFUL = "faithful"  # the same
    ROUNDED = "rounded"  # the same with fewer digits, or within its own hedge
    TRUNCATED = "truncated"  # the same with further digits cut off
    MISQUOTED = "misquoted"  # another


class Group(StrEnum):
    """How the group that the quoted percentage is of stands to the original one."""

    SAME = "same"
    OTHER = "other"
    UNSTATED = "unstated"  # one of the two documents does not say


class Fidelity(StrEnum):
    """The verdict on a quotation: the first of these that applies."""

    UNVERIFIED = "unverified"  # the original was not seen
    MISQUOTED = "misquoted"  # another figure
    WRONG_BASE = "wrong_base"  # the figure, but of another group
    SELECTIVE = "selective"  # the figure, but a part of its breakdown is left out
    ROUNDED = "rounded"  # the figure with fewer digits
    FAITHFUL = "faithful"  # the figure


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """A figure as one document quotes it, and as the original prints it."""

    relation_id: str
    quoted: PublishedClaim
    original: PublishedClaim | None  #: None where it is not in the ledger
    seen: bool  #: whether the original was read in the source itself
    bases_quoted: frozenset[str]  #: groups that the quoted percentage may be of
    bases_original: frozenset[str]
    omitted: tuple[PublishedClaim, ...]  #: parts of the breakdown that the document leaves out
    about: AboutWidth

    @cached_property
    def value(self) -> Value | None:
        """How the two figures compare; None without an original."""
        return None if self.original is None else compare(self.quoted, self.original, self.about)

    @property
    def group(self) -> Group | None:
        """How the two groups compare; None for anything but a percentage."""
        if self.original is None or self.quoted.unit not in (PERCENT, SHARE):
            return None
        if not self.bases_quoted or not self.bases_original:
            return Group.UNSTATED
        return Group.SAME if self.bases_quoted & self.bases_original else Group.OTHER

    @property
    def verdict(self) -> Fidelity:
        """The first word that applies."""
        if not self.seen:
            return Fidelity.UNVERIFIED
        if self.value is Value.MISQUOTED:
            return Fidelity.MISQUOTED
        if self.group is Group.OTHER:
            return Fidelity.WRONG_BASE
        if self.omitted:
            return Fidelity.SELECTIVE
        return Fidelity.FAITHFUL if self.value is Value.FAITHFUL else Fidelity.ROUNDED


def compare(
    quoted: PublishedClaim,
    original: PublishedClaim,
    about: AboutWidth = AboutWidth.HALF_PLACE,
) -> Value:
    """
    Compare a quoted figure with the original one.

    The original is taken as printed: who quotes cannot know more. A whole number that ends with
    zeros may also be the original rounded to tens or hundreds.

    Parameters
    ----------
    quoted, original : PublishedClaim
        Any two readings of the figures; their groups are not compared here.
    about : AboutWidth
        How far `about` reaches.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from recovery_audit.rounding import read_figure
    >>> original = PublishedClaim(
    ...     claim_id="rate", study="trial", document="paper", table="Table 2", unit="percent",
    ...     printed="33.70", figure=read_figure("33.70"), other=None, hedge=Hedge.NONE)
    >>> for text in ("33.70", "33.7", "34", "33", "35"):
    ...     quoted = replace(original, printed=text, figure=read_figure(text))
    ...     print(text, compare(quoted, original))
    33.70 faithful
    33.7 faithful
    34 rounded
    33 truncated
    35 misquoted
    """
    if quoted.value == original.value and _upper_end(quoted) == _upper_end(original):
        return Value.FAITHFUL
    if {quoted.hedge, original.hedge} != {Hedge.NONE}:
        theirs = original.values(RoundingRule.EITHER_TIE, about)
        ours = quoted.values(RoundingRule.EITHER_TIE, about)
        return Value.ROUNDED if ours.meets(theirs) else Value.MISQUOTED
    if quoted.unit in COUNTED:
        return Value.MISQUOTED
    if any(original.value in admissible(quoted.figure, rule) for rule in ORDINARY):
        return Value.ROUNDED
    if original.value in admissible(quoted.figure, RoundingRule.TRUNCATED):
        return Value.TRUNCATED
    return Value.ROUNDED if _rounded_to_tens(quoted, original) else Value.MISQUOTED


def _upper_end(claim: PublishedClaim) -> Figure | None:
    """Return the upper end of a range; a range is no quotation of its lower end."""
    return claim.other if claim.hedge is Hedge.RANGE else None


def _rounded_to_tens(quoted: PublishedClaim, original: PublishedClaim) -> bool:
    """Return whether a whole number that ends with zeros is the original to that place."""
    if quoted.figure.decimals:
        return False
    reach = place_value(quoted.figure) / 2
    return quoted.value - reach <= original.value < quoted.value + reach


# --- finding the quotations -----------------------------------------------------------------------


def compare_quotations(
    claims: pd.DataFrame,
    relations: Sequence[Relation],
    originals: Mapping[str, Sequence[str]],
    about: AboutWidth,
) -> pd.DataFrame:
    """
    Compare every figure that a document prints about another study with the original.

    Parameters
    ----------
    claims : DataFrame
        Clean claims.
    relations : sequence of Relation
        Those of the kind `quotes` pair the figures; partitions and breakdowns say what belongs
        together.
    originals : mapping of str to sequence of str
        The studies that each document is an original source of.
    about : AboutWidth
        How far `about` reaches.

    Returns
    -------
    DataFrame
        One row per quotation; the columns are described in `fidelity.schema.yaml`. A figure about
        another study that no relation pairs with an original is `unverified`.
    """
    readings: dict[str, list[Reading]] = {}
    for row in records(claims):
        readings.setdefault(row["claim_id"], []).append(row)
    found = [
        _paired(relation, relations, readings, about)
        for relation in relations
        if relation.kind is Kind.QUOTES and relation.claim.document != relation.inputs[0].document
    ]
    paired = {quotation.quoted.claim_id for quotation in found}
    found += [
        _unpaired(claim, readings, about)
        for claim in claims_by_id(claims).values()
        if claim.claim_id not in paired and claim.study not in originals[claim.document]
    ]
    return table_of(map(_row, found), columns=("claim_id", "verdict"))


def _paired(
    relation: Relation, relations: Sequence[Relation], readings: Readings, about: AboutWidth
) -> Quotation:
    quoted, original = relation.claim, relation.inputs[0]
    return Quotation(
        relation_id=relation.relation_id,
        quoted=quoted,
        original=original,
        seen=all(row["seen"] == "verbatim" for row in readings[original.claim_id]),
        bases_quoted=_bases(quoted, readings),
        bases_original=_bases(original, readings),
        omitted=tuple(_omitted(quoted, original, relations)),
        about=about,
    )


def _unpaired(claim: PublishedClaim, readings: Readings, about: AboutWidth) -> Quotation:
    return Quotation(
        relation_id="",
        quoted=claim,
        original=None,
        seen=False,
        bases_quoted=_bases(claim, readings),
        bases_original=frozenset(),
        omitted=(),
        about=about,
    )


def _bases(claim: PublishedClaim, readings: Readings) -> frozenset[str]:
    return frozenset(row["base"] for row in readings[claim.claim_id]) - {""}


def _omitted(
    quoted: PublishedClaim, original: PublishedClaim, relations: Sequence[Relation]
) -> list[PublishedClaim]:
    """Return the parts of a breakdown that a document leaves out while it quotes several."""
    taken = {
        relation.inputs[0].claim_id
        for relation in relations
        if relation.kind is Kind.QUOTES and relation.claim.document == quoted.document
    }
    for parts in _breakdowns(relations):
        ids = {part.claim_id for part in parts}
        if original.claim_id in ids and len(ids & taken) > 1:
            return [part for part in parts if part.claim_id not in taken]
    return []


def _breakdowns(relations: Sequence[Relation]) -> list[tuple[PublishedClaim, ...]]:
    return [
        (relation.claim, *relation.inputs) if relation.kind is Kind.BREAKDOWN else relation.inputs
        for relation in relations
        if relation.kind in (Kind.BREAKDOWN, Kind.PARTITION)
    ]


# --- the table ------------------------------------------------------------------------------------


def _row(quotation: Quotation) -> dict[str, Any]:
    quoted, original = quotation.quoted, quotation.original
    return {
        "relation_id": quotation.relation_id,
        "document": quoted.document,
        "claim_id": quoted.claim_id,
        "original": original.claim_id if original else "",
        "verdict": str(quotation.verdict),
        "value_verdict": str(quotation.value or ""),
        "base_verdict": str(quotation.group or ""),
        "printed": quoted.printed,
        "original_printed": original.printed if original else "",
        "base_quoted": " ".join(sorted(quotation.bases_quoted)),
        "base_original": " ".join(sorted(quotation.bases_original)),
        "omitted": " ".join(part.claim_id for part in quotation.omitted),
        "inputs": " ".join(_inputs(quotation)),
        "explanation": _sentence(quotation),
    }


def _inputs(quotation: Quotation) -> list[str]:
    claims = (quotation.quoted, quotation.original, *quotation.omitted)
    return [claim.claim_id for claim in claims if claim]


_SENTENCES = {
    Fidelity.MISQUOTED: "{quoted} is quoted; the original prints {original}.",
    Fidelity.WRONG_BASE: "{quoted} is printed in the original too, but of another group.",
    Fidelity.SELECTIVE: "{quoted} is quoted as printed; of the same breakdown {omitted} is left "
    "out.",
    Fidelity.ROUNDED: "{quoted} is quoted for {original}: the same in fewer digits, or within its "
    "hedge.",
    Fidelity.FAITHFUL: "{quoted} is what the original prints.",
}


def _sentence(quotation: Quotation) -> str:
    if quotation.original is None:
        return f"The original of {quotation.quoted.text} was not seen."
    words = {
        "quoted": quotation.quoted.text,
        "original": quotation.original.text,
        "omitted": " and ".join(part.text for part in quotation.omitted),
    }
    if quotation.verdict is Fidelity.UNVERIFIED:
        return "{quoted} is quoted for {original}, itself seen only in a quotation.".format(**words)
    unstated = " One of the two texts does not say which group it means."
    ending = unstated if quotation.group is Group.UNSTATED else ""
    return _SENTENCES[quotation.verdict].format(**words) + ending
