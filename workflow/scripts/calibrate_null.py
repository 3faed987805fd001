"""Fit the model of first and last scores to one row of the official table."""

from recovery_audit import io
from recovery_audit.counterfactual.scenarios import as_json, calibrations

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    table, fitted = calibrations(tables, snakemake.params.choices)
    io.write_table(
        table, snakemake.output.null_calibration, snakemake.input.null_calibration_schema
    )
    io.write_json(as_json(fitted), snakemake.output.models)
