"""`make` sets up the environment by itself: once, again after an interruption, or not at all.

The installers are small scripts that only note how they were called, so that each test takes a
fraction of a second; `venv` is the real one.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"

NO_PYTHON = (
    "Python 3.11 or newer with its venv and ensurepip modules is needed and was not found "
    "(Debian: apt-get install python3-venv)"
)
INSTALL_LOCK = (
    "install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock"
)
INSTALL_PROJECT = (
    "install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e ."
)
PIP_CALLS = [f"python -m pip {INSTALL_LOCK}", f"python -m pip {INSTALL_PROJECT}"]
UV_CALLS = [
    "uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock",
    "uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .",
]
BUILD_CALL = "python workflow/build.py --cores 2"

# Everything in .venv/bin: notes its call; stops in an installation while the file `hang` exists,
# and fails in one while the file `fail` exists.
PROGRAM = """\
#!/bin/sh
[ "$1" = -I ] && exit 0
echo "${0##*/} $*" >> calls
echo "${PIP_USER-}${UV_SYSTEM_PYTHON-}${PYTHONPATH-}${PYTHONHOME-}${PIP_INDEX_URL-}" >> settings
case "$*" in *install*)
    [ -e fail ] && exit 1
    while [ -e hang ]; do touch hanging; sleep 0.05; done
esac
exit 0
"""

# The machine's Python: the question whether it can set up is put to a real one, after `pretend`.
PYTHON = """\
#!/bin/sh
[ "$1" = -I ] && exec '{real}' -I -c "{pretend}; $3"
'{real}' -m venv --without-pip "$3" "$4" || exit 1
for name in python ruff snakefmt mypy snakemake; do
    rm -f .venv/bin/$name
    cp "$PROGRAM" .venv/bin/$name
done
"""


class Project:
    """A folder with the Makefile, and a machine that has a few basic programs."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a project"
        self.bin = folder / "bin"
        self.program = folder / "program"
        self.environment = {"PATH": str(self.bin), "PROGRAM": str(self.program)}
        self.root.mkdir()
        self.bin.mkdir()
        shutil.copy(MAKEFILE, self.root)
        (self.root / "requirements.lock").touch()
        write_program(self.program, PROGRAM)
        for name in ("make", "cat", "cp", "rm", "touch", "sleep"):
            (self.bin / name).symlink_to(shutil.which(name))

    def give_python(self, name: str = "python3", pretend: str = "pass") -> None:
        write_program(self.bin / name, PYTHON.format(real=sys.executable, pretend=pretend))

    def give_uv(self, text: str = PROGRAM) -> None:
        write_program(self.bin / "uv", text)

    def make(self, *targets: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *targets],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        """The calls since the last question."""
        noted = self.root / "calls"
        lines = noted.read_text().splitlines() if noted.exists() else []
        noted.unlink(missing_ok=True)
        return [line for line in lines if line != "uv --version"]


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path):
    return Project(tmp_path)


@pytest.fixture
def project(bare):
    bare.give_python()
    return bare


@pytest.fixture
def finished(project):
    """A project that has been set up."""
    made = project.make("paper")
    assert (made.returncode, made.stderr) == (0, "")
    project.calls()
    return project


def assert_refused_for_want_of_python(made):
    assert made.returncode == 2
    assert made.stdout == ""
    assert re.fullmatch(rf"Makefile:\d+: \*\*\* {re.escape(NO_PYTHON)}\.  Stop\.\n", made.stderr), (
        made.stderr
    )


@pytest.mark.parametrize("target", ["paper", "test"])
def test_no_python_at_all_is_said_in_one_line(bare, target):
    assert_refused_for_want_of_python(bare.make(target))


@pytest.mark.parametrize(
    "pretend",
    [
        "import sys; sys.version_info = (3, 10, 14)",
        "import sys; sys.modules['ensurepip'] = None",
        "import sys; sys.modules['venv'] = None",
        "import sys; sys.exit('pyenv: python3: command not found')",
    ],
    ids=["too-old", "without-ensurepip", "without-venv", "a-shim-that-fails"],
)
def test_unsuitable_python_is_said_in_one_line(bare, pretend):
    bare.give_python(pretend=pretend)
    assert_refused_for_want_of_python(bare.make("paper"))
    assert not (bare.root / ".venv").exists()


def test_a_newer_python_beside_an_old_one_is_used(bare):
    bare.give_python(pretend="import sys; sys.version_info = (3, 9, 2)")
    bare.give_python("python3.12")
    assert bare.make("paper").stdout == ("Setting up .venv with python3.12; this happens once.\n")


def test_pip_installs_where_uv_is_absent(project):
    made = project.make("paper")
    assert (made.returncode, made.stderr) == (0, "")
    assert project.calls() == [*PIP_CALLS, BUILD_CALL]


