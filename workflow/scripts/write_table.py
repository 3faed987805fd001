"""Write a result table as CSV, Markdown and LaTeX."""

from recovery_audit import io
from recovery_audit.rendering.tables import export

with io.reporting(snakemake.log[0]):
    table = io.read_table(snakemake.input.table, snakemake.input.schema)
    texts = export(table, snakemake.wildcards.table)
    for ending, text in texts.items():
        io.write_text(text, snakemake.output[ending])
