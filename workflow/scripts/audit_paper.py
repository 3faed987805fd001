"""Audit the figures of another paper, and write its tables and its page."""

from pathlib import Path

from recovery_audit import audit, io
from recovery_audit.extraction import collect_claims
from recovery_audit.rendering.dossier.page import dossier

given, config = snakemake.input, snakemake.params.config
with io.reporting(snakemake.log[0]):
    sources = io.read_yaml(given.sources, given.sources_schema)
    typed = io.read_text_tables(given.claims, given.claims_schema)
    claims = collect_claims(typed, sources["documents"], {})
    bases = io.read_table(given.bases, given.bases_schema)
    tables = {"bases": bases} | audit.run_ledger(
        {
            "claims": claims,
            "problems": io.cell_problems(claims, given.claims_schema),
            "second_keys": {},
            "bases": bases,
            "relations": io.read_yaml(given.relations, given.relation_list_schema),
            "systems": [],
            "sources": sources,
            "config": config,
        }
    )
    parts = {Path(path).name: io.read_text(path) for path in given.parts}
    page = dossier(parts, snakemake.wildcards.paper, tables, sources)
    for name in snakemake.output.keys() - {"page"}:
        io.write_table(tables[name], snakemake.output[name], given[f"{name}_schema"])
    io.write_text(page, snakemake.output.page)
