"""One build of the whole project, for all tests that look at its results."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflow.project import copy_project, snakemake, unchanged


@pytest.fixture(scope="session")
def notes_of_build(tmp_path_factory):
    """What the processes of that build opened; see `hermetic`."""
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="session")
def built(tmp_path_factory, notes_of_build):
    """A copy of the project, built once from an empty results/, without any network."""
    folder = copy_project(tmp_path_factory.mktemp("project with a space") / "copy")
    can_cut = subprocess.run(
        ["unshare", "--map-root-user", "--net", "true"], check=False, capture_output=True
    )
    run = snakemake(folder, cut_network=can_cut.returncode == 0, notes=notes_of_build)
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


@pytest.fixture(scope="session")
def text_of_pages(built):
    """The text of each page of the paper's PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(built / "results/paper/paper.pdf") as paper:
        return [page.get_textpage().get_text_range() for page in paper]


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium. Where it is missing, continuous integration fails and others skip."""
    found = shutil.which("chromium")
    if found is None:
        missing = "no chromium on this machine (Debian: apt-get install chromium)"
        (pytest.fail if "CI" in os.environ else pytest.skip)(missing)
    return found


@pytest.fixture(scope="module")
def browser(chromium):
    """The same, running; no other module is to live in the event loop that Playwright keeps."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def changed(built):
    """The built copy; whatever a test changes in it is put back, times and all."""
    kept: dict[Path, tuple[bytes, os.stat_result]] = {}

    def change(name: str, edit):
        path = built / name
        kept.setdefault(path, (path.read_bytes(), path.stat()))
        text = path.read_text(encoding="utf-8")
        assert edit(text) != text or edit is unchanged
        path.write_text(edit(text), encoding="utf-8")
        return built

    yield change
    for path, (content, stat) in kept.items():
        path.write_bytes(content)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
