"""Sensitivity: how far a headline depends on choices that nobody printed.

Inputs:  results/clean/, results/recompute/
Outputs: results/sensitivity/{denominator_ladder,interval_methods}.csv
"""


rule climb_denominators:
    """Keep the recovered, widen the group: every rung of every ladder."""
    input:
        ladders="results/clean/ladders.csv",
        ladders_schema="workflow/schemas/ladders.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        intervals="results/recompute/intervals.csv",
        intervals_schema="workflow/schemas/intervals.schema.yaml",
        output_schema="workflow/schemas/denominator_ladder.schema.yaml",
        code=sources_of("workflow/scripts/climb_denominators.py"),
    output:
        ladder="results/sensitivity/denominator_ladder.csv",
    log:
        "logs/climb_denominators.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/climb_denominators.py"


rule compare_interval_methods:
    """Compare the interval methods on the headline figures."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        intervals="results/recompute/intervals.csv",
        intervals_schema="workflow/schemas/intervals.schema.yaml",
        output_schema="workflow/schemas/interval_methods.schema.yaml",
        code=sources_of("workflow/scripts/compare_interval_methods.py"),
    output:
        methods="results/sensitivity/interval_methods.csv",
    log:
        "logs/compare_interval_methods.log",
    conda:
        "../../environment.yml"
    params:
        headlines=config["headlines"],
        against=config["compared_with"],
    script:
        "../scripts/compare_interval_methods.py"


rule climb_national:
    """Keep the national recovered and widen the group, year by year."""
    input:
        totals="results/clean/annual_totals.csv",
        totals_schema="workflow/schemas/annual_totals.schema.yaml",
        monthly="results/clean/monthly_core.csv",
        monthly_schema="workflow/schemas/monthly_core.schema.yaml",
        output_schema="workflow/schemas/national_ladder.schema.yaml",
        code=sources_of("workflow/scripts/climb_national.py"),
    output:
        ladder="results/sensitivity/national_ladder.csv",
    log:
        "logs/climb_national.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/climb_national.py"
