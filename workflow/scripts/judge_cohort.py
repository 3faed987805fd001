"""Judge a cohort of the reader's own by the official rules; only counts are written."""

from recovery_audit import io
from recovery_audit.cohort_tables import judge_cohort
from recovery_audit.instruments import instruments_by_name
from recovery_audit.rendering.cohort_page import cohort_page

given, written = snakemake.input, snakemake.output
with io.reporting(snakemake.log[0]):
    entry = snakemake.params.entry
    registry = instruments_by_name(io.read_text_table(given.instruments), given.instruments)
    found = judge_cohort(io.read_text_table(given.cohort), given.cohort, entry, registry)
    tables = {name: getattr(found, name) for name in ("rates", "flow", "bounds")}
    template = io.read_text(given.template)
    page = cohort_page(template, snakemake.wildcards.cohort, tables, found.notes)
    for name, table in tables.items():
        io.write_table(table, written[name], given[f"{name}_schema"])
    io.write_text(page, written.page)
