"""Blinding, untreated remission, horizon and unit, on an invented service."""

from fractions import Fraction

import pandas as pd
import pytest

from recovery_audit.errors import AuditError, TableError
from recovery_audit.sensitivity.horizon import change_horizon_and_unit
from recovery_audit.sensitivity.unblinded import ILLUSTRATIVE, adjust_for_blinding
from recovery_audit.sensitivity.untreated import AS_PRINTED, ROLES, set_beside_untreated

# --- blinding -----------------------------------------------------------------------------------

EFFECT = ("effect", "scale", "coded", "claim", "control", "note")
EFFECTS = [
    ("odds-of-recovery", "odds ratio", "benefit", "trial-recovered", "usual-recovered", ""),
    ("odds-of-none", "odds ratio", "harm", "usual-recovered", "trial-recovered", ""),
    ("small-odds", "odds ratio", "benefit", "publicised-recovered", "usual-recovered", ""),
    ("symptoms", "standardised difference", "harm", "symptoms-less", "", ""),
    ("wellbeing", "standardised difference", "benefit", "wellbeing-more", "", ""),
    ("rate", "rate", "benefit", "clinic-recovered", "", "not applied: one group only"),
]
EVIDENCE = {
    "odds ratio": {"bias": "ratio-bias", "interval": "ratio-bias-interval"},
    "standardised difference": {
        "bias": "difference-bias",
        "interval": "difference-bias-interval",
        "exaggeration": "exaggeration",
        "exaggeration_interval": "exaggeration-interval",
    },
}
CROSSED = f"{ILLUSTRATIVE}; carried across the null"


@pytest.fixture
def effects(invented):
    table = pd.DataFrame(EFFECTS, columns=EFFECT).assign(label="")
    found = adjust_for_blinding(invented | {"effects": table}, EVIDENCE)
    columns = ("value", "adjusted", "lower", "upper", "standing")
    return {(row["effect"], row["adjustment"]): tuple(row[column] for column in columns)
            for row in found.to_dict("records")}  # fmt: skip


def test_a_ratio_moves_towards_none_however_it_is_coded(effects):
    # 60% against 40%: odds of 3/2 against 2/3, so a ratio of 9/4; the bias is 0.5 (0.4 to 0.8).
    better = ("2.250000", "1.125000", "0.900000", "1.800000", ILLUSTRATIVE)
    assert effects["odds-of-recovery", "ratio of odds ratios"] == better
    worse = tuple(1 / Fraction(better[place]) for place in (0, 1, 3, 2))
    found = effects["odds-of-none", "ratio of odds ratios"]
    assert [float(cell) for cell in found[:4]] == pytest.approx([float(v) for v in worse], abs=1e-6)


def test_a_ratio_that_is_carried_across_one_is_printed_so(effects):
    # 50% against 40%: 3/2, halved.
    assert effects["small-odds", "ratio of odds ratios"] == (
        "1.500000", "0.750000", "0.600000", "1.200000", CROSSED
    )  # fmt: skip


def test_a_difference_moves_towards_none_however_it_is_coded(effects):
    assert effects["symptoms", "difference"] == (
        "-0.600000", "-0.400000", "-0.500000", "-0.300000", ILLUSTRATIVE
    )  # fmt: skip
    # 0.15 of wellbeing less 0.2 that assessors add: across none, and printed so.
    assert effects["wellbeing", "difference"] == (
        "0.150000", "-0.050000", "-0.150000", "0.050000", CROSSED
    )  # fmt: skip


def test_a_factor_shrinks_a_difference_and_never_turns_it(effects):
    # Exaggerated by 25% (0% to 100%): divided by 1.25, by 1 and by 2.
    assert effects["symptoms", "factor"] == (
        "-0.600000", "-0.480000", "-0.600000", "-0.300000", ILLUSTRATIVE
    )  # fmt: skip
    assert effects["wellbeing", "factor"] == (
        "0.150000", "0.120000", "0.075000", "0.150000", ILLUSTRATIVE
    )  # fmt: skip


def test_an_effect_that_the_evidence_is_not_about_keeps_its_value_and_says_why(effects):
    assert effects["rate", "none"] == ("30.000000", "", "", "", "not applied: one group only")
    assert len(effects) == 3 + 2 * 2 + 1


def test_evidence_that_does_not_exist_is_named(invented):
    table = pd.DataFrame(EFFECTS, columns=EFFECT).assign(label="")
    evidence = EVIDENCE | {"odds ratio": {"bias": "ratio-bas", "interval": "ratio-bias-interval"}}
    with pytest.raises(AuditError, match="no claim of data/claims is called 'ratio-bas'"):
        adjust_for_blinding(invented | {"effects": table}, evidence)


