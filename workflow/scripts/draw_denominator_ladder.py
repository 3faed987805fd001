"""Draw the same recovered people over wider groups."""

from recovery_audit import io
from recovery_audit.figures import denominator_ladder
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    ladder = io.read_table(snakemake.input.ladder, snakemake.input.ladder_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    layout = denominator_ladder.layout(ladder, claims)
    files = publish("denominator_ladder", denominator_ladder, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
