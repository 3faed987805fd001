"""Draw the figures of the sensitivity analyses, in one process: to start one takes the longest."""

from inspect import signature
from pathlib import Path

from recovery_audit import io
from recovery_audit.figures import sensitivity as figures
from recovery_audit.figures.publishing import publish
from recovery_audit.figures.sensitivity import (  # noqa: F401  each becomes an attribute
    audit_error_rates,
    blinding,
    bridge,
    construct_gap,
    detectability,
    horizon_and_unit,
    imor,
    interval_choices,
    misdiagnosis,
    missing_outcomes,
    summary,
    test_accuracy,
    untreated_remission,
)

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    paths = {Path(path).name: path for path in snakemake.output}
    for name in snakemake.params.figures:
        drawing = getattr(figures, name)
        layout = drawing.layout(
            **{table: tables[table] for table in signature(drawing.layout).parameters}
        )
        for ending, content in publish(name, drawing, layout).items():
            io.write_bytes(content, paths[f"{name}.{ending}"])
