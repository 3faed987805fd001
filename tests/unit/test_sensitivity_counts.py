"""Missing outcomes, the pair behind a figure, detectability and the audit's own errors, counted."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from recovery_audit.errors import AuditError
from recovery_audit.rounding import RoundingRule
from recovery_audit.sensitivity.audit_errors import count_audit_errors
from recovery_audit.sensitivity.detectability import detect, rate_found, rejected
from recovery_audit.sensitivity.missing import bound_missing
from recovery_audit.sensitivity.witness_choice import ALONE, NOTHING, TOGETHER, vary_witnesses


def rows(table, **chosen):
    for column, value in chosen.items():
        table = table[table[column] == value]
    return table.to_dict("records")


# --- missing outcomes ---------------------------------------------------------------------------

RUNG = ("ladder", "label", "rung", "witness", "standing", "k", "n", "inputs")
LADDER = [
    ("mood", "Mood", "with outcome", 1, "possible", 3, 10, "clinic-recovered"),
    ("mood", "Mood", "treated", 1, "possible", 3, 16, "clinic-recovered"),
    ("mood", "Mood", "also treated", 1, "possible", 3, 10, "clinic-recovered"),
    ("mood", "Mood", "with outcome", 2, "possible", 6, 20, "clinic-recovered"),
    ("mood", "Mood", "treated", 2, "possible", 6, 26, "clinic-recovered"),
]
NATIONAL = ("source", "year", "rate", "rung", "k", "n", "bound")
NATIONAL_LADDER = [
    ("annual", "2030-31", "recovery", "finished", 4, 9, "estimate"),
    ("annual", "2030-31", "recovery", "received", 4, 99, "other cohort"),
    ("months", "2030-31", "reliable_recovery", "official", 4, 8, "estimate"),
    ("months", "2030-31", "reliable_recovery", "finished", 4, 9, "lower bound"),
    ("months", "2030-31", "reliable_recovery", "ended", 4, 12, "lower bound"),
    ("months", "2030-31", "reliable_recovery", "received", 4, 99, "other cohort"),
]


@pytest.fixture
def bounded(invented, assumptions):
    ladders = {
        "denominator_ladder": pd.DataFrame(LADDER, columns=RUNG),
        "national_ladder": pd.DataFrame(NATIONAL_LADDER, columns=NATIONAL),
    }
    return bound_missing(invented | ladders, assumptions, ("trial", "publicised"), 0.95)


def test_each_group_is_set_beside_those_with_an_outcome_of_its_own_pair(bounded):
    """Blank rungs, other cohorts and rungs that add nobody stay out."""
    found = {(row["ladder"], row["rung"], row["witness"]): (row["k"], row["n"], row["missing"])
             for row in bounded["missing_outcomes"].to_dict("records")}  # fmt: skip
    assert found == {
        ("mood", "treated", 1): (3, 10, 6),
        ("mood", "treated", 2): (6, 20, 6),
        ("national-2030-31-reliable-recovery", "ended", 1): (4, 8, 4),
    }


def test_bounds_odds_and_tipping_points_over_every_completion(bounded):
    bounds = {(row["ladder"], row["witness"]): row for row in rows(bounded["missing_outcomes"])}
    for key, row in bounds.items():
        k, n, missing = row["k"], row["n"], row["missing"]
        rates = [Fraction(k + found, n + missing) for found in range(missing + 1)]
        assert (row["lower"], row["upper"]) == tuple(f"{float(rates[end]):.6f}" for end in (0, -1))
        assert float(row["interval_lower"]) < float(rates[0])
        assert float(row["interval_upper"]) > float(rates[-1])
        tipping = rows(bounded["tipping_points"], ladder=key[0], witness=key[1])
        assert [point["threshold"] for point in tipping] == ["trial", "publicised"]
        for point, target in zip(tipping, (Fraction(60, 100), Fraction(50, 100)), strict=True):
            reaching = [found for found, rate in enumerate(rates) if rate >= target]
            if reaching:
                assert (point["standing"], point["count"]) == ("reachable", reaching[0])
            else:
                assert (point["standing"], point["count"]) == ("unreachable", None)
                assert point["missing_rate"] == point["imor"] == ""


def test_both_standings_occur_among_the_tipping_points(bounded):
    assert set(bounded["tipping_points"]["standing"]) == {"reachable", "unreachable"}


def test_the_rate_of_the_missing_has_the_odds_asked_for(bounded):
    for row in rows(bounded["imor_rates"]):
        (group,) = rows(bounded["missing_outcomes"], ladder=row["ladder"], witness=row["witness"])
        seen, missing = group["k"] / group["n"], float(row["missing_rate"])
        assert missing * (1 - seen) == pytest.approx(
            float(row["imor"]) * seen * (1 - missing), abs=2e-6
        )
        together = (group["k"] + group["missing"] * missing) / (group["n"] + group["missing"])
        assert float(row["value"]) == pytest.approx(together, abs=2e-6)


def test_a_threshold_that_does_not_exist_is_named(invented, assumptions):
    with pytest.raises(AuditError) as caught:
        bound_missing(invented, assumptions, ("publicized",), 0.95)
    assert str(caught.value) == (
        "config/config.yaml names the rate 'publicized': data/rates.csv has none such"
    )


# --- the pair behind a figure -------------------------------------------------------------------

BASE = ("base", "unit", "n_claim", "n_max_claim", "inferred", "pooled_from")
BASES = [
    ("clinic-seen", "persons", "", "clinic-most", "no", ""),
    ("interviewed", "persons", "interviewed-all", "", "no", ""),
]


def shared(*sizes):
    """The sizes that a search found for the group of the clinic."""
    found = pd.DataFrame([("clinic-seen", size) for size in sizes], columns=["base", "n"])
    other = pd.DataFrame([("another", 10)], columns=["base", "n"])
    return pd.concat([found, other]).astype({"n": "Int64"})


def varied(invented, *sizes):
    tables = {"bases": pd.DataFrame(BASES, columns=BASE), "shared_denominators": shared(*sizes)}
    return vary_witnesses(invented | tables, 0.95)


def prints_as_30(k, n, rule):
    """Whether k of n prints as 30 per cent, by schoolbook arithmetic in whole numbers."""
    whole, rest = divmod(100 * k, n)
    more, tie = 2 * rest > n, 2 * rest == n
    shown = {
        RoundingRule.HALF_UP: {whole + (more or tie)},
        RoundingRule.HALF_DOWN: {whole + more},
        RoundingRule.HALF_EVEN: {whole + (more or (tie and whole % 2))},
        RoundingRule.EITHER_TIE: {whole + more, whole + (more or tie)},
        RoundingRule.TRUNCATED: {whole},
        RoundingRule.CEILING: {whole + (rest > 0)},
    }
    return 30 in shown[rule]


@pytest.mark.parametrize("rule", RoundingRule)
def test_the_pairs_are_all_that_print_so_up_to_the_bound(invented, rule):
    found = varied(invented, 10, 13)
    for choice, sizes in ((ALONE, range(1, 21)), (TOGETHER, (10, 13))):
        (row,) = rows(found, rate="clinic", rounding_rule=str(rule), choice=choice)
        pairs = [(k, n) for n in sizes for k in range(n + 1) if prints_as_30(k, n, rule)]
        assert row["pairs"] == len(pairs)
        assert [(row["k"], row["n"]), (row["k_largest"], row["n_largest"])] == [pairs[0], pairs[-1]]
        limits = [binomtest(*pair).proportion_ci(method="wilson") for pair in pairs]
        assert row["lower"] == f"{min(low for low, _ in limits):.6f}"
        assert row["upper"] == f"{max(high for _, high in limits):.6f}"


def test_a_figure_that_nothing_prints_as_is_said_to_be_so(invented):
    """80.1% of four people or fewer is no whole number of them; blanks, not zeros, stand for the pair."""
    invented["claims"].loc[invented["claims"]["claim_id"] == "interviewed-all", "figure"] = "4"
    invented["claims"].loc[invented["claims"]["claim_id"] == "interview-recovered", "figure"] = (
        "80.1"
    )
    for row in rows(varied(invented), rate="interview"):
        assert (row["pairs"], row["k"], row["n"], row["lower"]) == (0, None, None, "")
        assert row["standing"] == NOTHING[row["choice"]]


def test_it_is_the_group_that_leaves_nothing_where_the_figure_alone_has_pairs(invented):
    found = varied(invented, 11)  # 3 of 11 prints as 27, 4 of 11 as 36
    alone, together = rows(found, rate="clinic", rounding_rule="half_up")
    assert (alone["standing"], alone["pairs"] > 0) == ("possible", True)
    assert (together["pairs"], together["standing"]) == (
        0, "no size that fits all figures of the group prints this one by this rule"
    )  # fmt: skip


def test_a_rate_whose_group_has_no_bound_is_left_out(invented):
    invented["claims"].loc[invented["claims"]["claim_id"] == "interview-recovered", "base"] = (
        "another"
    )
    assert set(varied(invented, 10)["rate"]) == {"clinic"}


# --- detectability ------------------------------------------------------------------------------


def bridge(*readings):
    """The ends of a bridge: both spreads, two mixes."""
    steps, spreads, mixes = ("unexplained", "mix"), ("stated", "spread"), ("no mood", "witness")
    keys = product(readings, steps, spreads, mixes)
    return pd.DataFrame(
        [(reading, step, spread, mix, "2030-31", f"{20 + place}.000000", "nhs-annual-totals")
         for place, (reading, step, spread, mix) in enumerate(keys)],
        columns=["reading", "step", "spread", "omega_id", "year", "aligned", "inputs"],
    )  # fmt: skip


@pytest.fixture
def detected(invented, assumptions):
    return detect(invented | {"bridge": bridge("A, all")}, assumptions, ("publicised", "low-mood"))


def test_each_headline_pair_is_told_from_each_reference(detected):
    keys = [(row["rate"], row["witness"], row["reference"]) for row in rows(detected)]
    studies = [("clinic", 1), ("clinic", 2), ("interview", 1)]
    references = ["publicised", "low-mood", "aligned-a-all"]
    assert keys == [(*study, reference) for study in studies for reference in references]


def test_the_aligned_rate_is_that_of_the_spread_groups_and_the_forced_mix(detected):
    # Row 3 of the invented bridge: unexplained, spread, witness.
    assert {row["reference_value"] for row in rows(detected, reference="aligned-a-all")} == {
        "0.230000"
    }


def test_the_p_value_adds_up_every_count_no_likelier_than_the_one_seen(detected):
    for row in rows(detected):
        n, value = row["n"], float(row["reference_value"])
        chances = [1.0]
        for _ in range(n):  # the binomial distribution, one person at a time
            chances = [(chances[k] if k < len(chances) else 0) * (1 - value)
                       + (chances[k - 1] * value if k else 0)
                       for k in range(len(chances) + 1)]  # fmt: skip
        p_value = sum(chance for chance in chances if chance <= chances[row["k"]] * (1 + 1e-9))
        assert float(row["p_value"]) == pytest.approx(p_value, rel=0.01)
        if row["count_below"] is not None:
            assert (row["k"] <= row["count_below"] or row["k"] >= row["count_above"]) == (
                p_value < 0.05
            )


def test_a_simulation_finds_the_true_rates_with_the_power_asked_for(detected):
    """Draw samples at the rates printed; count how often the test rejects on that side."""
    rng, draws = np.random.default_rng(20301), 40_000
    (row,) = rows(detected, rate="interview", reference="publicised")
    found = rng.binomial(50, float(row["rate_below"]), draws) <= row["count_below"]
    assert found.mean() == pytest.approx(0.8, abs=4 * 0.4 / np.sqrt(draws))
    found = rng.binomial(50, float(row["rate_above"]), draws) >= row["count_above"]
    assert found.mean() == pytest.approx(0.8, abs=4 * 0.4 / np.sqrt(draws))


@pytest.mark.parametrize(("nobs", "value", "expected"), [
    (5, 0.5, (None, None)),   # 0 of 5 has a p-value of 1/16
    (6, 0.5, (0, 6)),         # 0 of 6 one of 1/32
    (10, 0.05, (None, 3)),    # none at all is no surprise, three are
    (10, 0.95, (7, None)),
])  # fmt: skip
def test_a_sample_that_can_tell_nothing_on_a_side_has_no_count_there(nobs, value, expected):
    assert rejected(nobs, value, 0.05) == expected


def test_a_count_whose_chance_is_the_level_itself_is_not_rejected():
    assert rejected(6, 0.5, 1 / 32) == (None, None)


def test_without_a_count_there_is_no_rate():
    assert rate_found(5, None, 0.8, below_it=True) is None
    # All or nothing: 0.2 ** (1 / 6) is the rate at which six of six stay below, and its mirror.
    assert rate_found(6, 0, 0.8, below_it=True) == pytest.approx(1 - 0.8 ** (1 / 6))
    assert rate_found(6, 6, 0.8, below_it=False) == pytest.approx(0.8 ** (1 / 6))


def test_what_cannot_be_told_is_blank_in_the_table(invented, assumptions):
    invented["claims"].loc[invented["claims"]["claim_id"] == "publicised-recovered", "figure"] = "5"
    table = detect(invented | {"bridge": bridge("A")}, assumptions, ("publicised",))
    row = rows(table, rate="clinic", witness=1, reference="publicised")[0]
    assert (row["count_below"], row["rate_below"], row["count_above"]) == (None, "", 3)


def test_a_reference_or_threshold_that_several_pairs_fit_is_refused(invented, assumptions):
    """Two rows of one name would follow: the clinic's 30% may be 3 of 10 or 6 of 20."""
    message = (
        "config/config.yaml sets something beside the rate 'clinic', which 2 pairs of counts fit: "
        "expected a rate with one pair, or as printed"
    )
    with pytest.raises(AuditError) as caught:
        detect(invented | {"bridge": bridge("A")}, assumptions, ("clinic",))
    assert str(caught.value) == message
    with pytest.raises(AuditError) as caught:
        bound_missing(invented, assumptions, ("clinic",), 0.95)
    assert str(caught.value) == message


