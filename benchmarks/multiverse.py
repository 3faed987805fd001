"""Time the specifications: `python benchmarks/multiverse.py`; see README.md beside this."""

import os
import statistics
import time
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the bar is stated

from recovery_audit import audit, extraction, io
from recovery_audit.multiverse.summaries import enumerate_specifications

ROOT, RUNS = Path(__file__).parents[1], 5
BELOW = [Fraction(1, 10), Fraction(1, 4), Fraction(1, 2)]


def tables():
    """The clean tables that specifications are made from."""

    def schema(name):
        return ROOT / f"workflow/schemas/{name}.schema.yaml"

    names = ("bases", "rates", "analytic_choices")
    read = {name: io.read_table(ROOT / f"data/{name}.csv", schema(name)) for name in names}
    totals = ROOT / "data/national/annual_totals.csv"
    sources = io.read_yaml(ROOT / "data/sources.yaml")
    keyed = io.read_text_tables(sorted((ROOT / "data/claims").glob("*.csv")), schema("claims"))
    second = sorted((ROOT / "data/second_key").glob("*.csv"))
    ledger = audit.run_ledger(
        {
            **read,
            "claims": extraction.collect_claims(keyed, sources["documents"], {}),
            "second_keys": io.read_tables(second, schema("second_key")),
            "relations": io.read_yaml(ROOT / "data/relations.yaml"),
            "systems": io.read_yaml(ROOT / "data/systems.yaml"),
            "sources": sources,
            "config": io.read_yaml(ROOT / "config/config.yaml"),
        }
    )
    return read | ledger | {"annual_totals": io.read_table(totals, schema("annual_totals"))}


def main():
    """Print how long all specifications of the four headline rates take."""
    inputs = tables()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        found = enumerate_specifications(inputs, BELOW, 0.95)
        seconds.append(time.perf_counter() - start)
    counts = found["multiverse_counts"]
    listed = counts.loc[counts["name"] == "listed", "count"].sum()
    valid, median = len(found["multiverse"]), statistics.median(seconds)
    print(
        f"{listed:,} combinations, {valid:,} of them specifications, with counts and shares: "
        f"{median:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), "
        f"{median * 1e4 / valid:.2f} s per 10,000 specifications"
    )


if __name__ == "__main__":
    main()
