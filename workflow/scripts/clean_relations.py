"""Check the relations between claims."""

from recovery_audit import io
from recovery_audit.relations import load_relations

with io.reporting(snakemake.log[0]):
    entries = io.read_yaml(snakemake.input.relations, snakemake.input.relations_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    load_relations(entries, claims, bases)
    io.write_json(entries, snakemake.output.relations)
