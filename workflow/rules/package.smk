"""Package: what was made, from what, and how to check that it is the same.

Inputs:  everything under results/
Outputs: results/manifest.csv, results/provenance/{rules.json,run.json,SHA256SUMS,ro-crate-metadata.json}
"""

from pathlib import Path

from recovery_audit.deposit import rule_graph

#: Typed tables that are checked and copied as they are.
CLEANED = [
    *["analytic_choices", "annual_groups", "annual_totals", "bases", "biases"],
    *[
        "bridge_groups",
        "comparators",
        "discrepancies",
        "effects",
        "flow_counts",
        "instruments",
        "ladders",
    ],
    *[
        "monthly_core",
        "omitted",
        "rates",
        "series_breaks",
        "synthesis",
        "therapy_outcomes",
    ],
]


rule write_rule_graph:
    """Write down the rules of the pipeline, and what each needs and makes."""
    input:
        code=sources_of("workflow/scripts/write_rule_graph.py"),
    output:
        rules="results/provenance/rules.json",
    log:
        "logs/write_rule_graph.log",
    conda:
        "../../environment.yml"
    params:
        # Asked only when all files of rules have been read.
        rules=lambda wildcards: rule_graph.describe(workflow.rules, Path.cwd()),
    script:
        "../scripts/write_rule_graph.py"


rule write_manifest:
    """List the figures and tables of the paper: number, caption, files, rule and inputs."""
    input:
        **schemas("manifest"),
        manuscript=rules.write_manuscript.output.manuscript,
        numbers=rules.register_numbers.output.numbers,
        rules=rules.write_rule_graph.output.rules,
        results=[
            expand(
                "results/figures/{figure}.{ending}", figure=FIGURES, ending=ENDINGS
            ),
            rules.clean_claims.output,
            rules.judge_claims.output,
            rules.check_relations.output,
            rules.compare_quotations.output,
            rules.compare_with_national.output,
            rules.summarise_headlines.output,
        ],
        code=sources_of("workflow/scripts/write_manifest.py"),
    output:
        manifest=report("results/manifest.csv", category="Paper"),
    log:
        "logs/write_manifest.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/write_manifest.py"


rule write_checksums:
    """Write the configuration of the run and the checksum of every input and result."""
    input:
        inputs=[
            "config/config.yaml",
            "data/sources.yaml",
            "data/relations.yaml",
            "data/systems.yaml",
            expand("data/claims/{document}.csv", document=DOCUMENTS),
            SECOND_KEYS,
            RECEIPTS,
            sorted(map(str, Path("data").glob("*.csv"))),
            sorted(map(str, Path("data/national").glob("*.csv"))),
            PROVIDER_FILES,
        ],
        results=[
            rules.extract_claims.output,
            rules.find_mentions.output,
            rules.verify_receipts.output,
            rules.clean_claims.output,
            rules.clean_relations.output,
            expand("results/clean/{table}.csv", table=CLEANED),
            rules.search_bases.output,
            rules.judge_claims.output,
            rules.list_witnesses.output,
            rules.estimate_intervals.output,
            rules.solve_systems.output,
            rules.check_relations.output,
            rules.compare_quotations.output,
            rules.follow_flow.output,
            rules.recompute_national.output,
            rules.compare_with_national.output,
            rules.climb_national.output,
            rules.climb_denominators.output,
            rules.compare_interval_methods.output,
            rules.bound_missing.output,
            rules.vary_witnesses.output,
            rules.detect_differences.output,
            rules.correct_for_accuracy.output,
            rules.adjust_for_blinding.output,
            rules.bound_misdiagnosis.output,
            rules.compare_criteria.output,
            rules.set_beside_untreated.output,
            rules.change_horizon_and_unit.output,
            rules.count_audit_errors.output,
            rules.build_bridge.output,
            rules.enumerate_specifications.output,
            rules.summarise_headlines.output,
            rules.pool_studies.output,
            rules.calibrate_null.output,
            rules.vary_null.output,
            rules.index_null.output,
            expand(rules.simulate_chunk.output, chunk=CHUNKS),
            rules.gather_chunks.output,
            PROVIDER_RESULTS,
            rules.find_flips.output,
            rules.write_rule_graph.output,
            rules.write_manifest.output,
            rules.register_numbers.output,
            rules.write_manuscript.output,
            rules.write_dossier.output,
            expand("results/paper/paper.{ending}", ending=FORMATS),
            expand(
                "results/figures/{figure}.{ending}",
                figure=FIGURES,
                ending=["svg", "pdf", "png", "json"],
            ),
            expand(
                "results/tables/{table}.{ending}",
                table=TABLES,
                ending=["csv", "md", "tex"],
            ),
            rules.write_discrepancies.output,
            expand(
                "results/notebooks/{notebook}.{ending}",
                notebook=NOTEBOOKS,
                ending=["ipynb", "html"],
            ),
        ],
        code=sources_of("workflow/scripts/write_checksums.py"),
    output:
        run="results/provenance/run.json",
        sums="results/provenance/SHA256SUMS",
    log:
        "logs/write_checksums.log",
    conda:
        "../../environment.yml"
    params:
        config=config,
    script:
        "../scripts/write_checksums.py"


rule write_crate:
    """Describe every file and every number of the results as an RO-Crate."""
    input:
        **tables("clean/claims"),
        run=rules.write_checksums.output.run,
        sums=rules.write_checksums.output.sums,
        rules=rules.write_rule_graph.output.rules,
        numbers=rules.register_numbers.output.numbers,
        sources="data/sources.yaml",
        citation="CITATION.cff",
        explained="results/README.md",
        code=sources_of("workflow/scripts/write_crate.py"),
    output:
        # Not among the checksums: it is made from them, and holds them.
        crate="results/provenance/ro-crate-metadata.json",
    log:
        "logs/write_crate.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/write_crate.py"
