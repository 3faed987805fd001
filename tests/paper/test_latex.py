"""The LaTeX form compiles where there is a TeX, and TeX's complaints are understood."""

from pathlib import Path

import pytest

from recovery_audit.rendering.latex import TexError, compile_latex, complaints, engine_here
from recovery_audit.rendering.paper import parse, render

ROOT = Path(__file__).parents[2]
ENGINE = engine_here()
needs_tex = pytest.mark.skipif(ENGINE is None, reason="no pdflatex, xelatex or lualatex here")

PAPER = f"""\
---
title: What “half” counts
author:
  - name: Björn Ångström
date: 2026-01-15
lang: en-GB
abstract: Of all referred − a few.
---

# Introduction {{#sec-introduction}}

See @tbl-wide and [9.2%](#num-rate), $n \\geq 3$, a – b — c … €, “quoted”.

| Verdict | Study | Count | Of | Years | Place | A long sentence |
|---|---|--:|--:|---|---|---|
| undetermined | Hróbjartsson | 1 | 2 | 2017-18 | page | {"a sentence of several lines " * 9} |

: A table of many columns. {{#tbl-wide}}

::::: {{.entries}}
:::: {{.entry #num-rate}}
`sensitivity.interval_methods.compare_interval_methods_of_all_the_rates`
::::
:::::
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("latex")
    source = folder / "paper.tex"
    paper = ROOT / "paper"
    document = parse(PAPER, paper=paper)
    source.write_bytes(render(document, fmt="latex", paper=paper, resources=ROOT / "results"))
    return source


@needs_tex
def test_tex_has_no_complaints(source):
    target = source.with_name("made.pdf")
    assert complaints(compile_latex(source, target, engine=ENGINE)) == []
    assert target.read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in source.parent.iterdir()) == ["made.pdf", "paper.tex"]


@needs_tex
def test_tex_complains_of_what_is_wrong(tmp_path):
    source = tmp_path / "wrong.tex"
    source.write_text(
        "\\documentclass{article}\\begin{document}\n"
        "\\ref{gone} \\font\\x=cmr10 \\x\\char200\n\n"
        "\\noindent\\rule{30cm}{1pt}\n\\end{document}\n"
    )
    found = complaints(compile_latex(source, tmp_path / "wrong.pdf", engine=ENGINE))
    kinds = [complaint.split(" on page")[0].split(" (")[0] for complaint in found]
    assert "LaTeX Warning: Reference `gone'" in kinds
    assert any(kind.startswith("Missing character") for kind in kinds)
    assert r"Overfull \hbox" in kinds


@needs_tex
def test_error_says_what_stopped_tex_and_where(tmp_path):
    source = tmp_path / "wrong.tex"
    source.write_text("\\documentclass{article}\\begin{document}\n\\nosuch\n\\end{document}\n")
    with pytest.raises(TexError) as caught:
        compile_latex(source, tmp_path / "wrong.pdf", engine=ENGINE)
    assert str(caught.value) == (
        f"{ENGINE} cannot compile wrong.tex: Undefined control sequence. (l.2)"
    )
