"""The whole computation in one process: tables in, tables out, no path and no file.

Each step is the function that the pipeline's rule of the same name calls, so this module is also
the table of contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recovery_audit.claims import clean_claims
from recovery_audit.denominators import climb_denominators
from recovery_audit.fidelity import compare_quotations
from recovery_audit.flow import follow_flow
from recovery_audit.hedges import AboutWidth
from recovery_audit.judging import estimate_intervals, judge_claims, list_witnesses, search_bases
from recovery_audit.official_statistics import (
    climb_national,
    compare_with_national,
    recompute_national,
)
from recovery_audit.relations import check_relations, load_relations
from recovery_audit.sensitivity.interval_methods import compare_interval_methods
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
        As for `run_ledger`, with `flow`, `ladders`, `comparators` and the national tables (data
        frames).

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
    return found | {
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
