"""Figures and tables: what the paper shows, also for use elsewhere.

Inputs:  results/clean/, results/recompute/, results/sensitivity/
Outputs: results/figures/<figure>.{svg,pdf,png,json} (json: alternative text and the frame that is
         drawn), results/tables/<table>.{csv,md,tex}
"""

SENSITIVITY_FIGURES = [
    "missing_outcomes",
    "imor",
    "interval_choices",
    "detectability",
    "test_accuracy",
    "blinding",
    "misdiagnosis",
    "construct_gap",
    "untreated_remission",
    "horizon_and_unit",
    "audit_error_rates",
    "bridge",
    "summary",
]
CURVES = [f"specification_curve-{study}" for study in config["other_side"]]
ENDINGS = ["svg", "pdf", "png", "json"]
FIGURES = [
    "audit_flow",
    "verdict_overview",
    "witness_plane",
    "denominator_ladder",
    "patient_flow",
    "national_series",
    "national_ladder",
    *SENSITIVITY_FIGURES,
    *CURVES,
    "forest",
    "null_treatment",
]
# Each table for use elsewhere, and the result table that it is taken from.
TABLES = {
    "figures_audited": "clean/claims",
    "verdicts": "recompute/verdicts",
    "relations": "recompute/relations",
    "slips": "recompute/relations",
    "flips": "provenance/flips",
    "quotations": "recompute/fidelity",
    "altered_quotations": "recompute/fidelity",
    "comparators": "recompute/comparator_rates",
    "denominator_ladder": "sensitivity/denominator_ladder",
    "summary": "sensitivity/summary",
    "biases": "clean/biases",
}


rule write_tables:
    """Write result tables as CSV, Markdown and LaTeX, with headings for readers."""
    input:
        **tables(*sorted(set(TABLES.values()))),
        code=sources_of("workflow/scripts/write_tables.py"),
    output:
        report(expand("results/tables/{table}.csv", table=TABLES), category="Tables"),
        expand("results/tables/{table}.{ending}", table=TABLES, ending=["md", "tex"]),
    log:
        "logs/write_tables.log",
    conda:
        "../../environment.yml"
    params:
        sources=TABLES,
    script:
        "../scripts/write_tables.py"


rule draw_audit_flow:
    """Draw what was typed, judged and found, from documents to verdicts."""
    input:
        **tables(
            "clean/claims",
            "recompute/verdicts",
            "recompute/relations",
            "recompute/fidelity",
            "recompute/national",
        ),
        code=sources_of("workflow/scripts/draw_audit_flow.py"),
    output:
        multiext(
            "results/figures/audit_flow",
            svg=report(".svg", category="Figures"),
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_audit_flow.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_audit_flow.py"


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
            svg=report(".svg", category="Figures"),
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
            svg=report(".svg", category="Figures"),
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
            svg=report(".svg", category="Figures"),
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
            svg=report(".svg", category="Figures"),
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
            svg=report(".svg", category="Figures"),
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
            svg=report(".svg", category="Figures"),
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


rule draw_specification_curve:
    """Draw all plausible specifications of each headline rate, with their choices."""
    input:
        **tables(
            "sensitivity/multiverse",
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        code=sources_of("workflow/scripts/draw_specification_curve.py"),
    output:
        expand("results/figures/{figure}.{ending}", figure=CURVES, ending=ENDINGS),
    log:
        "logs/draw_specification_curve.log",
    conda:
        "../../environment.yml"
    params:
        others=config["other_side"],
    script:
        "../scripts/draw_specification_curve.py"


rule draw_sensitivity:
    """Draw the figures of the sensitivity analyses."""
    input:
        **tables(
            "sensitivity/missing_outcomes",
            "sensitivity/tipping_points",
            "sensitivity/imor_rates",
            "sensitivity/interval_methods",
            "sensitivity/witness_choice",
            "clean/rates",
            "sensitivity/detectability",
            "sensitivity/test_accuracy",
            "sensitivity/blinding",
            "sensitivity/misdiagnosis",
            "sensitivity/construct_gap",
            "sensitivity/untreated_remission",
            "sensitivity/horizon_and_unit",
            "sensitivity/audit_error_rates",
            "sensitivity/bridge",
            "sensitivity/summary",
        ),
        code=sources_of("workflow/scripts/draw_sensitivity.py"),
    output:
        expand(
            "results/figures/{figure}.{ending}",
            figure=SENSITIVITY_FIGURES,
            ending=ENDINGS,
        ),
    log:
        "logs/draw_sensitivity.log",
    conda:
        "../../environment.yml"
    params:
        figures=SENSITIVITY_FIGURES,
    script:
        "../scripts/draw_sensitivity.py"


rule draw_forest:
    """Draw the rates side by side, and pooled where they may be."""
    input:
        **tables("sensitivity/pooled_rates", "sensitivity/synthesis_studies"),
        code=sources_of("workflow/scripts/draw_forest.py"),
    output:
        multiext(
            "results/figures/forest",
            svg=report(".svg", category="Figures"),
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


rule draw_null_treatment:
    """Draw what a treatment without effect would report."""
    input:
        **tables("counterfactual/null_scenarios"),
        code=sources_of("workflow/scripts/draw_null_treatment.py"),
    output:
        multiext(
            "results/figures/null_treatment",
            svg=report(".svg", category="Figures"),
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_null_treatment.log",
    conda:
        "../../environment.yml"
    params:
        default=config["counterfactual"]["default"],
    script:
        "../scripts/draw_null_treatment.py"
