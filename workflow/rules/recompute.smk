"""Recompute: whether the printed figures can be what they say, from exact integers.

Inputs:  results/clean/
Outputs: results/recompute/{verdicts,witnesses,shared_denominators,systems,relations,fidelity,intervals,flow,national,comparator_rates}.csv;
         the columns are described in workflow/schemas/<name>.schema.yaml
"""


rule search_bases:
    """Search the group sizes that several percentages can share."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        relations="results/clean/relations.json",
        output_schema="workflow/schemas/shared_denominators.schema.yaml",
        code=sources_of("workflow/scripts/search_bases.py"),
    output:
        shared="results/recompute/shared_denominators.csv",
    log:
        "logs/search_bases.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/search_bases.py"


rule judge_claims:
    """Judge every reading of every percentage."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        shared="results/recompute/shared_denominators.csv",
        shared_schema="workflow/schemas/shared_denominators.schema.yaml",
        output_schema="workflow/schemas/verdicts.schema.yaml",
        code=sources_of("workflow/scripts/judge_claims.py"),
    output:
        verdicts="results/recompute/verdicts.csv",
    log:
        "logs/judge_claims.log",
    conda:
        "../../environment.yml"
    params:
        about=config["about"],
    script:
        "../scripts/judge_claims.py"


rule list_witnesses:
    """List, under every rounding rule, what can stand behind each percentage."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        shared="results/recompute/shared_denominators.csv",
        shared_schema="workflow/schemas/shared_denominators.schema.yaml",
        output_schema="workflow/schemas/witnesses.schema.yaml",
        code=sources_of("workflow/scripts/list_witnesses.py"),
    output:
        witnesses="results/recompute/witnesses.csv",
    log:
        "logs/list_witnesses.log",
    conda:
        "../../environment.yml"
    params:
        about=config["about"],
    script:
        "../scripts/list_witnesses.py"


rule estimate_intervals:
    """Compute intervals for every count that may stand behind a percentage."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        shared="results/recompute/shared_denominators.csv",
        shared_schema="workflow/schemas/shared_denominators.schema.yaml",
        output_schema="workflow/schemas/intervals.schema.yaml",
        code=sources_of("workflow/scripts/estimate_intervals.py"),
    output:
        intervals="results/recompute/intervals.csv",
    log:
        "logs/estimate_intervals.log",
    conda:
        "../../environment.yml"
    params:
        about=config["about"],
        level=config["interval_level"],
    script:
        "../scripts/estimate_intervals.py"


rule solve_systems:
    """Solve several groups, sums and orderings at once, each reading a system of its own."""
    input:
        systems="data/systems.yaml",
        systems_schema="workflow/schemas/system_list.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        output_schema="workflow/schemas/systems.schema.yaml",
        code=sources_of("workflow/scripts/solve_systems.py"),
    output:
        systems="results/recompute/systems.csv",
    log:
        "logs/solve_systems.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/solve_systems.py"


rule check_relations:
    """Check sums, differences, percentages of counts, and quotations."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        relations="results/clean/relations.json",
        output_schema="workflow/schemas/relations.schema.yaml",
        code=sources_of("workflow/scripts/check_relations.py"),
    output:
        relations="results/recompute/relations.csv",
    log:
        "logs/check_relations.log",
    conda:
        "../../environment.yml"
    params:
        about=config["about"],
    script:
        "../scripts/check_relations.py"


rule compare_quotations:
    """Compare every quoted figure with the original one, and the group that it is of."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        relations="results/clean/relations.json",
        sources="data/sources.yaml",
        sources_schema="workflow/schemas/sources.schema.yaml",
        output_schema="workflow/schemas/fidelity.schema.yaml",
        code=sources_of("workflow/scripts/compare_quotations.py"),
    output:
        fidelity="results/recompute/fidelity.csv",
    log:
        "logs/compare_quotations.log",
    conda:
        "../../environment.yml"
    params:
        about=config["about"],
    script:
        "../scripts/compare_quotations.py"


rule follow_flow:
    """Balance every stage of the patient flow, under each of its readings."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        counts="results/clean/flow_counts.csv",
        counts_schema="workflow/schemas/flow_counts.schema.yaml",
        output_schema="workflow/schemas/flow.schema.yaml",
        code=sources_of("workflow/scripts/follow_flow.py"),
    output:
        flow="results/recompute/flow.csv",
    log:
        "logs/follow_flow.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/follow_flow.py"


rule recompute_national:
    """Recompute every published national rate from its counts."""
    input:
        **{
            name: f"results/clean/{name}.csv"
            for name in [
                "annual_totals",
                "annual_groups",
                "monthly_core",
                "therapy_outcomes",
                "series_breaks",
            ]
        },
        **{
            f"{name}_schema": f"workflow/schemas/{name}.schema.yaml"
            for name in [
                "annual_totals",
                "annual_groups",
                "monthly_core",
                "therapy_outcomes",
                "series_breaks",
            ]
        },
        output_schema="workflow/schemas/national.schema.yaml",
        code=sources_of("workflow/scripts/recompute_national.py"),
    output:
        national="results/recompute/national.csv",
    log:
        "logs/recompute_national.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/recompute_national.py"


rule compare_with_national:
    """Put figures of the studies beside the national ones for the same problem."""
    input:
        comparators="results/clean/comparators.csv",
        comparators_schema="workflow/schemas/comparators.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        national="results/recompute/national.csv",
        national_schema="workflow/schemas/national.schema.yaml",
        output_schema="workflow/schemas/comparator_rates.schema.yaml",
        code=sources_of("workflow/scripts/compare_with_national.py"),
    output:
        comparators="results/recompute/comparator_rates.csv",
    log:
        "logs/compare_with_national.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/compare_with_national.py"
