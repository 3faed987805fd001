"""Check a typed table against its schema."""

from recovery_audit import io

with io.reporting(snakemake.log[0]):
    table = io.read_table(snakemake.input.table, snakemake.input.schema)
    io.write_table(table, snakemake.output.table, snakemake.input.schema)
