"""Describe every file and every number of the results as an RO-Crate."""

from recovery_audit import io
from recovery_audit.claims import records
from recovery_audit.deposit.crate import Holdings, crate

given = snakemake.input
with io.reporting(snakemake.log[0]):
    sums = (line.split("  ", 1) for line in io.read_text(given.sums).splitlines())
    held = Holdings(
        run=io.read_json(given.run),
        checksums={path: checksum for checksum, path in sums},
        rules=io.read_json(given.rules),
        numbers=io.read_json(given.numbers),
        claims=[*records(io.read_table(given.claims, given.claims_schema))],
        sources=io.read_yaml(given.sources)["documents"],
        citation=io.read_yaml(given.citation),
        explained=io.read_text(given.explained),
    )
    io.write_json(crate(held), snakemake.output.crate)
