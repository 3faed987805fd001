"""Rules are written down by what they declare."""

from pathlib import Path
from types import SimpleNamespace

from recovery_audit.deposit.rule_graph import describe


def rule(name, inputs, outputs):
    return SimpleNamespace(
        name=name,
        docstring="  Do\n  it. ",
        snakefile="/project/workflow/rules/x.smk",
        input=inputs,
        output=outputs,
        is_producer=lambda path: path in outputs,
    )


def test_a_rule_comes_after_those_that_make_its_inputs():
    rules = [
        rule("judge", ["results/claims.csv", "src/x.py", lambda wildcards: "unknown"], ["v.csv"]),
        rule("clean", ["data/a.csv"], ["results/claims.csv"]),
        rule("table", ["v.csv"], ["results/{table,a|b{2}}.md"]),
    ]
    found = describe(rules, Path("/project"))
    assert {name: entry["after"] for name, entry in found.items()} == {
        "clean": {},
        "judge": {"clean": ["results/claims.csv"]},
        "table": {"judge": ["v.csv"]},
    }
    assert found["judge"] == {
        "file": "workflow/rules/x.smk",
        "doc": "Do it.",
        "inputs": ["results/claims.csv", "src/x.py"],
        "outputs": ["v.csv"],
        "after": {"clean": ["results/claims.csv"]},
    }
    assert found["table"]["outputs"] == ["results/{table}.md"]
