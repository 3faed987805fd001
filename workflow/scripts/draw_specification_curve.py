"""Draw all plausible specifications of one headline rate, with their choices."""

from recovery_audit import io
from recovery_audit.figures import specification_curve
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    study, others = snakemake.wildcards.study, snakemake.params.others
    layout = specification_curve.layout(io.read_inputs(snakemake.input), study, others)
    files = publish(f"specification_curve-{study}", specification_curve, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
