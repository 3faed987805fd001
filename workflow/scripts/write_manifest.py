"""List the figures and tables of the paper: number, caption, files, rule and inputs."""

from recovery_audit import io
from recovery_audit.deposit.manifest import manifest

with io.reporting(snakemake.log[0]):
    given = snakemake.input
    listed = manifest(
        io.read_text(given.manuscript),
        io.read_json(given.rules),
        io.read_json(given.numbers),
        [*given.results],
    )
    io.write_table(listed, snakemake.output.manifest, given.manifest_schema)
