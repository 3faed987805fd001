"""Fit a funnel to each year's providers and say who lies outside of it."""

from recovery_audit import io
from recovery_audit.funnels import fit_funnels, place_providers

with io.reporting(snakemake.log[0]):
    rates = io.read_table(snakemake.input.rates, snakemake.input.rates_schema)
    funnels = fit_funnels(rates)
    places = place_providers(rates, funnels)
    io.write_table(funnels, snakemake.output.funnels, snakemake.input.funnels_schema)
    io.write_table(places, snakemake.output.places, snakemake.input.places_schema)
