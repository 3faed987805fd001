"""Bound each provider's rate by its rounded counts."""

from recovery_audit import io
from recovery_audit.providers import LAYOUT, bound_providers, provider_counts

with io.reporting(snakemake.log[0]):
    providers = {"org_type": "Provider", "variable_type": "Total"}
    measures = io.read_parquet(snakemake.input.measures, LAYOUT, providers)
    bounds = bound_providers(provider_counts(measures))
    io.write_table(bounds, snakemake.output.bounds, snakemake.input.output_schema)
