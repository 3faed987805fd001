"""Change every cell of the claims and the national tables, and write down what moves."""

from recovery_audit import io
from recovery_audit.provenance.perturbation import (
    NATIONAL,
    Experiment,
    cells_of,
    perturb_all,
    report,
)

with io.reporting(snakemake.log[0]):
    given = snakemake.input
    waivers = io.read_yaml(given.waivers, given.waivers_form)
    tables = io.read_inputs(given) | {
        "second_keys": io.read_tables(given.get("second_keys", []), given.second_key_schema),
        "relations": io.read_yaml(given.relations_list),
        "systems": io.read_yaml(given.systems_list),
        "sources": io.read_yaml(given.sources),
        "config": snakemake.params.config,
    }
    experiment = Experiment(
        tables,
        io.read_yaml(given.definitions),
        io.read_yaml(given.predicates),
        waivers["edges"],
    )
    cells = list(cells_of(experiment.audit.tables, ["typed_claims", *NATIONAL]))
    moves = perturb_all(experiment, cells, snakemake.threads)
    summary = report(moves, experiment.entries, waivers)
    io.write_text(f"{summary}\n", snakemake.log[0])
    io.write_table(moves, snakemake.output.perturbation, given.perturbation_schema)
