"""Compare the sums over providers with England's counts."""

from recovery_audit import io
from recovery_audit.providers import sum_providers

with io.reporting(snakemake.log[0]):
    providers = io.read_table(snakemake.input.providers, snakemake.input.providers_schema)
    totals = io.read_table(snakemake.input.totals, snakemake.input.totals_schema)
    sums = sum_providers(providers, totals)
    io.write_table(sums, snakemake.output.sums, snakemake.input.output_schema)
