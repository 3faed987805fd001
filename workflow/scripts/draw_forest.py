"""Draw the rates side by side, and pooled where they may be."""

from recovery_audit import io
from recovery_audit.figures import forest
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    layout = forest.layout(tables["pooled_rates"], tables["synthesis_studies"])
    files = publish("forest", forest, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
