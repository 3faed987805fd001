"""Synthesis: what the published rates come to together, where they may be pooled.

Inputs:  results/clean/, results/sensitivity/{denominator_ladder,national_ladder}.csv
Outputs: results/sensitivity/{pooled_rates,synthesis_studies}.csv
"""


rule pool_studies:
    """Pool the published rates by denominator, all and without each in turn."""
    input:
        **tables(
            "clean/synthesis",
            "clean/claims",
            "clean/bases",
            "sensitivity/denominator_ladder",
            "sensitivity/national_ladder",
        ),
        **schemas("pooled_rates", "synthesis_studies"),
        code=sources_of("workflow/scripts/pool_studies.py"),
    output:
        pooled_rates="results/sensitivity/pooled_rates.csv",
        synthesis_studies="results/sensitivity/synthesis_studies.csv",
    log:
        "logs/pool_studies.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/pool_studies.py"
