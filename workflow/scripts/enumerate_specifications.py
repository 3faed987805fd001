"""Compute every specification of every headline rate."""

from fractions import Fraction

from recovery_audit import io
from recovery_audit.multiverse.summaries import enumerate_specifications

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    below = [Fraction(threshold) for threshold in snakemake.params.below]
    found = enumerate_specifications(tables, below, snakemake.params.level)
    io.write_outputs(found, snakemake.output, snakemake.input)
