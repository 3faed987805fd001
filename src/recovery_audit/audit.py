"""The whole computation in one process: tables in, tables out, no path and no file.

Each step is the function that the pipeline's rule of the same name calls, so this module is also
the table of contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from recovery_audit.bridge import build_bridge
from recovery_audit.claims import clean_claims
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
from recovery_audit.relations import check_relations, load_relations
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


def run_ledger(tables: Tables) -> dict[str, Any]:
    """
    Check the figures of any paper: what needs nothing but published figures.

    Parameters
    ----------
    tables : mapping of str to table
        `claims` (as extracted), `second_keys` (by file), `bases` (data frames), `relations` and
        `systems` (lists), `sources` and `config` (mappings).

    Returns
    -------
    dict of str to DataFrame
        Named as the files of `results/`.

    Raises
    ------
    AuditError
        If an input breaks a rule.
    """
    config, sources, bases = tables["config"], tables["sources"], tables["bases"]
    about, level = AboutWidth(config["about"]), config["interval_level"]

    claims = clean_claims(
        tables["claims"],
        bases,
        sources["documents"],
        sources["studies"],
        tables["second_keys"],
        tables.get("problems", ()),
    )
    relations = load_relations(tables["relations"], claims, bases)
    originals = {key: entry["original_of"] for key, entry in sources["documents"].items()}
    shared = search_bases(claims, bases, relations)
    return {
        "claims": claims,
        "shared_denominators": shared,
        "verdicts": judge_claims(claims, bases, shared, about),
        "witnesses": list_witnesses(claims, bases, shared, about),
        "intervals": estimate_intervals(claims, bases, shared, about, level),
        "systems": solve_systems(load_systems(tables["systems"], claims, bases)),
        "relations": check_relations(relations, about),
        "fidelity": compare_quotations(claims, relations, originals, about),
    }


def run(tables: Tables) -> dict[str, Any]:
    """
    Compute every table of the audit.

    Parameters
    ----------
    tables : mapping of str to table
        As for `run_ledger`, with the other tables of `data/` and `data/national/` by name (data
        frames; those of the flow as `flow`).

    Returns
    -------
    dict of str to DataFrame
        Named as the files of `results/`.

    Raises
    ------
    AuditError
        If an input breaks a rule.
    """
    config = tables["config"]
    found = run_ledger(tables)
    claims, verdicts, intervals = found["claims"], found["verdicts"], found["intervals"]
    national = recompute_national(tables)
    found |= {
        "flow": follow_flow(tables["flow"], claims),
        "national": national,
        "comparator_rates": compare_with_national(tables["comparators"], claims, national),
        "national_ladder": climb_national(
            tables["annual_totals"], tables["monthly_core"], config["interval_level"]
        ),
        "denominator_ladder": climb_denominators(
            tables["ladders"], claims, verdicts, intervals, config["interval_level"]
        ),
        "interval_methods": compare_interval_methods(
            intervals, claims, config["headlines"], config["compared_with"]
        ),
    }
    return found | vary({**tables, **found}, config)


def vary(tables: Tables, config: Mapping[str, Any]) -> dict[str, Any]:
    """
    Vary what the recomputation had to assume.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What was typed, and what `run` has recomputed.
    config : mapping
        The configuration.

    Returns
    -------
    dict of str to DataFrame
        Named as the files of `results/sensitivity/`.
    """
    ranges, level = load_assumptions(config["assumptions"]), config["interval_level"]
    bridge = build_bridge(tables, config["bridge"], level)
    below = [Fraction(threshold) for threshold in config["below"]]
    specifications = enumerate_specifications(tables, below, level)
    return {
        **bound_missing(tables, ranges, tuple(config["thresholds"]), level),
        "witness_choice": vary_witnesses(tables, level),
        **bridge,
        "detectability": detect({**tables, **bridge}, ranges, tuple(config["references"])),
        **correct_for_accuracy(tables, config["accuracy"], ranges),
        "blinding": adjust_for_blinding(tables, config["blinding"]),
        "misdiagnosis": bound_misdiagnosis(tables, ranges, config["misdiagnosis"]),
        "construct_gap": compare_criteria(tables, config["construct"], ranges, level),
        "untreated_remission": set_beside_untreated(tables, config["contrasts"], level),
        "horizon_and_unit": change_horizon_and_unit(tables, config["horizon"]),
        "audit_error_rates": count_audit_errors(tables),
        **pool_rates(tables, level),
        **specifications,
        "summary": summarise({**tables, **specifications}, config["other_side"]),
    }
