"""Draw the providers' recovery rates against their size."""

from recovery_audit import io
from recovery_audit.figures import provider_funnel
from recovery_audit.figures.publishing import publish

with io.reporting(snakemake.log[0]):
    places = io.read_table(snakemake.input.places, snakemake.input.places_schema)
    funnels = io.read_table(snakemake.input.funnels, snakemake.input.funnels_schema)
    layout = provider_funnel.layout(places, funnels)
    files = publish("provider_funnel", provider_funnel, layout)
    for ending, content in files.items():
        io.write_bytes(content, snakemake.output[ending])
