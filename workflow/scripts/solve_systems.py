"""Solve the systems of percentages, bases and constraints."""

from recovery_audit import io
from recovery_audit.systems import load_systems, solve_systems

with io.reporting(snakemake.log[0]):
    entries = io.read_yaml(snakemake.input.systems, snakemake.input.systems_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    solved = solve_systems(load_systems(entries, claims, bases))
    io.write_table(solved, snakemake.output.systems, snakemake.input.output_schema)
