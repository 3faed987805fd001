"""The archive for a deposit: the same bytes twice, and refused where something is not as committed."""

import hashlib
import importlib.util
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[2] / "workflow/archive.py"
_SPEC = importlib.util.spec_from_file_location("archive", _FILE)
archive = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(archive)


@pytest.fixture
def project(tmp_path):
    """A small committed project with one result."""
    files = {"README.md": "read", "docs/deposit.md": "deposit", ".gitignore": "results/\n"}
    result = b"a,b\n"
    results = {
        "results/table.csv": result.decode(),
        archive.SUMS: f"{hashlib.sha256(result).hexdigest()}  results/table.csv\n",
        archive.CRATE: "{}",
        "results/provenance/run.json": "{}",
    }
    for name, content in (files | results).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    return tmp_path


def packed(folder):
    return archive.pack(archive.members(folder), archive.committed_at(folder))


def test_the_same_project_gives_the_same_bytes(project):
    first = packed(project)
    for path in project.rglob("*.*"):
        path.touch()
    assert packed(project) == first


def test_it_holds_the_source_the_results_the_crate_and_a_page(project):
    with tarfile.open(fileobj=io.BytesIO(packed(project))) as tar:
        names = [name.removeprefix("recovery-audit/") for name in tar.getnames()]
    assert names == [
        ".gitignore",
        "DEPOSIT.md",
        "README.md",
        "docs/deposit.md",
        archive.SUMS,
        archive.CRATE,
        "results/provenance/run.json",
        "results/table.csv",
        "ro-crate-metadata.json",
    ]


def test_a_changed_file_is_refused(project):
    archive.require_committed(project)
    (project / "README.md").write_text("changed")
    with pytest.raises(archive.NotReadyError) as caught:
        archive.require_committed(project)
    assert str(caught.value) == (
        "1 files differ from the last commit, README.md first; commit them"
    )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda path: path.write_text("x"),
            f"results/table.csv is not the file that {archive.SUMS} names; run `make paper`",
        ),
        (lambda path: path.unlink(), "results/table.csv is missing; run `make paper`"),
    ],
)
def test_a_result_that_is_not_the_one_written_down_is_refused(project, damage, said):
    damage(project / "results/table.csv")
    with pytest.raises(archive.NotReadyError) as caught:
        packed(project)
    assert str(caught.value) == said


def test_results_that_a_build_would_make_anew_are_refused(project):
    (project / "Snakefile").write_text("rule all:\n    input: 'results/none.csv'\n")
    with pytest.raises(archive.NotReadyError) as caught:
        archive.require_built(project)
    assert str(caught.value) == "the results are not up to date; run `make paper`"
