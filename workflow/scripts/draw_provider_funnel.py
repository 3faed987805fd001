"""Draw the funnel of providers."""

from recovery_audit import io
from recovery_audit.figures import provider_funnel
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    funnel = io.read_table(snakemake.input.funnel, snakemake.input.funnel_schema)
    files = publish("provider_funnel", provider_funnel, provider_funnel.layout(funnel))
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
