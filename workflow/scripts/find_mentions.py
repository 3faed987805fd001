"""Find and classify every number of the documents at hand."""

import sys
from pathlib import Path

from recovery_audit import io
from recovery_audit.documents import mentions, readers

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    tables = io.read_tables(snakemake.input.get("receipts", []), snakemake.input.receipts_schema)
    receipts = {Path(file).stem: table for file, table in tables.items()}
    copies = map(Path, snakemake.input.get("copies", []))
    shelf = readers.read_documents({copy.name: copy.read_bytes() for copy in copies})
    remarks = "".join(f"{remark}\n" for remark in shelf.remarks())
    io.write_text(remarks, snakemake.log[0])
    print(remarks, end="", file=sys.stderr)
    found = mentions.find_in_all(shelf.documents, claims, receipts)
    io.write_table(found, snakemake.output.mentions, snakemake.input.mentions_schema)
    counts = mentions.coverage(found)
    io.write_table(counts, snakemake.output.coverage, snakemake.input.coverage_schema)
