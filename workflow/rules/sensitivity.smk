"""Sensitivity: how far a headline depends on choices that nobody printed.

Inputs:  results/clean/, results/recompute/
Outputs: results/sensitivity/*.csv
"""


rule climb_denominators:
    """Keep the recovered, widen the group: every rung of every ladder."""
    input:
        ladders="results/clean/ladders.csv",
        ladders_schema="workflow/schemas/ladders.schema.yaml",
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        verdicts="results/recompute/verdicts.csv",
        verdicts_schema="workflow/schemas/verdicts.schema.yaml",
        intervals="results/recompute/intervals.csv",
        intervals_schema="workflow/schemas/intervals.schema.yaml",
        output_schema="workflow/schemas/denominator_ladder.schema.yaml",
        code=sources_of("workflow/scripts/climb_denominators.py"),
    output:
        ladder="results/sensitivity/denominator_ladder.csv",
    log:
        "logs/climb_denominators.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/climb_denominators.py"


rule compare_interval_methods:
    """Compare the interval methods on the headline figures."""
    input:
        claims="results/clean/claims.csv",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        intervals="results/recompute/intervals.csv",
        intervals_schema="workflow/schemas/intervals.schema.yaml",
        output_schema="workflow/schemas/interval_methods.schema.yaml",
        code=sources_of("workflow/scripts/compare_interval_methods.py"),
    output:
        methods="results/sensitivity/interval_methods.csv",
    log:
        "logs/compare_interval_methods.log",
    conda:
        "../../environment.yml"
    params:
        headlines=config["headlines"],
        against=config["compared_with"],
    script:
        "../scripts/compare_interval_methods.py"


rule climb_national:
    """Keep the national recovered and widen the group, year by year."""
    input:
        totals="results/clean/annual_totals.csv",
        totals_schema="workflow/schemas/annual_totals.schema.yaml",
        monthly="results/clean/monthly_core.csv",
        monthly_schema="workflow/schemas/monthly_core.schema.yaml",
        output_schema="workflow/schemas/national_ladder.schema.yaml",
        code=sources_of("workflow/scripts/climb_national.py"),
    output:
        ladder="results/sensitivity/national_ladder.csv",
    log:
        "logs/climb_national.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/climb_national.py"


rule bound_missing:
    """Bound every rate whose group has members without an outcome."""
    input:
        **tables(
            "sensitivity/denominator_ladder",
            "sensitivity/national_ladder",
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("missing_outcomes", "imor_rates", "tipping_points"),
        code=sources_of("workflow/scripts/bound_missing.py"),
    output:
        missing_outcomes="results/sensitivity/missing_outcomes.csv",
        imor_rates="results/sensitivity/imor_rates.csv",
        tipping_points="results/sensitivity/tipping_points.csv",
    log:
        "logs/bound_missing.log",
    conda:
        "../../environment.yml"
    params:
        assumptions=config["assumptions"],
        thresholds=config["thresholds"],
        level=config["interval_level"],
    script:
        "../scripts/bound_missing.py"


rule vary_witnesses:
    """Vary the rounding rule and the choice among the counts that fit."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "clean/bases",
            "recompute/shared_denominators",
        ),
        **schemas("witness_choice"),
        code=sources_of("workflow/scripts/vary_witnesses.py"),
    output:
        witness_choice="results/sensitivity/witness_choice.csv",
    log:
        "logs/vary_witnesses.log",
    conda:
        "../../environment.yml"
    params:
        level=config["interval_level"],
    script:
        "../scripts/vary_witnesses.py"


rule detect_differences:
    """Say what samples of these sizes could have told apart."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
            "sensitivity/bridge",
        ),
        **schemas("detectability"),
        code=sources_of("workflow/scripts/detect_differences.py"),
    output:
        detectability="results/sensitivity/detectability.csv",
    log:
        "logs/detect_differences.log",
    conda:
        "../../environment.yml"
    params:
        assumptions=config["assumptions"],
        references=config["references"],
    script:
        "../scripts/detect_differences.py"


