"""Over-dispersed limits by second routes, and the published figures of providers.

Method: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance," Stat. Med. 24(8),
2005, doi:10.1002/sim.1970. Routes: statsmodels' random-effects estimate (DerSimonian and Laird), which
centres on the weighted mean, here the pooled rate; SciPy's winsorising; and made-up units whose
spread is known.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, mstats
from statsmodels.stats.meta_analysis import combine_effects

from recovery_audit import io
from recovery_audit.funnels import fit_funnel, fit_funnels, place_providers, winsorise
from recovery_audit.providers import COUNTS, bound_providers, sum_providers, tabulate_providers

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared/data/nhstt/measures_annual.parquet"


def units(spread, m=150, seed=1):
    """Units of 50 to 20,000 whose true rates have this standard deviation around a half."""
    random = np.random.default_rng(seed)
    nobs = np.geomspace(50, 20_000, m).astype(np.int64)
    rates = np.clip(random.normal(0.5, spread, m), 0.01, 0.99)
    return random.binomial(nobs, rates).astype(np.int64), nobs


@pytest.mark.parametrize("spread", [0.01, 0.02, 0.05])
def test_the_spread_is_that_of_statsmodels_where_no_score_is_drawn_in(spread):
    count, nobs = units(spread)
    funnel = fit_funnel(count, nobs, winsorised=0)
    variance = funnel.target * (1 - funnel.target) / nobs
    theirs = combine_effects(count / nobs, variance, method_re="chi2")
    assert theirs.mean_effect_fe == pytest.approx(funnel.target, abs=1e-12)
    assert funnel.tau**2 == pytest.approx(theirs.tau2, rel=1e-9)
    assert funnel.phi * len(nobs) == pytest.approx(theirs.q, rel=1e-9)


def test_rates_closer_together_than_chance_makes_them_have_no_spread():
    nobs = np.full(20, 100)
    funnel = fit_funnel(np.array([50, 51] * 10), nobs)
    assert (funnel.tau, funnel.phi < 1) == (0, True)


@pytest.mark.parametrize("share", [0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("m", [10, 33, 147])
def test_scores_are_drawn_in_as_scipy_does(share, m):
    scores = np.random.default_rng(m).normal(size=m)
    theirs = mstats.winsorize(scores, limits=(share, share))
    assert winsorise(scores, share).tolist() == theirs.tolist()


def test_a_known_spread_is_found_and_the_limits_keep_what_they_promise():
    found, inside = [], []
    for seed in range(40):
        count, nobs = units(0.03, seed=seed)
        funnel = fit_funnel(count, nobs, winsorised=0)
        low, high = funnel.limits(nobs, 0.95)
        found.append(funnel.tau)
        inside.append(np.mean((low <= count / nobs) & (count / nobs <= high)))
    # Standard errors over 40 draws of 150 units: 0.0004 and 0.003.
    assert np.mean(found) == pytest.approx(0.03, abs=0.0015)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.01)


def test_a_few_unusual_units_hardly_widen_limits_of_scores_drawn_in():
    count, nobs = units(0.02)
    shifted = count.copy()
    shifted[::25] = (0.9 * nobs[::25]).astype(np.int64)
    drawn_in = fit_funnel(shifted, nobs).tau / fit_funnel(count, nobs).tau
    as_they_are = fit_funnel(shifted, nobs, winsorised=0).tau / fit_funnel(count, nobs, 0).tau
    assert drawn_in < 1.6
    assert as_they_are > 3


def test_without_spread_the_limits_are_those_of_the_binomial_law():
    count, nobs = units(0.0)
    funnel = fit_funnel(count, nobs)
    low, high = funnel.limits(nobs, 0.998, adjusted=False)
    for k, n, lowest, highest in zip(count, nobs, low, high, strict=True):
        outside = not lowest <= k / n <= highest
        exact = binomtest(int(k), int(n), funnel.target).pvalue < 0.002
        assert outside == exact
    assert funnel.tau < 0.005


# --- the published file ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def providers():
    if not PUBLISHED.exists():
        pytest.skip("the published figures of providers are not on this machine")
    columns = ["reporting_period", "org_code", "org_name"]
    columns += ["measure_name", "measure_statistic", "value"]
    totals = {"org_type": "Provider", "variable_type": "Total"}
    return tabulate_providers(io.read_parquet(PUBLISHED, columns, totals))


@pytest.fixture(scope="module")
def totals():
    schema = ROOT / "workflow/schemas/annual_totals.schema.yaml"
    return io.read_table(ROOT / "data/national/annual_totals.csv", schema)


def test_every_published_rate_of_a_provider_follows_from_counts_that_print_as_published(providers):
    rates = bound_providers(providers)
    assert rates["verdict"].value_counts().to_dict() == {"consistent": 6320, "undetermined": 220}
    assert set(rates.loc[rates["verdict"] == "consistent", "rounding_rule"]) == {"half_up"}


@pytest.mark.parametrize(
    ("column", "shift"), [("printed_recovery", 1), ("recovery", 300), ("finished", 600)]
)
def test_a_planted_error_is_found(providers, column, shift):
    """In the largest provider, where a point is some 240 courses."""
    row = providers["finished"].replace("*", "0").astype(int).idxmax()
    planted = providers.copy()
    planted.loc[row, column] = str(int(planted.loc[row, column]) + shift)
    # No other rate needs an unusual rounding rule, so one that does is found too.
    assert not set(bound_providers(planted)["verdict"]) <= {"consistent", "undetermined"}


def test_the_providers_add_up_to_england(providers, totals):
    sums = sum_providers(providers, totals)
    assert len(sums) == 8 * len(COUNTS)
    assert set(sums["verdict"]) == {"consistent"}


def test_a_provider_counted_twice_would_show(providers, totals):
    """TAF90 stands in 2023-24 under two names with the same figures."""
    twice = providers[(providers["provider"] == "TAF90") & (providers["year"] == "2023-24")]
    assert twice["name"].tolist() == ["KINGSTON DRUG & ALCOHOL SERVICE / KINGSTON SMS"]
    sums = sum_providers(pd.concat([providers, twice]), totals)
    wrong = sums[sums["verdict"] == "inconsistent"]
    assert set(wrong["year"]) == {"2023-24"}
    assert {"finished", "recovery"} <= set(wrong["measure"])


def test_most_providers_lie_within_limits_that_allow_for_differences(providers):
    rates = bound_providers(providers)
    funnels = fit_funnels(rates)
    places = place_providers(rates, funnels)
    latest = places[(places["year"] == "2024-25") & (places["rate"] == "recovery")]
    assert latest["place_998"].value_counts().to_dict() == {
        "within": 128, "below": 8, "undecided": 6, "above": 3,
    }  # fmt: skip
    assert (latest["chance_score"].astype(float).abs() > 3.0902).sum() == 59
