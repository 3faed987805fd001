"""Write one page with every figure, what was found about it, and what was computed from it."""

from pathlib import Path

from recovery_audit import io
from recovery_audit.rendering.dossier.explorers import null_settings, specifications
from recovery_audit.rendering.dossier.page import dossier

given = snakemake.input
with io.reporting(snakemake.log[0]):
    tables = io.read_inputs(given)
    analyses = {
        "specifications": specifications(
            tables["multiverse"], tables["analytic_choices"], tables["summary"]
        ),
        "no_effect": null_settings(tables["null_scenarios"], snakemake.params.counterfactual),
        "numbers": io.read_json(given.numbers),
        "figures": [
            io.read_json(layout) | {"svg": io.read_text(drawing)}
            for layout, drawing in zip(given.layouts, given.drawings, strict=True)
        ],
    }
    parts = {Path(path).name: io.read_text(path) for path in given.parts}
    page = dossier(parts, "recovery-audit", tables, io.read_yaml(given.sources), analyses)
    io.write_text(page, snakemake.output.page)
