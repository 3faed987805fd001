"""Collect the claims of all documents."""

from pathlib import Path

from recovery_audit import extraction, io

with io.reporting(snakemake.log[0]):
    tables = io.read_text_tables(snakemake.input.tables, snakemake.input.claims_schema)
    sources = io.read_yaml(snakemake.input.sources, snakemake.input.sources_schema)
    copies = {Path(copy).stem: io.sha256(copy) for copy in snakemake.input.get("copies", [])}
    claims = extraction.collect_claims(tables, sources["documents"], copies)
    io.write_table(claims, snakemake.output.claims, snakemake.input.output_schema)
