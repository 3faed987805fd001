"""Write the configuration of the run and the checksum of every input and result."""

from recovery_audit import io

with io.reporting(snakemake.log[0]):
    inputs = {path: io.sha256(path) for path in sorted(snakemake.input.inputs)}
    results = {path: io.sha256(path) for path in sorted(snakemake.input.results)}
    run = {"config": snakemake.params.config, "inputs": inputs}
    sums = "".join(f"{checksum}  {path}\n" for path, checksum in results.items())
    io.write_json(run, snakemake.output.run)
    io.write_text(sums, snakemake.output.sums)
