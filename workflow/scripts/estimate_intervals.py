"""Compute intervals for every count that may stand behind a percentage."""

from recovery_audit import io
from recovery_audit.hedges import AboutWidth
from recovery_audit.judging import estimate_intervals

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    shared = io.read_table(snakemake.input.shared, snakemake.input.shared_schema)
    about = AboutWidth(snakemake.params.about)
    intervals = estimate_intervals(claims, bases, shared, about, snakemake.params.level)
    io.write_table(intervals, snakemake.output.intervals, snakemake.input.output_schema)
