"""Tables of all specifications: their results, how many there are, and what moves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.diagnosis import POSSIBLE
from recovery_audit.errors import AuditError
from recovery_audit.multiverse.choices import DIMENSIONS, FILE, Study
from recovery_audit.multiverse.specifications import CANNOT_BE, Multiverse, Specification
from recovery_audit.sensitivity.rates import decimal
from recovery_audit.shapley_effects import shapley_effects, weights_in_turn

if TYPE_CHECKING:
    import pandas as pd

#: Which specifications a share or a count is over.
SAME, PLAUSIBLE, LISTED = SCOPES = (
    "plausible, of the same thing",
    "plausible",
    "all listed",
)
#: How they are weighed.
ALIKE, IN_TURN = "each specification alike", "each choice in turn"


def enumerate_specifications(
    tables: Mapping[str, pd.DataFrame], thresholds: Sequence[Fraction], level: float
) -> dict[str, pd.DataFrame]:
    """
    Compute every specification of every headline rate.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `Multiverse` needs.
    thresholds : sequence of Fraction
        Rates below which specifications are counted. [proportion]
    level : float
        Coverage of Wilson's interval.

    Returns
    -------
    dict of str to DataFrame
        `multiverse`: the specifications that can be, a column per choice. `multiverse_counts`: how
        many options, combinations, those that cannot be by reason, and those below each threshold;
        counts of what was listed, not probabilities. `multiverse_shapley`: how the variance of the
        results is shared among the choices.
    """
    world = Multiverse(tables, level)
    rows: list[dict[str, Any]] = []
    counts: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    for study in world.studies.values():
        own = _of_study(_Asked(world, study, tuple(thresholds)))
        rows += own.rows
        counts += own.counts
        shares += own.shares
    return {
        "multiverse": table_of(rows),
        "multiverse_counts": table_of(counts),
        "multiverse_shapley": table_of(shares),
    }


class _Asked:
    """A study in its world; equal to another one that must give the same tables."""

    def __init__(self, world: Multiverse, study: Study, thresholds: tuple[Fraction, ...]) -> None:
        self.world, self.study, self.thresholds = world, study, thresholds
        self._key = (world.what_decides(study), thresholds)
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key


@dataclass(frozen=True, slots=True)
class _Tables:
    rows: list[dict[str, Any]]
    counts: list[dict[str, Any]]
    shares: list[dict[str, Any]]


@cache
def _of_study(asked: _Asked) -> _Tables:
    found = list(asked.world.enumerate(asked.study))
    _refuse_twins(found)
    shares = (_shares(asked.study, scope, in_scope(found, scope)) for scope in SCOPES)
    return _Tables(
        rows=[_row(spec) for spec in found if spec.start],
        counts=list(_counts(asked.study, found, asked.thresholds)),
        shares=[row for rows in shares for row in rows],
    )


def in_scope(specifications: Sequence[Specification], scope: str) -> list[Specification]:
    """Return the specifications with a possible result that a scope takes in."""
    possible = [spec for spec in specifications if spec.standing == POSSIBLE]
    if scope == LISTED:
        return possible
    plausible = [spec for spec in possible if spec.plausible]
    return plausible if scope == PLAUSIBLE else [spec for spec in plausible if not spec.changed]


def _refuse_twins(specifications: Sequence[Specification]) -> None:
    ids = [spec.spec_id for spec in specifications]
    if len(set(ids)) < len(ids):
        raise AuditError(f"two specifications share an id: an option is listed twice in {FILE}")


def _row(spec: Specification) -> dict[str, Any]:
    chosen = {option.dimension: option.option for option in spec.options}
    lower, upper = spec.limits or (None, None)
    recovered, nobs = spec.start or (None, None)
    return {
        "spec_id": spec.spec_id,
        "study": spec.study.study,
        **{dimension: chosen.get(dimension, "") for dimension in DIMENSIONS},
        "k": recovered,
        "n": nobs,
        "group_size": spec.group_size,
        "estimate": decimal(spec.estimate),
        "lower": decimal(lower),
        "upper": decimal(upper),
        "standing": spec.standing,
        "plausible": "yes" if spec.plausible else "no",
        "estimand": "changed: " + ", ".join(spec.changed) if spec.changed else "same",
        "inputs": " ".join(spec.inputs),
    }


def _counts(
    study: Study, found: Sequence[Specification], thresholds: Sequence[Fraction]
) -> Iterator[dict[str, Any]]:
    def count(scope: str, kind: str, name: str, number: int) -> dict[str, Any]:
        cells = {"scope": scope, "kind": kind, "name": name, "count": number}
        return {"study": study.study, **cells, "inputs": " ".join(study.inputs)}

    for dimension, options in study.choices.items():
        yield count(LISTED, "options", dimension, len(options))
    yield count(LISTED, "combinations", "listed", len(found))
    reasons = [spec.standing for spec in found if spec.standing != POSSIBLE]
    for reason in dict.fromkeys(reasons):
        kind = "cannot be" if reason.startswith(CANNOT_BE) else "impossible"
        name = reason.partition(": ")[2]
        yield count(LISTED, kind, name, reasons.count(reason))
    for scope in SCOPES:
        results = [spec.estimate for spec in in_scope(found, scope) if spec.estimate is not None]
        yield count(scope, "combinations", "with a result", len(results))
        for threshold in thresholds:
            below = sum(result < threshold for result in results)
            yield count(scope, "below", decimal(threshold), below)


@cache
def _effects(
    rows: tuple[tuple[str, ...], ...], results: tuple[float, ...], weights: tuple[float, ...]
) -> list[float]:
    return shapley_effects(rows, results, weights) if rows else []


def _shares(study: Study, scope: str, found: Sequence[Specification]) -> Iterator[dict[str, Any]]:
    """Share the variance among the choices with more than one option left."""
    open_choices = [
        place
        for place in range(len(study.choices))
        if len({spec.options[place].option for spec in found}) > 1
    ]
    rows = [tuple(spec.options[place].option for place in open_choices) for spec in found]
    results = [spec.estimate for spec in found if spec.estimate is not None]
    weightings = {ALIKE: [1.0] * len(rows), IN_TURN: weights_in_turn(rows)}
    for name, weights in weightings.items():
        effects = _effects(tuple(rows), tuple(results), tuple(weights)) if open_choices else []
        total = sum(effects)
        for place, effect in zip(open_choices, effects, strict=True):
            yield {
                "study": study.study,
                "scope": scope,
                "weighting": name,
                "dimension": tuple(study.choices)[place],
                "options": len({spec.options[place].option for spec in found}),
                "specifications": len(rows),
                "effect": f"{effect:.9f}",
                "share": decimal(effect / total if total else None),
                "inputs": " ".join(study.inputs),
            }
