"""workflow/build.py lets one build run at a time, and a killed one does not block the next."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[2] / "workflow"

# The rule waits for as long as the file `wait` exists, and says that it has begun.
SNAKEFILE = """\
rule write_result:
    output: "result.txt"
    shell: "echo begun > {output}; touch begun; while [ -e wait ]; do sleep 0.05; done;"
           " echo done > {output}"
"""

# A job in the background has interrupts ignored, and hands that down to what it starts.
INTERRUPTIBLE = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def toy(tmp_path):
    """A project of one rule, in a folder whose name has a space."""
    root = tmp_path / "a toy"
    (root / "workflow").mkdir(parents=True)
    for name in ("build.py", "without_waiting.py"):
        shutil.copy(WORKFLOW / name, root / "workflow")
    (root / "Snakefile").write_text(SNAKEFILE)
    return root


def command(root):
    return [sys.executable, str(root / "workflow" / "build.py"), "--cores", "1"]


def build(root):
    """Build from another folder, to its end."""
    return subprocess.run(
        command(root), cwd="/", capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def running(toy):
    """A build in the middle of its rule; its whole process group is ended after the test."""
    (toy / "wait").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *command(toy)],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until((toy / "begun").exists)
        yield process
    finally:
        (toy / "wait").unlink(missing_ok=True)
        end(process, signal.SIGKILL)


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the build did not begin"
        time.sleep(0.05)


def end(process, how):
    """Send a signal to the build and to the jobs it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    return process.wait(timeout=30)


def test_builds_from_any_folder(toy):
    finished = build(toy)
    assert (finished.returncode, (toy / "result.txt").read_text()) == (0, "done\n"), finished.stderr


def test_a_second_build_is_refused_in_one_line_that_names_the_first(toy, running):
    refused = build(toy)
    assert refused.stdout == ""
    assert refused.stderr == (
        f"Another build is running here (process {running.pid}); wait for it.\n"
    )
    assert refused.returncode == 2
    assert (toy / "result.txt").read_text() == "begun\n"


@pytest.mark.parametrize(
    ("how", "status"),
    [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 1)],
    ids=["killed", "interrupted"],
)
def test_a_build_that_was_ended_is_made_again_by_the_next(toy, running, how, status):
    assert end(running, how) == status
    assert (toy / "result.txt").read_text() == "begun\n"
    (toy / "wait").unlink()
    finished = build(toy)
    assert (finished.returncode, (toy / "result.txt").read_text()) == (0, "done\n"), finished.stderr


def test_a_failing_rule_gives_a_failing_status(toy):
    (toy / "Snakefile").write_text('rule fail:\n    output: "x"\n    shell: "exit 3"\n')
    finished = build(toy)
    assert finished.returncode == 1
    assert re.search(r"^Error in rule fail", finished.stderr, re.MULTILINE)


def test_further_arguments_reach_snakemake(toy):
    listed = subprocess.run(
        [*command(toy), "--list-rules"], capture_output=True, text=True, check=False, timeout=60
    )
    assert listed.stdout.split() == ["write_result"], listed.stderr
