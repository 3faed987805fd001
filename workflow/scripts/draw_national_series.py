"""Draw the service's recovery rates by year and month."""

from recovery_audit import io
from recovery_audit.figures import national_series
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    table = io.read_table(snakemake.input.national, snakemake.input.national_schema)
    files = publish("national_series", national_series, national_series.layout(table))
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
