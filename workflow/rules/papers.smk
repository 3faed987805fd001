"""Papers: one page with every figure, and the same audit for the figures of any other paper.

Inputs:  the folder that config/config.yaml names: claims/*.csv, bases.csv, relations.yaml,
         sources.yaml
Outputs: results/dossier/index.html - this paper's own figures
         results/papers/<paper>/{verdicts,relations,fidelity,shared_denominators,witnesses,intervals}.csv
         and index.html, one page with everything
"""

from pathlib import Path

# The page's own files.
DOSSIER = {
    name: f"paper/dossier/{name}"
    for name in [
        "page.html",
        "claim.html",
        "style.css",
        "page.js",
        "claims-table.js",
        "percent.js",
        "percent-table.js",
        "explorers.js",
        "strips.js",
        "address.js",
        "copy-button.js",
        "datatables.js",
    ]
}
# Drawings that tell most; the rest is in results/figures.
DRAWINGS = [
    "denominator_ladder",
    "patient_flow",
    "national_series",
    "national_ladder",
    "summary",
    "forest",
    "null_treatment",
]


rule audit_paper:
    """Audit the figures of another paper, and write its tables and its page."""
    input:
        **{
            f"{table}_schema": f"workflow/schemas/{table}.schema.yaml"
            for table in [
                "claims",
                "bases",
                "relation_list",
                "sources",
                "verdicts",
                "relations",
                "fidelity",
                "shared_denominators",
                "witnesses",
                "intervals",
            ]
        },
        claims=lambda wildcards: sorted(
            map(str, Path(config["papers"][wildcards.paper]).glob("claims/*.csv"))
        ),
        bases=lambda wildcards: f"{config['papers'][wildcards.paper]}/bases.csv",
        relations=lambda wildcards: f"{config['papers'][wildcards.paper]}/relations.yaml",
        sources=lambda wildcards: f"{config['papers'][wildcards.paper]}/sources.yaml",
        parts=DOSSIER.values(),
        code=sources_of("workflow/scripts/audit_paper.py"),
    output:
        verdicts="results/papers/{paper}/verdicts.csv",
        relations="results/papers/{paper}/relations.csv",
        fidelity="results/papers/{paper}/fidelity.csv",
        shared_denominators="results/papers/{paper}/shared_denominators.csv",
        witnesses="results/papers/{paper}/witnesses.csv",
        intervals="results/papers/{paper}/intervals.csv",
        page="results/papers/{paper}/index.html",
    log:
        "logs/audit_paper.{paper}.log",
    wildcard_constraints:
        paper="[a-z0-9-]+",
    conda:
        "../../environment.yml"
    params:
        config=config,
    script:
        "../scripts/audit_paper.py"


rule write_dossier:
    """Write one page with every figure of this paper, what was found about it, and explorers."""
    input:
        **tables(
            "clean/claims",
            "clean/bases",
            "clean/analytic_choices",
            "recompute/verdicts",
            "recompute/relations",
            "recompute/fidelity",
            "recompute/systems",
            "provenance/flips",
            "sensitivity/multiverse",
            "sensitivity/summary",
            "counterfactual/null_scenarios",
        ),
        sources="data/sources.yaml",
        numbers="results/numbers.json",
        drawings=expand("results/figures/{name}.svg", name=DRAWINGS),
        layouts=expand("results/figures/{name}.json", name=DRAWINGS),
        parts=DOSSIER.values(),
        code=sources_of("workflow/scripts/write_dossier.py"),
    output:
        page=report("results/dossier/index.html", category="Paper"),
    log:
        "logs/write_dossier.log",
    conda:
        "../../environment.yml"
    params:
        counterfactual=config["counterfactual"],
    script:
        "../scripts/write_dossier.py"
