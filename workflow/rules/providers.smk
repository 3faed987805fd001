"""Providers: their published rates, bounded, and who lies outside of the funnel.

Inputs:  data/national/external/measures_annual.parquet, if the reader has put it there; without it
         nothing here is asked for
Outputs: results/clean/providers.csv, results/recompute/{provider_rates,provider_sums}.csv,
         results/recompute/{provider_funnels,provider_places}.csv,
         results/figures/provider_funnel.{svg,pdf,png,json}
"""

PROVIDER_FILES = [
    f"data/national/external/{name}.parquet"
    for name in glob_wildcards(
        "data/national/external/{name,measures_annual}.parquet"
    ).name
]
PROVIDER_RESULTS = [
    result
    for result in [
        "results/clean/providers.csv",
        "results/recompute/provider_rates.csv",
        "results/recompute/provider_sums.csv",
        "results/recompute/provider_funnels.csv",
        "results/recompute/provider_places.csv",
        *multiext("results/figures/provider_funnel", ".svg", ".pdf", ".png", ".json"),
    ]
    if PROVIDER_FILES
]


rule tabulate_providers:
    """Read the totals of providers from the published file."""
    input:
        published="data/national/external/measures_annual.parquet",
        output_schema="workflow/schemas/providers.schema.yaml",
        code=sources_of("workflow/scripts/tabulate_providers.py"),
    output:
        providers="results/clean/providers.csv",
    log:
        "logs/tabulate_providers.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/tabulate_providers.py"


rule bound_providers:
    """Bound every provider's rates and judge the published percentages."""
    input:
        providers="results/clean/providers.csv",
        providers_schema="workflow/schemas/providers.schema.yaml",
        output_schema="workflow/schemas/provider_rates.schema.yaml",
        code=sources_of("workflow/scripts/bound_providers.py"),
    output:
        rates="results/recompute/provider_rates.csv",
    log:
        "logs/bound_providers.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/bound_providers.py"


rule sum_providers:
    """Compare the sums over providers with England's counts."""
    input:
        providers="results/clean/providers.csv",
        providers_schema="workflow/schemas/providers.schema.yaml",
        totals="results/clean/annual_totals.csv",
        totals_schema="workflow/schemas/annual_totals.schema.yaml",
        output_schema="workflow/schemas/provider_sums.schema.yaml",
        code=sources_of("workflow/scripts/sum_providers.py"),
    output:
        sums="results/recompute/provider_sums.csv",
    log:
        "logs/sum_providers.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/sum_providers.py"


rule place_providers:
    """Fit a funnel to each year's providers and say who lies outside of it."""
    input:
        rates="results/recompute/provider_rates.csv",
        rates_schema="workflow/schemas/provider_rates.schema.yaml",
        funnels_schema="workflow/schemas/provider_funnels.schema.yaml",
        places_schema="workflow/schemas/provider_places.schema.yaml",
        code=sources_of("workflow/scripts/place_providers.py"),
    output:
        funnels="results/recompute/provider_funnels.csv",
        places="results/recompute/provider_places.csv",
    log:
        "logs/place_providers.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/place_providers.py"


rule draw_provider_funnel:
    """Draw the providers' recovery rates against their size."""
    input:
        places="results/recompute/provider_places.csv",
        places_schema="workflow/schemas/provider_places.schema.yaml",
        funnels="results/recompute/provider_funnels.csv",
        funnels_schema="workflow/schemas/provider_funnels.schema.yaml",
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
