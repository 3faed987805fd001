"""Put figures of the studies beside the national ones for the same problem."""

from recovery_audit import io
from recovery_audit.official_statistics import compare_with_national

with io.reporting(snakemake.log[0]):
    tables = {
        name: io.read_table(snakemake.input[name], snakemake.input[f"{name}_schema"])
        for name in ("comparators", "claims", "national")
    }
    found = compare_with_national(**tables)
    io.write_table(found, snakemake.output.comparators, snakemake.input.output_schema)
