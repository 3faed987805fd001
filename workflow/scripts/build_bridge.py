"""Carry the official rate towards the interview study's."""

from recovery_audit import io
from recovery_audit.bridge import build_bridge

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = build_bridge(tables, snakemake.params.choices, snakemake.params.level)
    io.write_outputs(found, snakemake.output, snakemake.input)
