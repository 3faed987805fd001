"""Every job opens what its rule declares, the environment, and nothing else."""

import json
import os
import subprocess
import sys

import pytest

from tests.workflow.hermetic.notes import undeclared_reads
from tests.workflow.project import copy_project, traced

SCRIPT = "workflow/scripts/clean_table.py"


@pytest.mark.slow
class TestBuild:
    def test_no_job_opens_what_it_does_not_declare(self, built, notes_of_build):
        assert list(undeclared_reads(notes_of_build)) == []

    def test_every_job_was_listened_to(self, built, notes_of_build):
        """No note, no finding: the test above must not be empty."""
        jobs = [json.loads(path.read_text())["job"] for path in notes_of_build.glob("*.json")]
        rules = {job["rule"] for job in jobs if job}
        named = {path.stem for path in (built / "workflow/scripts").glob("*.py")}
        without_data = {"audit_paper", "judge_cohort"}  # no paper or cohort of the reader's own
        on_request = {"perturb_cells"}
        of_providers = {"bound_providers", "place_providers", "sum_providers", "tabulate_providers"}
        assert named - rules <= without_data | on_request | of_providers | {
            "draw_provider_funnel", "clean_table", "draw_sensitivity", "write_tables",
        }  # fmt: skip
        assert len(rules) > 40


def test_a_planted_read_is_found(tmp_path):
    folder = copy_project(tmp_path / "copy")
    script = folder / SCRIPT
    planted = 'open("data/relations.yaml").close()\n'
    script.write_text(script.read_text(encoding="utf-8") + planted, encoding="utf-8")
    notes = tmp_path / "notes"
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "results/clean/bases.csv"],
        cwd=folder,
        env=traced(folder, notes, dict(os.environ)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert list(undeclared_reads(notes)) == [
        "job clean_table bases opened data/relations.yaml, which it does not declare"
    ]
