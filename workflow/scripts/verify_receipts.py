"""Verify the receipts of the claims against the documents at hand."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.documents import readers, receipts

with io.reporting(snakemake.log[0]):
    claims = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    tables = io.read_tables(snakemake.input.get("receipts", []), snakemake.input.receipts_schema)
    earlier = {Path(file).stem: table for file, table in tables.items()}
    copies = map(Path, snakemake.input.get("copies", []))
    shelf = readers.read_documents({copy.name: copy.read_bytes() for copy in copies})
    remarks = "".join(f"{remark}\n" for remark in shelf.remarks())
    io.write_text(remarks, snakemake.log[0])
    verified = receipts.verify_receipts(shelf.documents, claims, earlier, shelf.unreadable)
    io.write_table(verified, snakemake.output.locations, snakemake.input.output_schema)
