"""Render one format of the paper."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering.paper import render

with io.reporting(snakemake.log[0]):
    document = io.read_text(snakemake.input.document)
    style, resources = (
        Path(snakemake.input.style[0]).parent,
        Path(snakemake.input.figures[0]).parents[1],
    )
    paper = render(document, fmt=snakemake.params.format, paper=style, resources=resources)
    io.write_bytes(paper, snakemake.output.paper)
