"""The same results in other surroundings, and the same numbers as before."""

import importlib.util
import json
import shutil

import pytest

from tests.workflow.project import ROOT, copy_project


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"workflow/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


certify, golden = load("certify"), load("golden")


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(built, tmp_path):
    """As `make paper` builds, in another folder, time zone, locale and so on: `SURROUNDINGS`."""
    again = copy_project(tmp_path / "elsewhere")
    run = certify.build(again, 3, by=("workflow/build.py",))
    assert run.returncode == 0, run.stderr[-3000:]
    sums = [certify.read(folder / certify.SUMS) for folder in (built, again)]
    assert list(certify.differences(*sums)) == []
    assert len(sums[0]) > 200


@pytest.mark.slow
def test_a_clock_in_a_figure_is_found(built, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(built, folder, symlinks=True)
    script = folder / "workflow/scripts/draw_patient_flow.py"
    planted = (
        "\nimport time\n"
        'with open(snakemake.output[0], "a", encoding="utf-8") as file:\n'
        '    file.write(f"<!-- {time.time_ns()} -->")\n'
    )
    script.write_text(script.read_text(encoding="utf-8") + planted, encoding="utf-8")
    target = "results/figures/patient_flow.svg"
    sums = []
    for _ in range(2):
        run = certify.build(folder, 1, "--forcerun", "draw_patient_flow", "--", target)
        assert run.returncode == 0, run.stderr[-2000:]
        drawn = sorted((folder / "results/figures").glob("patient_flow.*"))
        from recovery_audit import io

        sums.append({str(path.relative_to(folder)): io.sha256(path) for path in drawn})
    found = list(certify.differences(*sums))
    assert len(found) == 1
    assert found[0].startswith("results/figures/patient_flow.")


def test_a_difference_names_the_file_and_both_sums():
    here, there = {"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}
    assert list(certify.differences(here, there)) == [
        "b: 2 here, 3 elsewhere",
        "c: none here, 4 elsewhere",
    ]


@pytest.mark.slow
def test_the_numbers_are_those_committed(built):
    committed = (ROOT / "tests/golden/numbers.csv").read_text(encoding="utf-8").splitlines()
    found = golden.lines_of(built / "results/numbers.json").splitlines()
    before, after = set(committed), set(found)
    changed = [f"- {line}" for line in committed if line not in after]
    changed += [f"+ {line}" for line in found if line not in before]
    assert changed == [], "if this is meant: make paper && make golden"


def test_a_changed_number_is_a_line(tmp_path):
    entry = {"text": "9.2%", "value": "9.2", "fraction": "", "unit": "percent", "table": "figures"}
    ledger = tmp_path / "numbers.json"
    ledger.write_text(json.dumps({"scott": entry | {"row": "claim_id scott"}}), encoding="utf-8")
    assert golden.lines_of(ledger).splitlines()[1] == (
        "scott,9.2%,9.2,,percent,figures,claim_id scott"
    )
