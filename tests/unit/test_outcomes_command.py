"""`recovery-audit outcomes`, as a reader uses it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.errors import AuditError, TableError
from recovery_audit.proportions import wilson

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples/cohort"

#: The eleven worked cases of the official rules.
ELEVEN = """id,phq9_first,phq9_last,gad7_first,gad7_last
1,10,9,5,5
2,9,3,7,2
3,15,9,6,6
4,15,10,9,5
5,16,9,3,7
6,12,13,10,14
7,14,20,12,8
8,12,,12,3
9,,,12,3
10,6,5,,
11,,,,
"""


@pytest.fixture
def cohort(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("cohort.csv").write_text(ELEVEN)
    return Path("cohort.csv")


def run(*arguments):
    return CliRunner().invoke(app, ["outcomes", *map(str, arguments)])


def answer(*arguments):
    """The JSON that programs get."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_readers_get_tables(cohort):
    result = run(cohort)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "records                          11\n"
        "finished                         11\n"
        "at caseness at the start          8\n"
        "not at caseness                   1\n"
        "all first and last scores known   7\n"
        "\n"
        "rate                    count  of     %  95% interval\n"
        "recovery                    3  10  30.0  10.8 to 60.3\n"
        "reliable recovery           1  10  10.0   1.8 to 40.4\n"
        "reliable improvement        3  11  27.3   9.7 to 56.6\n"
        "reliable deterioration      1  11   9.1   1.6 to 37.7\n"
        "no reliable change          3  11  27.3   9.7 to 56.6\n"
        "\n"
        "The same outcomes over other groups, in percent:\n"
        "\n"
        "of                                                       n  recovery  reliable recovery"
        "  reliable improvement  reliable deterioration  no reliable change\n"
        "finished, all scores known, less those not at caseness   6      50.0               16.7"
        "                  33.3                    16.7                50.0\n"
        "finished, all scores known                               7      42.9               14.3"
        "                  42.9                    14.3                42.9\n"
        "finished, less those not at caseness                    10      30.0               10.0"
        "                  20.0                    10.0                30.0\n"
        "finished                                                11      27.3                9.1"
        "                  27.3                     9.1                27.3\n"
        "all records with a first score                          10      30.0               10.0"
        "                  30.0                    10.0                30.0\n"
        "all records                                             11      27.3                9.1"
        "                  27.3                     9.1                27.3\n"
        "\n"
        "No column `sessions`: every record counts as having had enough.\n"
        "No column `discharged`: every record counts as discharged in the period.\n"
    )


def test_programs_get_counts_and_rates(cohort):
    content = answer(cohort)
    counts = ("records", "finished", "at_caseness", "not_at_caseness", "paired")
    assert {name: content[name] for name in counts} == {
        "records": 11, "finished": 11, "at_caseness": 8, "not_at_caseness": 1, "paired": 7,
    }  # fmt: skip
    assert content["recovery"] == {
        "numerator": 3,
        "denominator": 10,
        "value": 0.3,
        "percent": "30.0",
        "interval": list(wilson(3, 10)),
    }
    rates = ("reliable_recovery", "reliable_improvement", "reliable_deterioration",
             "no_reliable_change")  # fmt: skip
    found = [(content[name]["numerator"], content[name]["denominator"]) for name in rates]
    assert found == [(1, 10), (3, 11), (1, 11), (3, 11)]
    assert content["invalid"] == {
        "policy": "stop", "problems": 0, "records_dropped": 0, "kinds": [],
    }  # fmt: skip


def test_flags_are_written_only_where_asked(cohort):
    before = set(Path().iterdir())
    run(cohort)
    assert set(Path().iterdir()) == before
    run(cohort, "--flags", "flags.csv")
    assert Path("flags.csv").read_text() == (
        "id,at_caseness,recovery,reliable_recovery,reliable_improvement,reliable_deterioration,"
        "no_reliable_change\n"
        "1,true,true,false,false,false,true\n"
        "2,false,false,false,true,false,false\n"
        "3,true,true,true,true,false,false\n"
        "4,true,false,false,true,false,false\n"
        "5,true,true,false,false,false,true\n"
        "6,true,false,false,false,true,false\n"
        "7,true,false,false,false,false,true\n"
        "8,true,false,false,false,false,false\n"
        "9,true,false,false,false,false,false\n"
        "10,,false,false,false,false,false\n"
        "11,,false,false,false,false,false\n"
    )


