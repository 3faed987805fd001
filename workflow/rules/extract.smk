"""Extract: the typed claims of all documents in one table.

Inputs:  data/claims/<document>.csv, data/sources.yaml, the reader's own copies in data/documents/
         data/receipts/<document>.csv
Outputs: results/extract/claims.csv - text as typed, with file and line, and whether the document
         itself is at hand
         results/extract/{mentions,mention_coverage}.csv - every number of the documents at hand
         results/extract/locations.csv - whether each figure stands where its receipt says
"""

DOCUMENTS = sorted(glob_wildcards("data/claims/{document,[a-z0-9-]+}.csv").document)
COPIES = config["copies"] + sorted(
    f"data/documents/{copy}.{ending}"
    for copy, ending in zip(
        *glob_wildcards("data/documents/{copy,[a-z0-9-]+}.{ending,txt|pdf|html}")
    )
)
SECOND_KEYS = sorted(
    expand(
        "data/second_key/{document}.csv",
        document=glob_wildcards("data/second_key/{document,[a-z0-9-]+}.csv").document,
    )
)
RECEIPTS = sorted(
    expand(
        "data/receipts/{document}.csv",
        document=glob_wildcards("data/receipts/{document,[a-z0-9-]+}.csv").document,
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


rule find_mentions:
    """Find every number of the documents at hand and say what it is."""
    input:
        claims="results/extract/claims.csv",
        claims_schema="workflow/schemas/extracted_claims.schema.yaml",
        receipts=RECEIPTS,
        receipts_schema="workflow/schemas/receipts.schema.yaml",
        copies=COPIES,
        mentions_schema="workflow/schemas/mentions.schema.yaml",
        coverage_schema="workflow/schemas/mention_coverage.schema.yaml",
        code=sources_of("workflow/scripts/find_mentions.py"),
    output:
        mentions="results/extract/mentions.csv",
        coverage="results/extract/mention_coverage.csv",
    log:
        "logs/find_mentions.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/find_mentions.py"


rule verify_receipts:
    """Say of every figure whether it stands in the document at hand where its receipt says."""
    input:
        claims="results/extract/claims.csv",
        claims_schema="workflow/schemas/extracted_claims.schema.yaml",
        receipts=RECEIPTS,
        receipts_schema="workflow/schemas/receipts.schema.yaml",
        copies=COPIES,
        output_schema="workflow/schemas/locations.schema.yaml",
        code=sources_of("workflow/scripts/verify_receipts.py"),
    output:
        locations="results/extract/locations.csv",
    log:
        "logs/verify_receipts.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/verify_receipts.py"
