"""Draw a figure of the sensitivity analyses."""

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
    drawing = getattr(figures, snakemake.wildcards.figure)
    layout = drawing.layout(**io.read_inputs(snakemake.input))
    files = publish(snakemake.wildcards.figure, drawing, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