# --- errors of the audit ------------------------------------------------------------------------

VERDICT = ("document", "claim_id", "verdict", "n_known", "power_ordinary")
VERDICTS = [
    ("one", "a", "inconsistent", 10, "0.250000"),
    ("one", "b", "consistent", 10, "0.500000"),
    ("one", "b", "consistent", 10, "0.500000"),     # another reading
    ("one", "c", "inconsistent", None, "0.900000"),  # of unknown size
    ("two", "d", "undetermined", 2000, "0.000000"),  # too large to be caught
    ("two", "e", "undetermined", 20, ""),            # not counted
    ("three", "f", "approximate", 10, "0.125000"),
]  # fmt: skip
SIZES = [
    ("ward", 12, "1.500000", "0.700000", 2, '{"a": [3, 5, 8], "b": 40}', "a b most"),
    ("ward", 12, "1.500000", "0.700000", 2, '{"a": [3, 5, 8], "b": 40}', "a b most"),
    ("hall", 9, "", "", 0, "{}", "c"),
]
SIZE = ("base", "candidates_tried", "expected_fits", "chance_fit", "n_solutions", "leave_one_out", "inputs")  # fmt: skip


@pytest.fixture
def errors():
    systems = pd.DataFrame(
        [("s", 4, "a b c"), ("s", 4, "a b c"), ("t", 0, "a")],
        columns=["system_id", "solutions", "inputs"],
    )
    found = count_audit_errors({
        "verdicts": pd.DataFrame(VERDICTS, columns=VERDICT)
        .astype({"n_known": "Int64"})
        .assign(inputs=lambda frame: frame["claim_id"]),
        "shared_denominators": pd.DataFrame(SIZES, columns=SIZE),
        "systems": systems,
    })  # fmt: skip
    assert not found.duplicated(["kind", "name"]).any()
    return {(row["kind"], row["name"]): row for row in found.to_dict("records")}


def test_figures_of_known_size_that_could_be_caught_are_counted_by_document(errors):
    documents = {name: row for (kind, name), row in errors.items() if kind == "document"}
    counted = {
        name: (row["checked"], row["expected"], row["found"]) for name, row in documents.items()
    }
    assert counted == {
        "one": (3, "1.250000", 1),
        "three": (1, "0.125000", 0),
        "all-documents": (4, "1.375000", 1),
    }


def test_sizes_are_counted_once_a_group_and_without_each_claim(errors):
    ward = errors["shared size", "ward"]
    assert (ward["checked"], ward["expected"], ward["found"], ward["chance"]) == (
        12, "1.500000", 2, "0.700000"
    )  # fmt: skip
    left = {name: row["found"] for (kind, name), row in errors.items() if kind == "claim left out"}
    assert left == {"ward without a": 3, "ward without b": 40}
    assert ("shared size", "hall") not in errors, "where none was expected nothing is compared"


def test_the_ways_in_which_figures_hold_together_are_counted_once_a_system(errors):
    systems = {name: (row["checked"], row["found"]) for (kind, name), row in errors.items()
               if kind == "system"}  # fmt: skip
    assert systems == {"s": (3, 4), "t": (1, 0)}