def test_uv_installs_where_it_is_present(project):
    project.give_uv()
    made = project.make("paper")
    assert (made.returncode, made.stderr) == (0, "")
    assert project.calls() == [*UV_CALLS, BUILD_CALL]


def test_pip_installs_where_uv_does_not_work(project):
    project.give_uv("#!/bin/sh\nexit 127\n")
    assert project.make("paper").returncode == 0
    assert project.calls() == [*PIP_CALLS, BUILD_CALL]


def test_the_second_call_installs_nothing(finished):
    (finished.bin / "python3").unlink()  # it is not even asked for
    assert finished.make("paper").stdout == ""
    assert finished.calls() == [BUILD_CALL]


def test_a_lock_newer_than_the_environment_sets_up_again(finished):
    later = time.time() + 5
    os.utime(finished.root / "requirements.lock", (later, later))
    assert finished.make("paper").returncode == 0
    assert finished.calls() == [*PIP_CALLS, BUILD_CALL]


def test_a_copied_folder_sets_up_again(finished):
    copy = finished.root.with_name("a copy")
    shutil.copytree(finished.root, copy, symlinks=True)
    finished.root = copy
    assert finished.make("paper").returncode == 0
    assert finished.calls() == [*PIP_CALLS, BUILD_CALL]


def test_an_environment_whose_python_is_gone_is_set_up_again(finished):
    (finished.root / ".venv/bin/python").unlink()
    assert finished.make("paper").returncode == 0
    assert finished.calls() == [*PIP_CALLS, BUILD_CALL]


def test_an_activated_environment_can_be_set_up_again(finished):
    """Then `python3` is the one inside the environment that is about to be cleared."""
    inside = finished.root / ".venv/bin/python3"
    inside.unlink()
    shutil.move(finished.bin / "python3", inside)
    finished.environment["PATH"] = f"{inside.parent}:{finished.bin}"
    (finished.root / ".venv/.complete").unlink()
    made = finished.make("paper")
    assert (made.returncode, made.stderr) == (0, "")
    assert finished.calls() == [*PIP_CALLS, BUILD_CALL]


def test_a_failed_installation_is_not_taken_for_a_finished_one(project):
    (project.root / "fail").touch()
    failed = project.make("paper")
    assert failed.returncode == 2
    assert project.calls() == PIP_CALLS[:1]
    (project.root / "fail").unlink()
    assert project.make("paper").returncode == 0
    assert project.calls() == [*PIP_CALLS, BUILD_CALL]


def test_a_killed_installation_starts_over_in_an_empty_folder(project):
    (project.root / "hang").touch()
    killed = subprocess.Popen(
        ["make", "paper"],
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (project.root / "hanging").exists():
        assert time.monotonic() < deadline, "the installation did not begin"
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait(timeout=30)
    (project.root / "hang").unlink()
    (project.root / ".venv/half-installed").touch()
    project.calls()

    assert project.make("paper").returncode == 0
    assert project.calls() == [*PIP_CALLS, BUILD_CALL]
    assert not (project.root / ".venv/half-installed").exists()


def test_settings_that_would_install_elsewhere_are_dropped_and_the_index_is_kept(project):
    project.environment |= {
        "PIP_USER": "1",
        "UV_SYSTEM_PYTHON": "1",
        "PYTHONPATH": "/elsewhere",
        "PYTHONHOME": "/elsewhere",
        "PIP_INDEX_URL": "the reader's mirror",
    }
    assert project.make("paper").returncode == 0
    assert set((project.root / "settings").read_text().splitlines()) == {"the reader's mirror"}


@pytest.mark.parametrize("jobs", [[], ["-j8"]], ids=["one-job", "many-jobs"])
def test_all_checks_come_before_the_tests(finished, jobs):
    made = finished.make(*jobs, "test")
    assert (made.returncode, made.stderr) == (0, "")
    calls = finished.calls()
    assert {call.split()[0] for call in calls[:-1]} == {"ruff", "snakefmt", "mypy", "snakemake"}
    assert calls[-1] == "python -m pytest --numprocesses 2"


@pytest.mark.parametrize(
    ("target", "module"), [("lab", "jupyterlab"), ("cluster", "snakemake_executor_plugin_slurm")]
)
def test_what_few_need_is_installed_from_a_lock_of_its_own_where_it_lacks(finished, target, module):
    install = f"install --quiet --disable-pip-version-check --require-hashes -r requirements-{target}.lock"
    assert finished.make(target).returncode == 0
    assert not any("install" in call for call in finished.calls())
    lacking = f'[ "$2" = "import {module}" ] && exit 1\nexit 0\n'
    write_program(finished.root / ".venv/bin/python", PROGRAM.removesuffix("exit 0\n") + lacking)
    assert finished.make(target).returncode == 0
    assert f"python -m pip {install}" in finished.calls()
