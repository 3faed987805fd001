"""List, under every rounding rule, what can stand behind each percentage."""

from recovery_audit import io
from recovery_audit.hedges import AboutWidth
from recovery_audit.judging import list_witnesses

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    shared = io.read_table(snakemake.input.shared, snakemake.input.shared_schema)
    witnesses = list_witnesses(claims, bases, shared, AboutWidth(snakemake.params.about))
    io.write_table(witnesses, snakemake.output.witnesses, snakemake.input.output_schema)
