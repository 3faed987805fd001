"""Fit the funnel of the latest year."""

from recovery_audit import io
from recovery_audit.providers import funnel_table

with io.reporting(snakemake.log[0]):
    bounds = io.read_table(snakemake.input.bounds, snakemake.input.bounds_schema)
    io.write_table(funnel_table(bounds), snakemake.output.funnel, snakemake.input.output_schema)
