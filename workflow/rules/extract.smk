"""Extract: the typed claims of all documents in one table.

Inputs:  data/claims/<document>.csv, data/sources.yaml, the reader's own copies in data/documents/
Outputs: results/extract/claims.csv - text as typed, with file and line, and whether the document
         itself is at hand
"""

DOCUMENTS = sorted(glob_wildcards("data/claims/{document,[a-z0-9-]+}.csv").document)
COPIES = sorted(
    f"data/documents/{copy}.{ending}"
    for copy, ending in zip(
        *glob_wildcards("data/documents/{copy,[a-z0-9-]+}.{ending,txt|pdf|html}")
    )
)


rule extract_claims:
    """Collect the claims of all documents and say which documents are at hand."""
    input:
        tables=expand("data/claims/{document}.csv", document=DOCUMENTS),
        copies=COPIES,
        sources="data/sources.yaml",
        sources_schema="workflow/schemas/sources.schema.yaml",
        claims_schema="workflow/schemas/claims.schema.yaml",
        output_schema="workflow/schemas/extracted_claims.schema.yaml",
        code=sources_of("workflow/scripts/extract_claims.py"),
    output:
        claims="results/extract/claims.csv",
    log:
        "logs/extract_claims.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/extract_claims.py"
