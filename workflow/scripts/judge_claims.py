"""Judge every reading of every percentage."""

from recovery_audit import io
from recovery_audit.hedges import AboutWidth
from recovery_audit.judging import judge_claims

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    shared = io.read_table(snakemake.input.shared, snakemake.input.shared_schema)
    verdicts = judge_claims(claims, bases, shared, AboutWidth(snakemake.params.about))
    io.write_table(verdicts, snakemake.output.verdicts, snakemake.input.output_schema)
