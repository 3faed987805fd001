"""Figures and tables: what the paper shows, also for use elsewhere.

Inputs:  results/clean/, results/recompute/, results/sensitivity/
Outputs: results/figures/<figure>.{svg,pdf,png,json} (json: alternative text and the frame that is
         drawn), results/tables/<table>.{csv,md,tex}
"""

FIGURES = [
    "verdict_overview",
    "witness_plane",
    "denominator_ladder",
    "patient_flow",
    "national_series",
    "national_ladder",
]
TABLES = {
    "verdicts": "recompute",
    "relations": "recompute",
    "denominator_ladder": "sensitivity",
}


rule write_table:
    """Write a result table as CSV, Markdown and LaTeX, with headings for readers."""
    input:
        table=lambda wildcards: f"results/{TABLES[wildcards.table]}/{wildcards.table}.csv",
        schema="workflow/schemas/{table}.schema.yaml",
        code=sources_of("workflow/scripts/write_table.py"),
    output:
        multiext("results/tables/{table}", csv=".csv", md=".md", tex=".tex"),
    log:
        "logs/write_table.{table}.log",
    wildcard_constraints:
        table="|".join(TABLES),
    conda:
        "../../environment.yml"
    script:
        "../scripts/write_table.py"


rule draw_verdict_overview:
    """Draw the verdicts on all readings."""
    input:
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        sources="data/sources.yaml",
        code=sources_of("workflow/scripts/draw_verdict_overview.py"),
    output:
        multiext(
            "results/figures/verdict_overview",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_verdict_overview.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_verdict_overview.py"


rule draw_witness_plane:
    """Draw which counts print as the published figures."""
    input:
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        code=sources_of("workflow/scripts/draw_witness_plane.py"),
    output:
        multiext(
            "results/figures/witness_plane",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_witness_plane.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_witness_plane.py"


rule draw_denominator_ladder:
    """Draw the same recovered people over wider groups."""
    input:
        ladder="results/sensitivity/denominator_ladder.csv",
        ladder_schema="workflow/schemas/denominator_ladder.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        code=sources_of("workflow/scripts/draw_denominator_ladder.py"),
    output:
        multiext(
            "results/figures/denominator_ladder",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_denominator_ladder.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_denominator_ladder.py"


rule draw_patient_flow:
    """Draw what became of the patients treated, under each reading."""
    input:
        flow="results/recompute/flow.csv",
        flow_schema="workflow/schemas/flow.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        code=sources_of("workflow/scripts/draw_patient_flow.py"),
    output:
        multiext(
            "results/figures/patient_flow",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_patient_flow.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_patient_flow.py"


rule draw_national_series:
    """Draw the service's recovery rates by year and month."""
    input:
        national="results/recompute/national.csv",
        national_schema="workflow/schemas/national.schema.yaml",
        code=sources_of("workflow/scripts/draw_national_series.py"),
    output:
        multiext(
            "results/figures/national_series",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_national_series.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_national_series.py"


rule draw_national_ladder:
    """Draw the national recovered over wider groups, by year."""
    input:
        national_ladder="results/sensitivity/national_ladder.csv",
        national_ladder_schema="workflow/schemas/national_ladder.schema.yaml",
        code=sources_of("workflow/scripts/draw_national_ladder.py"),
    output:
        multiext(
            "results/figures/national_ladder",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_national_ladder.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_national_ladder.py"


rule draw_forest:
    """Draw the rates side by side, and pooled where they may be."""
    input:
        pooled_rates="results/sensitivity/synthesis.csv",
        pooled_rates_schema="workflow/schemas/pooled_rates.schema.yaml",
        studies="results/sensitivity/synthesis_studies.csv",
        studies_schema="workflow/schemas/synthesis_studies.schema.yaml",
        code=sources_of("workflow/scripts/draw_forest.py"),
    output:
        multiext(
            "results/figures/forest",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_forest.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_forest.py"
