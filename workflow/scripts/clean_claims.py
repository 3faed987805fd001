"""Check what no single cell of the claims shows, and add the figures in digits."""

from recovery_audit import io
from recovery_audit.claims import clean_claims
from recovery_audit.extraction import keys

with io.reporting(snakemake.log[0]):
    extracted = io.read_table(snakemake.input.claims, snakemake.input.claims_schema)
    bases = io.read_table(snakemake.input.bases, snakemake.input.bases_schema)
    sources = io.read_yaml(snakemake.input.sources)
    claims = clean_claims(extracted, bases, **keys(sources))
    io.write_table(claims, snakemake.output.claims, snakemake.input.output_schema)
