"""Notebooks: the percent scripts of notebooks/, run from top to bottom.

Inputs:  notebooks/<name>.py, the tables they read
Outputs: results/notebooks/<name>.{ipynb,html}
"""

NOTEBOOKS = sorted(glob_wildcards("notebooks/{notebook,[0-9a-z_]+}.py").notebook)


rule run_notebook:
    """Run a notebook and keep it with its results, as notebook and as page."""
    input:
        notebook="notebooks/{notebook}.py",
        tables=[
            rules.clean_claims.output,
            rules.judge_claims.output,
            rules.search_bases.output,
            rules.check_relations.output,
            rules.follow_flow.output,
            rules.climb_denominators.output,
            rules.compare_interval_methods.output,
            rules.vary_witnesses.output,
            rules.detect_differences.output,
            rules.bound_misdiagnosis.output,
            rules.change_horizon_and_unit.output,
            rules.bound_missing.output,
            rules.correct_for_accuracy.output,
            rules.compare_criteria.output,
            rules.set_beside_untreated.output,
            rules.adjust_for_blinding.output,
            rules.count_audit_errors.output,
            rules.enumerate_specifications.output,
            rules.summarise_headlines.output,
            rules.build_bridge.output,
            rules.recompute_national.output,
            rules.climb_national.output,
            "results/clean/rates.csv",
            "results/clean/bases.csv",
            "results/clean/biases.csv",
            "results/clean/analytic_choices.csv",
            "results/clean/annual_totals.csv",
            "results/clean/annual_groups.csv",
            "results/recompute/intervals.csv",
            rules.calibrate_null.output,
            rules.vary_null.output,
            rules.index_null.output,
            "results/clean/instruments.csv",
            "config/config.yaml",
        ],
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
