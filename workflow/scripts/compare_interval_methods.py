"""Compare the interval methods on the headline figures."""

from recovery_audit import io
from recovery_audit.sensitivity.interval_methods import compare_interval_methods

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    intervals = io.read_table(snakemake.input.intervals, snakemake.input.intervals_schema)
    headlines, against = snakemake.params.headlines, snakemake.params.against
    methods = compare_interval_methods(intervals, claims, headlines, against)
    io.write_table(methods, snakemake.output.methods, snakemake.input.output_schema)
