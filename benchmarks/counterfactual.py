"""Time the counterfactual: `python benchmarks/counterfactual.py`; see README.md beside this."""

import os
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the bar is stated

from recovery_audit.counterfactual.lattice import both_scores, outcomes
from recovery_audit.counterfactual.model import ALL, End, Scale, Start
from recovery_audit.counterfactual.simulation import Chunk, simulate

PATIENTS, RUNS = 2**22, 5
SCALES = (
    Scale(name="PHQ-9", highest=27, cut_off=10, change=6),
    Scale(name="GAD-7", highest=21, cut_off=8, change=4),
)
START = Start(means=(14.8, 13.7), spreads=(6.4, 5.3), correlation=0.8, reliability=(0.84, 0.85))
END = End(
    stability=0.88, shift=0.39, by_itself=0.12, by_treatment=0.25,
    remitted_means=(4.0, 3.5), remitted_spread=2.0,
)  # fmt: skip


def draw(chunk):
    """One chunk with the full model."""
    return simulate(START, END, SCALES, ALL, Chunk(chunk, PATIENTS, 1))["present"]


def seconds(function):
    """The median of the runs with the fastest and the slowest."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), min(taken), max(taken)


def main():
    """Print patients per second on one core and two, memory, and the time of one lattice."""
    one, fastest, slowest = seconds(lambda: draw(0))
    rate = PATIENTS / one / 1e6
    print(
        f"one core: {rate:.1f} million patients a second ({fastest:.2f} to {slowest:.2f} s a chunk)"
    )
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(draw, range(2)))  # both are up
        two, *_ = seconds(lambda: list(pool.map(draw, range(2))))
    print(f"two cores: {2 * one / two:.2f} times one")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    lattice, *_ = seconds(lambda: outcomes(both_scores(START, END, SCALES, ALL), SCALES))
    print(f"the exact lattice: {1000 * lattice:.0f} ms")


if __name__ == "__main__":
    main()
