"""Time the outcome rules on records: `python benchmarks/outcomes.py`; see README.md beside this."""

import os
import statistics
import time
import tracemalloc
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the bar is stated

import numpy as np
import pandas as pd

from recovery_audit import io
from recovery_audit.instruments import Direction, Instrument, instruments_by_name
from recovery_audit.outcome_rates import rates, tally, total
from recovery_audit.outcome_rules import Conflict, OutcomeRules
from recovery_audit.outcomes import MISSING, Scores, classify, judge_scores

RECORDS, CHUNKS, RUNS = 10**6, 20, 5
SPECIFIC = Instrument(
    name="Invented-60",
    lowest=0,
    highest=60,
    cut_off=20,
    reliable_change=9,
    direction=Direction.UP,
    source="invented for this benchmark",
)


def registry():
    """The instruments of the project, and one that some records name."""
    table = io.read_text_table(Path(__file__).parents[1] / "data/instruments.csv")
    return instruments_by_name(table) | {SPECIFIC.name: SPECIFIC}


def random_scores(highest, count, generator):
    """First and last scores, one in ten of them missing."""
    scores = generator.integers(0, highest + 1, (2, count), dtype=np.int8)
    scores[generator.random((2, count)) < 0.1] = MISSING
    return scores


def random_records(count, seed, *, specific=False):
    """A table as a reader's cohort comes: scores with gaps, sessions, dates of discharge."""
    generator = np.random.default_rng(seed)
    columns = {}
    for stem, highest in (("phq9", 27), ("gad7", 21), ("instrument", 60)):
        first, last = (s.astype(float) for s in random_scores(highest, count, generator))
        first[first == MISSING], last[last == MISSING] = np.nan, np.nan
        columns |= {f"{stem}_first": first, f"{stem}_last": last}
    columns["sessions"] = generator.integers(0, 12, count)
    days = generator.integers(0, 365, count).astype("timedelta64[D]")
    columns["discharged"] = np.datetime64("2024-04-01") + days
    columns["instrument"] = np.where(generator.random(count) < 0.12, SPECIFIC.name, "")
    records = pd.DataFrame(columns)
    return records if specific else records.drop(columns=list(records.filter(like="instrument")))


def report(name, function):
    """Print the median time of some runs, the fastest and the slowest."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    print(f"{name:<58} {median:.4f} s  ({min(seconds):.4f} to {max(seconds):.4f})")


def memory(name, function):
    """Print the most memory that a call holds beyond what was there before."""
    tracemalloc.start()
    function()
    print(f"{name:<58} {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MiB")
    tracemalloc.stop()


def in_chunks(number, instruments, rules):
    """Rates of a cohort that is never in memory as a whole."""
    chunks = (random_records(RECORDS, seed) for seed in range(number))
    return rates(total(tally(classify(chunk, instruments, rules)) for chunk in chunks), rules)


def main():
    """Print all figures."""
    generator = np.random.default_rng(1)
    phq9 = Scores(
        **dict(zip(("first", "last"), random_scores(27, RECORDS, generator), strict=True)),
        cut_off=10,
        change=6,
    )
    gad7 = Scores(
        **dict(zip(("first", "last"), random_scores(21, RECORDS, generator), strict=True)),
        cut_off=8,
        change=4,
    )
    report(
        f"{RECORDS:,} records, integer arrays",
        lambda: judge_scores([phq9, gad7], Conflict.NO_CHANGE),
    )
    instruments, rules = registry(), OutcomeRules()
    for specific in (False, True):
        records = random_records(RECORDS, seed=2, specific=specific)
        name = f"{RECORDS:,} records, a table" + (", specific instruments" if specific else "")
        report(name, lambda r=records: classify(r, instruments, rules))
        memory(f"{name}: memory", lambda r=records: classify(r, instruments, rules))
        flags = classify(records, instruments, rules)
        report(f"{name}: rates", lambda f=flags: rates(tally(f), rules))
    memory("2 chunks, made and judged: memory", lambda: in_chunks(2, instruments, rules))
    memory(
        f"{CHUNKS} chunks, made and judged: memory", lambda: in_chunks(CHUNKS, instruments, rules)
    )


if __name__ == "__main__":
    main()
