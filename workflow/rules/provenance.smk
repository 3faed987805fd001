"""Provenance by intervention: change every published number in turn, and see what moves.

The inconsistent verdicts are asked in every build which figure would have to be misprinted; changing
everything takes many minutes and is left to `make perturbation`.

Inputs:  results/clean/, results/extract/, data/, paper/
Outputs: results/provenance/{flips,perturbation}.csv
"""


rule find_flips:
    """Find which figure would have to be misprinted for an inconsistent verdict to be another."""
    input:
        **tables("clean/bases"),
        **schemas("flips"),
        claims="results/extract/claims.csv",
        claims_schema="workflow/schemas/extracted_claims.schema.yaml",
        second_keys=SECOND_KEYS,
        second_key_schema="workflow/schemas/second_key.schema.yaml",
        relations_list="data/relations.yaml",
        systems_list="data/systems.yaml",
        sources="data/sources.yaml",
        code=sources_of("workflow/scripts/find_flips.py"),
    output:
        flips="results/provenance/flips.csv",
    log:
        "logs/find_flips.log",
    conda:
        "../../environment.yml"
    params:
        config=config,
    script:
        "../scripts/find_flips.py"


rule perturb_cells:
    """Change every cell of the claims and the national tables, and write down what moves."""
    input:
        **tables(*TYPED, *HELD),
        **schemas("perturbation"),
        claims="results/extract/claims.csv",
        claims_schema="workflow/schemas/extracted_claims.schema.yaml",
        second_keys=SECOND_KEYS,
        second_key_schema="workflow/schemas/second_key.schema.yaml",
        relations_list="data/relations.yaml",
        systems_list="data/systems.yaml",
        sources="data/sources.yaml",
        definitions="paper/numbers.yaml",
        predicates="paper/predicates.yaml",
        waivers="paper/unmoved.yaml",
        waivers_form="workflow/schemas/unmoved.schema.yaml",
        code=sources_of("workflow/scripts/perturb_cells.py"),
    output:
        perturbation="results/provenance/perturbation.csv",
    log:
        "logs/perturb_cells.log",
    conda:
        "../../environment.yml"
    threads: 2
    params:
        config=config,
    script:
        "../scripts/perturb_cells.py"
