"""From the clean tables to cases, from cases to the tables of verdicts and shared denominators."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np

from recovery_audit.claims import (
    PERCENT,
    Base,
    PublishedClaim,
    bases_by_id,
    claims_by_id,
    records,
    table_of,
)
from recovery_audit.grim import covers_everything, denominators_up_to, witnesses
from recovery_audit.hedges import AboutWidth, Hedge
from recovery_audit.proportions import interval_table
from recovery_audit.relations import Kind, Relation
from recovery_audit.rounding import (
    ORDINARY,
    Figure,
    IntArray,
    Interval,
    RoundingRule,
    print_fraction,
    read_figure,
)
from recovery_audit.shared_denominators import SharedDenominators, search
from recovery_audit.verdicts import Case, Judgement, Verdict, judge, neighbours

if TYPE_CHECKING:
    import pandas as pd

#: Decimals of chances and powers in the tables. [proportion]
CHANCE_DECIMALS = 6
_RULE_DEPENDENT = (Verdict.CONSISTENT_IF_TRUNCATED, Verdict.CONSISTENT_IF_OTHER_ROUNDING)


# --- shared denominators ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """The sizes to try for one base, and how each came about."""

    sizes: IntArray
    n_max: int | None  #: the bound, where all sizes up to it are tried
    formed: Mapping[int, str]  #: how a pooled size was formed; empty where there is a bound


def search_bases(
    claims: pd.DataFrame, bases: pd.DataFrame, relations: Sequence[Relation] = ()
) -> pd.DataFrame:
    """
    Search, for each base of unknown size, the sizes that fit all of its percentages.

    Parameters
    ----------
    claims, bases : DataFrame
        Clean tables.
    relations : sequence of Relation
        A figure that only quotes another of its base is no second witness, and is left out.

    Returns
    -------
    DataFrame
        One row per base and size that fits; one row with a blank `n` where none does. Bases of
        published size, those with neither a bound nor a hypothesis, and those whose bound is so
        large that every figure can be printed, have no row. Pooled
        hypotheses come last, since they need the sizes found before.
    """
    by_id, groups = claims_by_id(claims), bases_by_id(bases)
    quoted = {(r.claim.claim_id, r.inputs[0].claim_id) for r in relations if r.kind is Kind.QUOTES}
    members: dict[str, set[str]] = {}
    for row in records(claims):
        members.setdefault(row["base"], set()).add(row["claim_id"])
    found: dict[str, SharedDenominators] = {}
    inputs = {name: group.n_claims for name, group in groups.items()}
    rows: list[dict[str, Any]] = []
    for base in sorted(groups.values(), key=lambda base: bool(base.pooled_from)):
        figures = _figures_of(members.get(base.base, set()), by_id, quoted)
        candidates = _candidates(base, by_id, groups, found)
        if figures and candidates is not None and not _says_nothing(candidates, figures):
            figures_by_id = tuple((c.claim_id, c.figure) for c in figures)
            result = _search(figures_by_id, tuple(candidates.sizes.tolist()))
            found[base.base] = result
            pooled = _pooled_inputs(base, inputs)
            inputs[base.base] = tuple(
                sorted({*(c.claim_id for c in figures), *base.n_max_claims, *pooled})
            )
            rows += _shared_rows(base, figures, candidates, result, inputs[base.base])
    return table_of(rows, columns=("base", "n"))


@cache
def _search(figures: tuple[tuple[str, Figure], ...], sizes: tuple[int, ...]) -> SharedDenominators:
    return search(dict(figures), np.array(sizes, dtype=np.int64))


def _says_nothing(candidates: Candidates, figures: Sequence[PublishedClaim]) -> bool:
    """Whether the bound is so large that groups near it have a count for every figure."""
    most_decimals = max(claim.figure.decimals for claim in figures)
    return candidates.n_max is not None and covers_everything(candidates.n_max, most_decimals)


def _figures_of(
    ids: set[str], by_id: Mapping[str, PublishedClaim], quoted: Collection[tuple[str, str]]
) -> list[PublishedClaim]:
    """Return the unhedged figures of a base that do not merely repeat another one of it."""
    repeats = {quoting for quoting, original in quoted if original in ids}
    return [by_id[c] for c in sorted(ids - repeats) if by_id[c].hedge is Hedge.NONE]


def _candidates(
    base: Base,
    by_id: Mapping[str, PublishedClaim],
    groups: Mapping[str, Base],
    found: Mapping[str, SharedDenominators],
) -> Candidates | None:
    if base.n_claims:
        return None
    bound = base.bound(by_id)
    if bound is not None:
        return Candidates(sizes=denominators_up_to(bound), n_max=bound, formed={})
    if base.pooled_from:
        formed = _pool([_sizes_of(part, by_id, groups, found) for part in base.pooled_from])
        sizes = np.array(sorted(formed), dtype=np.int64)
        return Candidates(sizes=sizes, n_max=None, formed=formed)
    return None


def _sizes_of(
    part: str,
    by_id: Mapping[str, PublishedClaim],
    groups: Mapping[str, Base],
    found: Mapping[str, SharedDenominators],
) -> list[tuple[str, int]]:
    """Return the sizes a part may have: a stated count, or what the search of its base found."""
    if part in groups:
        size = groups[part].size(by_id)
        return [(part, n) for n in ([size] if size is not None else found[part].found)]
    return [(part, by_id[part].figure.digits)]


def _pool(parts: Sequence[Sequence[tuple[str, int]]]) -> dict[int, str]:
    """Form sums of the parts and differences of two; each size with how it arose.

    A single part is the hypothesis that two groups are one and the same.
    """
    formed: dict[int, list[str]] = {}
    for count in range(min(2, len(parts)), len(parts) + 1):
        for chosen in combinations(parts, count):
            for terms in product(*chosen):
                total = sum(n for _, n in terms)
                formed.setdefault(total, []).append(" + ".join(f"{b} ({n})" for b, n in terms))
    for one, other in combinations(parts, 2):
        for first, second in product(one, other):
            (more, most), (less, least) = sorted((first, second), key=lambda term: -term[1])
            if most > least:
                how = f"{more} ({most}) - {less} ({least})"
                formed.setdefault(most - least, []).append(how)
    return {size: " or ".join(dict.fromkeys(ways)) for size, ways in formed.items()}


def _pooled_inputs(base: Base, inputs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the claims behind the sizes of the groups that a pooled size is formed from."""
    return [claim for part in base.pooled_from for claim in inputs.get(part, (part,))]


