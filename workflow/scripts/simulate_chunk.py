"""Draw one chunk of patients; its number is its seed."""

from recovery_audit import io
from recovery_audit.counterfactual.scenarios import from_json, simulate_chunk

with io.reporting(snakemake.log[0]):
    tables, choices = io.read_inputs(snakemake.input), snakemake.params.choices
    fitted = from_json(io.read_json(snakemake.input.models))
    chunk, seed = int(snakemake.wildcards.chunk), snakemake.params.seed
    found = simulate_chunk(tables, choices, fitted, chunk=chunk, seed=seed)
    io.write_outputs({"null_chunk": found}, snakemake.output, snakemake.input)
