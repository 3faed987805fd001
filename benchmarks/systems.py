"""How long systems of twelve percentages take; see README.md beside this file."""

from itertools import pairwise
from time import perf_counter

from recovery_audit.grim import witnesses
from recovery_audit.integer_systems import (
    Constraint,
    Level,
    Line,
    Percentage,
    Sense,
    Size,
    Solution,
    System,
    Variable,
    solve,
)
from recovery_audit.rounding import Figure, read_figure

BOUND = 172
SIZES = (92, 93, 120)


def group(base: str, nobs: int, counts: list[int]) -> list[Percentage]:
    """Return percentages with two decimals that counts out of one group print."""
    figures = [read_figure(f"{100 * count / nobs:.2f}") for count in counts]
    assert all(witnesses(figure, nobs) for figure in figures)
    return [
        _percentage(f"{base}-{count}", figure, base)
        for count, figure in zip(counts, figures, strict=True)
    ]


def _percentage(claim: str, figure: Figure, base: str) -> Percentage:
    return Percentage(claim_id=claim, figure=figure, bases=(base,), table=("paper", base))


def pooled(base: str, *parts: str) -> Constraint:
    """Return the constraint that groups make up another."""
    sizes = tuple(Variable(part, Level.SIZE) for part in parts)
    line = Line(sizes, Sense.EQUAL, Variable(base, Level.SIZE))
    return Constraint(constraint_id=f"{base}-pooled", lines=(line,))


def nested(claims: list[Percentage]) -> list[Constraint]:
    """Return the constraints that each percentage counts no more than the one after it."""
    return [
        Constraint(
            constraint_id=f"{one.claim_id}-within",
            lines=(Line((one.count,), Sense.AT_MOST, other.count),),
        )
        for one, other in pairwise(claims)
    ]


def twelve_claims(last: int) -> System:
    """Return twelve percentages of three groups and of all of them pooled."""
    first, second, third = (
        group(base, nobs, counts)
        for base, nobs, counts in zip(
            "abc", SIZES, [[16, 27, 31, 40], [27, 42, 50], [30, 61, 77]], strict=True
        )
    )
    total = sum(SIZES)
    whole = group("pool", total, [8, last])
    sizes = [Size(base=base, bound=BOUND) for base in "abc"] + [Size(base="pool")]
    constraints = [pooled("pool", *"abc"), *nested(first), *nested(second), *nested(third)]
    return System(
        system_id=f"twelve-{last}",
        percentages=(*first, *second, *third, *whole),
        sizes=tuple(sizes),
        constraints=(*constraints, *nested(whole)),
    )


def twelve_groups() -> System:
    """Return twelve percentages of twelve groups: far more solutions than are counted."""
    claims = [_percentage(f"claim-{i}", Figure(30 + i, 0), f"base-{i}") for i in range(12)]
    return System(
        system_id="twelve-groups",
        percentages=tuple(claims),
        sizes=tuple(Size(base=claim.bases[0], bound=900) for claim in claims),
        constraints=tuple(nested(claims)),
    )


def timed(system: System) -> Solution:
    """Solve a system and print how long it took."""
    start = perf_counter()
    found = solve(system)
    seconds = perf_counter() - start
    counted = f"{found.count} solutions" if found.exact else f"at least {found.count} solutions"
    what = counted if found.feasible else f"conflict of {', '.join(found.conflict)}"
    print(f"{system.system_id}: {len(system.percentages)} claims, {what}, {seconds:.2f} s")
    return found


if __name__ == "__main__":
    timed(twelve_claims(last=150))
    timed(twelve_claims(last=5))  # fewer than 8, against the order: infeasible
    timed(twelve_groups())
