"""Say what samples of these sizes could have told apart."""

from recovery_audit import io
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.detectability import detect

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    ranges = load_assumptions(snakemake.params.assumptions)
    found = {"detectability": detect(tables, ranges, tuple(snakemake.params.references))}
    io.write_outputs(found, snakemake.output, snakemake.input)
