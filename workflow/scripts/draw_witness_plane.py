"""Draw which counts print as the published figures."""

from recovery_audit import io
from recovery_audit.figures import witness_plane
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    verdicts = io.read_table(snakemake.input.verdicts, snakemake.input.verdicts_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    layout = witness_plane.layout(verdicts, claims)
    files = publish("witness_plane", witness_plane, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
