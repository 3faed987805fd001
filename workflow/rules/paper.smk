"""Paper: the number ledger, the manuscript with its appendix, and the five formats.

Inputs:  results/, paper/
Outputs: results/numbers.json, results/paper/manuscript.md, results/tables/discrepancies.{csv,md,tex},
         results/paper/paper.{pdf,html,docx,tex,jats.xml}; results/paper/manuscript.json for the time
         of the run
"""

FORMATS = {
    "pdf": "pdf",
    "html": "html",
    "docx": "docx",
    "tex": "latex",
    "jats.xml": "jats",
}
# The longest chain goes first where there is a choice: notebooks then fill what it leaves free.
PAPER_FIRST = 1


rule register_numbers:
    """Look up every number that the paper may print."""
    input:
        **tables(
            "clean/claims",
            "recompute/verdicts",
            "recompute/shared_denominators",
            "recompute/intervals",
            "recompute/systems",
            "recompute/relations",
            "recompute/fidelity",
            "extract/locations",
            "recompute/flow",
            "recompute/national",
            "recompute/comparator_rates",
            "sensitivity/national_ladder",
            "sensitivity/denominator_ladder",
            "sensitivity/witness_choice",
            "sensitivity/interval_methods",
            "sensitivity/missing_outcomes",
            "sensitivity/imor_rates",
            "sensitivity/tipping_points",
            "sensitivity/detectability",
            "sensitivity/test_accuracy",
            "sensitivity/test_accuracy_draws",
            "sensitivity/blinding",
            "sensitivity/misdiagnosis",
            "sensitivity/construct_gap",
            "sensitivity/untreated_remission",
            "sensitivity/horizon_and_unit",
            "sensitivity/audit_error_rates",
            "sensitivity/bridge",
            "sensitivity/multiverse_counts",
            "sensitivity/summary",
            "provenance/flips",
            "sensitivity/pooled_rates",
            "counterfactual/null_calibration",
            "counterfactual/null_scenarios",
            "counterfactual/null_simulation",
            "counterfactual/null_indices",
        ),
        definitions="paper/numbers.yaml",
        schema="workflow/schemas/numbers.schema.yaml",
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
        **tables(
            "clean/claims",
            "clean/bases",
            "clean/rates",
            "clean/biases",
            "clean/discrepancies",
            "recompute/verdicts",
            "recompute/relations",
            "recompute/fidelity",
            "recompute/comparator_rates",
            "sensitivity/summary",
            "provenance/flips",
        ),
        sources="data/sources.yaml",
        numbers="results/numbers.json",
        template="paper/manuscript.md",
        predicates="paper/predicates.yaml",
        schema="workflow/schemas/predicates.schema.yaml",
        figures=expand("results/figures/{figure}.json", figure=FIGURES),
        code=sources_of("workflow/scripts/write_manuscript.py"),
    output:
        manuscript="results/paper/manuscript.md",
    log:
        "logs/write_manuscript.log",
    priority: PAPER_FIRST
    conda:
        "../../environment.yml"
    params:
        date=config["paper_date"],
        providers=bool(PROVIDER_FILES),
    script:
        "../scripts/write_manuscript.py"


rule write_discrepancies:
    """Write what does not come out, with its size and consequence, for use elsewhere."""
    input:
        **tables(
            "clean/claims",
            "clean/bases",
            "clean/discrepancies",
            "recompute/verdicts",
            "recompute/relations",
            "recompute/fidelity",
        ),
        sources="data/sources.yaml",
        numbers="results/numbers.json",
        code=sources_of("workflow/scripts/write_discrepancies.py"),
    output:
        multiext(
            "results/tables/discrepancies",
            csv=report(".csv", category="Tables"),
            md=".md",
            tex=".tex",
        ),
    log:
        "logs/write_discrepancies.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/write_discrepancies.py"


rule parse_manuscript:
    """Read the manuscript once for all formats, its cross-references and citations resolved."""
    input:
        manuscript=rules.write_manuscript.output.manuscript,
        bibliography="paper/references.bib",
        filters="paper/filters/crossref.lua",
        code=sources_of("workflow/scripts/parse_manuscript.py"),
    output:
        document=temp("results/paper/manuscript.json"),
    log:
        "logs/parse_manuscript.log",
    priority: PAPER_FIRST
    conda:
        "../../environment.yml"
    script:
        "../scripts/parse_manuscript.py"


rule render_paper:
    """Render one format of the paper."""
    input:
        document=rules.parse_manuscript.output.document,
        figures=expand(
            "results/figures/{figure}.{ending}",
            figure=FIGURES,
            ending=["svg", "pdf", "png"],
        ),
        style=multiext(
            "paper/", "references.bib", "style.css", "template.html", "template.typ"
        ),
        filters="paper/filters/layout.lua",
        code=sources_of("workflow/scripts/render_paper.py"),
    output:
        paper="results/paper/paper.{ending}",
    log:
        "logs/render_paper.{ending}.log",
    wildcard_constraints:
        ending="|".join(FORMATS),
    priority: PAPER_FIRST
    conda:
        "../../environment.yml"
    params:
        format=lambda wildcards: FORMATS[wildcards.ending],
    script:
        "../scripts/render_paper.py"
