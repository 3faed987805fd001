"""Write one page with every figure and what was found about it."""

from recovery_audit import io
from recovery_audit.rendering.dossier import dossier

with io.reporting(snakemake.log[0]):
    tables = {
        name: io.read_table(snakemake.input[name], snakemake.input[f"{name}_schema"])
        for name in ("claims", "verdicts", "relations", "fidelity")
    }
    template = io.read_text(snakemake.input.template)
    sources = io.read_yaml(snakemake.input.sources)
    io.write_text(dossier(template, "every-figure", tables, sources), snakemake.output.page)
