"""Execute a percent script as a notebook, and print it as `.ipynb` and `.html`.

Two runs give the same bytes: nothing of the run itself (times, random ids, process numbers, the
reader's own Jupyter, IPython and matplotlib settings) reaches the output.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Coroutine
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import AuditError

if TYPE_CHECKING:
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

__all__ = ["NotebookError", "execute", "to_html", "to_ipynb"]

# A Unix socket's path holds about a hundred characters, some of which the file name needs.
LONGEST_SOCKET_FOLDER = 80

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}

# The kernel reports its exact Python version too, which would tie the bytes to one machine.
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}

# PNG of double resolution: of the figures, only these are given their cell's alternative text
# (`# %% alt="..."`) in the page. The salt is for who writes an SVG by hand.
# On its first use on a machine, matplotlib may say that it builds its font cache, and where.
IPYTHON_SETTINGS = """\
c.InlineBackend.figure_formats = {"retina"}
c.InteractiveShellApp.exec_lines = [
    "__import__('logging').getLogger('matplotlib').setLevel('ERROR')"
]
"""
MATPLOTLIB_SETTINGS = "svg.hashsalt: recovery-audit\n"

#: Cells that only put numbers into sentences carry this tag: a page shows the sentences alone.
PROSE = "prose"

STYLE = """
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif; }
body { overflow-wrap: break-word; color: #222; background: #fff; }
p, li { max-width: 46rem; }
a { color: #0b57a4; }
h2 { margin-top: 2.5rem; }
pre { overflow-x: auto; margin: 0.5rem 0; padding: 0.5rem; font-size: 0.85rem; }
.input pre { background: #f6f6f6; }
.table { overflow-x: auto; margin: 1rem 0; }
.table table { border-collapse: collapse; font-size: 0.9rem; }
caption { caption-side: top; text-align: left; padding: 0.2rem 0; font-weight: bold; }
th, td { border-top: 1px solid #bbb; padding: 0.2rem 0.6rem; text-align: left; }
th, td { vertical-align: top; font-weight: normal; min-width: 3rem; overflow-wrap: normal; }
tbody th { min-width: 8rem; }
.long { min-width: 14rem; }
thead th { font-weight: bold; border-top: none; vertical-align: bottom; }
.number { text-align: right; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.output_png { overflow-x: auto; } /* shrunk to a telephone, the letters of a figure vanish */
main .highlight .ow { color: #7a1ac0; } /* the usual purple is too pale on grey */
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


class NotebookError(AuditError):
    """A notebook cannot be executed to its end."""


def execute(text: str, *, name: str, folder: Path) -> nbformat.NotebookNode:
    """
    Run the cells of a percent script, in order, in a kernel of this environment.

    Parameters
    ----------
    text : str
        The script, in jupytext's percent format.
    name : str
        What an error calls the notebook, and its title.
    folder : Path
        The kernel's working directory.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with its outputs.

    Raises
    ------
    NotebookError
        If a cell raises, or the kernel ends before the cells do.
    """
    notebook = read_script(text, name=name)
    with tempfile.TemporaryDirectory(prefix="nb-", dir=_socket_folder()) as scratch:
        _run(notebook, name=name, folder=folder, scratch=Path(scratch))
    notebook.metadata["language_info"] = LANGUAGE
    return notebook


def read_script(text: str, *, name: str) -> nbformat.NotebookNode:
    """Turn a percent script into a notebook without outputs, with ids that count its cells."""
    import jupytext

    notebook: nbformat.NotebookNode = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("lines_to_next_cell", None)
    notebook.metadata = {"kernelspec": KERNELSPEC, "title": name}
    return notebook


def to_ipynb(notebook: nbformat.NotebookNode) -> str:
    """Return the notebook as the text of an `.ipynb` file."""
    import nbformat

    # nbformat and nbconvert carry no types for these calls.
    text: str = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def to_html(notebook: nbformat.NotebookNode) -> str:
    """Return the notebook as one page that asks for nothing outside itself and runs no script.

    nbconvert's full templates name script addresses (mathjax, require, mermaid), so only its
    bare one is used, inside a page of our own. A link to another notebook's script leads to its
    page.
    """
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    hidden = Config({"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {PROSE}}})
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        config=hidden,
    )
    body, resources = exporter.from_notebook_node(notebook)
    body = re.sub(r'href="(\w+)\.py"', r'href="\1.html"', body.strip())
    # Else only a mouse can scroll what is too wide.
    body = body.replace("<pre>", '<pre tabindex="0">')
    body = body.replace('<div class="output_png', '<div tabindex="0" class="output_png')
    colours = "\n".join(resources["inlining"]["css"])
    return PAGE.format(title=escape(_title(notebook)), style=STYLE + colours, body=body)


def _title(notebook: nbformat.NotebookNode) -> str:
    """Return the notebook's first heading, or its name where it has none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return _first_line(cell.source).removeprefix("# ")
    return str(notebook.metadata["title"])


def _run(notebook: nbformat.NotebookNode, *, name: str, folder: Path, scratch: Path) -> None:
    """Execute `notebook` in place; `scratch` holds the kernel's sockets, settings and stderr."""
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    place = ["before its first cell"]

    def remember(cell: nbformat.NotebookNode, cell_index: int) -> None:
        place.append(f"in cell {cell_index + 1} (`{_first_line(cell.source)}`)")

    client = _client(notebook, _kernel(scratch), on_cell_start=remember)
    last_words = scratch / "stderr"
    with last_words.open("wb") as stderr:
        run = client.async_execute(
            cleanup_kc=True, cwd=str(folder), env=_environment(scratch), stderr=stderr
        )
        try:
            _wait_for(run)
            return
        except CellExecutionError as error:
            reason = f"{error.ename}: {error.evalue}".removesuffix(": ")
        except (DeadKernelError, RuntimeError):
            # RuntimeError is what jupyter says of a kernel that did not even start.
            reason = f"the kernel died; {_last_line(last_words) or 'it printed no error'}"
    raise NotebookError(f"Notebook {name} stopped {place[-1]}: {_first_line(reason).rstrip('.')}.")


def _wait_for(run: Coroutine[Any, Any, object]) -> None:
    """Run it to its end; in a thread of its own where an event loop runs here, as in Jupyter."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run)
    else:
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, run).result()


def _client(
    notebook: nbformat.NotebookNode,
    kernel: AsyncKernelManager,
    *,
    on_cell_start: Callable[..., None],
) -> NotebookClient:
    """Return what sends the cells to the kernel."""
    import logging

    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=None,
        record_timing=False,
        coalesce_streams=True,  # else the pieces of a long print depend on the moment
        on_cell_start=on_cell_start,
    )
    client.log.setLevel(logging.CRITICAL)  # NotebookError says it all
    return client


def _kernel(scratch: Path) -> AsyncKernelManager:
    """Return a manager for a kernel of this very interpreter, over sockets in a folder.

    Sockets in a folder also work where the machine has no loopback. Without kernel folders to
    search, "python3" is ipykernel as installed here, not one that the user has registered.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    return AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport="ipc",
        ip=str(scratch / "k"),
        connection_file=str(scratch / "connection.json"),
    )


def _environment(scratch: Path) -> dict[str, str]:
    """Return the kernel's environment: this one's, less what a reader's machine may change."""
    profile = scratch / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_SETTINGS, encoding="utf-8")
    (scratch / "matplotlibrc").write_text(MATPLOTLIB_SETTINGS, encoding="utf-8")
    return {
        **os.environ,
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        "MATPLOTLIBRC": str(scratch / "matplotlibrc"),
        "SOURCE_DATE_EPOCH": "0",  # the date inside an SVG
        "PYTHONHASHSEED": "0",  # the order of a set
        "OPENBLAS_NUM_THREADS": "1",  # the last bits of a float
        "IPYKERNEL_CELL_NAME": "notebook",  # else warnings print the kernel's process number
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # silences the debugger that nobody uses here
    }


def _socket_folder() -> str | None:
    """Return where the scratch folder goes: the usual place unless its path is too long."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_SOCKET_FOLDER else None


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _last_line(file: Path) -> str:
    return _first_line("\n".join(reversed(file.read_text(errors="replace").splitlines())))
