"""Questionnaire against condition: closed forms, simulation, and a linear programme."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import multivariate_normal, norm

from recovery_audit.diagnosis import (
    ABOVE,
    BELOW,
    POSSIBLE,
    Accuracy,
    apparent_recovery,
    both_criteria,
    bounds_among_true_cases,
    frechet_bounds,
    standing,
    true_recovery,
    true_recovery_among_cases,
)
from recovery_audit.errors import FigureError

SHARE = st.floats(0.05, 0.95)
ACCURACY = st.builds(Accuracy, sensitivity=st.floats(0.6, 0.98), specificity=st.floats(0.6, 0.98))


@given(st.floats(0, 1), ACCURACY)
def test_the_estimate_undoes_what_the_test_does(recovered, accuracy):
    apparent = apparent_recovery(recovered, accuracy)
    assert true_recovery(apparent, accuracy) == pytest.approx(recovered, abs=1e-9)


@given(st.floats(0, 1), ACCURACY, st.floats(0.3, 1), SHARE, st.sampled_from([0.0, 0.25, 0.5]))
def test_it_does_so_with_false_cases_and_dependent_errors(rho, accuracy, v, iota, dependence):
    others = {"true_case": v, "falsely_ill": iota, "dependence": dependence}
    apparent = apparent_recovery(rho, accuracy, **others)
    found = true_recovery_among_cases(apparent, accuracy, **others)
    assert found == pytest.approx(rho, abs=1e-6)


@given(SHARE, ACCURACY, st.floats(0.3, 1), st.floats(0, 1))
def test_with_independent_errors_it_is_the_closed_form(r, accuracy, v, iota):
    se, sp, j = accuracy.sensitivity, accuracy.specificity, accuracy.youden
    closed = (r - v * (1 - se) - (1 - v) * (sp - iota * j)) / (v * j)
    found = true_recovery_among_cases(r, accuracy, true_case=v, falsely_ill=iota)
    assert found == pytest.approx(closed, abs=1e-9)


@pytest.mark.parametrize("dependence", [0.0, 0.25, 0.5])
def test_a_simulation_gives_the_apparent_rate(dependence):
    """People with true states, tested twice with errors that go together by a latent normal."""
    rng, people = np.random.default_rng(20261123), 2_000_000
    accuracy, prevalence, rho, iota = Accuracy(sensitivity=0.85, specificity=0.8), 0.6, 0.4, 0.1
    ill_first = rng.random(people) < prevalence
    ill_last = np.where(ill_first, rng.random(people) >= rho, rng.random(people) < iota)
    first = rng.random(people) < np.where(ill_first, 0.85, 1 - 0.8)
    last = rng.random(people) < np.where(ill_last, 0.85, 1 - 0.8)
    # Who kept the state answers as before, in so large a share of people.
    last = np.where((ill_first == ill_last) & (rng.random(people) < dependence), first, last)
    simulated = float(np.mean(~last[first]))
    true_case = float(np.mean(ill_first[first]))
    expected = apparent_recovery(
        rho, accuracy, true_case=true_case, falsely_ill=iota, dependence=dependence
    )
    assert simulated == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(first.sum()))


def extremes(objective, equal_rows, equal_values):
    """Return smallest and largest value of a linear function of shares that add up to 1."""
    n = len(objective)
    rows, values = [[1] * n, *equal_rows], [1, *equal_values]
    return [
        linprog(sign * np.array(objective), A_eq=rows, b_eq=values, bounds=[(0, 1)] * n).fun * sign
        for sign in (1, -1)
    ]


@given(SHARE, SHARE)
def test_frechet_bounds_are_those_of_a_linear_programme(p, q):
    # cells: both, scale only, condition only, neither
    expected = extremes([1, 0, 0, 0], [[1, 1, 0, 0], [1, 0, 1, 0]], [p, q])
    assert frechet_bounds(p, q) == pytest.approx(expected, abs=1e-8)


@given(SHARE, st.floats(0, 0.9))
def test_bounds_among_true_cases_are_those_of_a_linear_programme(r, d):
    # cells: true and recovered, true and not, misdiagnosed and recovered, misdiagnosed and not
    low, high = extremes([1, 0, 0, 0], [[1, 0, 1, 0], [0, 0, 1, 1]], [r, d])
    expected = (low / (1 - d), high / (1 - d))
    found = bounds_among_true_cases(r, d)
    assert found == pytest.approx(expected, abs=1e-7)
    assert found[0] - 1e-12 <= r <= found[1] + 1e-12


@given(SHARE, SHARE, st.floats(-0.95, 0.95))
def test_the_copula_is_the_bivariate_normal_distribution(p, q, correlation):
    table = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    expected = table.cdf([norm.ppf(p), norm.ppf(q)])
    assert both_criteria(p, q, correlation) == pytest.approx(expected, abs=1e-5)
    low, high = frechet_bounds(p, q)
    assert low - 1e-9 <= both_criteria(p, q, correlation) <= high + 1e-9


@given(SHARE, SHARE)
def test_its_ends_are_the_frechet_bounds(p, q):
    assert (both_criteria(p, q, -1), both_criteria(p, q, 1)) == frechet_bounds(p, q)


def test_nothing_is_clipped_and_words_say_so():
    accuracy = Accuracy(sensitivity=0.7, specificity=0.9)
    low, high = true_recovery(0.1, accuracy), true_recovery(0.95, accuracy)
    assert low < 0
    assert high > 1
    assert (standing(low), standing(0.5), standing(high)) == (BELOW, POSSIBLE, ABOVE)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_test_that_does_not_tell_is_refused(sensitivity, specificity):
    assume(sensitivity + specificity <= 1)
    with pytest.raises(FigureError) as caught:
        Accuracy(sensitivity=sensitivity, specificity=specificity)
    assert str(caught.value) == (
        f"sensitivity {sensitivity} and specificity {specificity} are no test that tells: "
        "expected proportions that add up to more than 1"
    )


@pytest.mark.parametrize(
    ("positive", "tested", "sensitivity", "specificity", "per_hundred"),
    [
        # The worked examples of `epi.prev` in the R package epiR, which draws the second one, from
        # Moujaber et al. (2008), in to 0 of 100; here it says that it cannot be.
        (23, 150, 0.96, 0.89, 5.1),
        (6, 151, 0.964, 0.927, None),
    ],
)
def test_worked_examples_of_another_package(
    positive, tested, sensitivity, specificity, per_hundred
):
    accuracy = Accuracy(sensitivity=sensitivity, specificity=specificity)
    well = true_recovery(1 - positive / tested, accuracy)
    if per_hundred is None:
        assert standing(well) == ABOVE
    else:
        assert round(100 * (1 - well), 1) == per_hundred
