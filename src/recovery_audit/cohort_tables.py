"""A cohort of one's own as tables: rates, who left and why, bounds. Counts only, no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.cohorts import Cohort, OnInvalid, Reading, read_cohort
from recovery_audit.disclosure import withheld
from recovery_audit.instruments import Instrument, stem_of
from recovery_audit.outcome_rates import LADDER, Rate, Tally, ladder, rates, tally
from recovery_audit.outcome_rules import Conflict, MissingLast, OutcomeRules
from recovery_audit.outcomes import classify
from recovery_audit.proportions import wilson
from recovery_audit.rounding import print_percent

if TYPE_CHECKING:
    import pandas as pd

#: Step of the flow -> why the others left at it.
STEPS = {
    "records": "",
    "finished": "too few sessions, or not discharged in the period",
    "less_not_case": "known to be below caseness at the start",
    "less_not_case_with_last": "a last score is missing",
    "recovery": "above a cut-off at the end, or no known case at the start",
}
WORDS = {
    **LADDER,
    "records": "all records",
    "less_not_case_with_last": "with every last score",
    "recovery": "recovered",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortResult:
    """What is written about a cohort."""

    rates: pd.DataFrame  #: every rate of every group
    flow: pd.DataFrame  #: from all records to the recovered
    bounds: pd.DataFrame  #: rates under each assumption on missing last scores
    notes: list[str]  #: what was assumed and what was invalid, in sentences


def settings_of(
    entry: Mapping[str, Any], registry: Mapping[str, Instrument]
) -> tuple[Reading, OutcomeRules]:
    """Return how a cohort of the configuration is read, and by which rules it is judged."""
    by_stem = {one.stem: name for name, one in registry.items()}
    measures = tuple(by_stem[stem_of(name)] for name in entry.get("instruments", ["phq9", "gad7"]))
    reading = Reading(
        registry=registry,
        measures=measures,
        columns=entry.get("columns", {}),
        blanks=frozenset(entry.get("blanks", [])),
        date_format=entry.get("date_format", "%Y-%m-%d"),
        on_invalid=OnInvalid(entry.get("on_invalid", "stop")),
    )
    rules = OutcomeRules(
        measures=measures,
        conflict=Conflict(entry.get("conflict", "no_change")),
        min_sessions=entry.get("min_sessions", 2),
        missing_last=MissingLast.BOUNDS,
    )
    return reading, rules


def judge_cohort(
    table: pd.DataFrame, file: str, entry: Mapping[str, Any], registry: Mapping[str, Instrument]
) -> CohortResult:
    """
    Judge a cohort by the official rules and count.

    Parameters
    ----------
    table : DataFrame
        The cohort as text, indexed by line of the file.
    file : str
        Name for the messages.
    entry : mapping
        Its entry in the configuration; see `config.schema.yaml`.
    registry : mapping of str to Instrument
        Instruments by name.

    Returns
    -------
    CohortResult
        With `suppress` set, counts under 5 and those that would give them away are blank, the
        rates are the published ones only, and there are no bounds.

    Raises
    ------
    TableError
        If a cell breaks its rule and the entry does not say what to do with it.
    """
    reading, rules = settings_of(entry, registry)
    cohort = read_cohort(table, file, reading)
    counted = tally(classify(cohort.records, registry, rules))
    suppress = entry.get("suppress", False)
    hidden = _withheld(counted, rules) if suppress else frozenset()
    shown = list(rates(counted, rules).values()) if suppress else ladder(counted)
    return CohortResult(
        rates=table_of(_rate_row(rate, hidden) for rate in shown),
        flow=table_of(_flow(counted, hidden)),
        bounds=table_of([] if suppress else _bounds(counted, rules)),
        notes=_notes(cohort, rules, suppress=suppress),
    )


def _sizes(counted: Tally) -> dict[str, int]:
    """Return the size of each step of the flow."""
    sizes = {step: counted.sizes[step] for step in STEPS if step in counted.sizes}
    return sizes | {"recovery": counted.counts["recovery", "finished"]}


def _withheld(counted: Tally, rules: OutcomeRules) -> frozenset[str]:
    counts = _sizes(counted) | {
        name: counted.counts[name, "finished"]
        for name in ("at_caseness", "not_at_caseness", "paired")
    }
    return withheld(counts | {n: rate.numerator for n, rate in rates(counted, rules).items()})


def _rate_row(rate: Rate, hidden: frozenset[str]) -> dict[str, Any]:
    count = None if rate.rate in hidden else rate.numerator
    nobs = None if rate.group in hidden else rate.denominator
    return {
        "rate": rate.rate,
        "group": rate.group,
        "meaning": WORDS[rate.group],
        **_share(count, nobs),
    }


def _share(count: int | None, nobs: int | None) -> dict[str, Any]:
    """Return a proportion with its interval; blank without both its counts."""
    row: dict[str, Any] = {"count": count, "of": nobs, "percent": "", "lower": "", "upper": ""}
    if count is None or not nobs:
        return row
    lower, upper = wilson(count, nobs)
    percent = print_percent(count, nobs, decimals=1)
    return row | {"percent": percent, "lower": f"{lower:.4f}", "upper": f"{upper:.4f}"}


def _flow(counted: Tally, hidden: frozenset[str]) -> Iterator[dict[str, Any]]:
    before: int | None = None
    for step, size in _sizes(counted).items():
        count = None if step in hidden else size
        left = None if before is None or count is None else before - count
        yield {
            "step": step,
            "meaning": WORDS[step],
            "count": count,
            "left": left,
            "reason": STEPS[step],
        }
        before = count


def _bounds(counted: Tally, rules: OutcomeRules) -> Iterator[dict[str, Any]]:
    """Yield each rate with a missing last score a failure, left out, and at its least and most."""
    excluded = rates(counted, replace(rules, missing_last=MissingLast.EXCLUDED))
    for name, official in rates(counted, rules).items():
        left_out, nobs = excluded[name], official.denominator
        for assumption, count, of in (
            ("failure", official.numerator, nobs),
            ("excluded", left_out.numerator, left_out.denominator),
            ("least", official.least, nobs),
            ("most", official.most, nobs),
        ):
            yield {"rate": name, "assumption": assumption, **_share(count, of)}


def _notes(cohort: Cohort, rules: OutcomeRules, *, suppress: bool) -> list[str]:
    """Say what was assumed, and how many cells were invalid; no cell itself."""
    notes = [f"Judged on {' and '.join(rules.measures)}."]
    if "sessions" not in cohort.records:
        notes.append("No column `sessions`: every record counts as having had enough.")
    if "discharged" not in cohort.records:
        notes.append("No column `discharged`: every record counts as discharged in the period.")
    if rules.conflict is not Conflict.NO_CHANGE:
        notes.append("One measure better and the other worse counts as deterioration.")
    if suppress:
        notes.append("Small counts, and others that would give them away, are held back.")
    if cohort.problems:
        notes.append(
            f"Cells that broke their rule: {len(cohort.problems)}; records left out: "
            f"{cohort.dropped} of {cohort.read}."
        )
    return notes
