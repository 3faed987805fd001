"""Compare every quoted figure with the original one."""

from recovery_audit import io
from recovery_audit.fidelity import compare_quotations
from recovery_audit.hedges import AboutWidth
from recovery_audit.relations import load_relations

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    relations = load_relations(io.read_json(snakemake.input.relations), claims, bases)
    sources = io.read_yaml(snakemake.input.sources, snakemake.input.sources_schema)
    originals = {key: entry["original_of"] for key, entry in sources["documents"].items()}
    fidelity = compare_quotations(claims, relations, originals, AboutWidth(snakemake.params.about))
    io.write_table(fidelity, snakemake.output.fidelity, snakemake.input.output_schema)
