"""Read the totals of providers from the published file, one row per year and provider."""

from recovery_audit import io
from recovery_audit.providers import tabulate_providers

COLUMNS = [
    *("reporting_period", "org_code", "org_name"),
    *("measure_name", "measure_statistic", "value"),
]
TOTALS_OF_PROVIDERS = {"org_type": "Provider", "variable_type": "Total"}

with io.reporting(snakemake.log[0]):
    published = io.read_parquet(snakemake.input.published, COLUMNS, TOTALS_OF_PROVIDERS)
    providers = tabulate_providers(published)
    io.write_table(providers, snakemake.output.providers, snakemake.input.output_schema)
