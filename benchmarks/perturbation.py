"""How long it takes to change every claim and every annual total, one by one.

    .venv/bin/python benchmarks/perturbation.py

Bar: 120 s on two cores. The counterfactual and the places in the documents are held fixed.
"""

import time
from pathlib import Path

from recovery_audit import extraction, io
from recovery_audit.provenance.perturbation import Experiment, cells_of, perturb_all, report

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "workflow/schemas"
TYPED = (
    "bases", "flow_counts", "ladders", "comparators", "rates", "bridge_groups", "effects",
    "analytic_choices", "synthesis", "national/annual_totals", "national/annual_groups",
    "national/monthly_core", "national/therapy_outcomes", "national/series_breaks",
)  # fmt: skip
FIXED = (
    "null_calibration",
    "null_scenarios",
    "null_simulation",
    "null_indices",
    "locations",
    "flips",
)


def typed_tables() -> dict[str, object]:
    """Read what is typed, as the pipeline's first stage does."""
    tables: dict[str, object] = {}
    for path in TYPED:
        name = Path(path).name
        tables[name] = io.read_table(ROOT / f"data/{path}.csv", SCHEMAS / f"{name}.schema.yaml")
    sources = io.read_yaml(ROOT / "data/sources.yaml")
    claims = sorted((ROOT / "data/claims").glob("*.csv"))
    keyed = io.read_text_tables(claims, SCHEMAS / "claims.schema.yaml")
    second = sorted((ROOT / "data/second_key").glob("*.csv"))
    return tables | {
        "second_keys": io.read_tables(second, SCHEMAS / "second_key.schema.yaml"),
        "claims": extraction.collect_claims(keyed, sources["documents"], {}),
        "relations": io.read_yaml(ROOT / "data/relations.yaml"),
        "systems": io.read_yaml(ROOT / "data/systems.yaml"),
        "sources": sources,
        "config": io.read_yaml(ROOT / "config/config.yaml"),
    }


def main() -> None:
    """Perturb, and print the time and the counts."""
    definitions = io.read_yaml(ROOT / "paper/numbers.yaml")
    waivers = io.read_yaml(ROOT / "paper/unmoved.yaml")
    start = time.perf_counter()
    at_hand = [one for one in definitions if one["table"] not in FIXED]
    experiment = Experiment(typed_tables(), at_hand, (), waivers["edges"])
    ready = time.perf_counter()
    cells = list(cells_of(experiment.audit.tables, ["typed_claims", "annual_totals"]))
    moves = perturb_all(experiment, cells, processes=2)
    done = time.perf_counter()
    print(f"first run {ready - start:.1f} s, {len(cells)} cells {done - ready:.1f} s")
    print(report(moves, experiment.entries, waivers))


if __name__ == "__main__":
    main()