def test_a_flag_is_blank_where_its_rule_does_not_apply(cohort):
    run(cohort, "--flags", "flags.csv", "--missing-last", "excluded")
    assert Path("flags.csv").read_text().splitlines()[8:] == [
        "8,true,,,,,", "9,true,,,,,", "10,,,,,,", "11,,,,,,",
    ]  # fmt: skip
    cohort.write_text("phq9_first,phq9_last,sessions\n15,3,2\n15,3,1\n")
    run(cohort, "--instruments", "phq9", "--flags", "flags.csv")
    assert Path("flags.csv").read_text().splitlines()[1:] == [
        "2,true,true,true,true,false,false",  # no ids: the line of the file
        "3,,,,,,",  # not finished
    ]


def test_the_flags_add_up_to_the_counts(tmp_path):
    content = answer(EXAMPLES / "cohort.csv", "--flags", tmp_path / "flags.csv")
    rows = list(csv.DictReader((tmp_path / "flags.csv").read_text().splitlines()))
    for name in ("recovery", "reliable_recovery", "reliable_improvement", "no_reliable_change"):
        assert sum(row[name] == "true" for row in rows) == content[name]["numerator"] > 0
    assert sum(row["at_caseness"] == "true" for row in rows) == content["at_caseness"]
    assert sum(row["at_caseness"] == "false" for row in rows) == content["not_at_caseness"]
    assert sum(row["recovery"] != "" for row in rows) == content["finished"] < len(rows)


def numerators(content):
    """Numerators and denominators of the five rates."""
    names = ("recovery", "reliable_recovery", "reliable_improvement", "reliable_deterioration",
             "no_reliable_change")  # fmt: skip
    return [(content[name]["numerator"], content[name]["denominator"]) for name in names]


#: Worked out by hand from the eleven cases; the numbers are those of the rows concerned.
SWITCHES = [
    ("", [(3, 10), (1, 10), (3, 11), (1, 11), (3, 11)]),
    # 5 and 7 go up on one measure and down on the other
    ("--conflict deterioration", [(3, 10), (1, 10), (3, 11), (3, 11), (1, 11)]),
    # 8 to 11 lack a last score; 2 is no case
    ("--missing-last excluded", [(3, 6), (1, 6), (3, 7), (1, 7), (3, 7)]),
    ("--missing-last bounds", [(3, 10), (1, 10), (3, 11), (1, 11), (3, 11)]),
    # 1 is no case any more, and 4 has recovered
    ("--strict-cut-off", [(3, 9), (2, 9), (3, 11), (1, 11), (3, 11)]),
    # 2 still improves on GAD-7, 5 does on PHQ-9 and no longer rises on GAD-7
    ("--strict-change", [(3, 10), (1, 10), (2, 11), (0, 11), (5, 11)]),
    # cases 1, 3 to 8; recovered 1, 3, 5; improved 2, 3, 5; worse 7; unpaired 8, 9, 11
    ("--instruments phq9 --ignore gad7_first --ignore gad7_last",
     [(3, 9), (2, 9), (3, 11), (1, 11), (4, 11)]),
    # cases 4, 6 to 9; recovered 4, 8, 9; improved 2, 4, 7, 8, 9; worse 5, 6; unpaired 10, 11
    ("--instruments GAD-7 --ignore phq9_first --ignore phq9_last",
     [(3, 7), (3, 7), (5, 11), (2, 11), (2, 11)]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), SWITCHES)
def test_switches(cohort, options, expected):
    assert numerators(answer(cohort, *options.split())) == expected


def test_bounds_come_with_each_rate(cohort):
    content = answer(cohort, "--missing-last", "bounds")
    assert content["recovery"]["bounds"] == {"least": 3, "most": 5}
    lines = run(cohort, "--missing-last", "bounds").stdout.splitlines()
    assert "rate                    count  of     %  95% interval  least  most" in lines
    assert "recovery                    3  10  30.0  10.8 to 60.3   30.0  50.0" in lines


