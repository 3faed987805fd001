"""Figures and tables: what the paper shows, also for use elsewhere.

Inputs:  results/clean/, results/recompute/, results/sensitivity/
Outputs: results/figures/<figure>.{svg,pdf,png,json} (json: alternative text and the frame that is
         drawn), results/tables/<table>.{csv,md,tex}
"""

FIGURES = ["verdict_overview", "witness_plane", "denominator_ladder", "patient_flow"]
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
