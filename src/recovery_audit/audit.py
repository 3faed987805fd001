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
from recovery_audit.official_statistics import recompute_national
from recovery_audit.relations import check_relations, load_relations
from recovery_audit.sensitivity import compare_interval_methods
from recovery_audit.systems import load_systems, solve_systems

Tables = Mapping[str, Any]


def run(tables: Tables) -> dict[str, Any]:
    """
    Compute every table of the audit.

    Parameters
    ----------
    tables : mapping of str to table
        `claims` (as extracted), `second_keys` (by file), `bases`, `flow`, `ladders`,
        `annual_totals` (data frames), `relations` and `systems` (lists),
        `sources` and `config` (mappings).

    Returns
    -------
    dict of str to DataFrame
        Named as the files of `results/`.

    Raises
    ------
    AuditError
        If an input breaks a rule.
    """
    config, sources = tables["config"], tables["sources"]
    about, level = AboutWidth(config["about"]), config["interval_level"]

    claims = clean_claims(
        tables["claims"],
        tables["bases"],
        sources["documents"],
        sources["studies"],
        tables["second_keys"],
    )
    bases = tables["bases"]
    relations = load_relations(tables["relations"], claims, bases)
    originals = {key: entry["original_of"] for key, entry in sources["documents"].items()}
    shared = search_bases(claims, bases, relations)
    verdicts = judge_claims(claims, bases, shared, about)
    intervals = estimate_intervals(claims, bases, shared, about, level)
    return {
        "claims": claims,
        "shared_denominators": shared,
        "verdicts": verdicts,
        "witnesses": list_witnesses(claims, bases, shared, about),
        "intervals": intervals,
        "systems": solve_systems(load_systems(tables["systems"], claims, bases)),
        "relations": check_relations(relations, about),
        "fidelity": compare_quotations(claims, relations, originals, about),
        "flow": follow_flow(tables["flow"], claims),
        "national": recompute_national(tables["annual_totals"]),
        "denominator_ladder": climb_denominators(
            tables["ladders"], claims, verdicts, intervals, level
        ),
        "interval_methods": compare_interval_methods(
            intervals, claims, config["headlines"], config["compared_with"]
        ),
    }
