"""Correct rates of depression for the accuracy of the questionnaire."""

from recovery_audit import io
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.questionnaire import correct_for_accuracy

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    ranges = load_assumptions(snakemake.params.assumptions)
    found = correct_for_accuracy(tables, snakemake.params.tests, ranges)
    io.write_outputs(found, snakemake.output, snakemake.input)
