"""`recovery-audit pool` says in words and in JSON what the functions compute."""

import json
from dataclasses import astuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.errors import AuditError, TableError
from recovery_audit.synthesis import Choices, Method, Study, pool

FOUR = """study,events,n
a,2,10
b,9,20
c,4,40
d,0,12
"""
STUDIES = [
    Study(study=name, events=k, nobs=n)
    for name, k, n in [("a", 2, 10), ("b", 9, 20), ("c", 4, 40), ("d", 0, 12)]
]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(table, *arguments):
    Path("studies.csv").write_text(table, encoding="utf-8")
    return CliRunner().invoke(app, ["pool", "studies.csv", *arguments])


def answer(table, *arguments):
    return json.loads(run(table, *arguments, "--json").output)


def test_the_answer_in_words():
    result = run(FOUR, "--method", "glmm")
    assert result.exit_code == 0
    assert result.output == (
        "a: 2 of 10 is 20.0% (5.7% to 51.0%)\n"
        "b: 9 of 20 is 45.0% (25.8% to 65.8%)\n"
        "c: 4 of 40 is 10.0% (4.0% to 23.1%)\n"
        "d: 0 of 12 is 0.0% (0.0% to 24.2%)\n"
        "\n"
        "binomial-normal: median rate 15.0% (95% interval 2.1% to 58.8%), mean rate 19.0%.\n"
        "  Another study: 0.4% to 89.2%. Logit -1.7324, standard error 0.6559, variance between studies 1.0302.\n"
        "Note: only 4 studies: the variance between them, and every interval with it, is hardly known.\n"
    )


def test_the_answer_for_programs_is_what_the_function_returns():
    found = answer(FOUR)
    assert [*found] == ["k", "refused", "notes", "dl", "reml", "glmm"]
    for method, one in zip(Method, pool(STUDIES).pooled, strict=True):
        numbers = found[str(method)]
        assert [*numbers] == ["mu", "se", "tau2", "rate", "mean_rate", "ci", "prediction", "notes"]
        assert [tuple(n) if isinstance(n, list) else n for n in numbers.values()] == [
            *astuple(one)[1:]
        ]


def test_methods_and_choices_are_options():
    found = answer(
        FOUR, "--method", "reml", "--level", "0.9", "--truncated", "--prediction-df-lost", "2"
    )
    assert [*found] == ["k", "refused", "notes", "reml"]
    choices = Choices(level=0.9, truncated=True, prediction_df_lost=2)
    expected = pool(STUDIES, [Method.REML], choices).by(Method.REML)
    assert found["reml"]["prediction"] == [*expected.prediction]
    assert found["reml"]["ci"] == [*expected.ci]


def test_studies_are_left_out_in_turn():
    found = answer(FOUR, "--method", "dl", "--leave-one-out")
    expected = pool(STUDIES[1:], [Method.DL]).by(Method.DL)
    assert [*found["leave_one_out"]] == ["a", "b", "c", "d"]
    assert found["leave_one_out"]["a"]["dl"]["rate"] == expected.rate
    lines = run(FOUR, "--method", "dl", "--leave-one-out").output.splitlines()
    assert lines[-4] == f"Without a: DerSimonian-Laird {100 * expected.rate:.1f}%."


def test_groups_are_told_apart():
    table = "study,events,n,group\n" + "".join(
        f"{group} {i},{k},{n},{group}\n"
        for group in ("treated", "referred")
        for i, (k, n) in enumerate([(2, 10), (9, 20), (4, 40)][: 3 if group == "treated" else 2])
    )
    found = answer(table)["groups"]
    assert found["treated"]["dl"]["rate"] == pool(STUDIES[:3]).by(Method.DL).rate
    assert found["referred"]["dl"] is None
    words = run(table)
    assert words.exit_code == 0
    assert words.output.endswith(
        "Not pooled. 2 studies: fewer than 3 are shown side by side, not pooled.\n"
    )


def test_years_of_one_population_are_not_pooled_and_the_answer_says_why():
    table = "study,events,n,source_population,year\n" + "".join(
        f"England {year},50,100,England,{year}\n" for year in (2021, 2022, 2023)
    )
    result = run(table)
    assert result.exit_code == 3
    assert result.output.splitlines()[-1] == (
        "Not pooled. England 2021 and England 2022 are years of one source population (England): "
        "successive years of one population are no independent studies."
    )
    found = answer(table)
    assert (found["dl"], found["reml"], found["glmm"]) == (None, None, None)
    assert found["refused"].startswith("England 2021 and England 2022")


def test_without_a_maximum_there_are_words_in_place_of_numbers():
    table = "study,events,n\na,0,10\nb,0,20\nc,0,40\n"
    assert answer(table)["glmm"]["rate"] is None
    assert run(table, "--method", "glmm").output.splitlines()[-2] == (
        "binomial-normal: no estimate: the likelihood has no maximum where all or none of the "
        "people have the event, in total or in every study."
    )


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("study,events\na,2\n", "studies.csv, row 1, column `n`: got ''; this column is missing"),
        ("study,events,n,n\na,2,3,4\n", "studies.csv, row 1, column `n`: got 'n'; this column stands there more than once"),
        ("study,events,n\n", "studies.csv: got ''; at least one study below the header"),
        ("", "studies.csv: got 'an empty file'; a comma-separated table in UTF-8 with a header, all rows as long as it"),
        ("study,events,n\na,3,2\n", "studies.csv, row 2, column `events`: got '3'; at most n, which is 2"),
        ("study,events,n\na,-1,2\n", "studies.csv, row 2, column `events`: got '-1'; a whole number, 0 or more"),
        ("study,events,n\na,1.5,2\n", "studies.csv, row 2, column `events`: got '1.5'; a whole number, 0 or more"),
        ("study,events,n\na,,2\n", "studies.csv, row 2, column `events`: got ''; a whole number, 0 or more"),
        ("study,events,n\na,0,0\n", "studies.csv, row 2, column `n`: got '0'; a whole number from 1 to 10000000000"),
        ("study,events,n\na,0,99999999999\n", "studies.csv, row 2, column `n`: got '99999999999'; a whole number from 1 to 10000000000"),
        ("study,events,n\na,1,2\na,1,3\n", "studies.csv, row 3, column `study`: got 'a'; each study once (also in row 2)"),
        ("study,events,n\n ,1,2\n", "studies.csv, row 2, column `study`: got ' '; a name"),
    ],
)  # fmt: skip
def test_bad_input_is_named_by_file_row_column_value_and_rule(table, problem):
    result = run(table)
    assert isinstance(result.exception, TableError)
    assert str(result.exception) == f"1 problem in the tables:\n  {problem}"


def test_every_bad_cell_is_named_at_once():
    result = run("study,events,n\na,9,2\na,x,0\n")
    assert str(result.exception).startswith("4 problems in the tables:")


def test_a_file_that_is_not_there_is_said():
    result = CliRunner().invoke(app, ["pool", "none.csv"])
    assert isinstance(result.exception, AuditError)
    assert str(result.exception) == "none.csv cannot be read: No such file or directory"
