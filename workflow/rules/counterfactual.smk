"""Counterfactual: what a treatment without effect would report.

Inputs:  results/clean/
Outputs: results/counterfactual/*.csv, models.json; chunks/<number>.csv, which may be made anywhere
         and in any order
"""

CHUNKS = range(int(config["counterfactual"]["chunks"]["values"][0]))


rule calibrate_null:
    """Fit the model of first and last scores to one row of the official table."""
    input:
        **tables("clean/instruments", "clean/therapy_outcomes", "clean/claims"),
        **schemas("null_calibration"),
        code=sources_of("workflow/scripts/calibrate_null.py"),
    output:
        null_calibration="results/counterfactual/null_calibration.csv",
        models="results/counterfactual/models.json",
    log:
        "logs/calibrate_null.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["counterfactual"],
    script:
        "../scripts/calibrate_null.py"


rule vary_null:
    """Say what a treatment without effect would report under every assumption."""
    input:
        **tables("clean/instruments", "clean/therapy_outcomes", "clean/claims"),
        **schemas("null_scenarios"),
        models="results/counterfactual/models.json",
        code=sources_of("workflow/scripts/vary_null.py"),
    output:
        null_scenarios="results/counterfactual/null_scenarios.csv",
    log:
        "logs/vary_null.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["counterfactual"],
    script:
        "../scripts/vary_null.py"


rule index_null:
    """Share the variance of the null rate among what is assumed."""
    input:
        **tables("clean/instruments", "clean/therapy_outcomes", "clean/claims"),
        **schemas("null_indices"),
        models="results/counterfactual/models.json",
        code=sources_of("workflow/scripts/index_null.py"),
    output:
        null_indices="results/counterfactual/null_indices.csv",
    log:
        "logs/index_null.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["counterfactual"],
        seed=int(config["assumptions"]["seed"]["values"][0]),
    script:
        "../scripts/index_null.py"


rule simulate_chunk:
    """Draw one chunk of patients; its number is its seed."""
    input:
        **tables("clean/instruments", "clean/claims"),
        null_chunk_schema="workflow/schemas/null_chunk.schema.yaml",
        models="results/counterfactual/models.json",
        code=sources_of("workflow/scripts/simulate_chunk.py"),
    output:
        null_chunk="results/counterfactual/chunks/{chunk}.csv",
    log:
        "logs/simulate_chunk.{chunk}.log",
    wildcard_constraints:
        chunk=r"\d+",
    conda:
        "../../environment.yml"
    params:
        choices=config["counterfactual"],
        seed=int(config["assumptions"]["seed"]["values"][0]),
    script:
        "../scripts/simulate_chunk.py"


rule gather_chunks:
    """Add the chunks up and set the simulation beside the exact lattice."""
    input:
        **tables("clean/instruments", "clean/claims"),
        **schemas("null_simulation"),
        chunks=expand("results/counterfactual/chunks/{chunk}.csv", chunk=CHUNKS),
        chunk_schema="workflow/schemas/null_chunk.schema.yaml",
        models="results/counterfactual/models.json",
        code=sources_of("workflow/scripts/gather_chunks.py"),
    output:
        null_simulation="results/counterfactual/null_simulation.csv",
    log:
        "logs/gather_chunks.log",
    conda:
        "../../environment.yml"
    params:
        choices=config["counterfactual"],
    script:
        "../scripts/gather_chunks.py"
