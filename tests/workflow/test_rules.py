"""House rules of the workflow that a machine can keep."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = sorted(ROOT.glob("workflow/rules/*.smk"))
SCRIPTS = sorted(ROOT.glob("workflow/scripts/*.py"))


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_a_rules_file_wires_and_does_nothing_else(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert not re.search(r"^\s*(def |run:|shell:)", text, re.MULTILINE)


def test_each_rule_has_its_script_its_docstring_and_its_code():
    for file in RULES:
        text = file.read_text(encoding="utf-8")
        for rule in re.split(r"^rule ", text, flags=re.MULTILINE)[1:]:
            name = rule.partition(":")[0]
            assert rule.partition("\n")[2].lstrip().startswith('"""'), name
            assert f'"../scripts/{name}.py"' in rule, name
            assert f'sources_of("workflow/scripts/{name}.py")' in rule, name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_an_adapter(script):
    tree = ast.parse(script.read_text(encoding="utf-8"))
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(tree)) <= 20
    assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(tree))


#: Layers from the inside out; a module imports only from its own layer or those before.
LAYERS = [
    {"errors", "outcome_rules"},
    {"rounding", "number_words"},
    {
        "hedges",
        "grim",
        "proportions",
        "integer_systems",
        "instruments",
        "disclosure",
        "shapley",
        "binomial_normal",
    },
    {"shapley_effects"},
    {"missing_outcomes", "shared_denominators", "outcomes", "outcome_rates", "synthesis"},
    {"diagnosis", "blinding"},
    {"claims", "verdicts"},
    {"relations", "extraction", "systems", "documents"},
    {"fidelity", "judging", "flow", "denominators", "official_statistics"},
    {"sensitivity", "bridge", "multiverse", "counterfactual"},
    {"providers", "funnels"},
    {"ledger", "predicates", "wording", "figures", "rendering"},
    {"schemas", "io", "lineage", "audit", "percent_table", "study_table", "cohorts"},
    {"cohort_tables", "deposit", "provenance", "reading"},
    {"commands"},
    {"cli"},
]


def test_modules_import_only_from_layers_before():
    level = {module: place for place, layer in enumerate(LAYERS) for module in layer}
    package = ROOT / "src/recovery_audit"
    for file in package.rglob("*.py"):
        relative = file.relative_to(package)
        own = level.get(relative.parts[0].removesuffix(".py"))
        if file.name == "__init__.py":
            assert file.read_text(encoding="utf-8") == "", file
            continue
        assert own is not None, f"{relative} has no layer"
        text = file.read_text(encoding="utf-8")
        for module in re.findall(r"recovery_audit\.(\w+)", text):
            assert level.get(module, own) <= own, f"{relative} imports {module}"


def test_no_float_decides_a_verdict():
    exact = ["rounding", "hedges", "grim", "verdicts", "relations", "fidelity", "claims", "flow"]
    exact += ["integer_systems", "systems", "providers"]
    for module in exact:
        tree = ast.parse((ROOT / f"src/recovery_audit/{module}.py").read_text(encoding="utf-8"))
        floats = [
            node.lineno
            for node in ast.walk(tree)
            if (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float")
            or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and module == "grim")
        ]
        assert floats == [], module
