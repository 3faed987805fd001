"""Each benchmark runs to its end, on less work than when its figures are taken.

How long it takes is asserted nowhere; that the page names each of them, and that it runs, is.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.project import replace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
#: What is made smaller in each, and how its answer begins.
SMALLER = {
    "counterfactual": ("2**22, 5", "2**12, 1", "one core"),
    "dossier": ("range(10)", "range(1)", ""),
    "multiverse": ("parents[1], 5", "parents[1], 1", ""),
    "outcomes": ("10**6, 20, 5", "10**3, 2, 1", "1,000 records"),
    "percent_checks": ("10**6, 10**5, 5", "1000, 100, 1", "1,000 checks"),
    "perturbation": ("cells = list(", "cells = (lambda every: [*every][:2])(", "first run"),
    "pipeline": ("list[str] = []", "list[str] = ['results/clean/bases.csv']", "from an empty"),
    "synthesis": ("12, 5", "4, 1", "4 studies"),
    "systems": ("    timed(twelve_groups())\n", "", "twelve-150"),
}


def test_the_page_names_each_benchmark():
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert set(re.findall(r"`\.venv/bin/python benchmarks/(\w+)\.py`", PAGE)) == scripts
    assert scripts == set(SMALLER)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALLER)
def test_a_benchmark_runs_as_its_page_says(name, changed, request):
    if name == "dossier":
        request.getfixturevalue("chromium")
    old, new, beginning = SMALLER[name]
    folder = changed(f"benchmarks/{name}.py", replace(old, new))
    (command,) = re.findall(rf"`\.venv/bin/python (benchmarks/{name}\.py[^`]*)`", PAGE)
    run = subprocess.run(
        [sys.executable, *command.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.startswith(beginning)
    assert run.stdout.strip()
    if name == "multiverse":  # the one whose size follows from the data
        listed, valid = re.findall(r"^([\d,]+) combinations, ([\d,]+) of them", run.stdout)[0]
        assert f"The {listed} combinations listed, of which {valid} can be" in " ".join(
            PAGE.split()
        )
