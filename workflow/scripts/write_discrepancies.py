"""Write the table of discrepancies as CSV, Markdown and LaTeX."""

from recovery_audit import io
from recovery_audit.ledger import from_json
from recovery_audit.rendering.discrepancies import discrepancy_rows, discrepancy_table
from recovery_audit.rendering.exports import export

with io.reporting(snakemake.log[0]):
    results = io.read_inputs(snakemake.input)
    documents = io.read_yaml(snakemake.input.sources)["documents"]
    entries = from_json(io.read_json(snakemake.input.numbers))
    rows = discrepancy_rows(results["discrepancies"], results, documents)
    table = discrepancy_table(rows, lambda number: entries[number].text)
    for ending, text in export(table, "discrepancies").items():
        io.write_text(text, snakemake.output[ending])
