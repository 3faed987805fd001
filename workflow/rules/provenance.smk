"""Provenance by intervention: change every published number in turn, and see what moves.

Not part of the default build, since it takes many minutes: `make perturbation`.

Inputs:  results/clean/, results/extract/, data/, paper/
Outputs: results/provenance/perturbation.csv
"""


rule perturb_cells:
    """Change every cell of the claims and the national tables, and write down what moves."""
    input:
        **tables(
            "clean/bases",
            "clean/flow_counts",
            "clean/ladders",
            "clean/comparators",
            "clean/rates",
            "clean/bridge_groups",
            "clean/effects",
            "clean/analytic_choices",
            "clean/synthesis",
            "clean/annual_totals",
            "clean/annual_groups",
            "clean/monthly_core",
            "clean/therapy_outcomes",
            "clean/series_breaks",
            "extract/locations",
            "counterfactual/null_calibration",
            "counterfactual/null_scenarios",
            "counterfactual/null_simulation",
            "counterfactual/null_indices",
        ),
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
