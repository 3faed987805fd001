"""Draw the verdicts on all readings."""

from recovery_audit import io
from recovery_audit.figures import verdict_overview
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    verdicts = io.read_table(snakemake.input.verdicts, snakemake.input.verdicts_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    sources = io.read_yaml(snakemake.input.sources)
    layout = verdict_overview.layout(verdicts, claims, sources)
    files = publish("verdict_overview", verdict_overview, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
