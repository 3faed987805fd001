"""Draw what a treatment without effect would report."""

from recovery_audit import io
from recovery_audit.figures import null_treatment
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    scenarios = io.read_inputs(snakemake.input)["null_scenarios"]
    layout = null_treatment.layout(scenarios, snakemake.params.default)
    files = publish("null_treatment", null_treatment, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