rule correct_for_accuracy:
    """Correct rates of depression for the accuracy of the questionnaire."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("test_accuracy", "test_accuracy_draws"),
        code=sources_of("workflow/scripts/correct_for_accuracy.py"),
    output:
        test_accuracy="results/sensitivity/test_accuracy.csv",
        test_accuracy_draws="results/sensitivity/test_accuracy_draws.csv",
    log:
        "logs/correct_for_accuracy.log",
    conda:
        "../../environment.yml"
    params:
        assumptions=config["assumptions"],
        tests=config["accuracy"],
    script:
        "../scripts/correct_for_accuracy.py"


rule adjust_for_blinding:
    """Take from each effect what unblinded assessors may have added."""
    input:
        **tables(
            "clean/effects",
            "clean/claims",
        ),
        **schemas("blinding"),
        code=sources_of("workflow/scripts/adjust_for_blinding.py"),
    output:
        blinding="results/sensitivity/blinding.csv",
    log:
        "logs/adjust_for_blinding.log",
    conda:
        "../../environment.yml"
    params:
        evidence=config["blinding"],
    script:
        "../scripts/adjust_for_blinding.py"


rule bound_misdiagnosis:
    """Bound recovery among true cases over the share of misdiagnosed."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("misdiagnosis"),
        code=sources_of("workflow/scripts/bound_misdiagnosis.py"),
    output:
        misdiagnosis="results/sensitivity/misdiagnosis.csv",
    log:
        "logs/bound_misdiagnosis.log",
    conda:
        "../../environment.yml"
    params:
        assumptions=config["assumptions"],
        references=config["misdiagnosis"],
    script:
        "../scripts/bound_misdiagnosis.py"


rule compare_criteria:
    """Say how recovery on the scale and from the condition can go together."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("construct_gap"),
        code=sources_of("workflow/scripts/compare_criteria.py"),
    output:
        construct_gap="results/sensitivity/construct_gap.csv",
    log:
        "logs/compare_criteria.log",
    conda:
        "../../environment.yml"
    params:
        assumptions=config["assumptions"],
        pairs=config["construct"],
        level=config["interval_level"],
    script:
        "../scripts/compare_criteria.py"


rule set_beside_untreated:
    """Set remission without treatment beside recovery after it."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("untreated_remission"),
        code=sources_of("workflow/scripts/set_beside_untreated.py"),
    output:
        untreated_remission="results/sensitivity/untreated_remission.csv",
    log:
        "logs/set_beside_untreated.log",
    conda:
        "../../environment.yml"
    params:
        contrasts=config["contrasts"],
        level=config["interval_level"],
    script:
        "../scripts/set_beside_untreated.py"


rule change_horizon_and_unit:
    """Take the rates at a later day, and of persons instead of referrals."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("horizon_and_unit"),
        code=sources_of("workflow/scripts/change_horizon_and_unit.py"),
    output:
        horizon_and_unit="results/sensitivity/horizon_and_unit.csv",
    log:
        "logs/change_horizon_and_unit.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["horizon"],
    script:
        "../scripts/change_horizon_and_unit.py"


rule count_audit_errors:
    """Say what the audit would have found by chance alone."""
    input:
        **tables(
            "recompute/verdicts",
            "recompute/shared_denominators",
            "recompute/systems",
        ),
        **schemas("audit_error_rates"),
        code=sources_of("workflow/scripts/count_audit_errors.py"),
    output:
        audit_error_rates="results/sensitivity/audit_error_rates.csv",
    log:
        "logs/count_audit_errors.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/count_audit_errors.py"


rule build_bridge:
    """Carry the official rate towards the interview study's."""
    input:
        **tables(
            "clean/bridge_groups",
            "recompute/systems",
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
        ),
        **schemas("bridge", "bridge_orders"),
        code=sources_of("workflow/scripts/build_bridge.py"),
    output:
        bridge="results/sensitivity/bridge.csv",
        bridge_orders="results/sensitivity/bridge_orders.csv",
    log:
        "logs/build_bridge.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["bridge"],
        level=config["interval_level"],
    script:
        "../scripts/build_bridge.py"


rule enumerate_specifications:
    """Compute every specification of every headline rate."""
    input:
        **tables(
            "clean/analytic_choices",
            "clean/rates",
            "clean/claims",
            "clean/bases",
            "recompute/intervals",
            "clean/annual_totals",
        ),
        **schemas("multiverse", "multiverse_counts", "multiverse_shapley"),
        code=sources_of("workflow/scripts/enumerate_specifications.py"),
    output:
        multiverse="results/sensitivity/multiverse.csv",
        multiverse_counts="results/sensitivity/multiverse_counts.csv",
        multiverse_shapley="results/sensitivity/multiverse_shapley.csv",
    log:
        "logs/enumerate_specifications.log",
    conda:
        "../../environment.yml"
    params:
        below=config["below"],
        level=config["interval_level"],
    script:
        "../scripts/enumerate_specifications.py"


rule summarise_headlines:
    """Say of each headline figure how far it moves, and what moves it."""
    input:
        **tables(
            "clean/rates",
            "clean/claims",
            "recompute/intervals",
            "clean/annual_totals",
            "clean/annual_groups",
            "recompute/verdicts",
            "recompute/national",
            "sensitivity/multiverse",
            "sensitivity/multiverse_shapley",
        ),
        **schemas("summary"),
        code=sources_of("workflow/scripts/summarise_headlines.py"),
    output:
        summary="results/sensitivity/summary.csv",
    log:
        "logs/summarise_headlines.log",
    conda:
        "../../environment.yml"
    params:
        others=config["other_side"],
    script:
        "../scripts/summarise_headlines.py"
