"""Bound every provider's rates and judge the published percentages."""

from recovery_audit import io
from recovery_audit.providers import bound_providers

with io.reporting(snakemake.log[0]):
    providers = io.read_table(snakemake.input.providers, snakemake.input.providers_schema)
    rates = bound_providers(providers)
    io.write_table(rates, snakemake.output.rates, snakemake.input.output_schema)
