"""Draw what was typed, judged and found, from documents to verdicts."""

from recovery_audit import io
from recovery_audit.figures import audit_flow
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    files = publish("audit_flow", audit_flow, audit_flow.layout(**tables))
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
