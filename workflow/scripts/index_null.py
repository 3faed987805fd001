"""Share the variance of the null rate among what is assumed."""

from recovery_audit import io
from recovery_audit.counterfactual.indices import sobol_indices
from recovery_audit.counterfactual.scenarios import from_json

with io.reporting(snakemake.log[0]):
    tables, choices = io.read_inputs(snakemake.input), snakemake.params.choices
    fitted = from_json(io.read_json(snakemake.input.models))
    points, seed = int(choices["points"]["values"][0]), snakemake.params.seed
    found = sobol_indices(tables, choices, fitted, points=points, seed=seed)
    io.write_outputs({"null_indices": found}, snakemake.output, snakemake.input)
