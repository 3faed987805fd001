"""Draw all plausible specifications of each headline rate, with their choices."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.figures import specification_curve
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    tables, others = io.read_inputs(snakemake.input), snakemake.params.others
    paths = {Path(path).name: path for path in snakemake.output}
    for study in others:
        name = f"specification_curve-{study}"
        layout = specification_curve.layout(tables, study, others)
        for ending, content in publish(name, specification_curve, layout).items():
            io.write_bytes(content, paths[f"{name}.{ending}"])
