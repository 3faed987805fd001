"""Say how recovery on the scale and from the condition can go together."""

from recovery_audit import io
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.construct_gap import compare_criteria

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    ranges = load_assumptions(snakemake.params.assumptions)
    pairs, level = snakemake.params.pairs, snakemake.params.level
    found = {"construct_gap": compare_criteria(tables, pairs, ranges, level)}
    io.write_outputs(found, snakemake.output, snakemake.input)