def test_a_scale_without_evidence_is_named_with_the_effect(invented):
    table = pd.DataFrame(EFFECTS, columns=EFFECT).assign(label="", note="")
    table.index = range(2, 2 + len(table))
    with pytest.raises(TableError) as caught:
        adjust_for_blinding(invented | {"effects": table}, EVIDENCE)
    assert [str(problem) for problem in caught.value.problems] == [
        "data/effects.csv, row 7, column `scale`: got 'rate'; expected one of odds ratio, "
        "standardised difference, the scales of `blinding` in config/config.yaml, or a note on why "
        "no evidence applies"
    ]


# --- untreated remission ------------------------------------------------------------------------

CONTRAST = {"treated": "trial", "control": "usual", "note": "nobody bounded"}


def test_rates_stand_in_the_order_of_their_roles_and_the_contrast_last(invented):
    found = set_beside_untreated(invented, [CONTRAST], 0.95)
    assert list(found["rate"]) == [
        "untreated", "usual", "trial", "nation", "low-mood", "publicised",
        "clinic", "clinic", "interview", "trial-less-usual",
    ]  # fmt: skip
    assert list(dict.fromkeys(found["role"])) == [*ROLES, "contrast"]


def test_only_rates_with_counts_have_intervals_and_the_others_say_so(invented):
    found = set_beside_untreated(invented, [], 0.95)
    for row in found.to_dict("records"):
        if row["n"] is None:
            assert (row["lower"], row["upper"], row["note"]) == ("", "", AS_PRINTED)
        else:
            assert float(row["lower"]) < float(row["value"]) < float(row["upper"])
            assert row["note"] == ""


def test_the_contrast_is_treated_less_control_at_the_horizon_of_the_trial(invented):
    contrast = set_beside_untreated(invented, [CONTRAST], 0.95).to_dict("records")[-1]
    assert (contrast["value"], contrast["months"], contrast["note"]) == (
        "0.200000", "12", "nobody bounded"
    )  # fmt: skip
    assert (contrast["lower"], contrast["upper"], contrast["k"]) == ("", "", None)
    assert contrast["inputs"] == "trial-recovered usual-recovered"


def test_a_rate_of_another_role_stays_out(invented):
    invented["rates"].loc[invented["rates"]["rate"] == "low-mood", "role"] = "by diagnosis"
    assert "low-mood" not in set(set_beside_untreated(invented, [], 0.95)["rate"])


def test_a_contrast_of_several_possible_pairs_is_refused(invented):
    """The clinic's 30% may be 3 of 10 or 6 of 20: which, the contrast cannot choose."""
    with pytest.raises(AuditError) as caught:
        set_beside_untreated(invented, [CONTRAST | {"treated": "clinic"}], 0.95)
    assert str(caught.value) == (
        "config/config.yaml sets something beside the rate 'clinic', which 2 pairs of counts fit: "
        "expected a rate with one pair, or as printed"
    )


# --- horizon and unit ---------------------------------------------------------------------------

HORIZON = {
    "relapse": "relapsed",
    "persons": ["referred-once", "referred-again"],
    "first": "2029-30",
    "last": "2030-31",
}


def test_a_year_on_all_have_relapsed_as_elsewhere_or_none_has(invented):
    found = change_horizon_and_unit(invented, HORIZON)
    relapse = found[found["question"] == "relapse"].set_index("rate")
    # The interview is of another criterion; the publicised rate has no counts.
    assert list(relapse.index) == ["clinic", "clinic", "nation", "low-mood"]
    kept = [count - Fraction(40, 100) * count for count in (3, 6, 1820, 770)]
    sizes = (10, 20, 2600, 1100)
    assert list(relapse["lower"]) == [
        f"{float(k / n):.6f}" for k, n in zip(kept, sizes, strict=True)
    ]
    assert list(relapse["upper"]) == list(relapse["value"])


def test_persons_are_counted_over_the_years_of_the_period_and_no_other(invented):
    (row,) = (
        change_horizon_and_unit(invented, HORIZON).query("question == 'persons'").to_dict("records")
    )
    recovered, referred = 900 + 1820, 4000 + 5000
    assert row["value"] == f"{recovered / referred:.6f}"
    assert row["upper"] == f"{recovered / 3000:.6f}"
    assert row["lower"] == ""
    assert row["note"].endswith(
        "lower bound not identified: the greatest number of referrals of one person is not printed"
    )


@pytest.mark.parametrize(("first", "last"), [("2040-41", "2041-42"), ("2030-31", "2029-30")])
def test_a_period_without_a_published_year_is_refused(invented, first, last):
    with pytest.raises(AuditError) as caught:
        change_horizon_and_unit(invented, HORIZON | {"first": first, "last": last})
    assert str(caught.value) == (
        f"config/config.yaml asks for the years {first} to {last}: "
        "data/national/annual_totals.csv has none of them"
    )


def test_a_claim_of_persons_that_does_not_exist_is_named(invented):
    with pytest.raises(AuditError, match="no claim of data/claims is called 'referred-twice'"):
        change_horizon_and_unit(invented, HORIZON | {"persons": ["referred-twice"]})
