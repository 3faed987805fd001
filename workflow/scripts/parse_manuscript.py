"""Read the manuscript once for all formats."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering.paper import parse

with io.reporting(snakemake.log[0]):
    text = io.read_text(snakemake.input.manuscript)
    paper = Path(snakemake.input.bibliography).parent
    io.write_text(parse(text, paper=paper), snakemake.output.document)
