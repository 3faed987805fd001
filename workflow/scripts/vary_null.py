"""Say what a treatment without effect would report under every assumption."""

from recovery_audit import io
from recovery_audit.counterfactual.scenarios import from_json, run_scenarios

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    fitted = from_json(io.read_json(snakemake.input.models))
    found = run_scenarios(tables, snakemake.params.choices, fitted)
    io.write_outputs({"null_scenarios": found}, snakemake.output, snakemake.input)
