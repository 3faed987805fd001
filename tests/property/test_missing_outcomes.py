"""Single-arm bounds against every completion of the missing, and against other routes."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from recovery_audit.errors import FigureError
from recovery_audit.missing_outcomes import (
    ALREADY,
    DEGENERATE,
    REACHABLE,
    UNREACHABLE,
    SingleArm,
    imbens_manski,
    imor_adjusted,
    manski_bounds,
    tipping_point,
    with_missing_rate,
)

MISSING = st.integers(0, 30)


@st.composite
def arms(draw, missing=MISSING):
    observed = draw(st.integers(1, 40))
    return SingleArm(
        recovered=draw(st.integers(0, observed)), observed=observed, missing=draw(missing)
    )


def completions(arm):
    """Every rate that some number of recovered among the missing gives."""
    return [Fraction(arm.recovered + j, arm.observed + arm.missing) for j in range(arm.missing + 1)]


@given(arms())
def test_the_bounds_are_the_extremes_over_all_completions(arm):
    assert manski_bounds(arm) == (min(completions(arm)), max(completions(arm)))


@given(arms(missing=st.integers(1, 30)))
def test_each_completion_is_reached_by_its_own_odds_ratio(arm):
    if arm.rate in (0, 1):
        return
    for j, rate in enumerate(completions(arm)[:-1]):
        share = Fraction(j, arm.missing)
        odds_ratio = share / (1 - share) / (arm.rate / (1 - arm.rate))
        assert imor_adjusted(arm, odds_ratio).rate == rate
        assert with_missing_rate(arm, share).rate == rate


@given(arms(), st.fractions(0, 1, max_denominator=60))
def test_the_tipping_point_is_the_first_completion_that_reaches_it(arm, threshold):
    reached = [j for j, rate in enumerate(completions(arm)) if rate >= threshold]
    found = tipping_point(arm, threshold)
    if not reached:
        assert (found.standing, found.count) == (UNREACHABLE, None)
    elif reached[0] == 0:
        assert (found.standing, found.count) == (ALREADY, 0)
    else:
        assert (found.standing, found.count) == (REACHABLE, reached[0])
        assert with_missing_rate(arm, found.missing_rate).rate == threshold
        if found.imor is not None:
            assert imor_adjusted(arm, found.imor).rate == threshold


@given(arms(missing=st.integers(1, 30)), st.fractions(0, 5, max_denominator=10))
def test_the_standard_error_is_that_of_the_delta_method(arm, imor):
    """Second route: numerical slopes in the two estimated shares, their variances multinomial."""
    n, everybody = arm.observed, arm.observed + arm.missing

    def rate(p, q):
        odds = 1 - p + float(imor) * p
        return (1 - q) * p + q * float(imor) * p / odds

    p, q, step = float(arm.rate), float(arm.share_missing), 1e-6
    if p in (0.0, 1.0):
        return
    in_p = (rate(p + step, q) - rate(p - step, q)) / (2 * step)
    in_q = (rate(p, q + step) - rate(p, q - step)) / (2 * step)
    expected = sqrt(in_p**2 * p * (1 - p) / n + in_q**2 * q * (1 - q) / everybody)
    assert imor_adjusted(arm, imor).standard_error == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_without_missing_the_interval_is_the_two_sided_one_and_far_apart_the_one_sided():
    near = imbens_manski(SingleArm(recovered=40, observed=100, missing=0))
    assert near.critical == pytest.approx(norm.ppf(0.975), abs=1e-6)
    far = imbens_manski(SingleArm(recovered=40, observed=100, missing=900))
    assert far.critical == pytest.approx(norm.ppf(0.95), abs=1e-6)


@pytest.mark.parametrize("true_share", [0.0, 0.3, 0.7, 1.0])
def test_the_interval_covers_the_rate_wherever_it_lies_between_the_bounds(true_share):
    """Simulation: people are missing at random with a rate of recovery of their own."""
    rng, covered, runs, size = np.random.default_rng(20261123), 0, 4000, 300
    share_missing, observed_rate = 0.3, 0.4
    truth = (1 - share_missing) * observed_rate + share_missing * true_share
    for missing in rng.binomial(size, share_missing, runs):
        observed = size - int(missing)
        recovered = int(rng.binomial(observed, observed_rate))
        arm = SingleArm(recovered=recovered, observed=observed, missing=int(missing))
        found = imbens_manski(arm)
        covered += found.lower <= truth <= found.upper
    assert covered / runs >= 0.95 - 4 * sqrt(0.05 * 0.95 / runs)


@pytest.mark.parametrize(
    ("recovered", "observed", "missing"), [(0, 10, 5), (10, 10, 5), (0, 10, 0), (10, 10, 0)]
)
def test_an_end_at_nothing_or_all_has_a_wilson_limit_and_says_so(recovered, observed, missing):
    arm = SingleArm(recovered=recovered, observed=observed, missing=missing)
    found = imbens_manski(arm)
    assert found.note == DEGENERATE
    low, high = manski_bounds(arm)
    assert 0 <= found.lower <= low <= high <= found.upper <= 1
    assert found.upper - found.lower > 0


def test_only_the_missing_who_were_cases_count_where_the_rate_is_among_cases():
    arm = SingleArm(recovered=27, observed=92, missing=80)
    half = arm.with_cases(Fraction(1, 2))
    assert manski_bounds(half) == (Fraction(27, 132), Fraction(67, 132))
    low, high = manski_bounds(arm)
    for share in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):
        bounds = manski_bounds(arm.with_cases(share))
        assert low <= bounds[0] <= bounds[1] <= high  # those at the most cases hold for any share


@pytest.mark.parametrize(
    ("arm", "message"),
    [
        ((5, 4, 0), "5 of 4 with 0 missing is no group: expected 0 <= recovered <= observed, at least one observed, and none or more missing"),
        ((0, 0, 3), "0 of 0 with 3 missing is no group: expected 0 <= recovered <= observed, at least one observed, and none or more missing"),
        ((1, 4, -1), "1 of 4 with -1 missing is no group: expected 0 <= recovered <= observed, at least one observed, and none or more missing"),
    ],
)  # fmt: skip
def test_what_is_no_group_is_refused(arm, message):
    with pytest.raises(FigureError) as caught:
        SingleArm(recovered=arm[0], observed=arm[1], missing=arm[2])
    assert str(caught.value) == message


def test_a_negative_odds_ratio_and_a_rate_beyond_one_are_refused():
    arm = SingleArm(recovered=1, observed=2, missing=1)
    with pytest.raises(FigureError) as caught:
        imor_adjusted(arm, Fraction(-1))
    assert str(caught.value) == "an odds ratio of -1 is none: expected 0 or more"
    with pytest.raises(FigureError) as caught:
        with_missing_rate(arm, Fraction(3, 2))
    assert str(caught.value) == "a rate of 3/2 is none: expected 0 to 1"
