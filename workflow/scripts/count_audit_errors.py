"""Say what the audit would have found by chance alone."""

from recovery_audit import io
from recovery_audit.sensitivity.audit_errors import count_audit_errors

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = {"audit_error_rates": count_audit_errors(tables)}
    io.write_outputs(found, snakemake.output, snakemake.input)
