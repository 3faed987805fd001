"""Audit the figures of another paper, and write its tables and its page."""

from recovery_audit import audit, io
from recovery_audit.extraction import collect_claims
from recovery_audit.rendering.dossier import dossier

given, config = snakemake.input, snakemake.params.config
with io.reporting(snakemake.log[0]):
    schema = "{}/{}.schema.yaml".format
    folder = snakemake.params.schemas
    sources = io.read_yaml(given.sources, schema(folder, "sources"))
    typed = io.read_text_tables(given.claims, schema(folder, "claims"))
    claims = collect_claims(typed, sources["documents"], {})
    tables = audit.run_ledger(
        {
            "claims": claims,
            "problems": io.cell_problems(claims, schema(folder, "claims")),
            "second_keys": {},
            "bases": io.read_table(given.bases, schema(folder, "bases")),
            "relations": io.read_yaml(given.relations, schema(folder, "relation_list")),
            "systems": [],
            "sources": sources,
            "config": config,
        }
    )
    page = dossier(io.read_text(given.template), snakemake.wildcards.paper, tables, sources)
    for name in snakemake.output.keys() - {"page"}:
        io.write_table(tables[name], snakemake.output[name], schema(folder, name))
    io.write_text(page, snakemake.output.page)
