"""Recompute every published national rate from its counts."""

from recovery_audit import io
from recovery_audit.official_statistics import SERIES, recompute_national

with io.reporting(snakemake.log[0]):
    tables = {
        name: io.read_table(snakemake.input[name], snakemake.input[f"{name}_schema"])
        for name in ("series_breaks", *(series.table for series in SERIES.values()))
    }
    national = recompute_national(tables)
    io.write_table(national, snakemake.output.national, snakemake.input.output_schema)
