"""Time the vectorised percentage check: `python benchmarks/percent_checks.py`."""

import os
import statistics
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the bar is stated

import numpy as np
import pandas as pd

from recovery_audit.percent_table import check_percents
from recovery_audit.rounding import RoundingRule, count_ranges

CHECKS, ROWS, RUNS = 10**6, 10**5, 5


def random_figures(count, seed=1):
    """Random figures with 0 to 3 decimals, their denominators, and a rule for each."""
    generator = np.random.default_rng(seed)
    decimals = generator.integers(0, 4, count)
    digits = generator.integers(0, 100 * 10**decimals + 1)
    nobs = generator.integers(1, 10**5, count)
    return digits, decimals, nobs, generator.integers(0, len(RoundingRule), count)


def timed(function):
    """Median, fastest and slowest of some runs. [s]"""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), min(seconds), max(seconds)


def report(name, function):
    """Print one line for one figure."""
    median, fastest, slowest = timed(function)
    print(f"{name:<44} {median:.3f} s  ({fastest:.3f} to {slowest:.3f})")


def consistent(digits, decimals, nobs, rule):
    """Whether each figure has a witness."""
    k_min, k_max = count_ranges(digits, decimals, nobs, rule)
    return k_min <= k_max


def main():
    """Print all figures."""
    digits, decimals, nobs, codes = random_figures(CHECKS)
    for rule in RoundingRule:
        report(f"{CHECKS:,} checks, {rule}", lambda r=rule: consistent(digits, decimals, nobs, r))
    report(f"{CHECKS:,} checks, a rule per row", lambda: consistent(digits, decimals, nobs, codes))
    printed = [f"{d / 10**p:.{p}f}" for d, p in zip(digits[:ROWS], decimals[:ROWS], strict=True)]
    table = pd.DataFrame({"printed": printed, "n": nobs[:ROWS].astype(str)})
    report(f"a table of {ROWS:,} rows", lambda: check_percents(table, "table.csv"))


if __name__ == "__main__":
    main()
