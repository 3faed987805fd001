"""Draw one chunk of patients; its number is its seed."""

import sys

import typer

from recovery_audit import io
from recovery_audit.counterfactual.scenarios import SETS, from_json, simulate_chunk
from recovery_audit.counterfactual.simulation import Chunk

with io.reporting(snakemake.log[0]):
    tables, choices = io.read_inputs(snakemake.input), snakemake.params.choices
    fitted = from_json(io.read_json(snakemake.input.models))
    patients = int(choices["patients"]["values"][0])
    chunk = Chunk(int(snakemake.wildcards.chunk), patients, snakemake.params.seed)
    label, length = f"chunk {chunk.number}", SETS * patients
    hidden = not sys.stderr.isatty()  # a bar on a terminal, nothing in a log
    with typer.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        found = simulate_chunk(tables, choices, fitted, chunk, bar.update)
    io.write_outputs({"null_chunk": found}, snakemake.output, snakemake.input)
