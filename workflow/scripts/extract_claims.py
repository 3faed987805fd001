"""Collect the claims of all documents."""

import sys
from pathlib import Path

from recovery_audit import extraction, io

with io.reporting(snakemake.log[0]):
    tables = io.read_text_tables(snakemake.input.tables, snakemake.input.claims_schema)
    sources = io.read_yaml(snakemake.input.sources, snakemake.input.sources_schema)
    copies = {Path(copy).stem: io.sha256(copy) for copy in snakemake.input.get("copies", [])}
    claims = extraction.collect_claims(tables, sources["documents"], copies)
    io.write_table(claims, snakemake.output.claims, snakemake.input.output_schema)
    warnings = "".join(f"{line}\n" for line in extraction.edition_warnings(claims))
    io.write_text(warnings, snakemake.log[0])
    print(warnings, end="", file=sys.stderr)
