"""Test accuracy, misdiagnosis and the other criterion, on rates high enough for bounds to bite."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from recovery_audit.diagnosis import Accuracy
from recovery_audit.errors import AuditError, FigureError
from recovery_audit.sensitivity.construct_gap import compare_criteria
from recovery_audit.sensitivity.misdiagnosis import bound_misdiagnosis
from recovery_audit.sensitivity.questionnaire import INCOMPATIBLE, correct_for_accuracy, in_words
from recovery_audit.sensitivity.rates import named, rates_of

TEST = {
    "test": "a questionnaire",
    "sensitivity": "test-sensitivity",
    "specificity": "test-specificity",
    "rates": ["low-mood", "untreated", "publicised"],
}
INTERVALS = {"intervals": ["test-sensitivity-interval", "test-specificity-interval"]}


def rows(table, **chosen):
    for column, value in chosen.items():
        table = table[table[column] == value]
    return table.to_dict("records")


# --- the construct ------------------------------------------------------------------------------


def shares_of_both(p, q):
    """Least and largest share that recovers by both criteria, by a linear programme."""
    equal = {"A_eq": [[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]], "b_eq": [p, q, 1]}
    return [sign * linprog([sign, 0, 0, 0], **equal).fun for sign in (1, -1)]


@pytest.mark.parametrize(("condition", "least", "most"), [
    ("interview", 0.4, 1),  # of 80%: both bounds of the share are above 0, the upper one is all
    ("clinic", 0, 0.99),    # of 30%: the upper bound is below all
])  # fmt: skip
def test_the_bounds_are_the_worst_of_all_rates_inside_the_intervals(
    invented, assumptions, condition, least, most
):
    """Not the corners only: every pair of rates on a grid that spans both intervals."""
    level = 0.95
    pairs = [{"scale": "low-mood", "condition": condition}]
    row, *_ = rows(compare_criteria(invented, pairs, assumptions, level), correlation="")
    limits = [named(rates_of(invented), name)[0].wilson(level) for name in ("low-mood", condition)]
    grid = [np.linspace(*ends, 7) for ends in limits]
    both = {(p, q): shares_of_both(p, q) for p, q in product(*grid)}
    assert float(row["both_lower"]) == pytest.approx(min(b[0] for b in both.values()), abs=1e-6)
    assert float(row["both_upper"]) == pytest.approx(max(b[1] for b in both.values()), abs=1e-6)
    given = [[share / p for share in found] for (p, _), found in both.items()]
    assert float(row["given_lower"]) == pytest.approx(min(g[0] for g in given), abs=1e-6)
    assert float(row["given_upper"]) == pytest.approx(max(g[1] for g in given), abs=1e-6)
    assert float(row["given_lower"]) >= least
    assert float(row["given_upper"]) <= most


def test_independent_criteria_leave_the_rate_of_the_condition(invented, assumptions):
    pairs = [{"scale": "low-mood", "condition": "interview"}]
    (row,) = rows(compare_criteria(invented, pairs, assumptions, 0.95), correlation="0.000000")
    assert row["both_lower"] == row["both_upper"] == f"{770 / 1100 * 40 / 50:.6f}"
    assert row["given_lower"] == row["given_upper"] == "0.800000"
    assert row["condition_value"] == "0.800000"


def test_every_pair_of_counts_of_the_condition_is_compared(invented, assumptions):
    pairs = [{"scale": "nation", "condition": "clinic"}]
    found = compare_criteria(invented, pairs, assumptions, 0.95)
    bounds = rows(found, correlation="")
    assert [row["witness"] for row in bounds] == [1, 2]
    # Ten people say less than twenty: the bounds are wider.
    assert bounds[0]["both_upper"] > bounds[1]["both_upper"]


def test_a_scale_that_several_pairs_fit_is_refused(invented, assumptions):
    pairs = [{"scale": "clinic", "condition": "interview"}]
    with pytest.raises(AuditError, match="the rate 'clinic', which 2 pairs of counts fit"):
        compare_criteria(invented, pairs, assumptions, 0.95)


def test_a_rate_without_counts_bounds_at_its_printed_value(invented, assumptions):
    pairs = [{"scale": "trial", "condition": "publicised"}]
    (row,) = rows(compare_criteria(invented, pairs, assumptions, 0.95), correlation="")
    assert [row[f"both_{end}"] for end in ("lower", "upper")] == ["0.100000", "0.500000"]
    assert [row[f"given_{end}"] for end in ("lower", "upper")] == ["0.166667", "0.833333"]


# --- misdiagnosis -------------------------------------------------------------------------------


def test_recovery_among_true_cases_over_every_way_to_be_misdiagnosed(invented, assumptions):
    """Choose which of the recovered and of the others were misdiagnosed: all ways, one by one."""
    table = bound_misdiagnosis(invented, assumptions, ["misdiagnosed-elsewhere"])
    assert {row["rate"] for row in table.to_dict("records")} == {"clinic", "interview"}
    for row in table.to_dict("records"):
        k, n = row["k"], row["n"]
        out = round(float(row["misdiagnosed"]) * n)
        left = [Fraction(k - gone, n - out) for gone in range(k + 1) if 0 <= out - gone <= n - k]
        assert row["lower"] == f"{float(min(left)):.6f}"
        assert row["upper"] == f"{float(max(left)):.6f}"
        assert row["independent"] == row["value"]


def test_a_published_share_is_marked_as_a_reference(invented, assumptions):
    table = bound_misdiagnosis(invented, assumptions, ["misdiagnosed-elsewhere"])
    marked = table[table["reference"] != ""]
    assert set(marked["misdiagnosed"]) == {"0.400000"}
    assert set(marked["inputs"]) == {
        "clinic-recovered misdiagnosed-elsewhere", "interview-recovered misdiagnosed-elsewhere"
    }  # fmt: skip
    assert len(marked) * 2 == len(table) - len(marked), "two swept shares to each published one"


def test_everybody_misdiagnosed_leaves_no_rate(invented, assumptions):
    invented["claims"].loc[invented["claims"]["claim_id"] == "misdiagnosed-elsewhere", "figure"] = (
        "100"
    )
    with pytest.raises(FigureError) as caught:
        bound_misdiagnosis(invented, assumptions, ["misdiagnosed-elsewhere"])
    assert str(caught.value) == "a share of 1.0 misdiagnosed is none: expected 0 up to below 1"


# --- test accuracy ------------------------------------------------------------------------------


def below_the_cut_off(well, *, sensitivity=0.9, specificity=0.8):
    """Count who ends below the cut-off if this share of a group is well."""
    return (1 - well) * (1 - sensitivity) + well * specificity


def test_corrected_rates_and_their_ranges_lead_back_to_the_questionnaire(invented, assumptions):
    table = correct_for_accuracy(invented, [TEST], assumptions)["test_accuracy"]
    assert len(table) == 3 * 2 * 2, "three rates, two predictive values, two shares of onsets"
    for row in table.to_dict("records"):
        true, ill = float(row["true_case"]), float(row["falsely_ill"])
        for column, onsets in (("true_rate", ill), ("lower", 0), ("upper", 1)):
            below = true * below_the_cut_off(float(row[column]))
            below += (1 - true) * below_the_cut_off(1 - onsets)
            assert below == pytest.approx(float(row["value"]), abs=2e-6), column


def test_a_share_that_was_published_in_per_cent_is_read_as_one(invented, assumptions):
    table = correct_for_accuracy(invented, [TEST], assumptions)["test_accuracy"]
    everybody = rows(table, rate="publicised", true_case="1.000000", falsely_ill="0.000000")
    assert [row["true_rate"] for row in everybody] == [f"{(0.5 - 0.1) / 0.7:.6f}"]


def test_a_rate_beyond_all_is_printed_as_such_and_not_clipped(invented, assumptions):
    table = correct_for_accuracy(invented, [TEST], assumptions)["test_accuracy"]
    for row in table.to_dict("records"):
        rate = float(row["true_rate"])
        expected = "impossible: below 0" if rate < 0 else "possible"
        assert row["standing"] == (expected if rate <= 1 else "impossible: above 1")
    assert {row["standing"] for row in table.to_dict("records")} == {
        "possible", "impossible: below 0", "impossible: above 1"
    }  # fmt: skip


def test_more_scores_above_the_cut_off_than_the_test_finds_is_said(invented, assumptions):
    """Of the clinic, 1 in 20 ends below the cut-off; of the ill alone, 1 in 10 would."""
    invented["claims"].loc[invented["claims"]["claim_id"] == "untreated-recovered", "figure"] = "5"
    found = correct_for_accuracy(invented, [TEST | {"rates": ["untreated"]}], assumptions)
    assert set(found["test_accuracy"]["standing"]) == {INCOMPATIBLE}


def test_errors_that_go_together_can_make_it_compatible():
    # Whoever was found while ill is found again more often than `sensitivity` of the time.
    accuracy = Accuracy(sensitivity=0.8, specificity=0.9)
    assert in_words(0.15, 0.05, accuracy) == "possible"
    assert in_words(0.15, -0.05, accuracy) == INCOMPATIBLE
    assert in_words(0.25, -0.05, accuracy) == "impossible: below 0"
    assert in_words(0.95, 1.05, accuracy) == "impossible: above 1"


def test_draws_are_made_only_where_intervals_are_published(invented, assumptions):
    assert correct_for_accuracy(invented, [TEST], assumptions)["test_accuracy_draws"].empty


def test_draws_lie_about_the_point_estimate_and_repeat(invented, assumptions):
    tests = [TEST | INTERVALS | {"rates": ["publicised"]}]
    first, second = (
        correct_for_accuracy(invented, tests, assumptions)["test_accuracy_draws"] for _ in range(2)
    )
    assert first.equals(second)
    for row in first.to_dict("records"):
        assert float(row["median"]) == pytest.approx((0.5 - 0.1) / 0.7, abs=0.01)
        assert float(row["lower"]) < float(row["median"]) < float(row["upper"])
        assert row["impossible"] == 0
    # Where one error falls as the other rises, (0.5 - (1 - Se)) / (Se + Sp - 1) varies more.
    free, traded = (float(row["upper"]) - float(row["lower"]) for row in first.to_dict("records"))
    assert traded > free * 1.05


def test_draws_beyond_all_are_counted(invented, assumptions):
    """A rate of exactly `1 - sensitivity`: half of the draws put the true rate below 0."""
    invented["claims"].loc[invented["claims"]["claim_id"] == "untreated-recovered", "figure"] = "10"
    tests = [TEST | INTERVALS | {"rates": ["untreated"]}]
    found = correct_for_accuracy(invented, tests, assumptions)["test_accuracy_draws"]
    for row in found.to_dict("records"):
        # Four standard errors of a share of 4,000 draws.
        assert row["impossible"] == pytest.approx(2000, abs=4 * np.sqrt(4000 / 4))
        assert float(row["lower"]) < 0


def test_a_test_that_tells_nothing_is_refused(invented, assumptions):
    invented["claims"].loc[invented["claims"]["claim_id"] == "test-specificity", "figure"] = "10"
    with pytest.raises(FigureError) as caught:
        correct_for_accuracy(invented, [TEST], assumptions)
    assert str(caught.value) == (
        "sensitivity 0.9 and specificity 0.1 are no test that tells: "
        "expected proportions that add up to more than 1"
    )


def test_a_rate_that_does_not_exist_is_named(invented, assumptions):
    with pytest.raises(
        AuditError, match=r"names the rate 'low-mod': data/rates\.csv has none such"
    ):
        correct_for_accuracy(invented, [TEST | {"rates": ["low-mod"]}], assumptions)