def _shared_rows(
    base: Base,
    figures: Sequence[PublishedClaim],
    candidates: Candidates,
    result: SharedDenominators,
    inputs: Sequence[str],
) -> Iterator[dict[str, Any]]:
    chance = result.chance_fit
    common = {
        "base": base.base,
        "n_max": candidates.n_max,
        "n_solutions": len(result.found),
        "forced": _yes(result.forced),
        "deduced": _yes(result.deduced is not None and not base.pooled_from),
        "expected_fits": print_fraction(result.expected_fits, CHANCE_DECIMALS),
        "chance_fit": _chance(chance.value if chance else None),
        "chance_fit_lower": _chance(chance.lower if chance else None),
        "chance_fit_upper": _chance(chance.upper if chance else None),
        "near_misses": result.near_misses,
        "leave_one_out": json.dumps(result.leave_one_out),
        "candidates_tried": result.tried,
        "inputs": " ".join(inputs),
    }
    if not result.found:
        hypothesis = " and ".join(base.pooled_from) + " pooled" if base.pooled_from else ""
        yield common | {"rounding_rule": "", "n": None, "counts": "", "hypothesis": hypothesis}
    for nobs in result.found:
        counts = {c.claim_id: witnesses(c.figure, nobs)[0] for c in figures}
        yield common | {
            "rounding_rule": _common_rule(figures, nobs),
            "n": nobs,
            "counts": json.dumps(counts),
            "hypothesis": candidates.formed.get(nobs, ""),
        }


def _common_rule(figures: Sequence[PublishedClaim], nobs: int) -> str:
    """Return the first ordinary rule under which every figure has its witness."""
    for rule in ORDINARY:
        if all(witnesses(claim.figure, nobs, [rule]) for claim in figures):
            return str(rule)
    return "half_up or half_even"  # each holds under one of them, but not all under the same


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def _chance(value: Fraction | None) -> str:
    return "" if value is None else print_fraction(value, CHANCE_DECIMALS)


# --- verdicts -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One reading of one percentage with its verdict."""

    row: Mapping[str, Any]
    claim: PublishedClaim
    base: Base | None
    case: Case
    judgement: Judgement
    searched_with: tuple[str, ...] = ()  #: claims that the sizes of its base were searched with

    @property
    def inputs(self) -> str:
        """Claims that the verdict rests on."""
        sizes = (*self.base.n_claims, *self.base.n_max_claims) if self.base else ()
        return " ".join(dict.fromkeys((self.claim.claim_id, *sizes, *self.searched_with)))