def test_a_period_and_a_number_of_sessions():
    file = EXAMPLES / "cohort.csv"
    assert answer(file)["finished"] == 27
    assert answer(file, "--from", "2024-06-01", "--to", "2025-03-31")["finished"] == 24
    assert answer(file, "--min-sessions", "1")["finished"] == 28


def test_names_of_columns_by_option_and_by_file(cohort):
    cohort.write_text("case,pre,post\na,15,3\n")
    Path("names.yaml").write_text("id: case\nphq9_first: pre\nphq9_last: nothing\n")
    options = ["--instruments", "phq9", "--columns", "names.yaml", "--column", "phq9_last=post"]
    assert numerators(answer(cohort, *options))[0] == (1, 1)


def test_the_long_layout_gives_what_the_wide_one_does():
    """Of the first four records the examples have both; the third has one session only here."""
    long = answer(EXAMPLES / "sessions.csv")
    assert (long["records"], long["finished"]) == (4, 3)
    assert numerators(long) == [(1, 2), (1, 2), (2, 3), (0, 3), (1, 3)]


def test_an_instrument_of_the_readers_own():
    """Its change of 7 is the first beyond 1.96 x 6.5 x sqrt(0.3) = 6.98; its cut-off is c."""
    options = ["--registry", EXAMPLES / "instruments.csv", "--instruments", "scale40"]
    assert numerators(answer(EXAMPLES / "scale.csv", *options)) == [
        (2, 5), (2, 5), (2, 6), (1, 6), (2, 6),
    ]  # fmt: skip


def test_a_registry_can_give_other_thresholds(cohort):
    Path("mine.csv").write_text(
        "instrument,lowest,highest,direction,source,cut_off,reliable_change\n"
        "PHQ-9,0,27,down,another view,10,5\n"
    )
    content = answer(cohort, "--registry", "mine.csv")
    assert content["reliable_improvement"]["numerator"] == 3
    assert numerators(content) == [(3, 10), (1, 10), (3, 11), (1, 11), (3, 11)]
    cohort.write_text("phq9_first,phq9_last,gad7_first,gad7_last\n20,15,3,3\n")
    assert answer(cohort)["reliable_improvement"]["numerator"] == 0
    other = answer(cohort, "--registry", "mine.csv")
    assert other["reliable_improvement"]["numerator"] == 1


def test_specific_instruments_are_counted(cohort):
    Path("mine.csv").write_text(
        "instrument,lowest,highest,direction,source,cut_off,reliable_change\n"
        "X-30,0,30,down,invented,12,5\n"
    )
    cohort.write_text(
        "phq9_first,phq9_last,gad7_first,gad7_last,instrument,instrument_first,instrument_last\n"
        "5,5,12,3,X-30,20,16\n"
        "5,5,12,3,x30,20,\n"
        "5,5,12,3,,,\n"
    )
    content = answer(cohort, "--registry", "mine.csv")
    assert numerators(content)[0] == (2, 3)
    assert content["notes"][-1] == (
        "2 records named a specific instrument; 1 of the finished were judged on it in place of "
        "GAD-7."
    )


def test_small_counts_are_held_back_with_what_would_give_them_away(cohort):
    content = answer(cohort, "--suppress")
    assert content["withheld"] == [
        "less_not_case", "no_reliable_change", "not_at_caseness", "recovery",
        "reliable_deterioration", "reliable_improvement", "reliable_recovery",
    ]  # fmt: skip
    assert content["not_at_caseness"] is None
    assert content["recovery"] == dict.fromkeys(
        ("numerator", "denominator", "value", "percent", "interval")
    )
    assert content["reliable_improvement"]["denominator"] == 11
    assert "ladder" not in content
    text = run(cohort, "--suppress", "--missing-last", "bounds").stdout
    assert "recovery                    *   *  -             -" in text.splitlines()
    assert "other groups" not in text


