"""Set remission without treatment beside recovery after it."""

from recovery_audit import io
from recovery_audit.sensitivity.untreated import set_beside_untreated

with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(snakemake.input)
    contrasts, level = snakemake.params.contrasts, snakemake.params.level
    found = {"untreated_remission": set_beside_untreated(tables, contrasts, level)}
    io.write_outputs(found, snakemake.output, snakemake.input)
