"""Check every claim, all cells at once, and add the figures in digits."""

from recovery_audit import io
from recovery_audit.claims import clean_claims

with io.reporting(snakemake.log[0]):
    extracted = io.read_table(snakemake.input.claims, snakemake.input.extracted_schema)
    found = io.cell_problems(extracted, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    sources = io.read_yaml(snakemake.input.sources)
    second_keys = io.read_tables(
        snakemake.input.get("second_keys", []), snakemake.input.second_key_schema
    )
    claims = clean_claims(
        extracted, bases, sources["documents"], sources["studies"], second_keys, found
    )
    io.write_table(claims, snakemake.output.claims, snakemake.input.output_schema)
