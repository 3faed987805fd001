"""Several percentages, bases and constraints at once: do whole numbers exist that meet them all?

A system is solved with OR-tools CP-SAT on the integer inequalities of `rounding.half_steps`. All
figures of one table follow one rounding rule, which is left open. One worker and no clock take
part, so that the same system always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import NamedTuple, TypeGuard

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar, LinearExprT

from recovery_audit.errors import AuditError
from recovery_audit.rounding import ORDINARY, Figure, RoundingRule, half_steps

#: The rules a table may have followed, unless told otherwise.
TABLE_RULES = (*ORDINARY, RoundingRule.TRUNCATED)
#: Solutions are counted one by one up to this many.
MOST_SOLUTIONS = 2_000
#: A published size that the search for a conflict leaves out may become anything up to this. From
#: here on, each figure with up to three decimals has a witness.
SIZE_LIMIT = 100_000
#: Work, in the solver's own repeatable unit, after which a question is given up.
_MOST_WORK = 600

Table = tuple[str, str]  # document, and table or passage of it


class SearchError(AuditError):
    """A system cannot be solved as it stands."""


class Level(StrEnum):
    """What a variable is."""

    COUNT = "k"  # how many a percentage counts
    SIZE = "n"  # how many it is a percentage of


class Variable(NamedTuple):
    """One unknown whole number."""

    name: str  #: a claim; or, of a size, its base
    level: Level


Term = Variable | int


class Sense(StrEnum):
    """How the parts of a line, added up, compare with its whole."""

    EQUAL = "="
    AT_MOST = "<="
    AT_LEAST = ">="


class Line(NamedTuple):
    """One linear condition: the parts, added up, against the whole."""

    parts: tuple[Term, ...]
    sense: Sense
    whole: Term


@dataclass(frozen=True, kw_only=True, slots=True)
class Percentage:
    """A printed percentage, and what it may be a percentage of."""

    claim_id: str
    figure: Figure
    bases: tuple[str, ...]  #: it is of one of these
    table: Table  #: where it is printed; one rounding rule for all of a table

    @property
    def count(self) -> Variable:
        """How many it counts."""
        return Variable(self.claim_id, Level.COUNT)

    @property
    def size(self) -> Variable:
        """How many it is of: the size of its base; one of its own where several are possible."""
        return Variable(self.bases[0] if len(self.bases) == 1 else self.claim_id, Level.SIZE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """What is published of the size of a base."""

    base: str
    unit: str = "persons"  #: what the base counts
    known: int | None = None  #: its size
    bound: int | None = None  #: else an upper bound of its size

    @property
    def most(self) -> int | None:
        """The largest size that is possible by what is published."""
        return self.known if self.known is not None else self.bound

    @property
    def variable(self) -> Variable:
        """The size as an unknown."""
        return Variable(self.base, Level.SIZE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Constraint:
    """Something that holds between counts and sizes, by its name."""

    constraint_id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class System:
    """Percentages, the sizes of their bases, and constraints, to be met all at once."""

    system_id: str
    percentages: tuple[Percentage, ...]
    sizes: tuple[Size, ...]
    constraints: tuple[Constraint, ...] = ()
    premise: str = ""  #: the reading of the documents that it stands for, as a clause
    inputs: tuple[str, ...] = ()  #: claims that it rests on

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """All counts and sizes, in the order of the tables."""
        counts = [p.count for p in self.percentages]
        sizes = [size.variable for size in self.sizes]
        own = [p.size for p in self.percentages if len(p.bases) > 1]
        return (*counts, *own, *sizes)

    @cached_property
    def premises(self) -> tuple[str, ...]:
        """Names of all that can be left out of it: percentages, published sizes, constraints."""
        claims = [p.claim_id for p in self.percentages]
        sizes = [size.base for size in self.sizes if size.most is not None]
        return (*claims, *sizes, *(c.constraint_id for c in self.constraints))

    def keeping(self, premises: Collection[str]) -> System:
        """Return the system with only these of its sizes and constraints.

        The percentages stay, since they name counts; which of them must print so is another matter.
        """
        sizes = (
            size if size.base in premises else Size(base=size.base, unit=size.unit)
            for size in self.sizes
        )
        constraints = (c for c in self.constraints if c.constraint_id in premises)
        return replace(self, sizes=tuple(sizes), constraints=tuple(constraints))

    @cached_property
    def tables(self) -> dict[Table, list[Percentage]]:
        """The percentages by the table they are printed in."""
        grouped: dict[Table, list[Percentage]] = {}
        for percentage in self.percentages:
            grouped.setdefault(percentage.table, []).append(percentage)
        return grouped


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """How a system is searched."""

    rules: tuple[RoundingRule, ...] = TABLE_RULES  #: what a table may have followed
    most_solutions: int = MOST_SOLUTIONS  #: how far solutions are counted
    size_limit: int = SIZE_LIMIT  #: how far a size may grow whose published value is left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """What holds in every way of meeting a system, or why there is none."""

    system: System
    count: int  #: different values of all counts and sizes together, as far as counted
    exact: bool  #: they were counted to the end
    ranges: Mapping[Variable, tuple[int, int]]  #: smallest and largest value; empty if infeasible
    rules: Mapping[Table, tuple[RoundingRule, ...]]  #: rules that each table can have followed
    conflict: tuple[str, ...]  #: premises that cannot hold together, none of them superfluous

    @property
    def feasible(self) -> bool:
        """Whether the system can be met."""
        return self.count > 0

    def forced(self, variable: Variable) -> bool:
        """Whether a variable has the same value in every solution."""
        low, high = self.ranges.get(variable, (0, 1))
        return low == high


@cache
def solve(system: System, search: Search | None = None) -> Solution:
    """
    Return how many solutions a system has, and what they have in common.

    Parameters
    ----------
    system : System
        Percentages, sizes and constraints.
    search : Search, optional
        Rounding rules in force, and how far to count.

    Returns
    -------
    Solution
        Ranges come from minimising and maximising each variable, whatever was counted. The
        conflict of an infeasible system is found by deletion: each premise in turn is left out
        for good if the others still conflict. It is minimal, not unique, and not always the
        smallest; percentages and sizes alone are preferred to constraints.

    Raises
    ------
    SearchError
        If nothing limits some size, or the solver gives up.

    Examples
    --------
    >>> two = [
    ...     Percentage(claim_id=claim, figure=figure, bases=("group",), table=("paper", "table"))
    ...     for claim, figure in [("a", Figure(2935, 2)), ("b", Figure(3370, 2))]
    ... ]
    >>> sizes = (Size(base="group", bound=172),)
    >>> found = solve(System(system_id="s", percentages=tuple(two), sizes=sizes))
    >>> [low for low, high in found.ranges.values() if low == high]
    [27, 31, 92]
    """
    search = search or Search()
    _refuse_unbounded(system, search)
    model = _Model(system, search, system.premises)
    if not model.feasible():
        return Solution(
            system=system, count=0, exact=True, ranges={}, rules={},
            conflict=minimal_conflict(system, search),
        )  # fmt: skip
    count, exact = model.count_solutions(search.most_solutions)
    return Solution(
        system=system,
        count=count,
        exact=exact,
        ranges={variable: model.range_of(variable) for variable in system.variables},
        rules={table: model.rules_of(table) for table in system.tables},
        conflict=(),
    )


def minimal_conflict(system: System, search: Search) -> tuple[str, ...]:
    """Return premises of an infeasible system that conflict, but no longer once one is left out."""
    kept = list(system.premises)
    for premise in _deletion_order(system):
        others = [name for name in kept if name != premise]
        if not _Model(system, search, others).feasible():
            kept = others
    return tuple(kept)


def _deletion_order(system: System) -> list[str]:
    """Constraints are tried first, so that a conflict without any is found where there is one."""
    claims = [p.claim_id for p in system.percentages]
    sizes = [size.base for size in system.sizes if size.most is not None]
    constraints = [c.constraint_id for c in system.constraints]
    return [*reversed(constraints), *reversed(claims), *reversed(sizes)]


# --- limits of sizes ------------------------------------------------------------------------------


def largest_sizes(system: System) -> dict[Variable, int]:
    """
    Return an upper limit of each size that follows from published sizes and the constraints.

    A size without one is missing. The limits are not sharp; they only show that there is one.
    """
    most = {size.variable: size.most for size in system.sizes if size.most is not None}
    for _ in system.variables:  # a limit passes on by one line a round
        for variable, limit in _passed_on(system, most):
            most[variable] = min(limit, most.get(variable, limit))
    return most


def _passed_on(system: System, most: Mapping[Variable, int]) -> Iterator[tuple[Variable, int]]:
    for percentage in system.percentages:
        sizes = [Variable(base, Level.SIZE) for base in percentage.bases]
        if all(size in most for size in sizes):
            yield percentage.size, max(most[size] for size in sizes)
    for line in (line for c in system.constraints for line in c.lines):
        yield from _through(line, dict(most))


def _through(line: Line, most: Mapping[Variable, int]) -> Iterator[tuple[Variable, int]]:
    """Yield the limits that one line gives, from those of its other side."""
    limits = [_limit(term, most) for term in line.parts]
    whole = _limit(line.whole, most)
    if line.sense is not Sense.AT_MOST and None not in limits and _is_size(line.whole):
        yield line.whole, sum(limit for limit in limits if limit is not None)
    if line.sense is not Sense.AT_LEAST and whole is not None:
        for part in line.parts:
            if _is_size(part):
                yield part, whole


def _is_size(term: Term) -> TypeGuard[Variable]:
    return isinstance(term, Variable) and term.level is Level.SIZE


def _limit(term: Term, most: Mapping[Variable, int]) -> int | None:
    return most.get(term) if isinstance(term, Variable) else term


def _no_limit(system: System, search: Search) -> int:
    """Return how far a size may grow that nothing limits."""
    return max([search.size_limit, *(size.most or 1 for size in system.sizes)])


def _refuse_unbounded(system: System, search: Search) -> None:
    limits, most = largest_sizes(system), _no_limit(system, search)
    free = [size.base for size in system.sizes if limits.get(size.variable, most + 1) > most]
    if free:
        msg = (
            f"system {system.system_id}: the size of {', '.join(free)} may exceed {most:,}; "
            "expected a published size or bound, or a constraint that limits it"
        )
        raise SearchError(msg)


# --- the model ------------------------------------------------------------------------------------


class _Model:
    """A system, or what is left of it when only some premises are kept, as a CP-SAT model.

    Every literal is true exactly if its condition holds, so that counts and sizes determine all
    of them, and each way of choosing counts and sizes is found once.
    """

    def __init__(self, system: System, search: Search, premises: Sequence[str]) -> None:
        self.model = cp_model.CpModel()
        self.system = system.keeping(premises)
        self.printed = frozenset(premises)
        self.search = search
        self.values: dict[Variable, IntVar] = {}
        self.followed: dict[tuple[Table, RoundingRule], IntVar] = {}
        self._limits = largest_sizes(self.system)
        self._no_limit = _no_limit(system, search)
        self._add_sizes()
        self._add_counts()
        self._add_roundings()
        self._add_constraints()

    def _add_sizes(self) -> None:
        for size in self.system.sizes:
            low = size.known if size.known is not None else 1
            self._add_variable(size.variable, low, size.variable)

    def _add_counts(self) -> None:
        for percentage in self.system.percentages:
            size = percentage.size
            if len(percentage.bases) > 1:
                own = self._add_variable(size, 1, size)
                sizes = [self.values[Variable(base, Level.SIZE)] for base in percentage.bases]
                self.model.add_bool_or(self._exactly_if_equal(own, each) for each in sizes)
            count = self._add_variable(percentage.count, 0, size)
            self.model.add(count <= self.values[size])

    def _add_variable(self, variable: Variable, low: int, size: Variable) -> IntVar:
        """Add a variable that no solution has above the limit of a size."""
        high = min(self._limits.get(size, self._no_limit), self._no_limit)
        high = max(low, high)  # they cross where nothing fits, which the constraints will show
        value = self.model.new_int_var(low, high, f"{variable.level} {variable.name}")
        self.values[variable] = value
        return value

    def _add_roundings(self) -> None:
        """Each table follows some rule: all of its figures are rounded so."""
        for table, percentages in self.system.tables.items():
            printed = [p for p in percentages if p.claim_id in self.printed]
            ends = {rule: [b for p in printed for b in self._ends(p, rule)] for rule in self._rules}
            for rule, literals in ends.items():
                self.followed[table, rule] = self._exactly_if_all(literals)
            self.model.add_bool_or(self.followed[table, rule] for rule in self._rules)

    @property
    def _rules(self) -> tuple[RoundingRule, ...]:
        return self.search.rules

    def _ends(self, percentage: Percentage, rule: RoundingRule) -> list[IntVar]:
        """Return a literal for each end of the values that print as a figure."""
        figure, ends = percentage.figure, half_steps(percentage.figure.digits, rule)
        steps = 200 * figure.scale * self.values[percentage.count]
        nobs = self.values[percentage.size]
        return [
            self._exactly_if_not_negative(steps - ends.low * nobs - ends.open_low),
            self._exactly_if_not_negative(ends.high * nobs - ends.open_high - steps),
        ]

    def _add_constraints(self) -> None:
        for constraint in self.system.constraints:
            for line in constraint.lines:
                self._add_line(line)

    def _add_line(self, line: Line) -> None:
        parts = sum(self._term(term) for term in line.parts)
        whole = self._term(line.whole)
        if line.sense is Sense.EQUAL:
            self.model.add(parts == whole)
        elif line.sense is Sense.AT_MOST:
            self.model.add(parts <= whole)
        else:
            self.model.add(parts >= whole)

    def _term(self, term: Term) -> LinearExprT:
        return self.values[term] if isinstance(term, Variable) else term

    # literals

    def _exactly_if_not_negative(self, expression: LinearExprT) -> IntVar:
        literal = self.model.new_bool_var("")
        self.model.add(expression >= 0).only_enforce_if(literal)
        self.model.add(expression <= -1).only_enforce_if(~literal)
        return literal

    def _exactly_if_equal(self, one: IntVar, other: IntVar) -> IntVar:
        literal = self.model.new_bool_var("")
        self.model.add(one == other).only_enforce_if(literal)
        self.model.add(one != other).only_enforce_if(~literal)
        return literal

    def _exactly_if_all(self, literals: Sequence[IntVar]) -> IntVar:
        together = self.model.new_bool_var("")
        self.model.add_bool_and(literals).only_enforce_if(together)
        self.model.add_bool_or([*(~literal for literal in literals), together])
        return together

    # questions

    def feasible(self) -> bool:
        """Return whether the model has a solution."""
        self._drop_objective()
        return self._ask() is not None

    def range_of(self, variable: Variable) -> tuple[int, int]:
        """Return the smallest and the largest value of a variable of a feasible model."""
        value = self.values[variable]
        self.model.minimize(value)
        low = self._value(value)
        self.model.maximize(value)
        return low, self._value(value)

    def rules_of(self, table: Table) -> tuple[RoundingRule, ...]:
        """Return the rules that a table of a feasible model follows in some solution."""
        return tuple(rule for rule in self._rules if self._reaches(self.followed[table, rule]))

    def _reaches(self, literal: IntVar) -> bool:
        self.model.maximize(literal)
        return bool(self._value(literal))

    def _value(self, variable: IntVar) -> int:
        solver = self._ask()
        assert solver is not None, f"{self.system.system_id} was feasible before"
        return int(solver.value(variable))

    def count_solutions(self, most: int) -> tuple[int, bool]:
        """Return how many solutions a feasible model has, and whether that is all of them."""
        self._drop_objective()
        found = _Found([self.values[variable] for variable in self.system.variables], most)
        self._ask(found)
        return min(len(found.seen), most), len(found.seen) <= most

    def _drop_objective(self) -> None:
        # OR-tools carries no types for this one call.
        self.model.clear_objective()  # type: ignore[no-untyped-call]

    def _ask(self, found: _Found | None = None) -> cp_model.CpSolver | None:
        """Return the solver with its solution; None where there is none."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # These models have few variables and large coefficients: presolving them takes up to a
        # hundred times as long as solving them.
        solver.parameters.cp_model_presolve = False
        solver.parameters.optimize_with_core = True  # thrice as fast here as its default
        solver.parameters.max_deterministic_time = _MOST_WORK
        solver.parameters.enumerate_all_solutions = found is not None
        status = solver.solve(self.model, found)
        assert status != cp_model.MODEL_INVALID, self.model.validate()
        if status == cp_model.INFEASIBLE:
            return None
        stopped = found is not None and found.full
        if status != cp_model.OPTIMAL and not stopped:
            raise SearchError(f"system {self.system.system_id}: no answer within the limit of work")
        return solver


class _Found(cp_model.CpSolverSolutionCallback):
    """Collects the values of some variables, solution by solution, until there are too many."""

    def __init__(self, variables: Sequence[IntVar], most: int) -> None:
        super().__init__()
        self.seen: set[tuple[int, ...]] = set()
        self._variables = variables
        self._most = most

    @property
    def full(self) -> bool:
        """Whether more were found than asked for."""
        return len(self.seen) > self._most

    def on_solution_callback(self) -> None:
        """Take one solution; called by the solver."""
        self.seen.add(tuple(int(self.value(variable)) for variable in self._variables))
        if self.full:
            self.stop_search()
