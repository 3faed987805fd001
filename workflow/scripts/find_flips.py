"""Find which figure would have to be misprinted for an inconsistent verdict to be another one."""

from recovery_audit import io
from recovery_audit.provenance.flips import find_flips

with io.reporting(snakemake.log[0]):
    given = snakemake.input
    tables = io.read_inputs(given) | {
        "second_keys": io.read_tables(given.get("second_keys", []), given.second_key_schema),
        "relations": io.read_yaml(given.relations_list),
        "systems": io.read_yaml(given.systems_list),
        "sources": io.read_yaml(given.sources),
        "config": snakemake.params.config,
    }
    io.write_table(find_flips(tables), snakemake.output.flips, given.flips_schema)
