"""Render one format of the paper."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering.paper import render

with io.reporting(snakemake.log[0]):
    text = io.read_text(snakemake.input.manuscript)
    style, resources = Path(snakemake.params.style), Path(snakemake.params.resources)
    paper = render(text, fmt=snakemake.params.format, paper=style, resources=resources)
    io.write_bytes(paper, snakemake.output.paper)
