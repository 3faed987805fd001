"""A notebook gives the same bytes twice, asks for nothing outside, and fails in one sentence."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recovery_audit.rendering.notebooks import NotebookError, execute, to_html, to_ipynb

# What tempts a notebook into printing its run: hashes, a process number in a warning, a plot.
SCRIPT = """\
# %% [markdown]
# # A title with $x^2$ and a `word`

# %%
import os
import warnings

print({"a", "b", "c"}, os.getcwd() == os.path.realpath(os.getcwd()))
warnings.warn("careful")

# %% alt="A line that rises"
import matplotlib.pyplot as plt

_ = plt.figure(figsize=(2, 1)).add_subplot().plot([1, 2])
"""

PRINT_HTML = """\
import sys
from pathlib import Path
from recovery_audit.rendering.notebooks import execute, to_html
script, folder = map(Path, sys.argv[1:])
print(to_html(execute(script.read_text(), name="01_example", folder=folder)), end="")
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    return execute(SCRIPT, name="01_example", folder=tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def html_of_a_second_run(tmp_path_factory):
    """The page as printed by another process, without a network wherever one can be taken away."""
    folder = tmp_path_factory.mktemp("second")
    script = folder / "01_example.py"
    script.write_text(SCRIPT)
    command = [*without_network(), sys.executable, "-W", "error", "-c", PRINT_HTML, script, folder]
    # A home that cannot be used stands for a machine where no kernel is registered.
    environment = {**os.environ, "HOME": "/nonexistent", "MPLCONFIGDIR": str(folder)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def without_network() -> list[str]:
    command = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if allowed.returncode == 0 else []


def test_two_runs_give_the_same_page(executed, html_of_a_second_run):
    assert html_of_a_second_run.stderr == ""
    assert html_of_a_second_run.stdout == to_html(executed)


def test_two_runs_give_the_same_notebook(executed, tmp_path):
    again = execute(SCRIPT, name="01_example", folder=tmp_path)
    assert to_ipynb(again) == to_ipynb(executed)


def test_the_page_asks_for_nothing_outside_itself(executed):
    page = to_html(executed)
    assert re.findall(r"<(?:script|link|iframe|object)\b", page) == []
    assert re.findall(r"url\(|@import", page) == []
    sources = re.findall(r'(?:src|href)="([^"]{0,20})', page)
    assert [source for source in sources if not source.startswith(("#", "data:"))] == []


def test_code_can_be_scrolled_without_a_mouse(executed):
    page = to_html(executed)
    assert page.count("<pre") == page.count('<pre tabindex="0">') > 0


def test_a_figure_keeps_its_size_and_can_be_scrolled_without_a_mouse(executed):
    page = to_html(executed)
    assert page.count('class="output_png') == page.count('<div tabindex="0" class="output_png') > 0
    assert ".output_png { overflow-x: auto; }" in page


def test_the_page_is_called_as_its_first_heading(executed):
    assert "<title>A title with $x^2$ and a `word`</title>" in to_html(executed)


def test_a_link_to_another_script_leads_to_its_page(tmp_path):
    script = "# %% [markdown]\n# [Next](02_next.py), [code](../src/module.py)\n"
    page = to_html(execute(script, name="first", folder=tmp_path))
    assert re.findall(r'href="([^"]*)"', page) == ["02_next.html", "../src/module.py"]


def test_cells_that_fill_numbers_into_sentences_show_the_sentences_alone(tmp_path):
    script = '# %% tags=["prose"]\nhidden = "shown".upper()\nhidden\n# %%\nseen = 1\n'
    page = to_html(execute(script, name="first", folder=tmp_path))
    assert "SHOWN" in page
    assert "hidden" not in page
    assert "seen" in page


def test_a_figure_is_described_to_those_who_cannot_see_it(executed):
    assert re.findall(r'<img [^>]*?alt="([^"]*)"', to_html(executed)) == ["A line that rises"]


def test_neither_times_nor_process_numbers_are_kept(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [dict(cell.metadata) for cell in code] == [{}, {"alt": "A line that rises"}]
    warning = code[0].outputs[1]["text"]
    assert warning.splitlines()[0] == "notebook:5: UserWarning: careful"


def test_a_remark_of_matplotlib_on_its_first_use_is_not_kept(tmp_path):
    script = "# %%\nimport logging\nlogging.getLogger('matplotlib.font_manager').warning('slow')\n"
    notebook = execute(script, name="first", folder=tmp_path)
    assert notebook.cells[0].outputs == []
    assert notebook.cells[0].execution_count == 1


def test_cells_are_numbered_in_order(executed):
    assert [cell.id for cell in executed.cells] == ["cell-1", "cell-2", "cell-3"]


def test_the_kernel_is_this_interpreter_in_the_given_folder(tmp_path):
    script = "# %%\nimport os, sys\nprint(sys.executable, os.getcwd(), sep='|')\n"
    notebook = execute(script, name="where", folder=tmp_path)
    printed = notebook.cells[0].outputs[0]["text"].strip().split("|")
    assert printed == [sys.executable, str(tmp_path.resolve())]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            "# %% [markdown]\n# Words\n# %%\n\ncount = 1 / 0\n",
            "Notebook 02_bad stopped in cell 2 (`count = 1 / 0`): "
            "ZeroDivisionError: division by zero.",
        ),
        (
            "# %%\nraise ValueError\n",
            "Notebook 02_bad stopped in cell 1 (`raise ValueError`): ValueError.",
        ),
        (
            "# %%\nimport os; os._exit(3)\n",
            "Notebook 02_bad stopped in cell 1 (`import os; os._exit(3)`): "
            "the kernel died; it printed no error.",
        ),
    ],
    ids=["exception", "exception-without-text", "dead-kernel"],
)
def test_error_names_notebook_cell_line_and_reason(cells, message, tmp_path):
    with pytest.raises(NotebookError) as caught:
        execute(cells, name="02_bad", folder=tmp_path)
    assert str(caught.value) == message


def test_it_can_be_called_where_an_event_loop_runs_as_in_jupyter(tmp_path):
    async def call(cell):
        return execute(f"# %%\n{cell}\n", name="inner", folder=tmp_path)

    assert asyncio.run(call("print(1)")).cells[0].outputs[0]["text"] == "1\n"
    with pytest.raises(NotebookError, match=r"in cell 1 \(`raise ValueError`\): ValueError"):
        asyncio.run(call("raise ValueError"))


def test_a_long_temporary_folder_does_not_matter(monkeypatch, tmp_path):
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert execute("# %%\nprint(1)\n", name="short", folder=Path(long)).cells[0].outputs
