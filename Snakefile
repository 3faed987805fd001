"""From published figures to a paper: each stage turns data into data, in this order.

`snakemake --list` shows what each rule is for; results/README.md what each file is.
"""

import os

from recovery_audit import io
from recovery_audit.lineage import HELD, TYPED, schemas, sources_of, tables

# One thread a job: sums are then made in one order, and jobs do not crowd each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


configfile: "config/config.yaml"


# Before any rule reads it, so that a misspelt key is one message and not a fault later on.
io.check_content(config, "workflow/schemas/config.schema.yaml", "config/config.yaml")


include: "workflow/rules/extract.smk"
include: "workflow/rules/clean.smk"
include: "workflow/rules/recompute.smk"
include: "workflow/rules/sensitivity.smk"
include: "workflow/rules/counterfactual.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/provenance.smk"
include: "workflow/rules/providers.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/notebooks.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/papers.smk"
include: "workflow/rules/package.smk"
include: "workflow/rules/cohorts.smk"


rule all:
    """Everything, the paper and the checksums last."""
    default_target: True
    input:
        rules.write_checksums.output,
        rules.write_crate.output,
        expand("results/papers/{paper}/index.html", paper=config["papers"]),
        expand("results/cohorts/{cohort}/index.html", cohort=config["cohorts"]),
