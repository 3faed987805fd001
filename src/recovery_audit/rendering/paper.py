"""Turn the paper's Markdown into PDF, HTML, Word, LaTeX and JATS, the same bytes every time.

The text is Pandoc Markdown whose template expressions have been expanded. It is read once, since
reading takes longer than writing: `parse` numbers it, resolves its cross-references and citations,
and returns Pandoc's document. `render` lays that out for one format; Typst sets the PDF. What
belongs to either is in the Lua filters beside the manuscript.

What the text may contain
-------------------------
Front matter
    ``title``, ``date`` (as 2026-01-31), ``author`` (a list of maps with ``name`` and, if wanted,
    ``affiliation``, ``email``, ``orcid``), ``lang``; optional ``subtitle``, ``shorttitle``,
    ``abstract``, ``keywords``, and for JATS ``copyright`` (``holder``) and ``license`` (``type``,
    ``link``, ``text``).
Printed number
    ``[[9.2%](#num-scott-recovery)]{#use-scott-recovery-1}`` in text, captions, abstract and the
    body of tables, not in a header row (which is printed again on each page).
Figure
    ``![Caption.](figures/ladder){#fig-ladder alt="What is seen."}`` without an extension: each
    format takes the one it can show. Add ``width=80%`` to make it smaller. `alt` is required.
Table
    A pipe or grid table, then ``: Caption. {#tbl-verdicts}``. Columns are as wide as their text
    needs; ``{#tbl-verdicts widths="20,10,50,20"}`` sets their shares instead.
Cross-reference
    ``@fig-ladder``, ``[@tbl-verdicts]``, ``[see @fig-a; @fig-b]``, ``-@fig-ladder`` for the number
    alone, ``@sec-methods`` for a section ``# Methods {#sec-methods}``.
Citation
    ``[@scott2018, p. 5]``; the list of references appears at ``::: {#refs}``.
Not read as such
    Raw HTML and TeX, which one format alone could show, and definition lists.
Appendix
    One ``entries`` division around all entries, and one ``entry`` for each number, its lines
    separated by blank lines::

        ::::: {.entries}
        :::: {.entry #num-scott-recovery}
        **9.2%** scott-recovery

        *exactly* 53/576 · *rounded* half up, 1 decimal

        *computed by* `proportions.percent(count=53, nobs=576)`

        *from* scott-flow-recovered (Scott 2018, Table 2, p. 5)

        *used* [1](#use-scott-recovery-1) [2](#use-scott-recovery-2)
        ::::
        :::::
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from recovery_audit.errors import AuditError
from recovery_audit.rendering import jats
from recovery_audit.rendering.word import reference_file, with_set_layout

__all__ = ["Format", "RenderingError", "parse", "render"]

Format = Literal["pdf", "html", "docx", "latex", "jats"]

# Pandoc looks for these at every line and every backslash, which takes a third of its time.
READER = "markdown-definition_lists-raw_html-raw_tex"

SURROUNDINGS = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    # Haskell's run time tidies up whenever so much memory has been used: every few megabytes,
    # unless told otherwise, which takes a sixth of pandoc's time.
    "GHCRTS": "-A128m",
}


class RenderingError(AuditError):
    """The text cannot be turned into the format asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """How pandoc writes one format."""

    name: str  #: pandoc's name of the format
    template: str | None = None  #: file in the paper's folder; None for pandoc's own template
    options: tuple[str, ...] = ()  #: further options


WRITERS: dict[Format, Writer] = {
    "pdf": Writer(
        name="typst-citations",  # they are resolved: Typst has nothing to look up
        template="template.typ",
        options=("--variable=section-numbering:1.1",),
    ),
    "html": Writer(
        name="html",
        template="template.html",
        options=("--embed-resources", "--mathml", "--reference-location=section"),
    ),
    "docx": Writer(name="docx"),
    "latex": Writer(
        name="latex",
        options=(
            "--variable=colorlinks",
            "--variable=papersize:a4",
            "--variable=fontsize:11pt",
            "--variable=geometry:margin=28mm",
            "--variable=linkcolor:[HTML]{1D4470}",
            "--variable=citecolor:[HTML]{1D4470}",
            "--variable=urlcolor:[HTML]{1D4470}",
        ),
    ),
    "jats": Writer(name="jats+element_citations"),
}


def parse(markdown: str, *, paper: Path) -> str:
    """
    Read the paper, number it, and resolve its cross-references and citations.

    Parameters
    ----------
    markdown : str
        The text, as described at the head of this module.
    paper : Path
        Folder of the filters and ``references.bib``.

    Returns
    -------
    str
        Pandoc's document as JSON, the same for every format.

    Raises
    ------
    RenderingError
        If a cross-reference, link or citation leads nowhere.
    """
    options = [
        f"--from={READER}",
        "--to=json",
        f"--lua-filter={_filter(paper, 'crossref.lua')}",
        "--citeproc",
        "--bibliography=references.bib",  # Word keeps this path among the file's properties
        "--metadata=link-citations:true",
    ]
    return _pandoc(markdown, options, paper=paper).decode()


