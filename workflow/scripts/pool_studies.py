"""Pool the published rates by denominator, all and without each in turn."""

from recovery_audit import io
from recovery_audit.sensitivity.pooled_rates import pool_rates

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    found = pool_rates(tables, snakemake.params.level)
    io.write_outputs(found, snakemake.output, snakemake.input)
