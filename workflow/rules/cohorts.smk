"""Cohorts: the official outcome rules on records of the reader's own.

Inputs:  the file that config/config.yaml names, data/instruments.csv
Outputs: results/cohorts/<cohort>/{rates,flow,bounds}.csv and index.html; counts only, no record
"""


rule judge_cohort:
    """Judge a cohort by the official rules, and count."""
    input:
        cohort=lambda wildcards: config["cohorts"][wildcards.cohort]["file"],
        instruments="data/instruments.csv",
        template="paper/cohort.html",
        rates_schema="workflow/schemas/cohort_rates.schema.yaml",
        flow_schema="workflow/schemas/cohort_flow.schema.yaml",
        bounds_schema="workflow/schemas/cohort_bounds.schema.yaml",
        code=sources_of("workflow/scripts/judge_cohort.py"),
    output:
        rates="results/cohorts/{cohort}/rates.csv",
        flow="results/cohorts/{cohort}/flow.csv",
        bounds="results/cohorts/{cohort}/bounds.csv",
        page="results/cohorts/{cohort}/index.html",
    log:
        "logs/judge_cohort.{cohort}.log",
    wildcard_constraints:
        cohort="[a-z0-9-]+",
    conda:
        "../../environment.yml"
    params:
        entry=lambda wildcards: config["cohorts"][wildcards.cohort],
    script:
        "../scripts/judge_cohort.py"
