"""Tables for use elsewhere: the rows of the paper's tables, in three forms that can be read again."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest

from recovery_audit.io import read_table
from recovery_audit.rendering.discrepancies import discrepancy_rows, discrepancy_table
from recovery_audit.rendering.exports import EXPORTS, export
from recovery_audit.rendering.latex import compile_latex, engine_here
from recovery_audit.rendering.tables import context

ROOT = Path(__file__).parents[2]
RULES = ROOT / "workflow/rules/figures.smk"
#: Each table, and the result table that it is taken from.
SOURCES = dict(
    re.findall(
        r'"(\w+)": "\w+/(\w+)"', RULES.read_text(encoding="utf-8").partition("rule write_tables")[0]
    )
)
#: Tables of the paper, under the names of their rows in the manuscript.
PRINTED = {
    "figures_audited": "figure_rows",
    "verdicts": "verdict_rows",
    "flips": "flip_rows",
    "quotations": "quotation_rows",
    "comparators": "comparator_rows",
    "summary": "summary_rows",
    "discrepancies": "discrepancy_rows",
    "biases": "bias_rows",
}


@pytest.fixture(scope="module")
def results(audited, flips):
    typed = {
        name: read_table(ROOT / f"data/{name}.csv", ROOT / f"workflow/schemas/{name}.schema.yaml")
        for name in ("biases", "discrepancies")
    }
    return {**audited, **typed, "flips": flips}


@pytest.fixture(scope="module")
def discrepancies(results):
    """The one table that is made for the purpose: its cells are numbers of the ledger."""
    rows = discrepancy_rows(results["discrepancies"], results, results["sources"]["documents"])
    return discrepancy_table(rows, "[{}]".format)


@pytest.fixture(scope="module")
def exported(results, discrepancies):
    made = {name: export(results[table], name) for name, table in SOURCES.items()}
    return made | {"discrepancies": export(discrepancies, "discrepancies")}


def test_every_table_has_its_source():
    assert {*SOURCES, "discrepancies"} == set(EXPORTS)


def test_a_discrepancy_goes_elsewhere_with_its_size(exported):
    table = pd.read_csv(io.StringIO(exported["discrepancies"]["csv"]), keep_default_na=False)
    by_label = table.set_index("Discrepancy")
    assert dict(by_label.loc["Did not complete treatment"].iloc[:4]) == {
        "Printed in": "Geraghty & Scott 2020",
        "Printed": "[gs2020-mus-not-completed]",
        "Instead": "[mus-not-completed-percent-recomputed]",
        "Off by": "[mus-not-completed-percent-difference] points",
    }
    assert by_label.loc["Open trials with blinded assessment", "Instead"] == (
        "of [kahan2015-assessed], not [kahan2015-trials]"
    )
    assert by_label.loc["Open trials with blinded assessment", "Off by"] == ""


@pytest.mark.parametrize("name", PRINTED)
def test_the_rows_are_those_of_the_paper(name, exported, results):
    rows = context(results, results["sources"]["documents"])[PRINTED[name]]
    assert len(pd.read_csv(io.StringIO(exported[name]["csv"]))) == len(rows)


@pytest.mark.parametrize("name", EXPORTS)
def test_markdown_is_a_pipe_table_with_the_cells_of_the_csv(name, exported):
    header, rule, *rows = exported[name]["md"].splitlines()
    table = pd.read_csv(io.StringIO(exported[name]["csv"]), dtype=str, keep_default_na=False)
    bars = [len(re.findall(r"(?<!\\)\|", line)) for line in (header, rule, *rows)]
    assert set(bars) == {len(table.columns) + 1}
    assert len(rows) == len(table)
    assert re.fullmatch(r"\|(:?-+:?\|)+", rule)


def test_a_bar_within_a_cell_is_escaped():
    biases = pd.DataFrame(
        [{"label": "a|b", "rate": "official", "direction": "lower", "why": "50% & _more_"}]
    )
    texts = export(biases, "biases")
    assert r"a\|b" in texts["md"]
    assert r"50\% \& \_more\_" in texts["tex"]


def test_numbers_stand_to_the_right(exported):
    rule = exported["comparators"]["md"].splitlines()[1]
    assert [cell.endswith(":") for cell in rule.strip("|").split("|")][-3:] == [True] * 3


@pytest.mark.skipif(engine_here() is None, reason="no pdflatex, xelatex or lualatex here")
def test_the_latex_tables_compile(exported, tmp_path):
    source = tmp_path / "tables.tex"
    packages = re.search(r"\\usepackage\{.*\}", exported["slips"]["tex"])[0]
    body = "\n".join(texts["tex"] for texts in exported.values())
    source.write_text(
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n"
        f"{packages}\n\\begin{{document}}\n{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    log = compile_latex(source, tmp_path / "tables.pdf", engine=engine_here())
    assert "Missing character" not in log
    assert all(r"\toprule" in texts["tex"] for texts in exported.values())