def test_what_was_wrong_is_said_and_counted_without_a_value_in_the_answer(cohort):
    cohort.write_text("id,phq9_first,phq9_last\na,15,3\nb,28,3\nc,29,3\nd,15,x7\n")
    result = run(cohort, "--instruments", "phq9", "--on-invalid", "drop", "--json")
    assert result.stderr == (
        "cohort.csv, row 3, column `phq9_first`: got '28'; a score of PHQ-9 lies between 0 and 27\n"
        "cohort.csv, row 4, column `phq9_first`: got '29'; a score of PHQ-9 lies between 0 and 27\n"
        "cohort.csv, row 5, column `phq9_last`: got 'x7'; a whole number, or blank where it is "
        "missing\n"
        "3 problems; no record with one is kept; 3 of 4 records dropped.\n"
    )
    content = json.loads(result.stdout)
    assert (content["records"], content["recovery"]["numerator"]) == (1, 1)
    assert content["invalid"] == {
        "policy": "drop",
        "problems": 3,
        "records_dropped": 3,
        "kinds": [
            {
                "column": "phq9_first",
                "rule": "a score of PHQ-9 lies between 0 and 27",
                "count": 2,
                "rows": [3, 4],
            },
            {
                "column": "phq9_last",
                "rule": "a whole number, or blank where it is missing",
                "count": 1,
                "rows": [5],
            },
        ],
    }
    for value in ("28", "29", "x7"):
        assert f'"{value}"' not in result.stdout


def test_of_many_bad_cells_of_one_kind_the_first_are_shown(cohort):
    cohort.write_text("phq9_first,phq9_last\n" + "28,3\n" * 12 + "15,3\n")
    result = run(cohort, "--instruments", "phq9", "--on-invalid", "missing")
    assert result.stderr.splitlines()[-2:] == [
        "  and 2 more of this kind",
        "12 problems; such cells are missing; 0 of 13 records dropped.",
    ]


def test_by_default_a_bad_cell_stops_everything(cohort):
    cohort.write_text("phq9_first,phq9_last\n28,3\n")
    result = run(cohort, "--instruments", "phq9", "--flags", "flags.csv")
    assert isinstance(result.exception, TableError)
    assert str(result.exception) == (
        "1 problem in the tables:\n"
        "  cohort.csv, row 2, column `phq9_first`: got '28'; a score of PHQ-9 lies between 0 and 27"
    )
    assert (result.stdout, Path("flags.csv").exists()) == ("", False)


@pytest.mark.parametrize("text", ["id,phq9_first,phq9_last\na,x,3\n", "id,session,phq9\na,x,3\n"])
def test_where_no_record_is_left_there_is_no_rate(cohort, text):
    cohort.write_text(text)
    result = run(cohort, "--instruments", "phq9", "--on-invalid", "drop")
    assert result.exit_code == 0
    assert "recovery                    0   0  -             -" in result.stdout.splitlines()


WRONG = [
    ("nothing.csv", "there is no file nothing.csv"),
    ("cohort.csv --registry nothing.csv", "there is no file nothing.csv"),
    ("cohort.csv --columns nothing.yaml", "there is no file nothing.yaml"),
    ("cohort.csv --columns cohort.csv", "cohort.csv: expected lines like `phq9_first: PHQ_pre`"),
    ("cohort.csv --column phq9_first", "--column: expected phq9_first=PHQ_pre, got 'phq9_first'"),
    ("cohort.csv --instruments bdi",
     "--instruments: 'bdi' is not in the registry; it has PHQ-9, GAD-7"),
    ("cohort.csv --instruments phq9,PHQ-9",
     "--instruments: each instrument once, got 'phq9,PHQ-9'"),
    ("cohort.csv --from 01/04/2024",
     "--from: expected a date as YYYY-MM-DD, got '01/04/2024'"),
    ("cohort.csv --from 2024-04-01", "a period of discharge needs the column `discharged`"),
    ("cohort.csv --flags ./cohort.csv", "--flags would write over the cohort, cohort.csv"),
    ("cohort.csv --flags /proc/none/flags.csv",
     "/proc/none/flags.csv cannot be written: No such file or directory"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_use_is_named(cohort, arguments, message):
    result = run(*arguments.split())
    assert isinstance(result.exception, AuditError)
    assert str(result.exception) == message


def test_the_command_itself_exits_with_2_and_prints_the_message_alone(cohort):
    program = "from recovery_audit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "outcomes", "nothing.csv"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there is no file nothing.csv\n"
