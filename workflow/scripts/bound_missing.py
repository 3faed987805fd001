"""Bound every rate whose group has members without an outcome."""

from recovery_audit import io
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.missing import bound_missing

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    ranges = load_assumptions(snakemake.params.assumptions)
    thresholds, level = tuple(snakemake.params.thresholds), snakemake.params.level
    found = bound_missing(tables, ranges, thresholds, level)
    io.write_outputs(found, snakemake.output, snakemake.input)
