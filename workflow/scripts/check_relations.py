"""Check sums, differences, percentages of counts, and quotations."""

from recovery_audit import io
from recovery_audit.hedges import AboutWidth
from recovery_audit.relations import check_relations, load_relations

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    relations = load_relations(io.read_json(snakemake.input.relations), claims, bases)
    checked = check_relations(relations, AboutWidth(snakemake.params.about))
    io.write_table(checked, snakemake.output.relations, snakemake.input.output_schema)
