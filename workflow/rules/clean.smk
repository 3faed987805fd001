"""Clean: typed tables, valid by their schemas; a bad cell stops the run and names its place.

Inputs:  results/extract/claims.csv, the other tables of data/
Outputs: results/clean/*.csv, results/clean/relations.json
"""


rule clean_claims:
    """Check every claim against its schema, its base, its document and its own decimals."""
    input:
        claims="results/extract/claims.csv",
        bases="results/clean/bases.csv",
        second_keys=SECOND_KEYS,
        sources="data/sources.yaml",
        second_key_schema="workflow/schemas/second_key.schema.yaml",
        extracted_schema="workflow/schemas/extracted_claims.schema.yaml",
        claims_schema="workflow/schemas/claims.schema.yaml",
        bases_schema="workflow/schemas/bases.schema.yaml",
        output_schema="workflow/schemas/clean_claims.schema.yaml",
        code=sources_of("workflow/scripts/clean_claims.py"),
    output:
        claims="results/clean/claims.csv",
    log:
        "logs/clean_claims.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/clean_claims.py"


rule clean_table:
    """Check a table of data/ against its schema."""
    input:
        table="data/{table}.csv",
        schema="workflow/schemas/{table}.schema.yaml",
        code=sources_of("workflow/scripts/clean_table.py"),
    output:
        table="results/clean/{table}.csv",
    log:
        "logs/clean_table.{table}.log",
    wildcard_constraints:
        table="bases|flow_counts|ladders|instruments|omitted|comparators|rates|bridge_groups|effects|biases|discrepancies|analytic_choices|synthesis",
    conda:
        "../../environment.yml"
    script:
        "../scripts/clean_table.py"


use rule clean_table as clean_national with:
    input:
        table="data/national/{table}.csv",
        schema="workflow/schemas/{table}.schema.yaml",
        code=sources_of("workflow/scripts/clean_table.py"),
    output:
        table="results/clean/{table}.csv",
    log:
        "logs/clean_national.{table}.log",
    wildcard_constraints:
        table="annual_totals|annual_groups|monthly_core|therapy_outcomes|series_breaks",


rule clean_relations:
    """Check the relations between claims: known claims, the right roles, no circle."""
    input:
        relations="data/relations.yaml",
        claims="results/clean/claims.csv",
        bases="results/clean/bases.csv",
        relations_schema="workflow/schemas/relation_list.schema.yaml",
        claims_schema="workflow/schemas/clean_claims.schema.yaml",
        bases_schema="workflow/schemas/bases.schema.yaml",
        code=sources_of("workflow/scripts/clean_relations.py"),
    output:
        relations="results/clean/relations.json",
    log:
        "logs/clean_relations.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/clean_relations.py"
