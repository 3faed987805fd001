"""The generated pages of docs/ are those that follow from the data now."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("pages", ROOT / "workflow/pages.py")
pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pages)
WRITTEN = pages.pages(ROOT)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_committed_page_is_current(name):
    assert (ROOT / name).read_text(encoding="utf-8") == WRITTEN[name], "run `make pages`"


def test_every_assumption_of_the_configuration_is_listed_with_what_it_acts_on():
    from recovery_audit.sensitivity.assumptions import RANGES, SINGLE

    for name in (*RANGES, *SINGLE):
        (line,) = re.findall(rf"^\| `{name}` .*$", WRITTEN["docs/assumptions.md"], re.MULTILINE)
        assert all(cell.strip() for cell in line.strip("|").split(" | ")), line


def test_the_dictionary_has_the_columns_of_every_schema():
    import yaml

    listed = set(pages._tables(ROOT).values())
    for path in ROOT.glob("workflow/schemas/*.schema.yaml"):
        columns = yaml.safe_load(path.read_text(encoding="utf-8")).get("columns")
        if isinstance(columns, dict):
            assert path.name.split(".")[0] in listed, path.name
            for column in columns:
                assert f"| `{column}` |" in WRITTEN["docs/data-dictionary.md"], column


def test_its_examples_hold():
    assert doctest.testmod(pages).failed == 0
