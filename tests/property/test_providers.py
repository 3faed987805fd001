"""Bounds of providers' rates by trying every count; the funnel by another route."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from recovery_audit.providers import (
    Funnel,
    bound_providers,
    fit_funnel,
    possible_counts,
    rate_bounds,
)

PRINTED = st.one_of(st.just("*"), st.integers(0, 12).map(lambda n: str(5 * n)))


def published(count):
    """Print a count as the files do."""
    if 0 < count < 5:
        return "*"
    return str(max(5 * ((count + 2) // 5), 5) if count else 0)


@given(st.integers(0, 400))
def test_a_count_is_among_those_that_its_print_may_stand_for(count):
    assert count in possible_counts(published(count))


@given(PRINTED)
def test_every_possible_count_prints_so(printed):
    for count in possible_counts(printed):
        assert published(count) == printed or (printed == "*" and count == 0)


@settings(max_examples=300)
@given(PRINTED, PRINTED, PRINTED, st.integers(0, 100))
def test_the_bounds_are_the_extremes_over_all_counts(recovery, finished, not_case, printed):
    """Brute force over every triple of counts that can be."""
    ranges = [possible_counts(one) for one in (recovery, finished, not_case)]
    rates = [
        Fraction(100 * r, f - c)
        for r in ranges[0]
        for f in ranges[1]
        for c in ranges[2]
        if f - c >= 1 and r <= f - c
    ]
    found = rate_bounds(*ranges, printed)
    if not rates:
        assert found is None
        return
    assert (found.lower, found.upper) == (min(rates), max(rates))
    near = [abs(rate - printed) <= Fraction(1, 2) for rate in rates]
    assert found.prints_so == any(near)


def test_what_is_not_published_is_undetermined_and_what_cannot_be_is_inconsistent():
    rows = [
        ("100", "10", "40", "44", "consistent"),
        ("100", "10", "40", "60", "inconsistent"),
        ("100", "10", "40", "*", "undetermined"),
        ("100", "10", "", "44", "undetermined"),
        ("20", "10", "40", "44", "inconsistent"),
    ]
    names = ["finished", "not_at_caseness", "recovery", "printed_rate", "expected"]
    counts = pd.DataFrame(rows, columns=names).assign(year="2024-25", org_code="A", org_name="A")
    found = bound_providers(counts)
    assert list(found["verdict"]) == list(counts["expected"])


def test_the_spread_between_providers_is_that_of_dersimonian_and_laird():
    """Second route: without winsorising, the additive variance is statsmodels' tau squared."""
    rng = np.random.default_rng(3)
    nobs = rng.integers(50, 5000, 40)
    count = rng.binomial(nobs, np.clip(rng.normal(0.5, 0.04, 40), 0.2, 0.8))
    rate = count.sum() / nobs.sum()
    variance = rate * (1 - rate) / nobs
    pooled = combine_effects(count / nobs, variance, method_re="chi2")
    # statsmodels centres at the weighted mean, which with these variances is the common rate.
    scores = (count / nobs - rate) / np.sqrt(variance)
    weights = 1 / variance
    own = (np.sum(scores**2) - 39) / (weights.sum() - (weights**2).sum() / weights.sum())
    assert own == pytest.approx(pooled.tau2, rel=1e-6)
    fitted = fit_funnel(count, nobs)
    assert 0 < fitted.tau**2 <= own  # winsorising draws the extremes in


def test_providers_that_differ_by_chance_alone_need_hardly_any_adjustment():
    rng, outside = np.random.default_rng(5), []
    for _ in range(200):
        nobs = rng.integers(100, 3000, 120)
        count = rng.binomial(nobs, 0.5)
        funnel = fit_funnel(count, nobs)
        limits = [funnel.limits(n, 0.95) for n in nobs]
        outside.append(
            np.mean([not a <= k / n <= b for k, n, (a, b) in zip(count, nobs, limits, strict=True)])
        )
    assert 0.03 < np.mean(outside) < 0.055


def test_limits_narrow_with_size_down_to_what_providers_differ_by():
    funnel = Funnel(rate=0.5, phi=10, tau=0.02, providers=100)
    small, large = (funnel.limits(n, 0.95) for n in (100, 10**9))
    assert small[1] - small[0] > large[1] - large[0]
    assert large[1] - 0.5 == pytest.approx(1.96 * 0.02, rel=1e-3)
    assert funnel.limits(10**9, 0.95, adjusted=False)[1] == pytest.approx(0.5, abs=1e-3)
