"""`recovery-audit what-if` says of a built project what would follow from another figure."""

import json
import shlex

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.commands.what_if import TITLES
from recovery_audit.errors import AuditError
from recovery_audit.provenance.perturbation import NUMBER, PREDICATE, VERDICTS
from tests.docs.test_commands import OF_A_BUILD


def run(*arguments):
    return CliRunner().invoke(app, ["what-if", *map(str, arguments)])


@pytest.fixture(scope="module")
def settled(built):
    return run("gs2020-mus-not-completed", "45.35", "--folder", built, "--json")


def test_the_misprint_that_settles_a_verdict_settles_it(settled):
    """Second route: `flips` searched for this figure, and says what the verdict becomes."""
    changes = {
        (one["kind"], one["name"]): (one["before"], one["after"])
        for one in json.loads(settled.output)["changes"]
    }
    relation = ("verdict relations", "mus-not-completed-percent")
    assert changes[relation] == ("inconsistent", "consistent")
    assert changes["number", "gs2020-mus-not-completed"] == ("45.25%", "45.35%")
    assert changes["number", "relations-inconsistent"] == ("4", "3")


def test_in_words_verdicts_come_first(built):
    said = run("45.25%", "45.35", "--folder", built).output
    assert said.startswith("gs2020-mus-not-completed: “45.25”, were it “45.35”\n")
    assert said.index("verdicts on percentages") < said.index("numbers of the paper")
    assert "Held fixed" in said


def test_the_same_figure_changes_nothing(built):
    said = run("gs2020-mus-not-completed", "45.25", "--folder", built).output
    assert "Nothing would change" in said


def test_what_is_no_figure_is_refused_with_its_place(built):
    refused = run("gs2020-mus-not-completed", "many", "--folder", built)
    assert isinstance(refused.exception, AuditError)
    assert "column `printed`: got 'many'" in str(refused.exception)


@pytest.mark.parametrize("command", OF_A_BUILD)
def test_a_documented_command_runs(command, built, monkeypatch):
    monkeypatch.chdir(built)
    _, _, *arguments = shlex.split(command)
    answer = run(*arguments)
    assert answer.exception is None
    assert "verdicts on percentages" in answer.output


def test_every_kind_of_change_has_words():
    assert set(TITLES) == {NUMBER, PREDICATE, *(f"verdict {name}" for name in VERDICTS)}
