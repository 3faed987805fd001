"""Intervals against formulas written out here."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, norm

from recovery_audit.proportions import IntervalMethod, interval, interval_table

Z = norm.ppf(0.975)


def wilson(k, n):
    p, middle = k / n, (k + Z**2 / 2) / (n + Z**2)
    reach = Z / (n + Z**2) * math.sqrt(n * p * (1 - p) + Z**2 / 4)
    return middle - reach, middle + reach


def agresti_coull(k, n):
    nobs = n + Z**2
    p = (k + Z**2 / 2) / nobs
    reach = Z * math.sqrt(p * (1 - p) / nobs)
    return p - reach, p + reach


def clopper_pearson(k, n):
    return (
        beta.ppf(0.025, k, n - k + 1) if k else 0.0,
        beta.ppf(0.975, k + 1, n - k) if k < n else 1.0,
    )


def jeffreys(k, n):
    return beta.ppf(0.025, k + 0.5, n - k + 0.5), beta.ppf(0.975, k + 0.5, n - k + 0.5)


FORMULAS = {
    IntervalMethod.WILSON: wilson,
    IntervalMethod.AGRESTI_COULL: agresti_coull,
    IntervalMethod.CLOPPER_PEARSON: clopper_pearson,
    IntervalMethod.JEFFREYS: jeffreys,
}


@pytest.mark.parametrize("method", IntervalMethod)
@given(pair=st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_an_interval_agrees_with_its_formula(method, pair):
    expected = [min(max(limit, 0.0), 1.0) for limit in FORMULAS[method](*pair)]
    assert interval(*pair, method) == pytest.approx(expected, abs=1e-9)


def test_the_envelope_is_the_hull_over_the_witnesses_of_a_claim():
    table = interval_table([("a", "", 6, 65), ("a", "", 8, 87), ("b", "", 27, 92)])
    of_a = table[(table["claim_id"] == "a") & (table["method"] == "wilson")]
    limits = [wilson(6, 65), wilson(8, 87)]
    assert of_a["lower"].tolist() == [f"{low:.6f}" for low, _ in limits]
    assert set(of_a["envelope_lower"]) == {f"{min(low for low, _ in limits):.6f}"}
    assert set(of_a["envelope_upper"]) == {f"{max(high for _, high in limits):.6f}"}
    assert len(table) == 3 * len(IntervalMethod)


@pytest.mark.parametrize(("count", "nobs"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_proportion_is_refused(count, nobs):
    with pytest.raises(ValueError) as caught:
        interval(count, nobs, IntervalMethod.WILSON)
    assert str(caught.value) == (
        f"a proportion needs 0 <= count <= nobs and nobs >= 1, got {count} of {nobs}"
    )
