"""Add the chunks up and set the simulation beside the exact lattice."""

from recovery_audit import io
from recovery_audit.counterfactual.scenarios import from_json, gather_chunks

with io.reporting(snakemake.log[0]):
    tables, choices = io.read_inputs(snakemake.input), snakemake.params.choices
    fitted = from_json(io.read_json(snakemake.input.models))
    schema = snakemake.input.chunk_schema
    chunks = [io.read_table(path, schema) for path in snakemake.input.chunks]
    found = gather_chunks(tables, choices, fitted, chunks)
    io.write_outputs({"null_simulation": found}, snakemake.output, snakemake.input)
