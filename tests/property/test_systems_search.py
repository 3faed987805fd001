"""The solver against a search that tries everything, on 500 small systems drawn at random."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from recovery_audit.integer_systems import (
    Constraint,
    Level,
    Line,
    Percentage,
    Search,
    Sense,
    Size,
    System,
    Variable,
    solve,
)
from recovery_audit.rounding import Figure, RoundingRule

RULES = (RoundingRule.HALF_UP, RoundingRule.HALF_EVEN, RoundingRule.TRUNCATED)
MOST = 8  # the smallest group with ties: 12.5 prints as 13 or 12
LIMIT = 9  # no size grows beyond it, so that everything can be tried
SEARCH = Search(size_limit=LIMIT, most_solutions=10**6)
BATCHES, PER_BATCH = 10, 50


# --- systems drawn at random ----------------------------------------------------------------------


def draw(random):
    """Draw a system around counts and sizes that meet most of it, so that both answers occur."""
    bases = ["b", "c", "d"][: random.choice([1, 2, 2, 3])]
    planted = {Variable(base, Level.SIZE): random.choice([5, 6, 7, MOST, MOST]) for base in bases}
    sizes = [draw_size(size, nobs, random) for size, nobs in planted.items()]
    rules = {"one": random.choice(RULES), "other": random.choice(RULES)}
    percentages = [
        draw_percentage(f"p{i}", bases, planted, rules, random) for i in range(random.randint(1, 4))
    ]
    constraints = [draw_constraint(f"q{i}", planted, random) for i in range(random.randint(0, 2))]
    return System(
        system_id="drawn",
        percentages=tuple(percentages),
        sizes=tuple(sizes),
        constraints=tuple(constraints),
    )


def draw_size(size, nobs, random):
    if random.random() < 0.3:
        return Size(base=size.name, known=nobs)
    return Size(base=size.name, bound=random.randint(nobs - 1, MOST))


def draw_percentage(claim, bases, planted, rules, random):
    """Draw what a count prints as, or now and then the figure next to it."""
    base, table = random.choice(bases), random.choice(list(rules))
    nobs = planted[Variable(base, Level.SIZE)]
    count, decimals = random.randint(0, nobs), random.choice([0, 0, 1])
    nudge = random.choice([0] * 18 + [-1, 1])
    digits = min(max(printed(count, nobs, decimals, rules[table]) + nudge, 0), 100 * 10**decimals)
    percentage = Percentage(
        claim_id=claim,
        figure=Figure(digits, decimals),
        bases=tuple(bases) if random.random() < 0.2 else (base,),
        table=("paper", table),
    )
    planted |= {percentage.count: count, percentage.size: nobs}
    return percentage


def draw_constraint(name, planted, random):
    terms = [random.choice([*planted, random.randint(0, 3)]) for _ in range(random.randint(1, 2))]
    whole = random.choice(list(planted))
    excess = sum(planted.get(term, term) for term in terms) - planted[whole]
    fitting = [Sense.AT_MOST if excess < 0 else Sense.AT_LEAST if excess else Sense.EQUAL]
    sense = random.choice(fitting * 6 + list(Sense))
    return Constraint(constraint_id=name, lines=(Line(tuple(terms), sense, whole),))


# --- the search that is too simple to be wrong ----------------------------------------------------


def printed(count, nobs, decimals, rule):
    """Return the digits of count / nobs as a percentage, by long division."""
    whole, rest = divmod(100 * 10**decimals * count, nobs)
    if rule is RoundingRule.TRUNCATED or 2 * rest < nobs:
        return whole
    if 2 * rest == nobs and rule is RoundingRule.HALF_EVEN:
        return whole + whole % 2
    return whole + 1


def solutions(system, premises):
    """Yield every choice of counts and sizes that meets the premises."""
    ranges = [size_range(size, premises) for size in system.sizes]
    for sizes in product(*ranges):
        known = {size.variable: n for size, n in zip(system.sizes, sizes, strict=True)}
        options = [pairs(p, known, premises) for p in system.percentages]
        for chosen in product(*options):
            values = dict(known)
            for percentage, (count, nobs) in zip(system.percentages, chosen, strict=True):
                values |= {percentage.count: count, percentage.size: nobs}
            followed = rules_of(system, values, premises)
            if all(followed.values()) and keeps(system, values, premises):
                yield values


def size_range(size, premises):
    if size.base not in premises:
        return range(1, LIMIT + 1)
    return [size.known] if size.known is not None else range(1, size.bound + 1)


def pairs(percentage, known, premises):
    """List what may stand behind a percentage; anything, where it is left out."""
    sizes = {known[Variable(base, Level.SIZE)] for base in percentage.bases}
    return [
        (count, nobs)
        for nobs in sizes
        for count in range(nobs + 1)
        if percentage.claim_id not in premises
        or any(prints(percentage, count, nobs, rule) for rule in RULES)
    ]


def prints(percentage, count, nobs, rule):
    return printed(count, nobs, percentage.figure.decimals, rule) == percentage.figure.digits


def rules_of(system, values, premises):
    """Return the rules that each table can have followed."""
    return {
        table: {
            rule
            for rule in RULES
            if all(
                prints(p, values[p.count], values[p.size], rule)
                for p in percentages
                if p.claim_id in premises
            )
        }
        for table, percentages in system.tables.items()
    }


def keeps(system, values, premises):
    compare = {"=": int.__eq__, "<=": int.__le__, ">=": int.__ge__}

    def value(term):
        return values[term] if isinstance(term, Variable) else term

    return all(
        compare[line.sense](sum(map(value, line.parts)), value(line.whole))
        for constraint in system.constraints
        if constraint.constraint_id in premises
        for line in constraint.lines
    )


def without_bystanders(system, premises):
    """Leave out percentages that are neither kept nor named: any count of theirs will do."""
    kept = [c for c in system.constraints if c.constraint_id in premises]
    named = {term for c in kept for line in c.lines for term in (*line.parts, line.whole)}
    percentages = [
        p for p in system.percentages if p.claim_id in premises or {p.count, p.size} & named
    ]
    return replace(system, percentages=tuple(percentages), constraints=tuple(kept))


def can_be_met(system, premises):
    return any(True for _ in solutions(without_bystanders(system, premises), premises))


# --- agreement ------------------------------------------------------------------------------------


def check_feasible(system, found, expected):
    assert found.exact
    assert found.count == len({tuple(values[v] for v in system.variables) for values in expected})
    for variable in system.variables:
        seen = [values[variable] for values in expected]
        assert found.ranges[variable] == (min(seen), max(seen))
    possible = [rules_of(system, values, system.premises) for values in expected]
    for table, rules in found.rules.items():
        assert set(rules) == set().union(*(each[table] for each in possible))


def check_conflict(system, found):
    assert (found.count, found.exact, found.ranges) == (0, True, {})
    assert not can_be_met(system, found.conflict)
    for left_out in found.conflict:
        assert can_be_met(system, [name for name in found.conflict if name != left_out])


@pytest.mark.parametrize("seed", range(BATCHES))
def test_solver_and_exhaustive_search_agree(seed):
    random = Random(seed)
    met = 0
    for _ in range(PER_BATCH):
        system = draw(random)
        expected = list(solutions(system, system.premises))
        found = solve(system, SEARCH)
        if expected:
            check_feasible(system, found, expected)
        else:
            check_conflict(system, found)
        met += bool(expected)
    assert PER_BATCH / 6 < met < PER_BATCH * 5 / 6  # both kinds are well represented
