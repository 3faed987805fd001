"""Write the tables of the paper for use elsewhere, in one process: starting one takes longest."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering.exports import export

with io.reporting(snakemake.log[0]):
    results = io.read_inputs(snakemake.input)
    paths = {Path(path).name: path for path in snakemake.output}
    for name, source in snakemake.params.sources.items():
        for ending, text in export(results[Path(source).name], name).items():
            io.write_text(text, paths[f"{name}.{ending}"])
