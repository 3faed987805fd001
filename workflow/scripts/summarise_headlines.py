"""Say of each headline figure how far it moves, and what moves it."""

from recovery_audit import io
from recovery_audit.sensitivity.summary import summarise

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = {"summary": summarise(tables, snakemake.params.others)}
    io.write_outputs(found, snakemake.output, snakemake.input)
