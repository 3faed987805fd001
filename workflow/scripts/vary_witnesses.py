"""Vary the rounding rule and the choice among the counts that fit."""

from recovery_audit import io
from recovery_audit.sensitivity.witness_choice import vary_witnesses

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = {"witness_choice": vary_witnesses(tables, snakemake.params.level)}
    io.write_outputs(found, snakemake.output, snakemake.input)
