"""Systems of percentages as data: which can hold together, and what that forces.

A system names claims, the bases they are of, and constraints between them, never figures. Each
plausible reading of the documents is a system of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import (
    COUNTED,
    PERCENT,
    Base,
    PublishedClaim,
    bases_by_id,
    claims_by_id,
    records,
    table_of,
)
from recovery_audit.errors import Problem, TableError
from recovery_audit.hedges import Hedge
from recovery_audit.integer_systems import (
    Constraint,
    Level,
    Line,
    Percentage,
    Search,
    Sense,
    Size,
    Solution,
    System,
    Term,
    Variable,
    largest_sizes,
    solve,
)

if TYPE_CHECKING:
    import pandas as pd


class Kind(StrEnum):
    """What a constraint says of its parts and its whole."""

    COUNTS_ADD_UP = "counts_add_up"  # those counted in the parts are those counted in the whole
    SIZES_ADD_UP = "sizes_add_up"  # the groups of the parts make up the group of the whole
    PARTITION = "partition"  # both
    COUNTS_WITHIN = (
        "counts_within"  # those counted in the parts are counted in the whole, once each
    )
    SIZES_WITHIN = "sizes_within"  # the groups of the parts lie in that of the whole, apart
    COUNTS_COVER = "counts_cover"  # whoever is counted in the whole is counted in some part
    SIZES_COVER = "sizes_cover"  # whoever is in the group of the whole is in that of some part
    DISJOINT = "disjoint"  # nobody is counted in two parts, and all of them are of the whole


#: Per kind, what is taken of the parts, how it compares, and what is taken of the whole.
_LINES: dict[Kind, tuple[tuple[Level, Sense, Level], ...]] = {
    Kind.COUNTS_ADD_UP: ((Level.COUNT, Sense.EQUAL, Level.COUNT),),
    Kind.SIZES_ADD_UP: ((Level.SIZE, Sense.EQUAL, Level.SIZE),),
    Kind.PARTITION: (
        (Level.COUNT, Sense.EQUAL, Level.COUNT),
        (Level.SIZE, Sense.EQUAL, Level.SIZE),
    ),
    Kind.COUNTS_WITHIN: ((Level.COUNT, Sense.AT_MOST, Level.COUNT),),
    Kind.SIZES_WITHIN: ((Level.SIZE, Sense.AT_MOST, Level.SIZE),),
    Kind.COUNTS_COVER: ((Level.COUNT, Sense.AT_LEAST, Level.COUNT),),
    Kind.SIZES_COVER: ((Level.SIZE, Sense.AT_LEAST, Level.SIZE),),
    Kind.DISJOINT: ((Level.COUNT, Sense.AT_MOST, Level.SIZE),),
}
_EXPECTED = {
    Level.COUNT: "a percentage of this system, or the claim of a count",
    Level.SIZE: "a base, a percentage of this system, or the claim of a count",
}


#: Forced values are listed in a sentence up to this many.
_LONGEST_LIST = 8

# --- from entries to systems ----------------------------------------------------------------------


def load_systems(
    entries: Sequence[Mapping[str, Any]],
    claims: pd.DataFrame,
    bases: pd.DataFrame,
    file: str = "data/systems.yaml",
) -> list[System]:
    """
    Return the systems of `systems.yaml`, checked against the claims and bases.

    Raises
    ------
    TableError
        For a repeated id, an unknown claim or base, a claim that is hedged or no percentage, a
        base that is none of a claim's readings, a constraint on something else than its kind
        takes, or across units without saying so, and a size without any upper limit.
    """
    sheet = _Sheet.of(claims, bases, file)
    seen = set[str]()
    problems: list[Problem] = []
    for entry in entries:
        if entry["id"] in seen:
            problems.append(sheet.problem(entry, "id", entry["id"], "each system has its own id"))
        seen.add(entry["id"])
        problems += _entry_problems(entry, sheet) or _limit_problems(entry, sheet)
    if problems:
        raise TableError(problems)
    return [_system(entry, sheet) for entry in entries]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """What the entries are checked against."""

    claims: Mapping[str, PublishedClaim]
    bases: Mapping[str, Base]
    readings: Mapping[str, frozenset[str]]  #: claim to the bases of its readings
    file: str

    @classmethod
    def of(cls, claims: pd.DataFrame, bases: pd.DataFrame, file: str) -> _Sheet:
        readings: dict[str, set[str]] = {}
        for row in records(claims):
            readings.setdefault(row["claim_id"], set()).add(row["base"])
        return cls(
            claims=claims_by_id(claims),
            bases=bases_by_id(bases),
            readings={claim: frozenset(of - {""}) for claim, of in readings.items()},
            file=file,
        )

    def problem(self, entry: Mapping[str, Any], place: str, value: str, rule: str) -> Problem:
        column = f"{entry['id']}.{place}"
        return Problem(file=self.file, row=0, column=column, value=value, rule=rule)

    def counted(self, name: str) -> bool:
        """Return whether a name is the claim of a count."""
        claim = self.claims.get(name)
        return claim is not None and claim.unit in COUNTED and claim.hedge is Hedge.NONE


def _system(entry: Mapping[str, Any], sheet: _Sheet) -> System:
    percentages = {p["claim"]: _percentage(p, sheet) for p in entry["percentages"]}
    constraints = entry.get("constraints", [])
    bases = [sheet.bases[base] for base in _bases_of(entry, sheet)]
    return System(
        system_id=entry["id"],
        percentages=tuple(percentages.values()),
        sizes=tuple(_size(base, sheet) for base in bases),
        constraints=tuple(_constraint(c, percentages, sheet) for c in constraints),
        premise=entry["premise"],
        inputs=tuple(dict.fromkeys(_inputs(percentages, bases, constraints, sheet))),
    )


def _percentage(named: Mapping[str, Any], sheet: _Sheet) -> Percentage:
    claim = sheet.claims[named["claim"]]
    return Percentage(
        claim_id=claim.claim_id,
        figure=claim.figure,
        bases=tuple(named["bases"]),
        table=(claim.document, claim.table),
    )


def _bases_of(entry: Mapping[str, Any], sheet: _Sheet) -> list[str]:
    """Return the bases of the percentages, then those that only constraints name."""
    named = [base for p in entry["percentages"] for base in p["bases"]]
    constrained = [name for c in entry.get("constraints", []) for name in _names(c)]
    return list(dict.fromkeys([*named, *(name for name in constrained if name in sheet.bases)]))


def _names(constraint: Mapping[str, Any]) -> list[str]:
    return [*constraint["parts"], constraint["whole"]]


def _size(base: Base, sheet: _Sheet) -> Size:
    known, bound = base.size(sheet.claims), base.bound(sheet.claims)
    return Size(base=base.base, unit=base.unit, known=known, bound=bound)


def _constraint(
    named: Mapping[str, Any], percentages: Mapping[str, Percentage], sheet: _Sheet
) -> Constraint:
    def term(name: str, level: Level) -> Term:
        if name in percentages:
            return percentages[name].count if level is Level.COUNT else percentages[name].size
        return Variable(name, level) if name in sheet.bases else sheet.claims[name].figure.digits

    lines = tuple(
        Line(tuple(term(part, of) for part in named["parts"]), sense, term(named["whole"], whole))
        for of, sense, whole in _LINES[Kind(named["kind"])]
    )
    return Constraint(constraint_id=named["id"], lines=lines)


def _inputs(
    percentages: Iterable[str],
    bases: Iterable[Base],
    constraints: Iterable[Mapping[str, Any]],
    sheet: _Sheet,
) -> Iterator[str]:
    yield from percentages
    for base in bases:
        yield from (*base.n_claims, *base.n_max_claims)
    for constraint in constraints:
        yield from (name for name in _names(constraint) if sheet.counted(name))


# --- problems of an entry -------------------------------------------------------------------------


def _entry_problems(entry: Mapping[str, Any], sheet: _Sheet) -> list[Problem]:
    problems = []
    for place, named in enumerate(entry["percentages"]):
        for value, rule in _percentage_faults(named, entry["percentages"][:place], sheet):
            problems.append(sheet.problem(entry, "percentages", value, rule))
    if problems:
        return problems
    taken = {p["claim"] for p in entry["percentages"]} | {*sheet.bases}
    for named in entry.get("constraints", []):
        for value, rule in _constraint_faults(named, entry, taken, sheet):
            problems.append(sheet.problem(entry, named["id"], value, rule))
        taken.add(named["id"])
    return problems


def _percentage_faults(
    named: Mapping[str, Any], before: Sequence[Mapping[str, Any]], sheet: _Sheet
) -> Iterator[tuple[str, str]]:
    name = named["claim"]
    claim = sheet.claims.get(name)
    if claim is None or claim.unit != PERCENT:
        yield name, "expected the id of a percentage"
        return
    if claim.hedge is not Hedge.NONE:
        yield name, "a hedged figure has no rounding rule, so it is of no use here"
    if name in [other["claim"] for other in before]:
        yield name, "each percentage stands once"
    readings = sheet.readings[name]
    for base in named["bases"]:
        if base not in readings:
            yield base, f"expected a base of the readings of {name}: {', '.join(sorted(readings))}"
    units = {sheet.bases[base].unit for base in named["bases"] if base in sheet.bases}
    if len(units) > 1:
        yield ", ".join(sorted(units)), f"the bases that {name} may be of have one unit"


def _constraint_faults(
    named: Mapping[str, Any], entry: Mapping[str, Any], taken: set[str], sheet: _Sheet
) -> Iterator[tuple[str, str]]:
    if named["id"] in taken:
        yield named["id"], "each constraint has an id of its own, which no claim or base has"
    percentages = {p["claim"]: p["bases"][0] for p in entry["percentages"]}
    kind = Kind(named["kind"])
    wrong = list(_misplaced(kind, named, percentages, sheet))
    if wrong:
        yield from wrong
        return
    units = {
        sheet.bases[percentages.get(name, name)].unit
        if name in percentages or name in sheet.bases
        else sheet.claims[name].unit
        for name in _names(named)
    }
    if (len(units) > 1) != named.get("across_units", False):
        rule = "`across_units` is true where the names are counted in several units, else left out"
        yield ", ".join(sorted(units)), rule


def _misplaced(
    kind: Kind, named: Mapping[str, Any], percentages: Iterable[str], sheet: _Sheet
) -> Iterator[tuple[str, str]]:
    for of, _, whole in _LINES[kind]:
        for name, level in (*((part, of) for part in named["parts"]), (named["whole"], whole)):
            fits = name in percentages or sheet.counted(name)
            if not fits and not (level is Level.SIZE and name in sheet.bases):
                yield name, f"`{kind}` takes here {_EXPECTED[level]}"


def _limit_problems(entry: Mapping[str, Any], sheet: _Sheet) -> Iterator[Problem]:
    system = _system(entry, sheet)
    limits = largest_sizes(system)
    rule = "its size needs an upper limit: an `n_max_claim` in data/bases.csv, or a constraint"
    for size in system.sizes:
        if size.variable not in limits:
            yield sheet.problem(entry, "percentages", size.base, rule)


# --- the table ------------------------------------------------------------------------------------


def solve_systems(systems: Iterable[System], search: Search | None = None) -> pd.DataFrame:
    """
    Solve each system by itself.

    Parameters
    ----------
    systems : iterable of System
        As loaded.
    search : Search, optional
        Rounding rules in force, and how far solutions are counted.

    Returns
    -------
    DataFrame
        One row per system and variable; the columns are described in `systems.schema.yaml`.
        Forced means forced under the premises of the system, nothing more.
    """
    search = search or Search()
    return table_of(row for system in systems for row in _rows(solve(system, search), search))


def _rows(solution: Solution, search: Search) -> Iterator[dict[str, Any]]:
    system = solution.system
    rules = {", ".join(table): list(rules) for table, rules in solution.rules.items()}
    common = {
        "system_id": system.system_id,
        "status": "feasible" if solution.feasible else "infeasible",
        "solutions": solution.count,
        "counted": "exact" if solution.exact else "at least",
        "conventions": json.dumps(rules) if rules else "",
        "conflict": " ".join(solution.conflict),
        "summary": summary(solution, search),
        "inputs": " ".join(system.inputs),
    }
    for variable in system.variables:
        low, high = solution.ranges.get(variable, (None, None))
        yield common | {
            "variable": variable.name,
            "kind": str(variable.level),
            "lower": low,
            "upper": high,
            "forced": "yes" if solution.forced(variable) else "no",
            "explanation": explanation(solution, variable),
        }


def summary(solution: Solution, search: Search) -> str:
    """Return one sentence on a system: in how many ways it can be met, or what conflicts."""
    premise = solution.system.premise
    finding = _agreement(solution) if solution.feasible else _conflict(solution, search)
    text = f"if {premise}, {finding}." if premise else f"{finding}."
    return text[0].upper() + text[1:]


def _agreement(solution: Solution) -> str:
    count = len(solution.system.percentages)
    figures = "the percentage" if count == 1 else f"the {count} percentages"
    how_many = f"{solution.count:,}" if solution.exact else f"at least {solution.count:,}"
    ways = "way" if solution.count == 1 else "ways"
    together = " together" if count > 1 else ""
    return f"{figures} can hold{together} in {how_many} {ways}; {_forced(solution)}"


def _forced(solution: Solution) -> str:
    """Say what is forced beyond the sizes that are published."""
    system = solution.system
    published = {size.variable for size in system.sizes if size.known is not None}
    unknown = [variable for variable in system.variables if variable not in published]
    forced = [variable for variable in unknown if solution.forced(variable)]
    if not forced:
        return "no count or size is forced"
    values = ", ".join(f"{v.level} of {v.name} = {solution.ranges[v][0]:,}" for v in forced)
    listed = f": {values}" if len(forced) <= _LONGEST_LIST else ""
    if len(forced) == len(unknown):
        return f"all counts and sizes are forced{listed}"
    verb = "is" if len(forced) == 1 else "are"
    return f"{len(forced)} of {len(unknown)} counts and sizes {verb} forced{listed}"


def _conflict(solution: Solution, search: Search) -> str:
    """Say which premises conflict; a percentage with its figure, a size with its number."""
    *words, last = [_in_words(solution.system, premise) for premise in solution.conflict]
    rules = _either(rule.replace("_", " ") for rule in search.rules)
    rounded = f"each table being rounded by one rule ({rules})"
    if not words:
        return f"no whole numbers meet {last}, {rounded}"
    return (
        f"no whole numbers meet {', '.join(words)} and {last} together, {rounded}, "
        "though some do once any one of them is left out"
    )


def _either(options: Iterable[str]) -> str:
    *others, last = options
    return f"{', '.join(others)} or {last}" if others else last


def _in_words(system: System, premise: str) -> str:
    for percentage in system.percentages:
        if percentage.claim_id == premise:
            return f"{percentage.figure}% ({premise})"
    for size in system.sizes:
        if size.base == premise:
            limit = "" if size.known is not None else "at most "
            return f"the size of {premise} ({limit}{size.most:,} {size.unit})"
    return f"the constraint {premise}"


def explanation(solution: Solution, variable: Variable) -> str:
    """Return one sentence on a count or size."""
    if not solution.feasible:
        return "The system has no solution, so nothing follows for this number."
    low, high = solution.ranges[variable]
    value = f"{low:,} in every solution" if low == high else f"between {low:,} and {high:,}"
    for percentage in solution.system.percentages:
        shown = f"{percentage.figure}% ({percentage.claim_id})"
        if variable == percentage.count:
            return f"The count behind {shown} is {value}."
        if variable == percentage.size and len(percentage.bases) > 1:
            return f"The size of the group that {shown} is of is {value}."
    size = next(size for size in solution.system.sizes if size.variable == variable)
    given = ", as published" if size.known is not None else ""
    return f"The size of {size.base} [{size.unit}] is {value}{given}."
