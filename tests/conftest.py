"""What many tests need: the tables of the audit, computed once from the typed data."""

from pathlib import Path

import pytest

from recovery_audit import audit, extraction, io
from recovery_audit.ledger import ORIGINS, as_json, register, sources_of_numbers

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


#: Folders whose tests share something costly: the built paper, what the perturbation moves.
SHARING = ("tests/built/", "tests/provenance/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep in one process what shares a fixture: these folders, and every file elsewhere.

    `--dist loadgroup` would do, but pytest-xdist 3.8 loses its groups under pytest 9.2 (its issue
    1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            folder = next(filter(nodeid.startswith, SHARING), None)
            return folder or nodeid.partition("::")[0]

    return Sharing(config, log)


def _schema(name):
    return ROOT / f"workflow/schemas/{name}.schema.yaml"


@pytest.fixture(scope="session")
def typed():
    """The inputs of the audit as they are typed, by name."""
    paths = {name: f"data/{name}.csv" for name in TYPED}
    paths |= {name: f"data/national/{name}.csv" for name in NATIONAL}
    tables = {name: io.read_table(ROOT / path, _schema(name)) for name, path in paths.items()}
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


@pytest.fixture(scope="session")
def flips(typed):
    """Which figure would have to be misprinted for an inconsistent verdict to be another."""
    from recovery_audit.provenance.flips import find_flips

    return find_flips(typed)


#: What commands on a built project read, with its schema.
_RESULTS = {
    "clean/claims": "clean_claims",
    "clean/bases": "bases",
    "clean/rates": "rates",
    "clean/analytic_choices": "analytic_choices",
    "clean/annual_totals": "annual_totals",
    "recompute/intervals": "intervals",
    "recompute/verdicts": "verdicts",
    "recompute/relations": "relations",
    "recompute/fidelity": "fidelity",
}
#: A few numbers of the paper, one of each kind.
_NUMBERS = [
    {"id": "{claim_id}", "table": "figures", "as": "figure", "unit": "{unit}",
     "formula": "the figure as the document prints it"},
    {"id": "{claim_id}-{reading}-below", "table": "verdicts", "ratio": ["k_below", "n_known"],
     "where": {"claim_id": "scott2018-overall-recovery"}, "as": "percent", "decimals": 1,
     "unit": "percent", "formula": "100 × the count next below / size of the base"},
    {"id": "level", "table": "conventions", "where": {"key": "interval_level"}, "value": "value",
     "as": "share", "decimals": 0, "unit": "percent", "formula": "coverage of the intervals"},
]  # fmt: skip


@pytest.fixture(scope="session")
def built_folder(audited, tmp_path_factory):
    """A project's folder as commands expect it, its tables computed in this process."""
    made = tmp_path_factory.mktemp("project")
    for part in ("workflow", "data", "config"):
        (made / part).symlink_to(ROOT / part)
    for name, schema in _RESULTS.items():
        table = audited[name.rpartition("/")[2]]
        io.write_table(table, made / f"results/{name}.csv", _schema(schema))
    used = {"claims", "verdicts"}
    frames = {name: audited[name if name in used else "verdicts"] for name in (*used, *ORIGINS)}
    others = ("systems", "shared_denominators", "national", "national_ladder", "comparator_rates")
    sources = sources_of_numbers(frames | {name: audited[name] for name in others}, 0.95)
    io.write_json(as_json(register(_NUMBERS, sources)), made / "results/numbers.json")
    return made
