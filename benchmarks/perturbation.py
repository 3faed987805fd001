"""How long it takes to change every claim and every annual total, one by one.

    .venv/bin/python benchmarks/perturbation.py

Bar: 120 s on two cores. The counterfactual and the places in the documents are held fixed.
"""

import time
from pathlib import Path

from recovery_audit import extraction, io
from recovery_audit.lineage import HELD, TYPED
from recovery_audit.provenance.perturbation import Experiment, cells_of, perturb_all, report

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "workflow/schemas"
FIXED = {Path(name).name for name in HELD}


def typed_tables() -> dict[str, object]:
    """Read what is typed, as the pipeline's first stage does."""
    tables: dict[str, object] = {}
    for name in (Path(cleaned).name for cleaned in TYPED):
        (typed,) = (ROOT / "data").glob(f"**/{name}.csv")
        tables[name] = io.read_table(typed, SCHEMAS / f"{name}.schema.yaml")
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
