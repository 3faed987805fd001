"""Arithmetic between published figures: sums, differences, percentages of counts, quotations.

A relation is tested over every value that the printed figures may stand for, not over the
printed decimals: it holds if some such values satisfy it, all rounded by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import (
    PERCENT,
    Base,
    PublishedClaim,
    bases_by_id,
    claims_by_id,
    table_of,
)
from recovery_audit.errors import Problem, TableError
from recovery_audit.hedges import AboutWidth, Hedge
from recovery_audit.rounding import (
    ANY,
    ORDINARY,
    Interval,
    RoundingRule,
    print_fraction,
)
from recovery_audit.verdicts import Verdict, verdict_under

if TYPE_CHECKING:
    import pandas as pd


class Kind(StrEnum):
    """What a relation asserts of `claim`."""

    PERCENT_OF = "percent_of"  # claim = 100 * part / whole
    SUM = "sum"  # claim = the parts added up
    DIFFERENCE = "difference"  # claim = minuend - subtrahend
    SUBSET = "subset"  # claim <= whole
    QUOTIENT = "quotient"  # claim = part / whole
    PARTITION = "partition"  # the parts, which do not overlap, make up claim
    BREAKDOWN = "breakdown"  # claim and the other percentages of its group make up 100
    QUOTES = "quotes"  # claim repeats original


#: The roles that each kind needs beside `claim`.
ROLES: dict[Kind, tuple[str, ...]] = {
    Kind.PERCENT_OF: ("part", "whole"),
    Kind.SUM: ("parts",),
    Kind.DIFFERENCE: ("minuend", "subtrahend"),
    Kind.SUBSET: ("whole",),
    Kind.QUOTIENT: ("part", "whole"),
    Kind.PARTITION: ("parts",),
    Kind.BREAKDOWN: ("others",),
    Kind.QUOTES: ("original",),
}

Values = Callable[[PublishedClaim], Interval]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """One assertion; it names claims, never figures."""

    relation_id: str
    kind: Kind
    claim: PublishedClaim  #: the asserted figure
    inputs: tuple[PublishedClaim, ...]  #: in the order of `ROLES`

    def exact(self) -> Fraction:
        """Return what the inputs, as printed, give."""
        return self._evaluate(lambda claim: Interval.point(claim.value)).low

    def values(self, values: Values) -> Interval:
        """Return everything the inputs may give; for a subset, what the whole leaves room for."""
        result = self._evaluate(values)
        if self.kind is Kind.SUBSET:
            return Interval(low=Fraction(0), high=result.high, open_high=result.open_high)
        return result

    def _evaluate(self, values: Values) -> Interval:
        sets = [values(claim) for claim in self.inputs]
        if self.kind in (Kind.PERCENT_OF, Kind.QUOTIENT):
            return _ratio(
                sets[0], _total(sets[1:]), times=100 if self.kind is Kind.PERCENT_OF else 1
            )
        if self.kind is Kind.DIFFERENCE:
            return sets[0] - sets[1]
        total = _total(sets)
        return Interval.point(100) - total if self.kind is Kind.BREAKDOWN else total


def _total(sets: Sequence[Interval]) -> Interval:
    return sum(sets[1:], start=sets[0])


def _ratio(part: Interval, whole: Interval, times: int) -> Interval:
    """Return times * part / whole; both are positive, so the ends come from opposite ends."""
    return Interval(
        low=times * part.low / whole.high,
        high=times * part.high / whole.low,
        open_low=part.open_low or whole.open_high,
        open_high=part.open_high or whole.open_low,
    )


def load_relations(
    entries: Sequence[Mapping[str, Any]],
    claims: pd.DataFrame,
    bases: pd.DataFrame,
    file: str = "data/relations.yaml",
) -> list[Relation]:
    """
    Return the relations of `relations.yaml`, checked against the claims.

    Raises
    ------
    TableError
        For a repeated id, a missing or superfluous role, an unknown claim, a whole of zero, or
        relations and bases that lead from a claim back to itself.
    """
    by_id = claims_by_id(claims)
    problems = [*_entry_problems(entries, by_id, file)]
    if not problems:
        problems = [*_circular(entries, bases_by_id(bases), claims, file)]
    if problems:
        raise TableError(problems)
    return [_relation(entry, by_id) for entry in entries]


def _relation(entry: Mapping[str, Any], by_id: Mapping[str, PublishedClaim]) -> Relation:
    return Relation(
        relation_id=entry["id"],
        kind=Kind(entry["kind"]),
        claim=by_id[entry["claim"]],
        inputs=tuple(by_id[claim] for claim in _inputs(entry)),
    )


def _inputs(entry: Mapping[str, Any]) -> list[str]:
    return [claim for role in ROLES[Kind(entry["kind"])] for claim in _named(entry, role)]


def _named(entry: Mapping[str, Any], role: str) -> list[str]:
    """Return the claims of a role; one claim needs no list."""
    named = entry.get(role, [])
    return named if isinstance(named, list) else [named]


def _entry_problems(
    entries: Sequence[Mapping[str, Any]], by_id: Mapping[str, PublishedClaim], file: str
) -> list[Problem]:
    problems, seen = [], set[str]()
    all_roles = {role for roles in ROLES.values() for role in roles}
    for entry in entries:

        def add(column: str, value: object, rule: str, relation: str = entry["id"]) -> None:
            place = f"{relation}.{column}"
            problems.append(Problem(file=file, row=0, column=place, value=str(value), rule=rule))

        roles = ROLES[Kind(entry["kind"])]
        if entry["id"] in seen:
            add("id", entry["id"], "each relation has its own id")
        seen.add(entry["id"])
        for role in all_roles & entry.keys() ^ set(roles):
            add(role, entry.get(role, ""), f"{entry['kind']} takes {', '.join(roles)} and no other")
        for claim in (entry["claim"], *_inputs(entry)):
            if claim not in by_id:
                add("claim", claim, "expected the id of a claim")
            elif claim in _named(entry, "whole") and not by_id[claim].figure.digits:
                add("whole", claim, "nothing can be a part of zero")
    return problems


def _circular(
    entries: Sequence[Mapping[str, Any]],
    bases: Mapping[str, Base],
    claims: pd.DataFrame,
    file: str,
) -> list[Problem]:
    """Follow each claim to those it is derived from; a loop would let figures prove themselves."""
    derived: dict[str, set[str]] = {}
    for entry in entries:
        if entry["kind"] != Kind.SUBSET:  # a bound derives nothing
            derived.setdefault(entry["claim"], set()).update(_inputs(entry))
    for claim, base in zip(claims["claim_id"], claims["base"], strict=True):
        if base:
            derived.setdefault(claim, set()).update(bases[base].n_claims)
    try:
        TopologicalSorter(derived).prepare()
    except CycleError as error:
        loop = " <- ".join(error.args[1])
        rule = "no figure may be derived from itself"
        return [Problem(file=file, row=0, column="", value=loop, rule=rule)]
    return []


def check_relations(relations: Sequence[Relation], about: AboutWidth) -> pd.DataFrame:
    """
    Judge every relation.

    Parameters
    ----------
    relations : sequence of Relation
        As loaded.
    about : AboutWidth
        How far `about` reaches.

    Returns
    -------
    DataFrame
        One row per relation; the columns are described in `relations.schema.yaml`. `difference`
        is the printed figure minus the recomputed one, so it is negative where too little was
        printed.
    """
    rows = (
        _row(relation, about) | {"rule_contradicted_by": _contradicting(relation, relations, about)}
        for relation in relations
    )
    return table_of(rows, columns=("claim_id", "verdict"))


def _contradicting(relation: Relation, relations: Sequence[Relation], about: AboutWidth) -> str:
    """Return the percentages of the same table that refute the unusual rule this one needs."""
    needed = _rules_under_which(relation, about)
    if not needed or set(needed) & set(ORDINARY):
        return ""
    same_table = (
        other
        for other in relations
        if other.kind is relation.kind is Kind.PERCENT_OF
        and (other.claim.document, other.claim.table)
        == (relation.claim.document, relation.claim.table)
    )
    refuting = (
        other.relation_id
        for other in same_table
        if (rules := _rules_under_which(other, about)) and not set(rules) & set(needed)
    )
    return " ".join(refuting)


@cache
def _row(relation: Relation, about: AboutWidth) -> dict[str, Any]:
    verdict, rule = judge_relation(relation, about)
    exact, printed = relation.exact(), relation.claim.figure
    off = relation.claim.value - exact
    decimals = printed.decimals + 2
    return {
        "relation_id": relation.relation_id,
        "kind": str(relation.kind),
        "claim_id": relation.claim.claim_id,
        "unit": relation.claim.unit.replace("-", " "),
        "printed": relation.claim.printed,
        "recomputed": print_fraction(exact, decimals),
        "exact": f"{exact.numerator}/{exact.denominator}",
        "difference": print_fraction(off, decimals),
        "exact_difference": f"{off.numerator}/{off.denominator}",
        "verdict": str(verdict),
        "rounding_rule": str(rule or ""),
        "explanation": _sentence(relation, verdict, _allowed(relation, rule, about)),
        "inputs": " ".join(dict.fromkeys(c.claim_id for c in (relation.claim, *relation.inputs))),
    }


def judge_relation(
    relation: Relation, about: AboutWidth = AboutWidth.HALF_PLACE
) -> tuple[Verdict, RoundingRule | None]:
    """Return the verdict on a relation, and the first rule under which it holds."""
    everyone = (relation.claim, *relation.inputs)
    hedged = any(claim.hedge is not Hedge.NONE for claim in everyone)
    rules = _rules_under_which(relation, about)
    if not rules:
        return Verdict.INCONSISTENT, None
    return (Verdict.APPROXIMATE if hedged else verdict_under(rules[0])), rules[0]


@cache
def _rules_under_which(relation: Relation, about: AboutWidth) -> list[RoundingRule]:
    """Return the rules under which a relation holds, the ordinary ones first."""

    def holds(rule: RoundingRule) -> bool:
        def values(claim: PublishedClaim) -> Interval:
            return claim.values(rule, about)

        return relation.values(values).meets(values(relation.claim))

    return [rule for rule in ANY if holds(rule)]


_ENDINGS = {
    Verdict.CONSISTENT: "as printed",
    Verdict.CONSISTENT_IF_TRUNCATED: "as printed if further digits are cut off",
    Verdict.CONSISTENT_IF_OTHER_ROUNDING: "as printed only if rounded half down or up",
    Verdict.APPROXIMATE: "within what the hedge allows",
    Verdict.INCONSISTENT: "not what is printed under any rounding rule",
}


def _allowed(relation: Relation, rule: RoundingRule | None, about: AboutWidth) -> str:
    """Say what the other figures allow, where only their own rounding makes room for the claim."""
    if rule not in ORDINARY or any(
        claim.hedge is not Hedge.NONE for claim in (relation.claim, *relation.inputs)
    ):
        return ""
    if relation.exact() in relation.claim.values(rule, about):
        return ""
    allowed = relation.values(lambda claim: claim.values(rule, about))
    decimals = relation.claim.figure.decimals + 2
    unit = "%" if relation.claim.unit == PERCENT else ""
    low, high = (f"{print_fraction(end, decimals)}{unit}" for end in (allowed.low, allowed.high))
    return f"within what the rounding of the other figures allows, {low} to {high}"


def _sentence(relation: Relation, verdict: Verdict, allowed: str) -> str:
    printed, exact = relation.claim, relation.exact()
    texts = [claim.text for claim in relation.inputs]
    whole = " + ".join(texts[1:])
    shown = print_fraction(exact, 0 if exact.denominator == 1 else printed.figure.decimals + 2)
    ending = _ENDINGS[verdict]
    if relation.kind is Kind.QUOTES:
        return f"{printed.text} for {texts[0]}: {ending}."
    if relation.kind is Kind.SUBSET:
        within = "does not exceed" if verdict is not Verdict.INCONSISTENT else "exceeds"
        return f"{printed.text} {within} {texts[0]}."
    formula = {
        Kind.PERCENT_OF: f"{texts[0]} of {whole} is {shown}%",
        Kind.QUOTIENT: f"{texts[0]} / {whole} = {shown}",
        Kind.BREAKDOWN: "100% - " + " - ".join(texts) + f" = {shown}%",
        Kind.SUM: " + ".join(texts) + f" = {shown}",
        Kind.PARTITION: " + ".join(texts) + f" = {shown}",
        Kind.DIFFERENCE: " - ".join(texts) + f" = {shown}",
    }[relation.kind]
    return f"{formula}; {printed.text} is printed: {allowed or ending}."
