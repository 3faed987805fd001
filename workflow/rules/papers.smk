"""Papers: the same audit for the figures of any other paper.

Inputs:  the folder that config/config.yaml names: claims/*.csv, bases.csv, relations.yaml,
         sources.yaml
Outputs: results/papers/<paper>/{verdicts,relations,fidelity,shared_denominators,witnesses,intervals}.csv
         and index.html, one page with everything
"""

from pathlib import Path


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
        template="paper/dossier.html",
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
