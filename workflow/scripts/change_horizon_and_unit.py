"""Take the rates at a later day, and of persons instead of referrals."""

from recovery_audit import io
from recovery_audit.sensitivity.horizon import change_horizon_and_unit

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = {"horizon_and_unit": change_horizon_and_unit(tables, snakemake.params.choices)}
    io.write_outputs(found, snakemake.output, snakemake.input)
