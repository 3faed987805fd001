"""Put the numbers into the manuscript, and add the appendix of where they come from."""

from recovery_audit import io
from recovery_audit.claims import records
from recovery_audit.ledger import from_json
from recovery_audit.rendering import tables
from recovery_audit.rendering.manuscript import write_manuscript

with io.reporting(snakemake.log[0]):
    read = io.read_inputs(snakemake.input)
    documents = io.read_yaml(snakemake.input.sources)["documents"]
    described = [io.read_json(path) for path in snakemake.input.figures]
    context = tables.context(read, documents) | {
        "alt": {figure["name"]: figure["alt"] for figure in described},
        "date": snakemake.params.date,
        "providers": snakemake.params.providers,
    }
    entries = from_json(io.read_json(snakemake.input.numbers))
    template = io.read_text(snakemake.input.template)
    predicates = io.read_yaml(snakemake.input.predicates, snakemake.input.schema)
    claims = records(read["claims"])
    text = write_manuscript(template, entries, predicates, claims, documents, context)
    io.write_text(text, snakemake.output.manuscript)
