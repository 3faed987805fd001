"""Pooled rates against other software: metafor for the normal models, lme4 for the binomial one.

metafor: effects, variances and results as PyMARE keeps them for its own comparison
(github.com/neurostuff/PyMARE, pymare/tests/data/metafor_small_sample.csv and
metafor_reference.json): `rma.uni(y, v, method = <DL or REML>, test = <knha or adhoc>)` of metafor
4.6.0 under R 4.4.1. `adhoc` is Hartung and Knapp with a factor of at least 1. metafor stops its REML
iterations at a change of 1e-5, hence the tolerance there.

lme4: `glmer(cbind(incidence, size - incidence) ~ 1 + (1 | herd), data = cbpp, family = binomial)`,
herds of cattle with pleuropneumonia. The log likelihood is printed in C. Dormann's course notes on
pseudo-R2, estimate and standard error in R. Moral's course notes on random effects. glmer's default is
Laplace's approximation, which is the adaptive rule with one point. The herds' rows, by period, are
added up: that leaves all but the binomial coefficients as it is. Data: Rdatasets, csv/lme4/cbpp.csv.
"""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import t
from statsmodels.stats.meta_analysis import combine_effects

from recovery_audit.binomial_normal import fit, log_likelihood
from recovery_audit.synthesis import hartung_knapp, tau2_dersimonian_laird, tau2_reml

EFFECTS = {
    "equal_k5": [
        (-0.375707, 0.8), (0.087667, 0.929221), (3.101687, 0.970525), (-0.06849, 1.094569),
        (0.31128, 1.2),
    ],
    "unequal_k5": [
        (-0.073207, 0.02), (-0.415375, 0.050569), (5.226533, 2.721731), (-0.785429, 0.041877),
        (-2.088512, 5.0),
    ],
    "extreme_k10": [
        (0.016779, 0.001), (0.796272, 0.055928), (1.404543, 0.521481), (-0.487727, 0.060657),
        (2.690687, 3.638258), (0.731744, 0.016879), (2.31175, 0.00968), (0.109614, 0.013116),
        (0.858999, 2.818472), (-2.844727, 10.0),
    ],
    "moderate_k20": [
        (0.91344, 0.1), (-0.013711, 2.93755), (0.71129, 2.146649), (-0.349063, 1.990442),
        (0.524942, 0.478369), (1.390945, 0.147635), (1.394405, 0.271023), (1.712806, 2.012027),
        (2.448195, 1.435666), (0.797816, 1.058463), (-0.455644, 1.071934), (0.34701, 0.310011),
        (1.10191, 0.949126), (1.118779, 0.39391), (0.13778, 0.856478), (2.617864, 0.39576),
        (0.139465, 0.108517), (0.330425, 0.353627), (-0.784248, 0.626412), (-0.138601, 3.0),
    ],
}  # fmt: skip

#: design, estimator, truncated, tau2, effect, standard error, lower, upper
METAFOR = [
    ("equal_k5", "dl", True, 1.08260596526162, 0.60497665381666177, 0.64379518699524474, -1.182485341866184, 2.3924386494995078),
    ("unequal_k5", "dl", True, 0.28382585271252081, -0.25834451420148669, 0.54387142220951235, -1.7683736622520501, 1.2516846338490768),
    ("extreme_k10", "dl", True, 1.0914460604195859, 0.69453702188798982, 0.39079170141387481, -0.18949522462750445, 1.5785692684034842),
    ("moderate_k20", "dl", True, 0.18430288219628541, 0.7892305009327274, 0.1881149197003058, 0.39550144900689976, 1.182959552858555),
    ("equal_k5", "reml", False, 1.0830683217408152, 0.60497869770208224, 0.63782041947034707, -1.1658946839315667, 2.3758520793357314),
    ("unequal_k5", "reml", False, 3.0539045155524738, 0.18480405951699172, 1.0399695871305989, -2.7026144102263312, 3.0722225292603142),
    ("extreme_k10", "reml", False, 0.8224002783454577, 0.68688970207394351, 0.32791238847993598, -0.054899656296211186, 1.4286790604440982),
    ("moderate_k20", "reml", False, 0.23909863987740002, 0.78602512965241322, 0.1862742805111853, 0.39614857982490137, 1.1759016794799251),
    ("equal_k5", "reml", True, 1.0830683217408152, 0.60497869770208224, 0.64386731554321908, -1.1826835589347322, 2.3926409543388965),
    ("extreme_k10", "reml", True, 0.8224002783454577, 0.68688970207394351, 0.3448079418402753, -0.09312005334974216, 1.4668994574976293),
    ("moderate_k20", "reml", True, 0.23909863987740002, 0.78602512965241322, 0.19840151801276223, 0.37076598002057831, 1.2012842792842482),
]  # fmt: skip
TOLERANCE = {"dl": 1e-12, "reml": 1e-4}


