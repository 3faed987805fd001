"""Balance every stage of the patient flow."""

from recovery_audit import io
from recovery_audit.flow import follow_flow

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    counts = io.read_table(snakemake.input.counts, snakemake.input.counts_schema)
    flow = follow_flow(counts, claims)
    io.write_table(flow, snakemake.output.flow, snakemake.input.output_schema)
