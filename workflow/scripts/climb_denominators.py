"""Keep the recovered, widen the group."""

from recovery_audit import io
from recovery_audit.denominators import climb_denominators

with io.reporting(snakemake.log[0]):
    ladders = io.read_table(snakemake.input.ladders, snakemake.input.ladders_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    verdicts = io.read_table(snakemake.input.verdicts, snakemake.input.verdicts_schema)
    intervals = io.read_table(snakemake.input.intervals, snakemake.input.intervals_schema)
    level = snakemake.params.level
    ladder = climb_denominators(ladders, claims, verdicts, intervals, level)
    io.write_table(ladder, snakemake.output.ladder, snakemake.input.output_schema)
