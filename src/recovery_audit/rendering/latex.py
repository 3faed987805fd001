"""Try the LaTeX form of the paper with a TeX of this machine, and read what TeX complains of.

TeX is not among the project's tools: the paper's PDF is set by Typst. Who sends the LaTeX form to
a journal wants to know beforehand that it compiles there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from recovery_audit.errors import AuditError

__all__ = ["ENGINES", "TexError", "compile_latex", "complaints", "engine_here"]

# In the order of choice: the first takes its fonts from TeX itself, the others from what else the
# machine has, which may be nothing.
ENGINES = ("pdflatex", "xelatex", "lualatex")

#: What TeX prints beyond its line by less than this is not seen in print. [pt]
TOLERATED = 2.0

# References to pages that are not set yet settle in the second run, the columns of long tables in
# the third.
RUNS = 3

_GRIEVANCES = (
    r"Missing character: .*",
    r"(?:LaTeX|Package \S+) Warning: (?:Reference|Citation|Hyper reference) .* undefined.*",
    r"LaTeX Warning: There were undefined references.*",
    r"LaTeX Warning: (?:Label .* multiply defined|There were multiply-defined labels).*",
    r"LaTeX Warning: Label\(s\) may have changed.*",
    r"pdfTeX warning .*(?:destination|name).*",
)


class TexError(AuditError):
    """TeX stopped before the end of the text."""


def engine_here() -> str | None:
    """Return the first of `ENGINES` that this machine has, or None."""
    return next(filter(shutil.which, ENGINES), None)


def compile_latex(source: Path, target: Path, *, engine: str) -> str:
    """
    Compile a LaTeX file; its pictures are looked for from its own folder.

    Parameters
    ----------
    source : Path
        The LaTeX file; nothing is written beside it.
    target : Path
        Where the PDF goes.
    engine : str
        One of `ENGINES`.

    Returns
    -------
    str
        TeX's log of the last run.

    Raises
    ------
    TexError
        If TeX stops.
    """
    with tempfile.TemporaryDirectory() as folder:
        # A line of the log is broken after 79 characters unless the environment says otherwise.
        command = ["env", "max_print_line=10000", engine, "-interaction=nonstopmode"]
        command += ["-halt-on-error", f"-output-directory={folder}", source.name]
        log = ""
        for _ in range(RUNS):
            run = subprocess.run(command, cwd=source.parent, capture_output=True, check=False)
            log = (Path(folder) / source.with_suffix(".log").name).read_text(errors="replace")
            if run.returncode != 0:
                msg = f"{engine} cannot compile {source.name}: {_first_error(log)}"
                raise TexError(msg)
        shutil.copyfile(Path(folder) / source.with_suffix(".pdf").name, target)
    return log


def complaints(log: str) -> list[str]:
    """
    Return what TeX could not print as it should, each once.

    Parameters
    ----------
    log : str
        TeX's log of the last run.

    Returns
    -------
    list of str
        Missing characters, references that lead nowhere, labels given twice, and lines that stick
        out by more than `TOLERATED`.

    Examples
    --------
    >>> complaints("Overfull \\\\hbox (4.98pt too wide) in paragraph at lines 394--394")
    ['Overfull \\\\hbox (4.98pt too wide) in paragraph at lines 394--394']
    >>> complaints("Overfull \\\\hbox (0.2pt too wide) in paragraph at lines 1--2")
    []
    """
    found = re.findall("|".join(_GRIEVANCES), log)
    for line, width in re.findall(r"(Overfull \\hbox \(([\d.]+)pt too wide\).*)", log):
        if float(width) > TOLERATED:
            found.append(line)
    return list(dict.fromkeys(found))


def _first_error(log: str) -> str:
    """Return TeX's own words on what stopped it, and on which line."""
    found = re.search(r"^! (.*?)$.*?^(l\.\d+)", log, re.MULTILINE | re.DOTALL)
    return f"{found[1]} ({found[2]})" if found else "no reason given"
