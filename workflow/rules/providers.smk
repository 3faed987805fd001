"""Providers: recovery by provider, if the published file is in data/national/external/.

Inputs:  data/national/external/measures_annual.parquet
Outputs: results/recompute/provider_bounds.csv, results/sensitivity/provider_funnel.csv,
         results/figures/provider_funnel.{svg,pdf,png,json}
"""

#: Empty without the file: then nothing of this is scheduled.
PROVIDER_FILES = expand(
    "data/national/external/{file}.parquet",
    file=glob_wildcards("data/national/external/{file,measures_annual}.parquet").file,
)


rule bound_providers:
    """Bound each provider's rate by what rounding and suppression leave open."""
    input:
        measures="data/national/external/measures_annual.parquet",
        output_schema="workflow/schemas/provider_bounds.schema.yaml",
        code=sources_of("workflow/scripts/bound_providers.py"),
    output:
        bounds="results/recompute/provider_bounds.csv",
    log:
        "logs/bound_providers.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/bound_providers.py"


rule fit_provider_funnel:
    """Fit the funnel of the latest year, adjusted for how providers differ."""
    input:
        bounds="results/recompute/provider_bounds.csv",
        bounds_schema="workflow/schemas/provider_bounds.schema.yaml",
        output_schema="workflow/schemas/provider_funnel.schema.yaml",
        code=sources_of("workflow/scripts/fit_provider_funnel.py"),
    output:
        funnel="results/sensitivity/provider_funnel.csv",
    log:
        "logs/fit_provider_funnel.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/fit_provider_funnel.py"


rule draw_provider_funnel:
    """Draw recovery by provider against its size."""
    input:
        funnel="results/sensitivity/provider_funnel.csv",
        funnel_schema="workflow/schemas/provider_funnel.schema.yaml",
        code=sources_of("workflow/scripts/draw_provider_funnel.py"),
    output:
        multiext(
            "results/figures/provider_funnel",
            svg=".svg",
            pdf=".pdf",
            png=".png",
            json=".json",
        ),
    log:
        "logs/draw_provider_funnel.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/draw_provider_funnel.py"