def judge_all(
    claims: pd.DataFrame, bases: pd.DataFrame, shared: pd.DataFrame, about: AboutWidth
) -> list[Judged]:
    """Judge every reading of every percentage of the clean claims table."""
    by_id, groups = claims_by_id(claims), bases_by_id(bases)
    fitting = fitting_sizes(shared)
    rows = list(records(shared))
    doubtful = {row["base"] for row in rows if row["deduced"] != "yes"}
    deduced = {base: sizes[0] for base, sizes in fitting.items() if base not in doubtful}
    searched = {row["base"]: _searched(row) for row in rows}
    searched_with = {row["base"]: tuple(row["inputs"].split()) for row in rows}
    judged = []
    for row in records(claims[claims["unit"] == PERCENT]):
        claim, base = by_id[row["claim_id"]], groups.get(row["base"])
        case = Case(
            figure=claim.figure,
            printed=claim.text,
            unit=base.unit if base else "",
            n_known=base.size(by_id) if base else None,
            n_max=base.bound(by_id) if base else None,
            n_deduced=deduced.get(row["base"]) if claim.hedge is Hedge.NONE else None,
            hedge_set=_hedge_set(claim, about),
            inferred=bool(base and base.inferred),
            fitting=fitting.get(row["base"]),
            hypothesis=bool(base and base.pooled_from),
            **searched.get(row["base"], {}),
        )
        judged.append(
            Judged(
                row=row,
                claim=claim,
                base=base,
                case=case,
                judgement=judge(case),
                searched_with=searched_with.get(row["base"], ()),
            )
        )
    return judged


