"""`recovery-audit bounds` says in words and in JSON what the functions compute."""

import json

from typer.testing import CliRunner

from recovery_audit.cli import app

ASK = ["bounds", "27", "--of", "92", "--missing", "80"]


def run(*arguments):
    return CliRunner().invoke(app, [*arguments])


def test_the_answer_in_words():
    assert run(*ASK, "--imor", "0.5,2").output == (
        "27 of 92 with an outcome is 29.3%; 80 of 172 have none.\n"
        "Whatever became of them, the rate is 15.7% to 62.2% (95% interval for it: 11.1% to 68.3%).\n"
        "If the odds of the missing are 0.5 times those of the observed: 23.7% (standard error 4.1 points).\n"
        "If the odds of the missing are 2 times those of the observed: 36.8% (standard error 5.2 points).\n"
        "50.0% is reached if at least 59 of the 80 missing recovered (73.8%, odds 6.76 times the observed).\n"
    )


def test_the_answer_for_programs():
    found = json.loads(run(*ASK, "--imor", "0.5,1,2", "--threshold", "0.5", "--json").output)
    assert found["manski"] == [27 / 172, 107 / 172]
    assert list(found["imor"]) == ["0.5", "1", "2"]
    assert found["imor"]["1"]["p"] == 27 / 92
    assert found["tipping_point"]["count"] == 59
    assert found["tipping_point"]["standing"] == "reachable"


def test_what_cannot_be_reached_and_what_is_are_words():
    assert (
        "70.0% is unreachable, even if all 80 missing had recovered."
        in run(*ASK, "--threshold", "0.7").output
    )
    assert (
        "10.0% is reached already, even if none of the missing recovered."
        in run(*ASK, "--threshold", "0.1").output
    )


def test_what_is_no_number_is_said():
    result = run(*ASK, "--imor", "0.5,two")
    assert str(result.exception) == (
        "--imor: 'two' is no number: expected one as in 0.5, or a fraction as in 1/2"
    )
