"""Draw the rates side by side, and pooled where they may be."""

from recovery_audit import io
from recovery_audit.figures import forest
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    pooled = io.read_table(snakemake.input.pooled_rates, snakemake.input.pooled_rates_schema)
    studies = io.read_table(snakemake.input.studies, snakemake.input.studies_schema)
    files = publish("forest", forest, forest.layout(pooled, studies))
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
