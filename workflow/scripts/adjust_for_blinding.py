"""Take from each effect what unblinded assessors may have added."""

from recovery_audit import io
from recovery_audit.sensitivity.unblinded import adjust_for_blinding

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = {"blinding": adjust_for_blinding(tables, snakemake.params.evidence)}
    io.write_outputs(found, snakemake.output, snakemake.input)
