"""Bound recovery among true cases over the share of misdiagnosed."""

from recovery_audit import io
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.misdiagnosis import bound_misdiagnosis

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    ranges = load_assumptions(snakemake.params.assumptions)
    references = snakemake.params.references
    found = {"misdiagnosis": bound_misdiagnosis(tables, ranges, references)}
    io.write_outputs(found, snakemake.output, snakemake.input)
