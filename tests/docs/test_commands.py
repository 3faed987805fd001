"""Every command that a document gives is run here, or by the test that is named here.

A command is a line of a block of shell, or words set as code that begin with a program or an option.
A new kind of command fails until somebody says how it is run.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

from recovery_audit.cli import app
from tests.workflow.project import copy_project, snakemake
from tests.workflow.test_setup import Project, write_program

ROOT = Path(__file__).parents[2]
FOLDERS = ("*.md", "docs/*.md", "results/README.md", "benchmarks/*.md", "examples/**/*.md")
PAGES = sorted(page for folder in (*FOLDERS, "data/**/*.md") for page in ROOT.glob(folder))
PROGRAMS = r"(?:\.venv/bin/)?(?:make|recovery-audit|snakemake|python|conda|sha256sum|git|cp|uv|pip)"
COMMAND = re.compile(rf"(?:{PROGRAMS}|--[a-z-]+)(?: .+|$)|--[a-z-]+")

#: Which tests run what a target of make calls; that it calls it is tested below.
TARGETS = {
    "archive": "tests/workflow/test_archive.py",
    "certify": "tests/built/test_bit_for_bit.py",
    "check-latex": "tests/paper/test_latex.py",
    "clean": "tests/docs/test_commands.py",
    "cluster": "tests/workflow/test_setup.py",
    "diagram": "tests/workflow/test_diagram.py",
    "documents": "tests/unit/test_documents_fetching.py",
    "format": "tests/docs/test_commands.py",
    "golden": "tests/built/test_bit_for_bit.py",
    "help": "tests/docs/test_commands.py",
    "lab": "tests/docs/test_lab.py",
    "pages": "tests/docs/test_pages.py",
    "paper": "tests/built/test_pipeline.py",
    "perturbation": "tests/provenance/test_perturbation.py",
    "receipts": "tests/unit/test_documents_locations.py",
    "test": "tests/workflow/test_setup.py",
    "test-cluster": "tests/cluster/test_slurm.py",
}
#: What an option of `outcomes` is tried on, where the example as it is would not do.
FILES = {"--column": "renamed.csv", "--columns": "renamed.csv", "--ignore": "aged.csv"}
#: What an option needs that the sentence around it leaves to the reader.
VALUES = {"--flags": "flags.csv", "--from": "2024-04-01", "--to": "2025-03-31"}


def commands_of(text):
    """The commands of a page, each once: of its blocks of shell, then those set as code."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [re.sub(r" +# .*", "", line) for block in blocks for line in block.splitlines()]
    found = [one.strip() for line in lines for one in line.split("&&") if line.strip()]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    coded = (" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose))
    return list(dict.fromkeys([*found, *filter(COMMAND.fullmatch, coded)]))


GIVEN = [
    (str(page.relative_to(ROOT)), command)
    for page in PAGES
    for command in commands_of(page.read_text(encoding="utf-8"))
]


def of(*programs):
    """The commands that begin with one of these programs, once each."""
    found = (line for _, line in GIVEN if Path(line.split()[0]).name in programs)
    return list(dict.fromkeys(found))


def options_on(name):
    """The options that a page names without the command they belong to."""
    return [line for page, line in GIVEN if page == name and line.startswith("--")]


HANDLED = [
    *of("make", "recovery-audit", "snakemake", "conda", "sha256sum", "cp", "git"),
    *of("python"),  # the benchmarks: tests/built/test_benchmarks.py
    *options_on("docs/bring-your-own-cohort.md"),
    *options_on("docs/cluster.md"),
]


def test_no_command_is_left_out():
    left = [f"{page}: {line}" for page, line in GIVEN if line not in HANDLED and line != "--help"]
    assert left == []
    assert len(GIVEN) > 80


# --- recovery-audit -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch, built_folder):
    """A reader's folder: the project's results and examples, and a table of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_table.csv").write_text("printed,n\n45.35,172\n")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for part in built_folder.iterdir():
        (tmp_path / part.name).symlink_to(part)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


#: What needs a whole build: tests/built/test_what_if.py.
OF_A_BUILD = [line for line in of("recovery-audit") if " what-if " in line]


@pytest.mark.parametrize("command", sorted({*of("recovery-audit")} - {*OF_A_BUILD}))
def test_a_command_of_the_audit_runs(command, folder):
    _, *arguments = shlex.split(command.replace("<id>", "scott-63b595ee"))  # as in the quickstart
    result = run(*arguments) if len(arguments) > 1 else run(*arguments, "--help")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 1, 3), result.output  # an answer, and not wrong use


@pytest.mark.parametrize("name", typer.main.get_command(app).commands)
def test_each_command_has_help_with_an_example(name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"recovery-audit {name} " in result.output


@pytest.fixture
def cohorts(folder):
    """The example cohort, also with a column under another name and with one too many."""
    text = (folder / "examples/cohort/cohort.csv").read_text(encoding="utf-8")
    header, *rows = text.splitlines()
    (folder / "cohort.csv").write_text(text)
    (folder / "renamed.csv").write_text(text.replace("phq9_first", "PHQ_pre"))
    (folder / "names.yaml").write_text("phq9_first: PHQ_pre\n")
    aged = [f"{header},age", *(f"{row},40" for row in rows)]
    (folder / "aged.csv").write_text("\n".join(aged) + "\n")
    return folder


@pytest.mark.parametrize("option", options_on("docs/bring-your-own-cohort.md"))
def test_an_option_for_cohorts_does_something(option, cohorts):
    name, *value = option.split()
    if name in VALUES:
        value = [VALUES[name]]
    file = FILES.get(name, "cohort.csv")
    result = run("outcomes", file, name, *value)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", FILES)
def test_the_files_for_those_options_need_them(name, cohorts):
    assert run("outcomes", FILES[name]).exit_code != 0


# --- make -----------------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path):
    """A project and a machine that has what make calls, as stubs that note how."""
    project = Project(tmp_path)
    project.give_python()
    project.give_uv()
    for name in ("awk", "find", "mkdir", "mv", "["):
        (project.bin / name).symlink_to(shutil.which(name))
    (project.root / "logs").mkdir()
    (project.root / "logs/perturb_cells.log").touch()
    assert project.make("pages").returncode == 0  # sets up
    project.calls()
    return project


@pytest.mark.parametrize("command", of("make"))
def test_a_target_of_make_is_there_and_calls_what_exists(command, machine):
    _, *targets = command.split()
    made = machine.make(*targets)
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    scripts = [name for call in machine.calls() for name in re.findall(r"workflow/\S+\.py", call)]
    assert [name for name in scripts if not (ROOT / name).is_file()] == []
    for target in targets:
        test = (ROOT / TARGETS[target]).read_text(encoding="utf-8")
        assert all(Path(name).stem.rpartition("_")[2] in test for name in scripts)


def test_clean_empties_the_results_but_for_what_explains_them(machine):
    results = machine.root / "results"
    (results / "clean").mkdir(parents=True)
    (results / "README.md").touch()
    assert machine.make("clean").returncode == 0
    assert [path.name for path in results.iterdir()] == ["README.md"]


def test_help_lists_every_target_that_a_document_names(machine):
    shown = set(re.findall(r"^  make (\S+)", machine.make("help").stdout, re.MULTILINE))
    assert {target for command in of("make") for target in command.split()[1:]} <= shown


# --- other programs -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("documented") / "copy")


CLUSTER = [f"snakemake {option}" for option in options_on("docs/cluster.md")]


@pytest.mark.slow
@pytest.mark.parametrize("command", [*of("snakemake"), *CLUSTER])
def test_a_call_of_snakemake_plans_a_build(command, project):
    """What is in angle brackets is the reader's to fill in."""
    if "slurm" in command:
        pytest.importorskip(
            "snakemake_executor_plugin_slurm", reason="`make cluster` installs it, for few"
        )
    _, *options = shlex.split(command.replace("<yours>", "main"))
    planned = snakemake(project, *options, "--dry-run")
    assert planned.returncode == 0, planned.stderr[-3000:]
    assert "render_paper" in planned.stdout + planned.stderr


def test_the_calls_of_conda_make_the_environment_that_they_activate():
    """conda itself is not at hand: the file is compared with the lock in tests/data."""
    create, activate = of("conda")
    *words, file = create.split()
    assert words == ["conda", "env", "create", "-f"]
    named = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["name"]
    assert activate == f"conda activate {named}"


@pytest.mark.parametrize("command", of("sha256sum"))
def test_the_checksums_are_checked(command, tmp_path):
    *_, listed = command.split()
    (tmp_path / listed).parent.mkdir(parents=True)
    (tmp_path / "results/table.csv").write_text("a\n1\n")
    sums = subprocess.run(
        ["sha256sum", "results/table.csv"], cwd=tmp_path, capture_output=True, check=True
    )
    (tmp_path / listed).write_bytes(sums.stdout)
    for text, code in (("a\n1\n", 0), ("a\n2\n", 1)):
        (tmp_path / "results/table.csv").write_text(text)
        call = shlex.split(command)
        done = subprocess.run(call, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code


def test_the_numbers_before_and_after_are_compared(tmp_path):
    """The block of docs/add-a-claim.md, with a number that moves where it says so."""
    page = (ROOT / "docs/add-a-claim.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    (tmp_path / "results").mkdir()
    numbers = tmp_path / "results/numbers.json"
    numbers.write_text('{"rate": "9.2%"}\n')
    stub = """#!/bin/sh\necho '{"rate": "9.3%"}' > results/numbers.json\n"""
    write_program(tmp_path / "make", stub)
    environment = {"PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-e"], input=block, cwd=tmp_path, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert '-{"rate": "9.2%"}' in done.stdout
    assert '+{"rate": "9.3%"}' in done.stdout


# --- that these tests can fail --------------------------------------------------------------------


def test_a_command_in_a_page_is_found_wherever_it_stands():
    page = (
        "Say `make paper`, `--flags` or `recovery-audit\nverdict x`; not `data/claims/`.\n"
        "```sh\n.venv/bin/recovery-audit percent 1 --of 2  # one\nconda env create && snakemake\n```\n"
    )
    assert commands_of(page) == [
        ".venv/bin/recovery-audit percent 1 --of 2",
        "conda env create",
        "snakemake",
        "make paper",
        "--flags",
        "recovery-audit verdict x",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "percent 45.25 --off 172",
        "percents my_table.csv --outfile checked.csv",
        "outcomes examples/cohort/cohort.csv --blanks NA",
        "verdicts scott2018-overall-recovery",
    ],
)
def test_a_wrong_option_or_command_would_be_noticed(wrong, folder):
    assert run(*wrong.split()).exit_code == 2


def test_a_wrong_target_would_be_noticed(machine):
    assert machine.make("papers").returncode == 2


@pytest.mark.slow
def test_a_wrong_option_of_snakemake_would_be_noticed(project):
    assert snakemake(project, "--profiles", "profiles/slurm", "--dry-run").returncode != 0
