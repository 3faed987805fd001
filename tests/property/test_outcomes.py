"""The outcome rules against a reference too simple to be wrong: one record at a time, no arrays.

The reference is written from the wording of the rules. Each record is a dictionary of numbers, None
where a value is missing.
"""

import datetime
import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_audit import io
from recovery_audit.instruments import Direction, Instrument, instruments_by_name
from recovery_audit.outcome_rates import rates, tally
from recovery_audit.outcome_rules import RATES, Conflict, MissingLast, OutcomeRules
from recovery_audit.outcomes import classify

ROOT = Path(__file__).parents[2]
FLAGS = ("finished", "specific", "at_caseness", "not_at_caseness", "paired", *RATES)


def invented(name, lowest, highest, cut_off, change, direction):
    return Instrument(
        name=name,
        lowest=lowest,
        highest=highest,
        cut_off=cut_off,
        reliable_change=change,
        direction=Direction(direction),
        source="invented for this test",
    )


REGISTRY = instruments_by_name(io.read_text_table(ROOT / "data/instruments.csv")) | {
    one.name: one
    for one in (
        invented("X-30", 0, 30, 12, 5, "down"),
        invented("Y-20", 5, 20, 10, 4, "up"),
        invented("Z-10", 0, 10, 5, None, "down"),
        invented("D-3", 0, 3, 2, 2, "down"),
        invented("A-3", 1, 3, 2, 1, "up"),
    )
}


# The reference.


def is_case(score, one, rules):
    """Whether a known score is at caseness."""
    if score == one.cut_off:
        return rules.inclusive_cut_off
    return score > one.cut_off if one.direction == "down" else score < one.cut_off


def reliable_direction(first, last, one, rules):
    """-1 got reliably better, 0 no reliable change, 1 got reliably worse."""
    worse_by = last - first if one.direction == "down" else first - last
    size = abs(worse_by)
    if size < one.reliable_change or (size == one.reliable_change and not rules.inclusive_change):
        return 0
    return 1 if worse_by > 0 else -1


def in_force(record, name, rules):
    """The instrument that decides in the place of `name`, its first and its last score."""
    other = record.get("instrument")
    if name == "GAD-7" and other:
        first, last = record["instrument_first"], record["instrument_last"]
        usable = REGISTRY[other].reliable_change is not None
        if rules.fallback:
            if usable and first is not None and last is not None:
                return REGISTRY[other], first, last
        elif usable:
            return REGISTRY[other], first, last
        else:
            return REGISTRY[name], None, None
    stem = name.lower().replace("-", "")
    return REGISTRY[name], record[f"{stem}_first"], record[f"{stem}_last"]


def reference(record, rules):
    """All flags of one record."""
    measures = [in_force(record, name, rules) for name in rules.measures]
    known = [(one, first) for one, first, _ in measures if first is not None]
    case = any(is_case(first, one, rules) for one, first in known)
    lasts_known = all(last is not None for _, _, last in measures)
    paired = lasts_known and len(known) == len(measures)
    recovered = (
        case and lasts_known and not any(is_case(last, one, rules) for one, _, last in measures)
    )
    change = None
    if paired:
        signs = {reliable_direction(first, last, one, rules) for one, first, last in measures}
        if signs >= {-1, 1}:
            change = "worse" if rules.conflict is Conflict.DETERIORATION else "same"
        else:
            change = "better" if -1 in signs else "worse" if 1 in signs else "same"
    return {
        "finished": is_finished(record, rules),
        "specific": any(one.name not in rules.measures for one, _, _ in measures),
        "at_caseness": case,
        "not_at_caseness": not case and len(known) == len(measures),
        "paired": paired,
        "recovery": recovered,
        "reliable_recovery": recovered and change == "better",
        "reliable_improvement": change == "better",
        "reliable_deterioration": change == "worse",
        "no_reliable_change": change == "same",
    }


def is_finished(record, rules):
    """Enough attended sessions, and discharged in the period."""
    if record["sessions"] is None or record["sessions"] < rules.min_sessions:
        return False
    if record["discharged"] is None:
        return False
    if rules.period_start is not None and record["discharged"] < rules.period_start:
        return False
    return rules.period_end is None or record["discharged"] <= rules.period_end


# Random records.


def random_records(count, seed):
    """Records with gaps in every column, and specific instruments in one of three."""
    generator = np.random.default_rng(seed)
    names = ["", "GAD-7", "X-30", "Y-20", "Z-10"]
    chosen = generator.choice(names, count, p=[0.6, 0.05, 0.15, 0.15, 0.05])
    chosen = np.where(chosen == "GAD-7", "", chosen)
    limits = {name: (REGISTRY[name].lowest, REGISTRY[name].highest) for name in names if name}
    low = np.array([limits[name][0] if name else 0 for name in chosen])
    high = np.array([limits[name][1] if name else 0 for name in chosen])

    def gaps(values, share=0.15):
        return np.where(generator.random(count) < share, np.nan, values)

    columns = {}
    for stem, highest in (("phq9", 27), ("gad7", 21)):
        for place in ("first", "last"):
            columns[f"{stem}_{place}"] = gaps(generator.integers(0, highest + 1, count))
    for place in ("first", "last"):
        scores = gaps(generator.integers(low, high + 1))
        columns[f"instrument_{place}"] = np.where(chosen == "", np.nan, scores)
    days = np.datetime64("2024-01-01") + generator.integers(0, 700, count)
    columns["discharged"] = np.where(generator.random(count) < 0.1, np.datetime64("NaT"), days)
    columns["sessions"] = gaps(generator.integers(0, 6, count), 0.05)
    return pd.DataFrame(columns).assign(instrument=chosen)


