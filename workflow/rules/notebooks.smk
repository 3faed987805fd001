"""Notebooks: the percent scripts of notebooks/, run from top to bottom.

Inputs:  notebooks/<name>.py, the tables they read, the ledger of numbers, the paper's figures
Outputs: results/notebooks/<name>.{ipynb,html}
"""

NOTEBOOKS = sorted(glob_wildcards("notebooks/{notebook,[0-9a-z_]+}.py").notebook)
# The figures that each notebook draws again; it stops if one differs from the paper's.
DRAWN_AGAIN = {
    "01_scott": ["witness_plane"],
    "02_kellett": ["patient_flow", "denominator_ladder"],
    "03_sensitivity": [
        "audit_error_rates",
        "blinding",
        "construct_gap",
        "detectability",
        "horizon_and_unit",
        "interval_choices",
        "misdiagnosis",
        "missing_outcomes",
        "specification_curve-mus-recovery",
        "summary",
        "test_accuracy",
        "untreated_remission",
    ],
    "04_bridge": ["bridge"],
    "05_counterfactual": ["null_treatment"],
    "06_national": ["national_series", "national_ladder"],
}


rule run_notebook:
    """Run a notebook and keep it with its results, as notebook and as page."""
    input:
        **tables(
            "clean/claims",
            "clean/rates",
            "clean/bases",
            "clean/biases",
            "clean/analytic_choices",
            "clean/annual_totals",
            "clean/annual_groups",
            "clean/instruments",
            "recompute/verdicts",
            "recompute/shared_denominators",
            "recompute/relations",
            "recompute/flow",
            "recompute/intervals",
            "recompute/national",
            "sensitivity/denominator_ladder",
            "sensitivity/national_ladder",
            "sensitivity/interval_methods",
            "sensitivity/witness_choice",
            "sensitivity/detectability",
            "sensitivity/misdiagnosis",
            "sensitivity/horizon_and_unit",
            "sensitivity/missing_outcomes",
            "sensitivity/tipping_points",
            "sensitivity/test_accuracy",
            "sensitivity/construct_gap",
            "sensitivity/untreated_remission",
            "sensitivity/blinding",
            "sensitivity/audit_error_rates",
            "sensitivity/multiverse",
            "sensitivity/multiverse_shapley",
            "sensitivity/summary",
            "sensitivity/bridge",
            "counterfactual/null_calibration",
            "counterfactual/null_scenarios",
            "counterfactual/null_indices",
        ),
        notebook="notebooks/{notebook}.py",
        models="results/counterfactual/models.json",
        drawn=lambda wildcards: expand(
            "results/figures/{figure}.json",
            figure=DRAWN_AGAIN.get(wildcards.notebook, []),
        ),
        sources="data/sources.yaml",
        numbers="results/numbers.json",
        predicates="paper/predicates.yaml",
        schema="workflow/schemas/predicates.schema.yaml",
        config="config/config.yaml",
        runner=sources_of("workflow/scripts/run_notebook.py"),
        code=lambda wildcards: sources_of(f"notebooks/{wildcards.notebook}.py"),
    output:
        ipynb="results/notebooks/{notebook}.ipynb",
        html="results/notebooks/{notebook}.html",
    log:
        "logs/run_notebook.{notebook}.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/run_notebook.py"
