"""Draw the national recovered over wider groups, by year."""

from recovery_audit import io
from recovery_audit.figures import national_ladder
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    table = io.read_table(snakemake.input.national_ladder, snakemake.input.national_ladder_schema)
    files = publish("national_ladder", national_ladder, national_ladder.layout(table))
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
