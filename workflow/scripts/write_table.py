"""Write a table of the paper as CSV, Markdown and LaTeX."""

from recovery_audit import io
from recovery_audit.rendering.exports import export

with io.reporting(snakemake.log[0]):
    (table,) = io.read_inputs(snakemake.input).values()
    texts = export(table, snakemake.wildcards.table)
    for ending, text in texts.items():
        io.write_text(text, snakemake.output[ending])