def render(document: str, *, fmt: Format, paper: Path, resources: Path) -> bytes:
    """
    Render the paper in one format.

    The bytes depend on the arguments and on the files below `paper` and `resources`, not on the
    time, the place or the user's settings; the only date in them is that of the front matter.

    Parameters
    ----------
    document : str
        The paper as `parse` returns it.
    fmt : {"pdf", "html", "docx", "latex", "jats"}
        The format wanted. LaTeX and JATS name their pictures, by the paths of the text from a
        folder beside theirs; the other formats contain them.
    paper : Path
        Folder of the filters, templates and style sheet.
    resources : Path
        Folder against which the paths of pictures are resolved.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    RenderingError
        If the text breaks a rule: a picture that is missing or has no alternative text, an
        unusable date or column width.

    Examples
    --------
    >>> document = parse("No front matter.", paper=Path("paper"))
    >>> render(document, fmt="html", paper=Path("paper"), resources=Path())
    Traceback (most recent call last):
    ...
    recovery_audit.rendering.paper.RenderingError: the paper cannot be rendered: its front matter \
must give a date such as `date: 2026-01-31`
    """
    epoch = publication_epoch(document)
    converted = _convert(document, fmt=fmt, epoch=epoch, paper=paper, root=resources)
    if fmt == "pdf":
        return _typeset(converted, epoch=epoch, root=resources)
    if fmt == "docx":
        return with_set_layout(converted)
    return jats.completed(converted) if fmt == "jats" else converted


def publication_epoch(document: str) -> int:
    """
    Return midnight UTC of the date in the front matter, in seconds since 1970.

    >>> date = {"t": "MetaInlines", "c": [{"t": "Str", "c": "1970-01-02"}]}
    >>> publication_epoch(json.dumps({"meta": {"date": date}}, separators=(",", ":")))
    86400
    """
    try:
        # The front matter comes before the text, which need not be read for it.
        _, _, rest = document.partition('"meta":')
        meta, _ = json.JSONDecoder().raw_decode(rest)
        (word,) = meta["date"]["c"]
        date = datetime.fromisoformat(word["c"])
    except (KeyError, TypeError, ValueError):  # none, not one word, or not a date
        msg = (
            "the paper cannot be rendered: its front matter must give a date such as "
            "`date: 2026-01-31`"
        )
        raise RenderingError(msg) from None
    return int(date.replace(tzinfo=UTC).timestamp())


def _convert(document: str, *, fmt: Format, epoch: int, paper: Path, root: Path) -> bytes:
    options = _options(WRITERS[fmt], paper=paper.resolve(), root=root.resolve())
    with tempfile.TemporaryDirectory() as folder:
        if fmt == "docx":
            styles = Path(folder) / "reference.docx"
            styles.write_bytes(reference_file())
            options.append(f"--reference-doc={styles}")
        return _pandoc(document, options, paper=paper, fmt=fmt, epoch=epoch)


def _options(writer: Writer, *, paper: Path, root: Path) -> list[str]:
    template = [f"--template={paper / writer.template}"] if writer.template else []
    return [
        "--from=json",
        f"--to={writer.name}",
        "--standalone",
        f"--resource-path={root}",
        f"--lua-filter={_filter(paper, 'layout.lua')}",
        "--number-sections",
        "--syntax-highlighting=none",
        "--wrap=none",
        f"--css={paper / 'style.css'}",
        *template,
        *writer.options,
    ]


def _filter(paper: Path, name: str) -> Path:
    return paper.resolve() / "filters" / name


def _pandoc(
    source: str, options: Sequence[str], *, paper: Path, fmt: str = "", epoch: int = 0
) -> bytes:
    import pypandoc

    always = [
        "--output=-",
        # The reader's own pandoc templates must not leak into the paper.
        f"--data-dir={paper.resolve()}",
        # An unknown citation and an unreadable picture are only warnings to pandoc.
        "--fail-if-warnings",
    ]
    finished = subprocess.run(
        [pypandoc.get_pandoc_path(), *always, *options],
        input=source.encode(),
        capture_output=True,
        cwd=paper,
        env=os.environ | SURROUNDINGS | {"SOURCE_DATE_EPOCH": str(epoch)},
        check=False,
    )
    if finished.returncode != 0:
        wanted = f"rendered as {fmt}" if fmt else "read"
        msg = f"the paper cannot be {wanted}: {_complaint(finished.stderr)}"
        raise RenderingError(msg)
    return finished.stdout


def _complaint(stderr: bytes) -> str:
    """Return pandoc's message without the Lua stack and the name of the filter."""
    text = stderr.decode(errors="replace").split("stack traceback:")[0]
    lines = [line.strip().removeprefix("[WARNING] ") for line in text.splitlines()]
    noise = ("Error running filter", "Failing because there were warnings")
    return " ".join(line for line in lines if line and not line.startswith(noise))


def _typeset(source: bytes, *, epoch: int, root: Path) -> bytes:
    import typst

    try:
        compiler = typst.Compiler(source, root=root.resolve(), ignore_system_fonts=True)
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            # Tagged and readable aloud (UA-1), self-contained for the archive (A-2a): a picture
            # without alternative text or a skipped heading level then stops the build.
            pdf_standards=["ua-1", "a-2a"],
            timestamp=epoch,
        )
    except typst.TypstError as error:
        raise RenderingError(f"Typst cannot set the paper: {error.diagnostic.strip()}") from error
    if warnings:
        listed = "; ".join(warning.diagnostic.strip() for warning in warnings)
        raise RenderingError(f"Typst warns about the paper: {listed}")
    assert isinstance(pdf, bytes), type(pdf)  # only pages of PNG or SVG come as a list
    return pdf
