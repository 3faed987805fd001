"""Look up every number that the paper may print."""

from recovery_audit import io
from recovery_audit.ledger import as_json, register, sources_of_numbers

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    definitions = io.read_yaml(snakemake.input.definitions, snakemake.input.schema)
    entries = register(definitions, sources_of_numbers(tables, snakemake.params.level))
    io.write_json(as_json(entries), snakemake.output.numbers)
