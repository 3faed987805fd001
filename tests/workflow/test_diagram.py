"""The diagram of the README is the one that the rules give now, and the rules are written down."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("diagram", ROOT / "workflow/diagram.py")
diagram = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(diagram)


@pytest.fixture(scope="module")
def graph():
    return diagram.rule_graph(ROOT)


def test_the_diagram_is_current(graph):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    drawn = diagram.diagram(graph, diagram.stages(ROOT))
    assert diagram.put(page, drawn) == page, "make diagram"


def test_a_rule_that_needs_another_stage_changes_the_diagram(graph):
    names = {name: number for number, name in re.findall(r"(id\d+)\[(\w+)\]", graph)}
    planted = f"{graph}\n\t{names['write_dossier']} --> {names['run_notebook']}\n"
    stages = diagram.stages(ROOT)
    assert diagram.diagram(planted, stages) != diagram.diagram(graph, stages)


def test_the_examples_hold():
    assert doctest.testmod(diagram).failed == 0
