"""Search the group sizes that several percentages can share."""

from recovery_audit import io
from recovery_audit.judging import search_bases
from recovery_audit.relations import load_relations

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    relations = load_relations(io.read_json(snakemake.input.relations), claims, bases)
    shared = search_bases(claims, bases, relations)
    io.write_table(shared, snakemake.output.shared, snakemake.input.output_schema)
