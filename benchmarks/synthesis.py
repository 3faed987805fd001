"""Time the pooling of twelve studies by all methods; see README.md beside this file."""

import os
import statistics
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the bar is stated

import numpy as np
from scipy.special import expit

from recovery_audit.synthesis import Study, leave_one_out, pool

STUDIES, RUNS = 12, 5


def invented_studies(seed: int) -> list[Study]:
    """Return studies of 20 to 20,000 people; their logits scatter with standard deviation 0.6."""
    generator = np.random.default_rng(seed)
    sizes = np.geomspace(20, 20_000, STUDIES).astype(int)
    rates = expit(generator.normal(-0.5, 0.6, STUDIES))
    return [
        Study(study=f"study {place}", events=int(generator.binomial(n, rate)), nobs=int(n))
        for place, (n, rate) in enumerate(zip(sizes, rates, strict=True), start=1)
    ]


def timed(name, job) -> None:
    """Run a job five times and print the median, the fastest and the slowest."""
    seconds = []
    for seed in range(RUNS):
        studies = invented_studies(seed)
        start = time.perf_counter()
        job(studies)
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    print(f"{name}: {median:.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


if __name__ == "__main__":
    pool(invented_studies(RUNS))  # imports are not what is timed
    timed(f"{STUDIES} studies by all methods", pool)
    timed(f"{STUDIES} studies, each left out once", leave_one_out)
