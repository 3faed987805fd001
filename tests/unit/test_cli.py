"""The command, as a reader uses it: what it says and its exit status."""

import csv
import io
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.errors import AuditError, TableError

COMMAND = Path(sysconfig.get_path("scripts")) / "recovery-audit"


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


STATUS = [
    # holds: consistent, or approximate, or under the rule that is named
    ("45.35 --of 172", 0),
    ("4.6 --of 172 --rounding truncated", 0),
    ("29.35 33.70 17.39 --same-base --n-max 172", 0),
    ("45.35 4.65 --of 172", 0),
    # fails: no witness, or only under a rule that is not named
    ("45.25 --of 172", 1),
    ("4.6 --of 172", 1),
    ("4.6 --of 172 --rounding half_up", 1),
    ("45.35 --of 172 --rounding truncated", 1),
    ("29.35 33.71 --same-base --n-max 172", 1),
    ("45.25 45.35 --of 172", 1),
    # nothing can be said
    ("45.2 --of 1000", 3),
    ("9.2", 3),
    ("9.2 --n-max 90", 3),
    ("29.03 45.16 --same-base --n-max 172", 3),  # several sizes
    ("32.33 39.07 --same-base --n-max 844", 3),  # one size, but a fit was to be expected
]


@pytest.mark.parametrize(("arguments", "status"), STATUS)
def test_the_exit_status_is_the_answer(arguments, status):
    assert run("percent", *arguments.split()).exit_code == status


def test_a_figure_is_answered_in_a_sentence_and_a_table():
    assert run("percent", "45.25", "--of", "172").stdout == (
        "No count of 172 persons prints as 45.25% under any rounding rule; "
        "the nearest are 44.77% (77) and 45.35% (78). It would fit 81 of 179.\n"
        "\n"
        "figure  verdict       rounding  counts  power\n"
        "45.25   inconsistent  -         -       0.983\n"
    )


@pytest.mark.parametrize(
    ("figure", "ending"),
    [("9.2", " It fits 6 of 65, and no smaller group."), ("0.0001", "")],
    ids=["a-size", "none-that-is-searched"],
)
def test_of_a_group_without_a_size_the_smallest_is_named(figure, ending):
    line = run("percent", figure).stdout.splitlines()[0]
    assert line == (
        f"No size is published for the group that {figure}% is of, so no count can be tested."
        f"{ending}"
    )


def test_figures_of_one_group_are_answered_together():
    assert run("percent", "29.35", "33.70", "--same-base", "--n-max", "172").stdout == (
        "Of the sizes up to 172 persons, 92 fits all figures "
        "(chance of a fit with random figures 0.014).\n"
        "Sizes that would fit if one figure moved by one last digit: 0.\n"
        "\n"
        "size  29.35  33.70\n"
        "92    27     31\n"
    )


def test_programs_get_json():
    answer = json.loads(run("percent", "4.6", "--of", "172", "--json").stdout)
    assert answer == {
        "figures": [
            {
                "printed": "4.6",
                "verdict": "consistent_if_truncated",
                "rounding_rule": "truncated",
                "witnesses": [[8, 172]],
                "power_ordinary": 0.827173,
                "power_any": 0.659341,
                "explanation": "8 of 172 persons is 4.651%: printed 4.6% if further digits are "
                "cut off, 4.7% if rounded.",
                "nearest_fits": [],
                "smallest_fit": None,
            }
        ],
        "exit_status": 1,
    }


WRONG = [
    ("33,70 --of 9", "'33,70' is not a figure: expected digits with an optional decimal point, "
     "commas only between groups of three digits, and at most 6 decimals, as in 9.2, 33.70 or "
     "10,469"),
    ("101 --of 9", "a percentage of a part lies between 0 and 100, got 101"),
    ("50 --of 0", "--of must be a whole number from 1 to 1000000000, got 0"),
    ("50 --n-max 0", "--n-max must be a whole number from 1 to 1000000000, got 0"),
    ("50 --of 9 --n-max 9",
     "give --of where the size of the group is known, else --n-max; not both"),
    ("50 60 --same-base",
     "--same-base needs --n-max, the largest size the group can have, or --of"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_use_is_named(arguments, message):
    result = run("percent", *arguments.split())
    assert isinstance(result.exception, AuditError)
    assert str(result.exception) == message


def test_the_command_itself_prints_the_message_alone_and_exits_with_2():
    done = subprocess.run([COMMAND, "percent", "101"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "a percentage of a part lies between 0 and 100, got 101\n"


def test_help_needs_no_heavy_library():
    heavy = "import sys, recovery_audit.cli; print({'numpy', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


TABLE = """id,printed,n,rounding,mine
a,45.25,172,,1
b,33.70,92,,2
c,4.6,172,truncated,3
d,50,,,4
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return path


def test_a_table_is_judged_row_by_row(table):
    result = run("percents", str(table))
    assert result.exit_code == 1  # row a
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    shown = ("id", "mine", "consistent", "k_min", "k_max", "verdict")
    assert [[row[key] for key in shown] for row in rows] == [
        ["a", "1", "false", "", "", "inconsistent"],
        ["b", "2", "true", "31", "31", "consistent"],
        ["c", "3", "true", "8", "8", "consistent"],
        ["d", "4", "", "", "", "undetermined"],
    ]  # fmt: skip


def test_a_rule_for_all_rows_and_a_file_for_the_answer(table, tmp_path):
    out = tmp_path / "out.csv"
    table.write_text("printed,n\n45.34,172\n99.9,10000\n")
    result = run("percents", str(table), "--rounding", "truncated", "--out", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text() == (
        "printed,n,consistent,k_min,k_max,verdict,explanation\n"
        '45.34,172,true,78,78,consistent,"78 of 172 persons is 45.3488%, printed 45.34% under the '
        'rule truncated."\n'
        '99.9,10000,true,9990,9999,uninformative,"With 10,000 persons every figure of this '
        'precision can be printed, 99.9% among them."\n'
    )


def test_every_bad_cell_of_a_table_is_named_and_nothing_is_written(table, tmp_path):
    out = tmp_path / "out.csv"
    table.write_text('printed,n,rounding\n"33,70",0,\n145.25,9,sideways\n50,2.5,\n')
    result = run("percents", str(table), "--out", str(out))
    assert isinstance(result.exception, TableError)
    found = [(p.row, p.column, p.value) for p in result.exception.problems]
    assert found == [
        (2, "n", "0"),
        (2, "printed", "33,70"),
        (3, "printed", "145.25"),
        (3, "rounding", "sideways"),
        (4, "n", "2.5"),
    ]
    assert not out.exists()


def test_a_missing_column_is_named(table):
    table.write_text("printed\n5\n")
    result = run("percents", str(table))
    assert str(result.exception) == (
        f"1 problem in the tables:\n  {table}, row 1, column `n`: got ''; this column is missing"
    )


def test_a_tie_gives_both_counts():
    """6.25% prints as 6.3 half-up and 6.2 half-even, so either figure has its count."""
    result = run("percent", "6.2", "--of", "16", "--json")
    assert json.loads(result.stdout)["figures"][0]["witnesses"] == [[1, 16]]
    assert result.exit_code == 0
