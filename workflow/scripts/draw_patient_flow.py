"""Draw what became of the patients treated, under each reading."""

from recovery_audit import io
from recovery_audit.figures import patient_flow
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    flow = io.read_table(snakemake.input.flow, snakemake.input.flow_schema)
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    layout = patient_flow.layout(flow, claims)
    files = publish("patient_flow", patient_flow, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
