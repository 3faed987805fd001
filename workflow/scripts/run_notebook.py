"""Run a notebook and keep it with its results."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering import notebooks

with io.reporting(snakemake.log[0]):
    name = snakemake.wildcards.notebook
    text = io.read_text(snakemake.input.notebook)
    notebook = notebooks.execute(text, name=name, folder=Path.cwd())
    ipynb, html = notebooks.to_ipynb(notebook), notebooks.to_html(notebook)
    io.write_text(ipynb, snakemake.output.ipynb)
    io.write_text(html, snakemake.output.html)
