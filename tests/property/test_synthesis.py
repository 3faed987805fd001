"""Pooled rates by second routes: direct integration, direct formulas, grids, and limiting cases."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import binom, norm, t

from recovery_audit.binomial_normal import _modes, fit, log_likelihood, marginal_mean
from recovery_audit.errors import FigureError
from recovery_audit.synthesis import (
    AT_BOUNDARY,
    NO_MAXIMUM,
    NO_WIDTH,
    Choices,
    Method,
    Study,
    hartung_knapp,
    leave_one_out,
    logits,
    pool,
    pool_groups,
    restricted_log_likelihood,
    tau2_dersimonian_laird,
    tau2_reml,
)


@st.composite
def counts(draw, most=200):
    nobs = draw(st.integers(1, most))
    return draw(st.integers(0, nobs)), nobs


def studies_of(pairs):
    return [Study(study=f"s{i}", events=k, nobs=n) for i, (k, n) in enumerate(pairs)]


def arrays(pairs):
    return (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))


TABLES = st.lists(counts(), min_size=3, max_size=8)


def integrated(mu, tau, count, nobs):
    """The log likelihood of one study by adaptive integration over its deviation."""
    grid = np.linspace(-14, 14, 20001)
    log_density = binom.logpmf(count, nobs, expit(mu + tau * grid)) + norm.logpdf(grid)
    top, mode = log_density.max(), grid[log_density.argmax()]

    def density(z):
        return np.exp(binom.logpmf(count, nobs, expit(mu + tau * z)) + norm.logpdf(z) - top)

    ends = (mode - 14, mode - 1, mode, mode + 1, mode + 14)
    parts = [quad(density, *between, epsabs=1e-13, limit=400)[0] for between in pairwise(ends)]
    return top + np.log(sum(parts))


@settings(max_examples=60, deadline=None)
@given(st.floats(-3, 3), st.floats(0, 3), st.lists(counts(), min_size=1, max_size=3))
def test_the_likelihood_is_that_of_adaptive_integration(mu, tau, pairs):
    events, nobs = arrays(pairs)
    expected = sum(integrated(mu, tau, *pair) for pair in pairs)
    assert log_likelihood(mu, tau, events, nobs) == pytest.approx(expected, abs=1e-6)


@given(
    st.floats(-9, 9),
    st.floats(0, 5),
    st.integers(1, 10**6).flatmap(lambda nobs: st.tuples(st.integers(0, nobs), st.just(nobs))),
)
def test_the_slope_falls_through_nothing_at_the_mode(mu, tau, pair):
    count, nobs = (np.array([[float(number)]]) for number in pair)
    mode = _modes(mu, tau, count, nobs)
    rate = expit(mu + tau * mode)
    width = (1 + tau**2 * nobs * rate * (1 - rate)) ** -0.5
    assert abs(tau * (count - nobs * rate) - mode) * width < 1e-6


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_the_binomial_model_is_at_its_maximum(pairs):
    """No point of a grid about the estimate, nor no spread at all, has a higher likelihood."""
    events, nobs = arrays(pairs)
    found = fit(events, nobs)
    assume(found is not None)
    for mu in found.mu + np.array([-0.3, -0.01, 0, 0.01, 0.3]):
        for tau in np.clip(found.tau + np.array([-0.3, -0.01, 0, 0.01, 0.3]), 0, 4.9):
            assert log_likelihood(mu, tau, events, nobs) <= found.log_likelihood + 1e-8


@pytest.mark.parametrize(
    "pairs",
    [
        [(88129, 97247), (65331, 72006), (90416, 99570), (6089, 6712), (19245, 21228), (54217, 59932)],
        [(96, 670), (121, 731), (115, 570), (74, 437), (3, 16), (110, 644), (136, 787)],
        [(348330570, 357210586), (945924819, 971865157), (8938002, 14113797), (61903889, 68604876)],
        [(7277, 525102), (878164069, 885124566), (754870135, 926862001)],
    ],
)  # fmt: skip
def test_a_spread_that_is_small_or_of_huge_studies_is_found(pairs):
    """The slope of the likelihood in the spread, by differences, is 0 there, and falls."""
    events, nobs = arrays(pairs)
    found = fit(events, nobs)
    assert found.tau > 0
    assert np.isfinite(found.se)
    lower, here, higher = (
        log_likelihood(found.mu, found.tau * factor, events, nobs) for factor in (0.9, 1, 1.1)
    )
    assert here > max(lower, higher)


def test_single_people_do_not_tell_how_rates_scatter():
    found = fit(*arrays([(0, 1), (0, 1), (1, 1)]))
    assert found.tau == 0
    assert found.mu == pytest.approx(np.log(1 / 2))


@settings(max_examples=30, deadline=None)
@given(st.floats(-4, 4), st.floats(0, 4))
def test_the_mean_rate_is_that_of_adaptive_integration(mu, tau):
    expected = quad(lambda z: norm.pdf(z) * expit(mu + tau * z), -12, 12, epsabs=1e-12)[0]
    assert marginal_mean(mu, tau) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)
@given(TABLES)
def test_dersimonian_laird_is_its_formula(pairs):
    effects, variances = logits(studies_of(pairs))
    weights = 1 / variances
    mean = (weights * effects).sum() / weights.sum()
    q = (weights * (effects - mean) ** 2).sum()
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    expected = max(0.0, (q - len(pairs) + 1) / scale)
    assert tau2_dersimonian_laird(effects, variances) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(TABLES)
def test_reml_is_the_highest_of_a_grid(pairs):
    effects, variances = logits(studies_of(pairs))
    found = tau2_reml(effects, variances)
    reached = restricted_log_likelihood(found, effects, variances)
    for tau2 in np.concatenate([np.linspace(0, 4, 81), np.geomspace(1e-6, 60, 60)]):
        assert restricted_log_likelihood(float(tau2), effects, variances) <= reached + 1e-9


@settings(max_examples=10, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(pairs, random):
    studies = studies_of(pairs)
    mixed = random.sample(studies, len(studies))
    for one, other in zip(pool(studies).pooled, pool(mixed).pooled, strict=True):
        if one.mu is not None:
            assert (other.mu, other.se) == pytest.approx((one.mu, one.se), rel=1e-5, abs=1e-6)


def test_one_huge_study_among_like_ones_dominates():
    pairs = [(3, 10), (2, 10), (4, 10), (300_000, 1_000_000)]
    for one in pool(studies_of(pairs)).pooled:
        assert one.tau2 == 0
        assert one.rate == pytest.approx(0.3, abs=1e-4)
        assert AT_BOUNDARY in one.notes


def test_where_studies_differ_one_huge_study_does_not_dominate():
    pairs = [(10, 100), (50, 100), (80, 100), (300_000, 1_000_000)]
    for one in pool(studies_of(pairs)).pooled:
        assert one.tau2 > 0.5
        assert abs(one.rate - 0.3) > 0.05


def test_without_variance_between_studies_the_binomial_model_is_the_sum():
    found = pool(studies_of([(30, 100), (31, 100), (29, 100)])).by(Method.GLMM)
    assert found.tau2 == 0
    assert (found.rate, found.mean_rate) == pytest.approx((0.3, 0.3), abs=1e-12)
    assert found.se == pytest.approx((1 / 90 + 1 / 210) ** 0.5, rel=1e-12)
    reach = t.isf(0.025, 2) * found.se
    assert found.ci == pytest.approx((expit(found.mu - reach), expit(found.mu + reach)))


def test_equal_rates_leave_hartung_and_knapp_without_width_unless_truncated():
    studies = studies_of([(3, 10), (6, 20), (9, 30)])
    plain = pool(studies).by(Method.REML)
    assert plain.se == pytest.approx(0, abs=1e-12)
    assert plain.ci == pytest.approx((0.3, 0.3))
    truncated = pool(studies, choices=Choices(truncated=True)).by(Method.REML)
    assert truncated.se == pytest.approx((60 * 0.3 * 0.7) ** -0.5, rel=1e-12)
    same = pool(studies_of([(3, 10)] * 3)).by(Method.DL)
    assert same.notes == (NO_WIDTH, AT_BOUNDARY)


def test_half_is_added_only_where_a_cell_is_nothing():
    pairs = [(0, 10), (5, 10), (10, 10)]
    effects, variances = logits(studies_of(pairs))
    assert effects == pytest.approx([np.log(0.5 / 10.5), 0, np.log(10.5 / 0.5)])
    assert variances == pytest.approx([2 + 1 / 10.5, 0.4, 2 + 1 / 10.5])
    assert "one of them is 0: s0, s2" in pool(studies_of(pairs)).by(Method.DL).notes[0]


@pytest.mark.parametrize("pairs", [[(0, 5)] * 3, [(5, 5)] * 4, [(0, 500), (500, 500), (0, 500)]])
def test_where_the_likelihood_has_no_maximum_the_result_says_so(pairs):
    found = pool(studies_of(pairs)).by(Method.GLMM)
    assert (found.mu, found.rate, found.ci, found.notes) == (None, None, None, (NO_MAXIMUM,))


def test_the_median_rate_lies_further_from_a_half_than_the_mean_rate():
    for one in pool(studies_of([(2, 50), (9, 40), (1, 60), (12, 30)])).pooled:
        assert one.rate < one.mean_rate < 0.5


def test_the_prediction_interval_is_wider_and_its_degrees_of_freedom_are_a_choice():
    studies = studies_of([(2, 50), (9, 40), (1, 60), (12, 30)])
    one = pool(studies).by(Method.REML)
    assert one.prediction[0] < one.ci[0] < one.rate < one.ci[1] < one.prediction[1]
    ahead = t.isf(0.025, 3) * (one.tau2 + one.se**2) ** 0.5
    assert one.prediction == pytest.approx((expit(one.mu - ahead), expit(one.mu + ahead)))
    fewer = pool(studies, choices=Choices(prediction_df_lost=2)).by(Method.REML)
    ahead = t.isf(0.025, 2) * (one.tau2 + one.se**2) ** 0.5
    assert fewer.prediction == pytest.approx((expit(one.mu - ahead), expit(one.mu + ahead)))


def test_truncation_only_widens():
    effects, variances = logits(studies_of([(30, 100), (31, 100), (29, 100)]))
    plain = hartung_knapp(effects, variances, 0.0)
    truncated = hartung_knapp(effects, variances, 0.0, truncated=True)
    assert plain[0] == truncated[0]
    assert plain[1] < truncated[1] == pytest.approx((1 / variances).sum() ** -0.5)


@pytest.mark.parametrize(("k", "refused", "warned"), [(1, True, False), (2, True, False), (3, False, True), (4, False, True), (5, False, False)])  # fmt: skip
def test_few_studies_are_refused_or_flagged(k, refused, warned):
    found = pool(studies_of([(3, 10), (9, 20), (4, 40), (5, 25), (6, 20)][:k]))
    assert (bool(found.refused), bool(found.notes)) == (refused, warned)
    assert bool(found.pooled) is not refused


def test_years_of_one_population_and_shared_people_are_refused_in_words():
    def drawn(name, year="", population="England"):
        return Study(study=name, events=5, nobs=10, source_population=population, year=year)

    apart = [drawn("x", population="a"), drawn("y", population="b"), drawn("z", population="")]
    assert pool([*apart, drawn("w", population="")]).refused == ""
    assert pool([drawn("2021", "2021"), drawn("2022", "2022"), *apart]).refused == (
        "2021 and 2022 are years of one source population (England): "
        "successive years of one population are no independent studies"
    )
    assert pool([drawn("2021", "2021"), *apart, drawn("a service of it")]).refused == (
        "2021 and a service of it draw on one source population (England): "
        "the same people would count twice"
    )


def test_groups_are_pooled_apart_in_their_order():
    pairs = [(3, 10), (9, 20), (4, 40)]
    studies = [
        Study(study=f"{group}{i}", events=k, nobs=n, group=group)
        for i, (k, n) in enumerate(pairs)
        for group in ("treated", "referred")
    ]
    found = pool_groups(studies, [Method.REML])
    assert [*found] == ["treated", "referred"]
    alone = pool(studies_of(pairs), [Method.REML]).by(Method.REML)
    assert {one.by(Method.REML).rate for one in found.values()} == {alone.rate}


def test_each_study_is_left_out_once():
    studies = studies_of([(3, 10), (9, 20), (4, 40), (5, 25)])
    found = leave_one_out(studies, [Method.DL])
    assert [*found] == ["s0", "s1", "s2", "s3"]
    assert found["s1"] == pool([studies[0], *studies[2:]], [Method.DL])


@pytest.mark.parametrize(("events", "nobs"), [(5, 4), (-1, 4), (0, 0)])
def test_what_is_no_rate_is_refused(events, nobs):
    with pytest.raises(FigureError) as caught:
        Study(study="a", events=events, nobs=nobs)
    assert str(caught.value) == (
        f"study a: {events} of {nobs} is no rate: expected 0 <= events <= n and n at least 1"
    )


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"level": 1.0}, "a level of 1.0 is none: expected between 0 and 1"),
        ({"prediction_df_lost": 3}, "k less 3 degrees of freedom: expected k less 1 or 2"),
    ],
)
def test_choices_out_of_range_are_refused(choice, message):
    with pytest.raises(FigureError) as caught:
        Choices(**choice)
    assert str(caught.value) == message
