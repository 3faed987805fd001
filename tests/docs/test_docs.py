"""What the documents say is so."""

import doctest
import re
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.grim import witnesses
from recovery_audit.rounding import ANY, RoundingRule, read_figure
from recovery_audit.verdicts import CHECKS, Verdict

ROOT = Path(__file__).parents[2]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


TERMS = set(re.findall(r"^\*\*(.+?)\.\*\*", read("GLOSSARY.md"), re.MULTILINE))
PAGES = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_in_the_glossary(verdict):
    assert str(verdict) in TERMS


@pytest.mark.parametrize("rule", RoundingRule)
def test_every_rounding_rule_is_in_the_methods(rule):
    assert f"| `{rule}` |" in read("docs/methods.md")


def test_the_verdict_table_of_the_methods_has_the_order_of_the_checks():
    section = read("docs/methods.md").partition("## Verdicts")[2].partition("## ")[0]
    printed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    order = [str(check.verdict) for check in CHECKS]
    order.remove("inconsistent")  # a failed hedge and a bound that nothing fits share a line
    assert printed == order


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_between_documents_lead_somewhere(page):
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", read(page))
    missing = [target for target in targets if not (ROOT / page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_files_that_a_document_names_exist(page):
    folders = "data|docs|examples|paper|workflow|config|src|tests"
    named = re.findall(rf"`((?:{folders})/[\w./-]+\.\w+)`", read(page))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_make_targets_of_the_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"\bmake ([a-z-]+)`", read(page))}
    assert {"paper", "test"} <= named
    assert named <= targets


def test_every_result_file_is_explained():
    """Each CSV that a rule writes has its line in results/README.md."""
    rules = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("workflow/rules/*.smk"))
    written = set(re.findall(r'"results/((?:recompute|sensitivity|extract)/\w+\.csv)"', rules))
    explained = set(re.findall(r"`([\w/]+\.csv)`", read("results/README.md")))
    assert len(written) > 8
    assert written <= explained


def undescribed(schema, place=""):
    """The keys of a schema that say nothing about themselves; `reason` and ranges bring their own."""
    for key, entry in schema.get("properties", {}).items():
        here = f"{place}.{key}".lstrip(".")
        if not {"description", "$ref"} & set(entry) and key not in ("reason", "values"):
            yield here
        yield from undescribed(entry, here)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            yield from undescribed(schema[inner], place)


def test_every_key_of_the_configuration_is_described():
    schema = yaml.safe_load(read("workflow/schemas/config.schema.yaml"))
    assert list(undescribed(schema)) == []


def test_the_folders_of_tests_are_those_of_the_contributing_page():
    folders = {f"tests/{path.parent.name}" for path in ROOT.glob("tests/*/test_*.py")}
    folders.add("tests/golden")  # the numbers as committed, which a test elsewhere compares
    assert set(re.findall(r"`(tests/[a-z]+)`", read("CONTRIBUTING.md"))) == folders


def test_every_command_is_documented():
    known = set(typer.main.get_command(app).commands)
    named = re.findall(r"recovery-audit ([a-z-]+)", "".join(read(page) for page in PAGES))
    assert known <= set(named)


def test_the_specification_in_the_help_exists(built_folder, monkeypatch):
    """Ids are made from the choices, so that one which was right can become wrong unseen."""
    monkeypatch.chdir(built_folder)
    shown = typer.main.get_command(app).commands["specification"].help
    example = re.search(r"recovery-audit (specification \S+)", shown).group(1)
    result = CliRunner().invoke(app, example.split())
    assert result.exception is None
    assert result.output.startswith(example.split()[1])


def test_the_terms_of_the_glossary_are_in_alphabetical_order():
    terms = re.findall(r"^\*\*(.+?)\.\*\*", read("GLOSSARY.md"), re.MULTILINE)
    words = [term.lower() for term in terms if term not in {str(one) for one in Verdict}]
    assert words == sorted(words)


def test_the_code_of_the_quickstart_gives_what_it_says(built_folder, monkeypatch):
    monkeypatch.chdir(built_folder)
    found = doctest.testfile(str(ROOT / "docs/quickstart.md"), module_relative=False)
    assert found.attempted > 20
    assert found.failed == 0


def test_the_readme_is_read_in_three_minutes():
    """At 200 words a minute, tables and code included."""
    assert len(read("README.md").split()) / 200 < 3


def test_what_the_readme_says_was_found_is_what_is_computed():
    fitting = [(k, n) for n in range(1, 91) for k in witnesses(read_figure("9.2"), n)]
    *first, last = [f"{count} of {nobs}" for count, nobs in fitting]
    found = " ".join(read("README.md").split())
    assert witnesses(read_figure("9.2"), 90, ANY) == []
    assert "9.2% cannot be a percentage of all 90 people interviewed" in found
    assert f"it can be {', '.join(first)} or {last}." in found
