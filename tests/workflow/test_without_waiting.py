"""Scripts of `make paper` run in forks of one process, and are as separate as if they did not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[2] / "workflow"

SNAKEFILE = """\
rule all:
    input: "first.json", "second.json"

rule look:
    output: "{name}.json"
    log: "{name}.log"
    params: "a parameter"
    script: "look.py"

rule fail:
    output: "failed.txt"
    script: "fail.py"
"""

# What the script was given and finds, and then a mark that no other job may find.
LOOK = """\
import json, os, sys
found = {
    "parent": os.getppid(),
    "pandas": "pandas" in sys.modules,
    "name": __name__,
    "folder": os.getcwd(),
    "given": [snakemake.wildcards.name, *snakemake.params],
    "threads": os.environ["OPENBLAS_NUM_THREADS"],
    "marked": "mark" in vars(json),
}
json.mark = True
with open(snakemake.output[0], "w") as file:
    json.dump(found, file)
"""

FAIL = """\
import sys
open(snakemake.output[0], "w").write("half")
print("said by the script", file=sys.stderr)
sys.exit(3)
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A project of two scripts, in a folder whose name has a space."""
    root = tmp_path_factory.mktemp("a toy") / "with space"
    (root / "workflow").mkdir(parents=True)
    for name in ("build.py", "without_waiting.py"):
        shutil.copy(WORKFLOW / name, root / "workflow")
    for name, text in (("Snakefile", SNAKEFILE), ("look.py", LOOK), ("fail.py", FAIL)):
        (root / name).write_text(text)
    return root


def build(root, *targets):
    command = [sys.executable, str(root / "workflow/build.py"), "--cores", "2", *targets]
    return subprocess.run(
        command, cwd="/", capture_output=True, text=True, check=False, timeout=100
    )


@pytest.fixture(scope="module")
def found(toy):
    run = build(toy)
    assert run.returncode == 0, run.stderr
    return [json.loads((toy / f"{name}.json").read_text()) for name in ("first", "second")]


def test_the_libraries_are_there_before_the_script_begins(found):
    assert [job["pandas"] for job in found] == [True, True]


def test_both_are_forks_of_one_process(found):
    assert found[0]["parent"] == found[1]["parent"]


def test_what_one_job_leaves_no_other_finds(found):
    assert [job["marked"] for job in found] == [False, False]


def test_a_script_gets_what_snakemake_gives_it(found, toy):
    assert [job["given"] for job in found] == [
        ["first", "a parameter"],
        ["second", "a parameter"],
    ]
    assert {(job["name"], job["folder"], job["threads"]) for job in found} == {
        ("__main__", str(toy), "1")
    }


def test_nothing_is_made_twice(found, toy):
    assert "Nothing to be done" in build(toy).stderr


def test_a_changed_parameter_is_noticed(found, toy):
    """Snakemake compares them without pandas here."""
    (toy / "Snakefile").write_text(SNAKEFILE.replace("a parameter", "another parameter"))
    plan = build(toy, "--dry-run")
    assert "Params have changed" in plan.stdout + plan.stderr
    (toy / "Snakefile").write_text(SNAKEFILE)


def test_a_script_that_fails_fails_the_build_and_leaves_nothing(toy):
    run = build(toy, "failed.txt")
    assert run.returncode == 1
    assert "said by the script" in run.stderr
    assert "returned non-zero exit status 3" in run.stderr
    assert not (toy / "failed.txt").exists()


class TestOtherEnvironment:
    """A script that is to run in conda, a container or a module is left to Snakemake."""

    @pytest.fixture
    def without_waiting(self, monkeypatch):
        monkeypatch.syspath_prepend(str(WORKFLOW))
        import without_waiting

        calls = []
        monkeypatch.setattr(without_waiting, "_in_a_new_python", lambda *a: calls.append("new"))
        monkeypatch.setattr(without_waiting, "run", lambda *a: calls.append("fork"))
        without_waiting.calls = calls
        return without_waiting

    @pytest.mark.parametrize(
        ("where", "how"),
        [(None, "fork"), ("conda_env", "new"), ("container_img", "new"), ("env_modules", "new")],
    )
    def test_is_left_alone(self, without_waiting, where, how):
        script = type("Script", (), {"conda_env": None, "container_img": None, "env_modules": None})
        if where:
            setattr(script, where, "given")
        without_waiting._execute_script(script(), "script.py")
        assert without_waiting.calls == [how]