def _searched(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many figures were searched together, and how likely a fit was."""
    figures = max(1, len(json.loads(row["leave_one_out"])))
    chance = Fraction(row["chance_fit"]) if row["chance_fit"] else None
    return {"figures": figures, "chance_fit": chance}


def fitting_sizes(shared: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Return, for each base searched, the sizes that fit all of its figures."""
    sizes: dict[str, list[int]] = {}
    for row in records(shared):
        sizes.setdefault(row["base"], []).extend([] if row["n"] is None else [int(row["n"])])
    return {base: tuple(found) for base, found in sizes.items()}


def _hedge_set(claim: PublishedClaim, about: AboutWidth) -> Interval | None:
    if claim.hedge is Hedge.NONE:
        return None
    return claim.values(RoundingRule.HALF_UP, about)  # a hedge is wider than any rounding


def judge_claims(
    claims: pd.DataFrame, bases: pd.DataFrame, shared: pd.DataFrame, about: AboutWidth
) -> pd.DataFrame:
    """
    Return the verdict on every reading of every percentage.

    Parameters
    ----------
    claims, bases : DataFrame
        Clean tables.
    shared : DataFrame
        What `search_bases` found.
    about : AboutWidth
        How far `about` reaches.

    Returns
    -------
    DataFrame
        One row per claim and reading; the columns are described in `verdicts.schema.yaml`.
    """
    judged = judge_all(claims, bases, shared, about)
    reached: dict[str, set[str]] = {}
    for one in judged:
        reached.setdefault(one.claim.claim_id, set()).add(one.judgement.verdict)
    rows = (
        _verdict_row(one, _contradicting(one, judged), len(reached[one.claim.claim_id]) == 1)
        for one in judged
    )
    return table_of(rows, columns=("claim_id", "verdict"))


def _verdict_row(one: Judged, contradicting: list[str], every_reading: bool) -> dict[str, Any]:
    judgement = one.judgement
    count, nobs = judgement.witnesses[0] if judgement.witnesses else (None, None)
    near = neighbours(one.case)
    copied = ("claim_id", "reading", "study", "document", "base", "printed", "decimals", "hedge")
    return {key: one.row[key] for key in copied} | {
        "unit": one.case.unit,
        "n_known": one.case.n_known,
        "n_max": one.case.n_max,
        "verdict": str(judgement.verdict),
        "every_reading": _yes(every_reading),
        "rounding_rule": judgement.rounding_rule,
        "rule_contradicted_by": " ".join(contradicting),
        "k": count,
        "n": nobs,
        "n_deduced": judgement.n_deduced,
        "n_witnesses": len(judgement.witnesses),
        "power_ordinary": _chance(judgement.power_ordinary),
        "power_any": _chance(judgement.power_any),
        "explanation": judgement.explanation,
        "k_below": near[0] if len(near) == 2 else None,
        "k_above": near[-1] if len(near) == 2 else None,
        "inputs": one.inputs,
    }


def _contradicting(one: Judged, judged: Sequence[Judged]) -> list[str]:
    """Figures of the same table that hold, but not under the rule this one needs."""
    if one.judgement.verdict not in _RULE_DEPENDENT:
        return []
    rule = RoundingRule(one.judgement.rounding_rule)
    return [
        other.claim.claim_id
        for other in judged
        if (other.claim.document, other.claim.table) == (one.claim.document, one.claim.table)
        and other.case.hedge_set is None
        and other.judgement.rounding_rule
        and other.case.nobs is not None
        and not other.case.counts([rule])
    ]


# --- witnesses under each rule -------------------------------------------------------------------


def points_off(row: Mapping[str, Any]) -> str:
    """
    Return how far a printed percentage lies from the nearest that a count of its group can give.

    Parameters
    ----------
    row : mapping
        Of the table of verdicts.

    Returns
    -------
    str
        Percentage points, to six decimals; blank where the size of the group is not published.

    Examples
    --------
    >>> points_off({"printed": "9.2", "n_known": 90, "k_below": 8, "k_above": 9})
    '0.311111'
    """
    cells = [str(row[name]) for name in ("n_known", "k_below", "k_above")]
    if not all(cell.isdigit() for cell in cells):
        return ""
    size, *counts = map(int, cells)
    return _points_off(str(row["printed"]), size, tuple(counts))


@cache
def _points_off(printed: str, size: int, counts: tuple[int, ...]) -> str:
    value = read_figure(printed).value
    return print_fraction(min(abs(value - Fraction(100 * count, size)) for count in counts), 6)


def list_witnesses(
    claims: pd.DataFrame, bases: pd.DataFrame, shared: pd.DataFrame, about: AboutWidth
) -> pd.DataFrame:
    """
    Return, for every rounding rule, what can stand behind each unhedged percentage.

    At a published or deduced size the counts are those that print so under the rule; with only
    a bound they are those at every size up to it, the figure taken by itself.

    Parameters
    ----------
    claims, bases, shared, about
        As for `judge_claims`.

    Returns
    -------
    DataFrame
        One row per claim, reading and rule; see `witnesses.schema.yaml`.
    """
    judged = judge_all(claims, bases, shared, about)
    return table_of(
        _witness_row(one, rule)
        for one in judged
        for rule in RoundingRule
        if one.case.hedge_set is None and (one.case.nobs or _is_bounded_usefully(one.case))
    )


def _is_bounded_usefully(case: Case) -> bool:
    return case.n_max is not None and not case.is_open_to_all


def _witness_row(one: Judged, rule: RoundingRule) -> dict[str, Any]:
    case = one.case
    pairs = _pairs(case.figure, case.nobs, case.n_max or 0, rule)
    count, nobs = pairs[0] if pairs else (None, None)
    return {
        "claim_id": one.claim.claim_id,
        "reading": one.row["reading"],
        "rounding_rule": str(rule),
        "printed": one.claim.printed,
        "size": case.nobs,
        "n_max": case.n_max if case.nobs is None else None,
        "holds": _yes(bool(pairs)),
        "n_witnesses": len(pairs),
        "k": count,
        "n": nobs,
    }


@cache
def _pairs(
    figure: Figure, nobs: int | None, n_max: int, rule: RoundingRule
) -> list[tuple[int, int]]:
    sizes = [nobs] if nobs is not None else range(1, n_max + 1)
    return [(count, size) for size in sizes for count in witnesses(figure, size, [rule])]


# --- intervals ----------------------------------------------------------------------------------


def estimate_intervals(
    claims: pd.DataFrame,
    bases: pd.DataFrame,
    shared: pd.DataFrame,
    about: AboutWidth,
    level: float,
) -> pd.DataFrame:
    """
    Return intervals, by every method, for each witness of each unhedged percentage.

    Where several witnesses stand, the envelope runs from the smallest lower to the largest upper
    limit: it holds whichever of them is the true pair.
    """
    judged = judge_all(claims, bases, shared, about)
    inputs = {(one.claim.claim_id, one.row["reading"]): one.inputs for one in judged}
    rows = [
        (one.claim.claim_id, one.row["reading"], count, nobs)
        for one in judged
        if one.case.hedge_set is None and one.judgement.verdict is not Verdict.UNINFORMATIVE
        for count, nobs in one.judgement.witnesses
    ]
    table = interval_table(rows, level)
    keys = zip(table["claim_id"], table["reading"], strict=True)
    return table.assign(inputs=[inputs[key] for key in keys])
