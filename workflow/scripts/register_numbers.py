"""Look up every number that the paper may print."""

from recovery_audit import io
from recovery_audit.ledger import ORIGINS, VIEWS, as_json, register, sources_of_numbers

with io.reporting(snakemake.log[0]):
    tables = {
        name: io.read_table(snakemake.input[name], snakemake.input[f"{name}_schema"])
        for name in ("claims", *ORIGINS.keys() - VIEWS)
    }
    definitions = io.read_yaml(snakemake.input.definitions, snakemake.input.definitions_schema)
    entries = register(definitions, sources_of_numbers(tables, snakemake.params.level))
    io.write_json(as_json(entries), snakemake.output.numbers)
