"""The whole computation in one process: tables in, tables out, no path and no file.

Each step is what the pipeline's rule of the same name does, so `STEPS` is also the table of
contents. A step reads tables by name and adds tables by name, and knows nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from recovery_audit.bridge import build_bridge
from recovery_audit.claims import PERCENT, clean_claims
from recovery_audit.denominators import climb_denominators
from recovery_audit.fidelity import compare_quotations
from recovery_audit.flow import follow_flow
from recovery_audit.hedges import AboutWidth
from recovery_audit.judging import estimate_intervals, judge_claims, list_witnesses, search_bases
from recovery_audit.multiverse.summaries import enumerate_specifications
from recovery_audit.official_statistics import (
    climb_national,
    compare_with_national,
    recompute_national,
)
from recovery_audit.relations import Relation, check_relations, load_relations
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.audit_errors import count_audit_errors
from recovery_audit.sensitivity.construct_gap import compare_criteria
from recovery_audit.sensitivity.detectability import detect
from recovery_audit.sensitivity.horizon import change_horizon_and_unit
from recovery_audit.sensitivity.interval_methods import compare_interval_methods
from recovery_audit.sensitivity.misdiagnosis import bound_misdiagnosis
from recovery_audit.sensitivity.missing import bound_missing
from recovery_audit.sensitivity.pooled_rates import pool_rates
from recovery_audit.sensitivity.questionnaire import correct_for_accuracy
from recovery_audit.sensitivity.summary import summarise
from recovery_audit.sensitivity.unblinded import adjust_for_blinding
from recovery_audit.sensitivity.untreated import set_beside_untreated
from recovery_audit.sensitivity.witness_choice import vary_witnesses
from recovery_audit.systems import load_systems, solve_systems

Tables = Mapping[str, Any]

#: Typed tables that a result takes the name of, and what they are called from then on.
RENAMED = {"claims": "typed_claims", "relations": "typed_relations", "systems": "typed_systems"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the audit."""

    rule: str  #: the pipeline's rule that does the same
    run: Callable[[Tables], dict[str, Any]]  #: from the tables so far to the tables it adds
    #: It finds published figures by the ids that its other tables name, and reads no other figure.
    looks_up: bool = False
    #: The ids of the rows that it goes through one by one, where it does not take all.
    goes_through: Callable[[Tables], Collection[str]] = lambda tables: ()


def _about(tables: Tables) -> AboutWidth:
    return AboutWidth(tables["config.about"])


def _level(tables: Tables) -> float:
    return float(tables["config.interval_level"])


def _ranges(tables: Tables) -> Any:
    return load_assumptions(tables["config.assumptions"])


def _clean(t: Tables) -> dict[str, Any]:
    sources = t["sources"]
    cleaned = clean_claims(
        t["typed_claims"],
        t["bases"],
        sources["documents"],
        sources["studies"],
        t["second_keys"],
        t.get("problems", ()),
    )
    return {"claims": cleaned}


def _relations(t: Tables) -> list[Relation]:
    return load_relations(t["typed_relations"], t["claims"], t["bases"])


def _judged(t: Tables) -> tuple[Any, Any, Any, AboutWidth]:
    return t["claims"], t["bases"], t["shared_denominators"], _about(t)


def _originals(t: Tables) -> dict[str, Any]:
    return {key: entry["original_of"] for key, entry in t["sources"]["documents"].items()}


def _percentages(t: Tables) -> list[str]:
    """Return the claims that can be judged, and the bases."""
    claims = t["claims"]
    return [*claims.loc[claims["unit"] == PERCENT, "claim_id"], *t["bases"]["base"]]


#: What needs nothing but published figures, for any paper.
LEDGER_STEPS: tuple[Step, ...] = (
    Step("clean_claims", _clean),
    Step(
        "search_bases",
        lambda t: {"shared_denominators": search_bases(t["claims"], t["bases"], _relations(t))},
        True,
        _percentages,
    ),
    Step("judge_claims", lambda t: {"verdicts": judge_claims(*_judged(t))}, True, _percentages),
    Step(
        "list_witnesses", lambda t: {"witnesses": list_witnesses(*_judged(t))}, True, _percentages
    ),
    Step(
        "estimate_intervals",
        lambda t: {"intervals": estimate_intervals(*_judged(t), _level(t))},
        True,
        _percentages,
    ),
    Step(
        "solve_systems",
        lambda t: {
            "systems": solve_systems(load_systems(t["typed_systems"], t["claims"], t["bases"]))
        },
        True,
    ),
    Step(
        "check_relations", lambda t: {"relations": check_relations(_relations(t), _about(t))}, True
    ),
    Step(
        "compare_quotations",
        lambda t: {
            "fidelity": compare_quotations(t["claims"], _relations(t), _originals(t), _about(t))
        },
    ),
)

