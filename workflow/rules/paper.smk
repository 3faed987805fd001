"""Paper: the number ledger, the manuscript with its appendix, and the five formats.

Inputs:  results/, paper/
Outputs: results/numbers.json, results/paper/manuscript.md, results/paper/paper.{pdf,html,docx,tex,jats.xml}
"""

FORMATS = {
    "pdf": "pdf",
    "html": "html",
    "docx": "docx",
    "tex": "latex",
    "jats.xml": "jats",
}


rule register_numbers:
    """Look up every number that the paper may print."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        shared_denominators="results/recompute/shared_denominators.csv",
        shared_denominators_schema="workflow/schemas/shared_denominators.schema.yaml",
        intervals="results/recompute/intervals.csv",
        intervals_schema="workflow/schemas/intervals.schema.yaml",
        systems="results/recompute/systems.csv",
        systems_schema="workflow/schemas/systems.schema.yaml",
        relations="results/recompute/relations.csv",
        relations_schema="workflow/schemas/relations.schema.yaml",
        fidelity="results/recompute/fidelity.csv",
        fidelity_schema="workflow/schemas/fidelity.schema.yaml",
        locations="results/extract/locations.csv",
        locations_schema="workflow/schemas/locations.schema.yaml",
        flow="results/recompute/flow.csv",
        flow_schema="workflow/schemas/flow.schema.yaml",
        national="results/recompute/national.csv",
        national_schema="workflow/schemas/national.schema.yaml",
        national_ladder="results/sensitivity/national_ladder.csv",
        national_ladder_schema="workflow/schemas/national_ladder.schema.yaml",
        comparator_rates="results/recompute/comparator_rates.csv",
        comparator_rates_schema="workflow/schemas/comparator_rates.schema.yaml",
        denominator_ladder="results/sensitivity/denominator_ladder.csv",
        denominator_ladder_schema="workflow/schemas/denominator_ladder.schema.yaml",
        interval_methods="results/sensitivity/interval_methods.csv",
        interval_methods_schema="workflow/schemas/interval_methods.schema.yaml",
        definitions="paper/numbers.yaml",
        definitions_schema="workflow/schemas/numbers.schema.yaml",
        code=sources_of("workflow/scripts/register_numbers.py"),
    output:
        numbers="results/numbers.json",
    log:
        "logs/register_numbers.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/register_numbers.py"


rule write_manuscript:
    """Put the numbers into the manuscript, and add the appendix of where they come from."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases="results/clean/bases.csv",
        bases_schema="workflow/schemas/bases.schema.yaml",
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        relations="results/recompute/relations.csv",
        relations_schema="workflow/schemas/relations.schema.yaml",
        fidelity="results/recompute/fidelity.csv",
        fidelity_schema="workflow/schemas/fidelity.schema.yaml",
        comparator_rates="results/recompute/comparator_rates.csv",
        comparator_rates_schema="workflow/schemas/comparator_rates.schema.yaml",
        sources="data/sources.yaml",
        numbers="results/numbers.json",
        template="paper/manuscript.md",
        figures=expand("results/figures/{figure}.json", figure=FIGURES),
        code=sources_of("workflow/scripts/write_manuscript.py"),
    output:
        manuscript="results/paper/manuscript.md",
    log:
        "logs/write_manuscript.log",
    conda:
        "../../environment.yml"
    params:
        date=config["paper_date"],
        providers=bool(PROVIDER_FILES),
    script:
        "../scripts/write_manuscript.py"


rule render_paper:
    """Render one format of the paper."""
    input:
        manuscript="results/paper/manuscript.md",
        figures=expand(
            "results/figures/{figure}.{ending}",
            figure=FIGURES,
            ending=["svg", "pdf", "png"],
        ),
        style=multiext(
            "paper/", "references.bib", "style.css", "template.html", "template.typ"
        ),
        filters=multiext("paper/filters/", "crossref.lua", "layout.lua"),
        code=sources_of("workflow/scripts/render_paper.py"),
    output:
        paper="results/paper/paper.{ending}",
    log:
        "logs/render_paper.{ending}.log",
    wildcard_constraints:
        ending="|".join(FORMATS),
    conda:
        "../../environment.yml"
    params:
        format=lambda wildcards: FORMATS[wildcards.ending],
    script:
        "../scripts/render_paper.py"
