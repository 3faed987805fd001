"""Write down the rules of the pipeline, and what each needs and makes."""

from recovery_audit import io

with io.reporting(snakemake.log[0]):
    io.write_json(snakemake.params.rules, snakemake.output.rules)
