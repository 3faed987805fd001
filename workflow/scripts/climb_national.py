"""Keep the national recovered and widen the group, year by year."""

from recovery_audit import io
from recovery_audit.official_statistics import climb_national

with io.reporting(snakemake.log[0]):
    totals = io.read_table(snakemake.input.totals, snakemake.input.totals_schema)
    monthly = io.read_table(snakemake.input.monthly, snakemake.input.monthly_schema)
    ladder = climb_national(totals, monthly, snakemake.params.level)
    io.write_table(ladder, snakemake.output.ladder, snakemake.input.output_schema)
