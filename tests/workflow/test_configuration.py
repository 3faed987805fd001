"""The configuration against its schema: what is refused, and that the pipeline refuses it."""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from recovery_audit import io
from recovery_audit.errors import TableError

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
FILE = "config/config.yaml"
CONFIG = io.read_yaml(ROOT / FILE)
PAGES = sorted((ROOT / "docs").glob("*.md"))


def problems(config):
    try:
        io.check_content(config, SCHEMA, FILE)
    except TableError as error:
        return [(problem.column, problem.rule) for problem in error.problems]
    return []


def changed(place, value):
    """The configuration with one entry set, given as `key.key.number`; None takes it away."""
    config = copy.deepcopy(CONFIG)
    *path, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    entry = config
    for step in path:
        entry = entry[step]
    if value is None:
        del entry[last]
    else:
        entry[last] = value
    return config


def test_the_configuration_is_valid():
    assert problems(CONFIG) == []


KEYS = [
    *("references", "thresholds", "bridge", "accuracy", "blinding", "misdiagnosis", "construct"),
    *("contrasts", "horizon", "assumptions"),
    *(f"assumptions.{name}" for name in CONFIG["assumptions"]),
    *(f"assumptions.imor.{name}" for name in ("values", "reason")),
    *(f"bridge.{name}" for name in CONFIG["bridge"]),
    *("bridge.engagement.0.label", "bridge.engagement.0.without"),
    *(f"accuracy.0.{name}" for name in ("test", "sensitivity", "specificity", "rates")),
    *(f"blinding.odds ratio.{name}" for name in ("bias", "interval")),
    *(
        f"blinding.standardised difference.{name}"
        for name in ("bias", "interval", "exaggeration", "exaggeration_interval")
    ),
    *(f"construct.0.{name}" for name in ("scale", "condition")),
    *(f"contrasts.0.{name}" for name in ("treated", "control", "note")),
    *(f"horizon.{name}" for name in CONFIG["horizon"]),
]


@pytest.mark.parametrize("place", KEYS)
def test_a_key_that_is_left_out_is_named(place):
    parent, _, key = place.rpartition(".")
    assert problems(changed(place, None)) == [(parent, f"'{key}' is a required property")]


#: Where a misspelt key would otherwise be ignored.
OPEN = [
    *("", "assumptions.", "assumptions.power.", "bridge.", "bridge.engagement.0.", "accuracy.0."),
    *("blinding.odds ratio.", "construct.0.", "contrasts.0.", "horizon."),
]


@pytest.mark.parametrize("parent", OPEN)
def test_a_key_that_nothing_reads_is_named(parent):
    rule = "Additional properties are not allowed ('powr' was unexpected)"
    assert problems(changed(f"{parent}powr", ["0.8"])) == [(parent.rstrip("."), rule)]


@pytest.mark.parametrize(("place", "value", "rule"), [
    ("assumptions.power.values.0", 0.8, "0.8 is not of type 'string'"),
    ("assumptions.imor.values.1", "1/10", r"'1/10' does not match '^-?\\d+(\\.\\d+)?$'"),
    ("assumptions.seed.values", [], "[] should be non-empty"),
    ("assumptions.imor.values", ["1", "1"], "['1', '1'] has non-unique elements"),
    ("assumptions.power.values", ["0.8", "0.9"], "['0.8', '0.9'] is too long"),
    ("assumptions.draws.reason", "none", "'none' is too short"),
    ("bridge.years.0", "2017", r"'2017' does not match '^20\\d\\d-\\d\\d$'"),
    ("bridge.years", [], "[] should be non-empty"),
    ("bridge.engagement", [], "[] should be non-empty"),
    ("bridge.engagement.2.without", [], "[] should be non-empty"),
    ("bridge.engagement.2.system", "sessions", "'of' is a dependency of 'system'"),
    ("bridge.engagement.2.of", "known", "'system' is a dependency of 'of'"),
    ("accuracy.0.intervals", ["one"], "['one'] is too short"),
    ("accuracy.0.rates", [], "[] should be non-empty"),
    ("references", ["national", "national"], "['national', 'national'] has non-unique elements"),
    ("thresholds", ["national", "national"], "['national', 'national'] has non-unique elements"),
    ("interval_level", 95, "95 is greater than or equal to the maximum of 1"),
    ("interval_level", 0.5, "0.5 is less than or equal to the minimum of 0.5"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_its_place(place, value, rule):
    found = problems(changed(place, value))
    # What depends on another key is said of the entry that holds both.
    where = place.rpartition(".")[0] if "is a dependency of" in rule else place
    assert found == [(where, rule)]


def test_every_wrong_entry_is_listed_at_once():
    config = changed("horizon.first", None) | {"interval_level": 95}
    assert [place for place, _ in problems(config)] == ["horizon", "interval_level"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_entries_that_the_documentation_shows_are_valid(page):
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for entry in map(yaml.safe_load, blocks):
        if isinstance(entry, dict) and entry.keys() <= CONFIG.keys():
            assert problems(CONFIG | entry) == []


def test_the_pipeline_refuses_a_misspelt_key_before_any_rule_runs():
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run", "--nolock"]
    run = subprocess.run(
        [*command, "--config", "compared_wiht=national"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    said = run.stdout + run.stderr
    assert "1 problem in the tables:\n  config/config.yaml: got" in said
    assert "Additional properties are not allowed ('compared_wiht' was unexpected)" in said
