"""What many tests need: the tables of the audit, computed once from the typed data."""

from pathlib import Path

import pytest

from recovery_audit import audit, extraction, io

ROOT = Path(__file__).parents[1]
NATIONAL = (
    "annual_totals",
    "annual_groups",
    "monthly_core",
    "therapy_outcomes",
    "series_breaks",
)
TYPED = (
    "bases",
    "flow_counts",
    "ladders",
    "comparators",
    "rates",
    "bridge_groups",
    "effects",
    "analytic_choices",
    "synthesis",
)


def _schema(name):
    return ROOT / f"workflow/schemas/{name}.schema.yaml"


@pytest.fixture(scope="session")
def typed():
    """The inputs of the audit as they are typed, by name."""
    paths = {name: f"data/{name}.csv" for name in TYPED}
    paths |= {name: f"data/national/{name}.csv" for name in NATIONAL}
    tables = {name: io.read_table(ROOT / path, _schema(name)) for name, path in paths.items()}
    tables["flow"] = tables.pop("flow_counts")
    sources = io.read_yaml(ROOT / "data/sources.yaml")
    keyed = io.read_text_tables(sorted((ROOT / "data/claims").glob("*.csv")), _schema("claims"))
    second = sorted((ROOT / "data/second_key").glob("*.csv"))
    return tables | {
        "second_keys": io.read_tables(second, _schema("second_key")),
        "claims": extraction.collect_claims(keyed, sources["documents"], {}),
        "relations": io.read_yaml(ROOT / "data/relations.yaml"),
        "systems": io.read_yaml(ROOT / "data/systems.yaml"),
        "sources": sources,
        "config": io.read_yaml(ROOT / "config/config.yaml"),
    }


@pytest.fixture(scope="session")
def audited(typed):
    """The typed inputs, and every table that the audit computes from them."""
    return typed | audit.run(typed)
