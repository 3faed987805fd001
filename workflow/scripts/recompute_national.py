"""Recompute the published national recovery rates."""

from recovery_audit import io
from recovery_audit.official_statistics import recompute_national

with io.reporting(snakemake.log[0]):
    totals = io.read_table(snakemake.input.totals, snakemake.input.totals_schema)
    national = recompute_national(totals)
    io.write_table(national, snakemake.output.national, snakemake.input.output_schema)