def as_dictionaries(frame):
    """Each record as plain numbers and None."""
    lists = {}
    for name in frame:
        column = frame[name]
        if name == "instrument":
            lists[name] = [str(value) for value in column]
        elif name == "discharged":
            lists[name] = [None if pd.isna(day) else day.date() for day in column]
        else:
            lists[name] = [None if np.isnan(value) else int(value) for value in column]
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


SWITCHES = [
    {},
    {"conflict": Conflict.DETERIORATION, "inclusive_cut_off": False},
    {"fallback": False, "inclusive_change": False},
    {
        "period_start": datetime.date(2024, 4, 1),
        "period_end": datetime.date(2025, 3, 31),
        "min_sessions": 3,
    },
    {"measures": ("GAD-7",)},
    {"measures": ("PHQ-9",), "missing_last": MissingLast.BOUNDS},
]


@pytest.mark.parametrize(("place", "switches"), list(enumerate(SWITCHES)), ids=str)
def test_the_arrays_agree_with_one_record_at_a_time(place, switches):
    """A hundred thousand records under the official rules, and as many over the switches."""
    rules = OutcomeRules(**switches)
    frame = random_records(20_000 if switches else 100_000, seed=place)
    flags = classify(frame, REGISTRY, rules)[list(FLAGS)]
    expected = pd.DataFrame([reference(record, rules) for record in as_dictionaries(frame)])
    pd.testing.assert_frame_equal(flags, expected[list(FLAGS)])
    assert flags[list(set(FLAGS) - {"specific"})].any().all()  # no flag is tested on empty air


@pytest.mark.parametrize("conflict", Conflict)
def test_every_paired_record_is_in_one_category_and_no_other_record_is(conflict):
    flags = classify(random_records(50_000, seed=9), REGISTRY, OutcomeRules(conflict=conflict))
    categories = flags[["reliable_improvement", "no_reliable_change", "reliable_deterioration"]]
    assert (categories.sum(axis=1) == flags["paired"]).all()
    assert (flags["reliable_recovery"] == flags["recovery"] & flags["reliable_improvement"]).all()
    assert not (flags["at_caseness"] & flags["not_at_caseness"]).any()


def test_the_order_and_the_neighbours_of_a_record_do_not_matter():
    frame = random_records(2_000, seed=10)
    order = np.random.default_rng(0).permutation(len(frame))
    flags = classify(frame, REGISTRY, OutcomeRules())
    shuffled = classify(frame.iloc[order], REGISTRY, OutcomeRules())
    pd.testing.assert_frame_equal(shuffled, flags.iloc[order])


# Bounds, by every completion there is, on instruments small enough for that.


def scores_of(name):
    one = REGISTRY[name]
    return st.none() | st.integers(one.lowest, one.highest)


SMALL = st.fixed_dictionaries(
    {
        f"{stem}_{place}": scores_of(name)
        for name, stem in (("D-3", "d3"), ("A-3", "a3"))
        for place in ("first", "last")
    }
)


def completions(record):
    """Every record that this one can be once its missing last scores are known."""
    choices = []
    for name, stem in (("D-3", "d3"), ("A-3", "a3")):
        one, last = REGISTRY[name], record[f"{stem}_last"]
        choices.append(range(one.lowest, one.highest + 1) if last is None else (last,))
    for d3, a3 in itertools.product(*choices):
        yield record | {"d3_last": d3, "a3_last": a3}


@given(
    cohort=st.lists(SMALL, min_size=1, max_size=4),
    conflict=st.sampled_from(Conflict),
    inclusive=st.tuples(st.booleans(), st.booleans()),
)
@settings(deadline=None, max_examples=150, derandomize=True)
def test_the_bounds_are_the_extremes_over_every_completion(cohort, conflict, inclusive):
    rules = OutcomeRules(
        measures=("D-3", "A-3"),
        conflict=conflict,
        inclusive_cut_off=inclusive[0],
        inclusive_change=inclusive[1],
        missing_last=MissingLast.BOUNDS,
    )
    frame = pd.DataFrame(cohort).astype(float)
    bounded = rates(tally(classify(frame, REGISTRY, rules)), rules)
    found = {name: set() for name in RATES}
    for completed in itertools.product(*(completions(record) for record in cohort)):
        whole = [reference(r | {"sessions": 2, "discharged": None}, rules) for r in completed]
        for name in RATES:
            found[name].add(sum(flags[name] for flags in whole))
    for name, numerators in found.items():
        assert (bounded[name].least, bounded[name].most) == (min(numerators), max(numerators))


def test_a_rate_is_its_counts_and_nothing_else():
    flags = classify(random_records(5_000, seed=11), REGISTRY, OutcomeRules())
    kept = flags[flags["finished"] & ~flags["not_at_caseness"]]
    rate = rates(tally(flags), OutcomeRules())["recovery"]
    assert rate.value == Fraction(int(kept["recovery"].sum()), len(kept))