@pytest.mark.parametrize(
    ("design", "estimator", "truncated", "numbers"),
    [(*case[:3], case[3:]) for case in METAFOR],
    ids=["-".join(map(str, case[:3])) for case in METAFOR],
)
def test_the_normal_models_agree_with_metafor(design, estimator, truncated, numbers):
    tau2, effect, error, lower, upper = numbers
    effects, variances = np.array(EFFECTS[design]).T
    estimate = {"dl": tau2_dersimonian_laird, "reml": tau2_reml}[estimator]
    found = estimate(effects, variances)
    near = {"rel": TOLERANCE[estimator], "abs": TOLERANCE[estimator]}
    assert found == pytest.approx(tau2, **near)
    mu, se = hartung_knapp(effects, variances, found, truncated=truncated)
    reach = t.isf(0.025, len(effects) - 1) * se
    assert (mu, se) == pytest.approx((effect, error), **near)
    assert (mu - reach, mu + reach) == pytest.approx((lower, upper), **near)


def test_statsmodels_does_not_cut_a_negative_variance_at_nothing_and_we_do():
    effects, variances = np.array([0.1, 0.12, 0.09]), np.array([0.5, 0.4, 0.6])
    with np.errstate(invalid="ignore"):
        assert combine_effects(effects, variances, method_re="dl").tau2 < 0
    assert tau2_dersimonian_laird(effects, variances) == 0


@pytest.mark.parametrize("design", EFFECTS)
def test_hartung_and_knapp_is_what_statsmodels_says(design):
    effects, variances = np.array(EFFECTS[design]).T
    theirs = combine_effects(effects, variances, method_re="dl")
    ours = hartung_knapp(effects, variances, theirs.tau2)
    assert ours == pytest.approx((theirs.mean_effect_re, theirs.sd_eff_w_re_hksj), rel=1e-12)


#: Herd -> (new cases, animals) in each period.
HERDS = {
    1: [(2, 14), (3, 12), (4, 9), (0, 5)], 2: [(3, 22), (1, 18), (1, 21)],
    3: [(8, 22), (2, 16), (0, 16), (2, 20)], 4: [(2, 10), (0, 10), (2, 9), (0, 6)],
    5: [(5, 18), (0, 25), (0, 24), (1, 4)], 6: [(3, 17), (0, 17), (0, 18), (1, 20)],
    7: [(8, 16), (1, 10), (3, 9), (0, 5)], 8: [(12, 34)],
    9: [(2, 9), (0, 6), (0, 8), (0, 6)], 10: [(1, 22), (1, 22), (0, 18), (2, 22)],
    11: [(0, 25), (5, 27), (3, 22), (1, 22)], 12: [(2, 10), (1, 8), (0, 6), (0, 5)],
    13: [(1, 21), (2, 24), (0, 19), (0, 23)], 14: [(11, 19), (0, 2), (0, 3), (0, 2)],
    15: [(1, 19), (1, 15), (1, 15), (0, 15)],
}  # fmt: skip
LME4 = {"log_likelihood": -104.8315, "mu": -2.0457, "se": 0.2411}


def coefficients(pairs):
    """The logarithm of the binomial coefficients, which adding up rows changes."""
    events, nobs = np.array(pairs).T
    return float(np.sum(gammaln(nobs + 1) - gammaln(events + 1) - gammaln(nobs - events + 1)))


def test_with_one_point_the_binomial_model_is_that_of_lme4():
    totals = [tuple(np.sum(rows, axis=0)) for rows in HERDS.values()]
    events, nobs = np.array(totals).T
    rows = [row for herd in HERDS.values() for row in herd]
    shift = coefficients(rows) - coefficients(totals)

    def loss(at):
        return -log_likelihood(at[0], at[1], events, nobs, nodes=1) - shift

    best = minimize(loss, [-2.0, 0.7], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
    # glmer's inner iterations stop at a tolerance of their own: its log likelihood of the model with
    # periods as well, -92.02657, is 0.0003 below Laplace's approximation at its own estimates.
    assert -best.fun == pytest.approx(LME4["log_likelihood"], abs=3e-4)
    assert best.x[0] == pytest.approx(LME4["mu"], abs=1e-3)
    assert standard_error(loss, best.x) == pytest.approx(LME4["se"], rel=0.01)
    # More points move the answer by less than a tenth of its standard error.
    found = fit(events, nobs)
    assert found.mu == pytest.approx(LME4["mu"], abs=0.02)
    assert found.se == pytest.approx(LME4["se"], abs=0.005)


def standard_error(loss, at, step=1e-3):
    """From second differences of the log likelihood."""

    def second(i, j):
        one, other = np.eye(2)[i] * step, np.eye(2)[j] * step
        corners = loss(at + one + other) - loss(at + one - other) - loss(at - one + other)
        return (corners + loss(at - one - other)) / (4 * step**2)

    information = [[second(i, j) for j in range(2)] for i in range(2)]
    return float(np.linalg.inv(information)[0, 0] ** 0.5)