#: What this paper recomputes beside its figures.
RECOMPUTE_STEPS: tuple[Step, ...] = (
    Step("follow_flow", lambda t: {"flow": follow_flow(t["flow_counts"], t["claims"])}, True),
    Step("recompute_national", lambda t: {"national": recompute_national(t)}),
    Step(
        "compare_with_national",
        lambda t: {
            "comparator_rates": compare_with_national(t["comparators"], t["claims"], t["national"])
        },
        True,
    ),
    Step(
        "climb_national",
        lambda t: {
            "national_ladder": climb_national(t["annual_totals"], t["monthly_core"], _level(t))
        },
    ),
    Step(
        "climb_denominators",
        lambda t: {
            "denominator_ladder": climb_denominators(
                t["ladders"], t["claims"], t["verdicts"], t["intervals"], _level(t)
            )
        },
        True,
    ),
    Step(
        "compare_interval_methods",
        lambda t: {
            "interval_methods": compare_interval_methods(
                t["intervals"], t["claims"], t["config.headlines"], t["config.compared_with"]
            )
        },
        True,
    ),
)

#: What the recomputation had to assume, varied.
VARY_STEPS: tuple[Step, ...] = (
    Step(
        "bound_missing",
        lambda t: bound_missing(t, _ranges(t), tuple(t["config.thresholds"]), _level(t)),
        True,
    ),
    Step("vary_witnesses", lambda t: {"witness_choice": vary_witnesses(t, _level(t))}, True),
    Step("build_bridge", lambda t: build_bridge(t, t["config.bridge"], _level(t)), True),
    Step(
        "detect_differences",
        lambda t: {"detectability": detect(t, _ranges(t), tuple(t["config.references"]))},
        True,
    ),
    Step(
        "correct_for_accuracy",
        lambda t: correct_for_accuracy(t, t["config.accuracy"], _ranges(t)),
        True,
    ),
    Step(
        "adjust_for_blinding",
        lambda t: {"blinding": adjust_for_blinding(t, t["config.blinding"])},
        True,
    ),
    Step(
        "bound_misdiagnosis",
        lambda t: {"misdiagnosis": bound_misdiagnosis(t, _ranges(t), t["config.misdiagnosis"])},
        True,
    ),
    Step(
        "compare_criteria",
        lambda t: {
            "construct_gap": compare_criteria(t, t["config.construct"], _ranges(t), _level(t))
        },
        True,
    ),
    Step(
        "set_beside_untreated",
        lambda t: {
            "untreated_remission": set_beside_untreated(t, t["config.contrasts"], _level(t))
        },
        True,
    ),
    Step(
        "change_horizon_and_unit",
        lambda t: {"horizon_and_unit": change_horizon_and_unit(t, t["config.horizon"])},
        True,
        lambda t: list(t["annual_totals"]["year"]),
    ),
    Step("count_audit_errors", lambda t: {"audit_error_rates": count_audit_errors(t)}),
    Step("pool_studies", lambda t: pool_rates(t, _level(t)), True),
    Step(
        "enumerate_specifications",
        lambda t: enumerate_specifications(t, list(map(Fraction, t["config.below"])), _level(t)),
        True,
    ),
    Step(
        "summarise_headlines",
        lambda t: {"summary": summarise(t, t["config.other_side"])},
        True,
    ),
)

STEPS = (*LEDGER_STEPS, *RECOMPUTE_STEPS, *VARY_STEPS)


def run(tables: Tables, steps: Sequence[Step] = STEPS) -> dict[str, Any]:
    """
    Compute every table of the audit.

    Parameters
    ----------
    tables : mapping of str to table
        `claims` (as extracted), `second_keys` (by file), `bases` (data frames), `relations` and
        `systems` (lists), `sources` and `config` (mappings); for all steps, the other tables of
        `data/` and `data/national/` by name (data frames).
    steps : sequence of Step
        `LEDGER_STEPS` alone check the figures of any paper.

    Returns
    -------
    dict of str to DataFrame
        Named as the files of `results/`.

    Raises
    ------
    AuditError
        If an input breaks a rule.
    """
    known = renamed(tables)
    found: dict[str, Any] = {}
    for step in steps:
        made = step.run(known)
        known |= made
        found |= made
    return found


def renamed(tables: Tables) -> dict[str, Any]:
    """Return the typed tables, and each part of the configuration, as the steps call them."""
    parts = {f"config.{key}": part for key, part in tables["config"].items()}
    return {RENAMED.get(name, name): table for name, table in tables.items()} | parts


def run_ledger(tables: Tables) -> dict[str, Any]:
    """Check the figures of any paper; see `run`."""
    return run(tables, LEDGER_STEPS)
