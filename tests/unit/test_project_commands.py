"""`recovery-audit verdict` and `trace` say of a built project what its tables say."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.commands.project import ids_of_claims, ids_of_numbers
from recovery_audit.errors import AuditError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(built_folder):
    return built_folder


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_a_verdict_in_words(folder):
    said = run("verdict", "scott2018-overall-recovery", "--folder", folder).output
    assert said.startswith("scott2018-overall-recovery: “9.2” percent, fully recovered")
    assert "as a percentage of all clients assessed: inconsistent" in said
    assert "as a percentage of clients for whom recovery could be judged: undetermined" in said


def test_a_verdict_for_programs_holds_every_reading_and_relation(folder, audited):
    for claim in ("scott2018-overall-recovery", "gs2020-mus-not-completed", "scott2018-clients"):
        content = json.loads(run("verdict", claim, "--folder", folder, "--json").output)
        verdicts = audited["verdicts"]
        mine = verdicts[verdicts["claim_id"] == claim]
        found = [row["verdict"] for row in content["readings"]]
        assert found == list(mine["verdict"])
        relations = audited["relations"]
        named = relations["inputs"].map(lambda inputs, claim=claim: claim in inputs.split())
        assert [row["relation_id"] for row in content["relations"]] == list(
            relations.loc[named, "relation_id"]
        )


def test_a_quotation_is_named_from_both_ends(folder, audited):
    fidelity = audited["fidelity"]
    known = fidelity[fidelity["original"] != ""].iloc[0]
    for claim in (known["claim_id"], known["original"]):
        content = json.loads(run("verdict", claim, "--folder", folder, "--json").output)
        assert known["relation_id"] in [row["relation_id"] for row in content["quotations"]]


def test_a_number_is_traced_to_the_printed_figures(folder):
    number = "scott2018-overall-recovery-all-clients-below"
    said = run("trace", number, "--folder", folder).output
    assert said.startswith(f"8.9%  {number}\n├─ is 100 × the count next below")
    assert "exactly 80/9" in said
    assert "└─ from scott2018-clients, printed “90”" in said
    assert "typed in data/claims/scott-2018.csv, row " in said
    content = json.loads(run("trace", number, "--folder", folder, "--json").output)
    assert [row["printed"] for row in content["ancestors"]] == ["9.2", "90"]
    for row in content["ancestors"]:
        file, line = row["typed"].split(", row ")
        typed = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert typed.startswith(f"{row['id']},")


def test_tables_have_a_line_for_each_finding(folder):
    content = json.loads(run("verdict", "gs2020-mus-treated", "--folder", folder, "--json").output)
    findings = sum(len(content[part]) for part in ("readings", "relations", "quotations"))
    said = run("verdict", "gs2020-mus-treated", "--folder", folder, "--table").output.splitlines()
    assert said[0].split() == ["printed", "judged", "with", "verdict"]
    assert len(said) == findings + 1 > 5
    number = "scott2018-overall-recovery-all-clients-below"
    header, *rows = run("trace", number, "--folder", folder, "--table").output.splitlines()
    assert header.split() == ["number", "from", "printed", "place", "document"]
    assert [row.split()[1] for row in rows] == ["scott2018-overall-recovery", "scott2018-clients"]


def test_two_forms_at_once_are_refused(folder):
    refused = run("verdict", "scott2018-clients", "--folder", folder, "--table", "--json")
    assert "give --json or --table, not both" in str(refused.exception)


CLAIMS, BASES = "results/clean/claims.csv", "results/clean/bases.csv"
RULES = {
    "judge_claims": {
        "outputs": ["results/recompute/verdicts.csv"],
        "inputs": [CLAIMS, BASES, "src/x.py"],
        "after": {"clean_claims": [CLAIMS], "clean_table": [BASES]},
    },
    "clean_claims": {
        "outputs": [CLAIMS],
        "inputs": ["data/claims/scott-2018.csv", BASES],
        "after": {"clean_table": [BASES]},
    },
    "clean_table": {
        "outputs": ["results/clean/{table}.csv"],
        "inputs": ["data/{table}.csv", "src/x.py"],
        "after": {},
    },
}


@pytest.fixture
def with_rules(folder):
    """The folder as it is when the rules have been written down; taken back afterwards."""
    path = folder / "results/provenance/rules.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(RULES))
    yield folder
    path.unlink()


def test_a_number_is_traced_through_the_rules_to_the_typed_files(with_rules):
    number = "scott2018-overall-recovery-all-clients-below"
    said = run("trace", number, "--folder", with_rules).output
    tree = said.partition("(rule judge_claims)\n")[2].partition("├─ from ")[0]
    assert tree == (
        "│  ├─ rule clean_claims: results/clean/claims.csv\n"
        "│  │  ├─ rule clean_table: results/clean/bases.csv\n"
        "│  │  │  └─ typed: data/bases.csv\n"
        "│  │  └─ typed: data/claims/scott-2018.csv\n"
        "│  └─ rule clean_table: results/clean/bases.csv (see above)\n"
    )
    content = json.loads(run("trace", number, "--folder", with_rules, "--json").output)
    assert list(content["jobs"]) == ["judge_claims", "clean_claims", "clean_table (bases)"]


def test_a_figure_may_be_asked_for_as_it_is_printed(folder):
    for command, asked, name in (
        ("verdict", "45.25%", "gs2020-mus-not-completed"),
        ("trace", "8.9%", "scott2018-overall-recovery-all-clients-below"),
    ):
        by_figure = run(command, asked, "--folder", folder)
        assert by_figure.output == run(command, name, "--folder", folder).output != ""


def test_a_figure_that_several_print_is_answered_for_each(folder):
    names = ["cbtwatch-overall-recovery", "scott2018-overall-recovery"]
    alone = [run("verdict", name, "--folder", folder).output for name in names]
    assert run("verdict", "9.2%", "--folder", folder).output == "\n".join(alone)
    both = json.loads(run("verdict", "9.2", "--folder", folder, "--json").output)
    assert [content["claim"] for content in both] == names
    header, *rows = run("verdict", "9.2", "--folder", folder, "--table").output.splitlines()
    assert header.split() == ["claim", "printed", "judged", "with", "verdict"]
    assert list(dict.fromkeys(row.split()[0] for row in rows)) == names


def test_a_figure_that_none_prints_is_a_message(folder):
    assert str(run("verdict", "77.77%", "--folder", folder).exception) == (
        "no claim is printed as 77.77%; `recovery-audit percent 77.77 --of N` judges any "
        "percentage of N"
    )


def test_a_number_that_stands_for_several_must_be_named(folder):
    message = str(run("trace", "9.2%", "--folder", folder).exception)
    assert message.startswith("9.2% is what ")
    assert "ask for one of them: " in message


def test_a_convention_has_no_figures_behind_it(folder):
    assert run("trace", "level", "--folder", folder).output.endswith(
        "└─ a convention of the paper\n"
    )


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        (
            "verdict",
            "scott2018-clientz",
            "no claim 'scott2018-clientz'; did you mean scott2018-clie",
        ),
        (
            "trace",
            "scott2018-clientz",
            "no number 'scott2018-clientz'; did you mean scott2018-clie",
        ),
        ("trace", "????", "no number '????'"),
    ],
)
def test_an_id_that_does_not_exist_brings_those_that_do(folder, command, name, words):
    result = run(command, name, "--folder", folder)
    assert isinstance(result.exception, AuditError)
    assert str(result.exception).startswith(words)


@pytest.mark.parametrize("command", ["verdict", "trace", "specification"])
def test_without_results_the_commands_say_what_to_do(tmp_path, command):
    result = run(command, "anything", "--folder", tmp_path)
    assert "expected the project's folder after a run of `snakemake`" in str(result.exception)


def test_the_shell_completes_ids(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    assert "scott2018-overall-recovery" in ids_of_claims("scott2018-o")
    assert ids_of_claims("no-such") == []
    assert ids_of_numbers("leve") == ["level"]
    monkeypatch.chdir(tmp_path)
    assert ids_of_claims("scott") == ids_of_numbers("level") == []
