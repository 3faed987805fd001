"""The tables of the sensitivity analyses, each by another route than the one that made it."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import binom, binomtest, multivariate_normal, norm

from recovery_audit.diagnosis import Accuracy
from recovery_audit.errors import AuditError, TableError
from recovery_audit.rounding import RoundingRule
from recovery_audit.sensitivity.assumptions import load_assumptions
from recovery_audit.sensitivity.detectability import rate_found, rejected
from recovery_audit.sensitivity.questionnaire import INCOMPATIBLE, draw_accuracy, in_words
from recovery_audit.sensitivity.rates import decimal, named, rates_of
from recovery_audit.sensitivity.untreated import set_beside_untreated


def rows(table, **chosen):
    for column, value in chosen.items():
        table = table[table[column] == value]
    return table.to_dict("records")


def six(value):
    return f"{value:.6f}"


def printed(audited, claim):
    table = audited["claims"].drop_duplicates("claim_id").set_index("claim_id")
    return Fraction(table.loc[claim, "figure"])


# --- rates and their counts ---------------------------------------------------------------------


def test_a_published_rate_comes_with_every_pair_that_fits_it(audited):
    for rate in rates_of(audited):
        if rate.nobs:
            assert rate.value == Fraction(rate.count, rate.nobs)
    assert [rate.nobs for rate in named(rates_of(audited), "scott")] == [65, 76, 87]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("claim", "no-such-claim", "got 'no-such-claim'; expected a claim of data/claims"),
        ("year", "1999-00", "got '1999-00'; expected a year and group of data/national"),
    ],
)
def test_a_rate_that_does_not_exist_is_named(audited, column, value, words):
    rates = audited["rates"].copy()
    wanted = rates["claim"] != "" if column == "claim" else rates["official"] != ""
    rates.loc[rates.index[wanted.to_numpy()][0], column] = value
    with pytest.raises(TableError) as raised:
        rates_of(audited | {"rates": rates})
    assert words in str(raised.value)


def test_decimals_are_rounded_to_six_and_a_blank_stays_blank():
    assert decimal(Fraction(2, 3)) == "0.666667"
    assert decimal(-0.0) == "0.000000"
    assert decimal(None) == ""


# --- missing outcomes ---------------------------------------------------------------------------


def test_bounds_and_tipping_points_by_counting_the_missing(audited):
    bounds = {(row["ladder"], row["rung"], row["witness"]): row
              for row in rows(audited["missing_outcomes"])}  # fmt: skip
    for row in rows(audited["tipping_points"], case_share="1.000000"):
        arm = bounds[row["ladder"], row["rung"], row["witness"]]
        total = arm["n"] + arm["missing"]
        assert arm["lower"] == six(arm["k"] / total)
        assert arm["upper"] == six((arm["k"] + arm["missing"]) / total)
        if total > 20_000:
            continue
        target = Fraction(row["threshold_value"])
        reaching = [m for m in range(arm["missing"] + 1)
                    if Fraction(arm["k"] + m, total) >= target - Fraction(1, 10**6)]  # fmt: skip
        if not reaching:
            assert row["standing"] == "unreachable"
            assert row["count"] is None
        else:
            assert row["count"] == reaching[0]
            assert row["standing"] == ("reachable" if reaching[0] else "already reached")


def test_an_odds_ratio_of_one_leaves_the_rate_and_nothing_leaves_the_lower_bound(audited):
    bounds = {(row["ladder"], row["rung"], row["witness"]): row
              for row in rows(audited["missing_outcomes"])}  # fmt: skip
    for row in rows(audited["imor_rates"], case_share="1.000000"):
        arm = bounds[row["ladder"], row["rung"], row["witness"]]
        if row["imor"] == "1.000000":
            assert row["value"] == row["missing_rate"] == arm["value"]
        if row["imor"] == "0.000000":
            assert row["value"] == arm["lower"]
        assert float(arm["lower"]) <= float(row["value"]) <= float(arm["upper"])


def test_with_fewer_cases_among_the_missing_the_group_is_smaller(audited):
    bounds = {(row["ladder"], row["rung"], row["witness"]): row
              for row in rows(audited["missing_outcomes"])}  # fmt: skip
    for row in rows(audited["imor_rates"], imor="0.000000"):
        arm = bounds[row["ladder"], row["rung"], row["witness"]]
        missing = arm["missing"] * float(row["case_share"])
        assert row["value"] == six(arm["k"] / (arm["n"] + missing))
    for row in rows(audited["tipping_points"], threshold="publicised"):
        arm = bounds[row["ladder"], row["rung"], row["witness"]]
        missing = arm["missing"] * float(row["case_share"])
        needed = 0.5 * (arm["n"] + missing) - arm["k"]
        assert (row["standing"] == "reachable") == (0 < needed <= missing)
        if row["missing_rate"]:
            assert float(row["missing_rate"]) == pytest.approx(needed / missing, abs=1e-6)


# --- rounding and the pair ----------------------------------------------------------------------


def prints_as(count, nobs, figure, rule):
    """Whether a count prints as a figure, by schoolbook arithmetic on whole numbers."""
    places = len(figure.partition(".")[2])
    scaled = Fraction(100 * count * 10**places, nobs)
    below, rest = int(scaled), scaled - int(scaled)
    half = Fraction(1, 2)
    shown = {
        RoundingRule.HALF_UP: {below + (rest >= half)},
        RoundingRule.HALF_DOWN: {below + (rest > half)},
        RoundingRule.HALF_EVEN: {below + (rest > half or (rest == half and below % 2 == 1))},
        RoundingRule.EITHER_TIE: {below + (rest > half), below + (rest >= half)},
        RoundingRule.TRUNCATED: {below},
        RoundingRule.CEILING: {below + (rest > 0)},
    }[rule]
    return int(Fraction(figure) * 10**places) in shown


def test_the_pairs_of_each_rounding_rule_are_all_there_are(audited):
    figures = {"scott": ("9.2", 90), "mus-recovery": ("29.35", 172), "mus-reliable": ("17.39", 172)}
    chosen = rows(audited["witness_choice"], choice="every size that fits the figure")
    assert {row["rate"] for row in chosen} == set(figures)
    for row in chosen:
        figure, bound = figures[row["rate"]]
        rule = RoundingRule(row["rounding_rule"])
        found = [(k, n) for n in range(1, bound + 1) for k in range(n + 1)
                 if prints_as(k, n, figure, rule)]  # fmt: skip
        assert row["pairs"] == len(found)
        assert (row["standing"] == "possible") == bool(found)
        if found:
            assert (row["k"], row["n"]) == found[0]
            assert (row["k_largest"], row["n_largest"]) == found[-1]


# --- detectability ------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 60), st.integers(2, 18))
def test_the_exact_test_rejects_from_the_critical_counts_on(nobs, twentieths):
    value = twentieths / 20
    below, above = rejected(nobs, value, 0.05)
    rejects = [binomtest(count, nobs, value).pvalue < 0.05 for count in range(nobs + 1)]
    middle = round(nobs * value)
    lower = [count for count in range(middle + 1) if rejects[count]]
    upper = [count for count in range(middle, nobs + 1) if rejects[count]]
    assert below == (max(lower) if lower else None)
    assert above == (min(upper) if upper else None)


@settings(max_examples=40, deadline=None)
@given(st.integers(5, 80), st.data())
def test_a_rate_is_found_with_the_power_asked_for(nobs, data):
    critical = data.draw(st.integers(0, nobs - 1))
    low = rate_found(nobs, critical, 0.8, below_it=True)
    high = rate_found(nobs, nobs - critical, 0.8, below_it=False)
    assert binom.cdf(critical, nobs, low) == pytest.approx(0.8, abs=1e-9)
    assert binom.sf(nobs - critical - 1, nobs, high) == pytest.approx(0.8, abs=1e-9)


def test_the_p_values_are_those_of_the_binomial_test(audited):
    for row in rows(audited["detectability"])[::5]:
        # The likelihood method: all counts no more likely than the one seen.
        weights = binom.pmf(range(row["n"] + 1), row["n"], float(row["reference_value"]))
        p_value = weights[weights <= weights[row["k"]] * (1 + 1e-7)].sum()
        assert float(row["p_value"]) == pytest.approx(p_value, rel=0.01)


# --- test accuracy ------------------------------------------------------------------------------


def test_corrected_rates_lead_back_to_the_questionnaire(audited):
    """Follow 100 true and false cases through the test and count who ends below the cut-off."""
    claims = {"Levis": ("levis2019-sensitivity", "levis2019-specificity"),
              "Kroenke": ("kroenke2001-sensitivity", "kroenke2001-specificity")}  # fmt: skip
    independent = audited["test_accuracy"][audited["test_accuracy"]["dependence"] == "0.000000"]
    for row in rows(independent):
        name = next(name for name in claims if name in row["test"])
        found = [float(printed(audited, claim)) for claim in claims[name]]
        sensitivity, specificity = (share / 100 if share > 1 else share for share in found)
        true, ill, well = (
            float(row["true_case"]),
            float(row["falsely_ill"]),
            float(row["true_rate"]),
        )
        still_ill = true * (1 - well) + (1 - true) * ill
        below = still_ill * (1 - sensitivity) + (1 - still_ill) * specificity
        assert below == pytest.approx(float(row["value"]), abs=3e-6)


def test_the_range_over_new_onsets_is_that_from_none_to_all(audited):
    table = audited["test_accuracy"]
    keys = ["rate", "witness", "test", "true_case", "dependence"]
    sensitivity, specificity = 0.88, 0.85  # Levis et al. 2019, as data/claims has it
    for _, found in table[table["test"].str.contains("Levis")].groupby(keys):
        none = found[found["falsely_ill"] == "0.000000"].iloc[0]
        true, apparent = float(none["true_case"]), float(none["value"])
        if none["dependence"] != "0.000000":
            continue
        ends = []
        for ill in (0.0, 1.0):
            others = ill * (1 - sensitivity) + (1 - ill) * specificity
            of_true = (apparent - (1 - true) * others) / true
            ends.append((of_true - (1 - sensitivity)) / (sensitivity + specificity - 1))
        assert float(none["lower"]) == pytest.approx(min(ends), abs=2e-6)
        assert float(none["upper"]) == pytest.approx(max(ends), abs=2e-6)


def test_what_cannot_be_is_said_and_not_drawn_in(audited):
    standings = set()
    for row in rows(audited["test_accuracy"]):
        rate = float(row["true_rate"])
        assert (row["standing"] == "possible") == (0 <= rate <= 1)
        standings.add(row["standing"])
    assert "impossible: below 0" in standings
    accuracy = Accuracy(sensitivity=0.8, specificity=0.9)
    assert in_words(0.1, -0.2, accuracy) == INCOMPATIBLE
    assert in_words(0.95, 1.1, accuracy) == "impossible: above 1"


def test_draws_keep_the_published_medians_limits_and_correlation(typed):
    assumptions = load_assumptions(typed["config"]["assumptions"])
    accuracy = Accuracy(sensitivity=0.88, specificity=0.85)
    limits = ((0.83, 0.92), (0.82, 0.88))
    for correlation in (0.0, -0.5):
        drawn = draw_accuracy(accuracy, limits, correlation, assumptions)
        for values, middle, (low, high) in zip(drawn, (0.88, 0.85), limits, strict=True):
            assert np.median(values) == pytest.approx(middle, abs=0.002)
            # The published limits need not lie evenly about the estimate: their width is kept.
            width = np.diff(np.log(np.quantile(values, [0.025, 0.975]) /
                                   (1 - np.quantile(values, [0.025, 0.975]))))[0]  # fmt: skip
            published = math.log(high / (1 - high)) - math.log(low / (1 - low))
            assert width == pytest.approx(published, rel=0.03)
        logits = np.log(drawn / (1 - drawn))
        assert np.corrcoef(logits)[0, 1] == pytest.approx(correlation, abs=0.03)


# --- misdiagnosis and the construct -------------------------------------------------------------


def test_recovery_among_true_cases_by_counting_people(audited):
    for row in rows(audited["misdiagnosis"]):
        if row["n"] is None or row["n"] > 1000 or row["misdiagnosed"] == "0.000000":
            continue
        n, k = row["n"] * 1000, row["k"] * 1000  # a thousandfold, so that shares are whole people
        out = round(float(row["misdiagnosed"]) * n)
        assert row["lower"] == six(max(0, k - out) / (n - out))
        assert row["upper"] == six(min(k, n - out) / (n - out))


def test_frechet_bounds_at_the_worst_corner_by_a_linear_programme(audited):
    rates = rates_of(audited)
    for row in rows(audited["construct_gap"], correlation="", witness=1):
        scale, condition = (named(rates, row[key])[0] for key in ("scale", "condition"))
        shares = []
        for p in scale.wilson(0.95):
            for q in condition.wilson(0.95):
                # Cells: both, scale only, condition only, neither.
                equal = {"A_eq": [[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]], "b_eq": [p, q, 1]}
                least = linprog([1, 0, 0, 0], **equal).fun
                most = -linprog([-1, 0, 0, 0], **equal).fun
                shares += [least / p, most / p]
        assert float(row["given_lower"]) == pytest.approx(min(shares), abs=2e-6)
        assert float(row["given_upper"]) == pytest.approx(max(shares), abs=2e-6)


def test_the_curve_between_the_bounds_is_that_of_two_normals(audited):
    for row in rows(audited["construct_gap"], witness=1):
        if row["correlation"] in ("", "0.900000"):
            continue
        at = [norm.ppf(float(row[key])) for key in ("scale_value", "condition_value")]
        rho = float(row["correlation"])
        both = multivariate_normal.cdf(at, cov=[[1, rho], [rho, 1]])
        assert float(row["both_lower"]) == pytest.approx(both, abs=2e-5)


# --- blinding, untreated remission, horizon -----------------------------------------------------


def test_each_effect_is_adjusted_on_its_own_scale(audited):
    ratio = float(printed(audited, "hrobjartsson2012-ratio"))
    shift = float(printed(audited, "hrobjartsson2013-difference"))
    (odds,) = rows(audited["blinding"], effect="trial-recovery")
    treated, usual = 0.594, 0.366
    before = (treated / (1 - treated)) / (usual / (1 - usual))
    assert float(odds["value"]) == pytest.approx(before, abs=1e-6)
    assert float(odds["adjusted"]) == pytest.approx(before * ratio, abs=1e-6)
    assert float(odds["lower"]) < float(odds["adjusted"]) < float(odds["upper"]) < before
    (depression,) = rows(audited["blinding"], effect="trial-depression", adjustment="difference")
    # Symptoms: less is better, so taking the bias away brings the difference nearer to none.
    assert float(depression["adjusted"]) == pytest.approx(-0.67 - shift)
    assert float(depression["value"]) < float(depression["adjusted"]) < 0


def test_an_uncontrolled_rate_is_never_adjusted(audited):
    effects = audited["blinding"]
    untouched = effects[effects["adjustment"] == "none"]
    assert {"publicised-rate", "interview-rate"} <= set(untouched["effect"])
    assert (untouched["adjusted"] == "").all()
    assert untouched["standing"].str.startswith("not applied: ").all()


def test_the_contrast_is_of_one_trial_and_the_other_rows_are_the_rates(audited, typed):
    table = audited["untreated_remission"]
    (contrast,) = rows(table, role="contrast")
    treated, usual = (
        printed(audited, claim)
        for claim in ("saether2020-reliable-recovery", "saether2020-reliable-recovery-usual")
    )
    assert Fraction(contrast["value"]) == (treated - usual) / 100
    assert list(dict.fromkeys(table["role"]))[-1] == "contrast"
    wrong = [{"treated": "trial-12-months", "control": "nothing", "note": ""}]
    with pytest.raises(AuditError, match=r"names the rate 'nothing': data/rates.csv has none such"):
        set_beside_untreated(audited, wrong, typed["config"]["interval_level"])


def test_a_rate_a_year_on_and_of_persons(audited):
    table, relapsed = audited["horizon_and_unit"], printed(audited, "ali2017-relapse")
    for row in rows(table, question="relapse"):
        kept = Fraction(row["value"]) * (1 - relapsed / 100)
        assert abs(Fraction(row["lower"]) - kept) <= Fraction(2, 10**6)
        assert row["upper"] == row["value"]
    (persons,) = rows(table, question="persons")
    assert persons["lower"] == ""
    assert "not identified" in persons["note"] or "identif" in persons["note"]
    years = audited["annual_totals"]
    years = years[(years["year"] >= "2012-13") & (years["year"] <= "2017-18")]
    once, again = (printed(audited, f"cbtwatch-referred-{part}") for part in ("once", "again"))
    recovered = int(years["recovery"].astype(int).sum())
    assert persons["upper"] == six(recovered / float((once + again) * 10**6))


# --- errors of the audit ------------------------------------------------------------------------


def test_flags_expected_by_chance_by_drawing_figures(audited):
    """Of all figures of a precision, the share that no count prints is the chance of a flag."""
    verdicts = audited["verdicts"]
    newton = verdicts[(verdicts["document"] == "newton-2010") & verdicts["n_known"].notna()]
    (row,) = rows(audited["audit_error_rates"], kind="document", name="newton-2010")
    expected = 0.0
    for claim in newton.to_dict("records"):
        places, nobs = int(claim["decimals"]), int(claim["n_known"])
        shown = set()
        for count in range(nobs + 1):
            scaled = Fraction(100 * count * 10**places, nobs)
            below, rest = int(scaled), scaled - int(scaled)
            shown |= {below + (rest > Fraction(1, 2)), below + (rest >= Fraction(1, 2))}
        missed = 1 - len(shown) / (100 * 10**places + 1)
        expected += missed if float(claim["power_ordinary"] or 0) > 0 else 0
    assert float(row["expected"]) == pytest.approx(expected, abs=0.02)


def test_what_was_found_is_what_the_verdicts_flag(audited):
    verdicts = audited["verdicts"]
    can_be_caught = verdicts["power_ordinary"].map(lambda power: float(power or 0) > 0)
    known = verdicts[verdicts["n_known"].notna() & can_be_caught]
    for row in rows(audited["audit_error_rates"], kind="document"):
        mine = known if row["name"] == "all-documents" else known[known["document"] == row["name"]]
        assert row["checked"] == len(mine)
        assert row["found"] == list(mine["verdict"]).count("inconsistent")


def test_all_documents_are_the_sum_of_each(audited):
    table = audited["audit_error_rates"]
    documents = table[table["kind"] == "document"]
    each = documents[documents["name"] != "all-documents"]
    (whole,) = rows(documents, name="all-documents")
    for column in ("checked", "found"):
        assert whole[column] == each[column].sum()
    total = sum(Fraction(value) for value in each["expected"])
    assert abs(Fraction(whole["expected"]) - total) < Fraction(1, 10**5)


# --- the summary --------------------------------------------------------------------------------


def test_the_summary_says_what_the_specifications_say(audited):
    found = audited["multiverse"]
    for row in rows(audited["summary"]):
        mine = found[(found["study"] == row["rate"]) & (found["standing"] == "possible")]
        plausible = mine[mine["plausible"] == "yes"]
        same = plausible[plausible["estimand"] == "same"]["estimate"].astype(float)
        anything = plausible["estimate"].astype(float)
        for suffix, values in (("", same), ("_any", anything)):
            assert float(row[f"lowest{suffix}"]) == values.min()
            assert float(row[f"highest{suffix}"]) == values.max()
            assert row[f"specifications{suffix}"] == len(values)
        gap = (anything - float(row["other_value"])).abs()
        assert abs(float(row["nearest"]) - float(row["other_value"])) == pytest.approx(gap.min())
        nearest = plausible[plausible["spec_id"] == row["nearest_id"]]
        assert list(nearest["estimate"]) == [row["nearest"]]


def test_what_the_missing_would_have_to_have_done(audited):
    for row in rows(audited["summary"]):
        target, bound = float(row["other_value"]), float(row["bound"])
        if row["standing"] == "reachable":
            assert bound >= target
            assert 0 < row["needed"] <= row["missing"]
        else:
            assert row["standing"] == "unreachable"
            assert row["needed"] is None or row["needed"] != row["needed"]
            rising = float(row["highest"]) < target
            assert bound < target if rising else bound > target
