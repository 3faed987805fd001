"""The tables and ranges of the sensitivity analyses: every row rests on something that exists."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NATIONAL = ("referrals", "finished", "not_at_caseness", "recovery", "reliable_recovery")
NOT_STATED = "Not stated/Not known/Invalid"
#: Official counts below the nation are rounded to the nearest 5.
ROUNDED_TO = 5


def rows(path):
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLAIMS = [row for path in sorted((ROOT / "data/claims").glob("*.csv")) for row in rows(path)]
BY_ID = {row["claim_id"]: row for row in CLAIMS}
READINGS = {(row["claim_id"], row["reading"]) for row in CLAIMS}
RATES = {row["rate"]: row for row in rows("data/rates.csv")}
TOTALS = {row["year"]: row for row in rows("data/national/annual_totals.csv")}
GROUPS = {
    (row["year"], row["group"]): row
    for row in rows("data/national/annual_groups.csv")
    if row["breakdown"] == "problem"
}
BRIDGE_GROUPS = rows("data/bridge_groups.csv")
BASES = {row["base"] for row in rows("data/bases.csv")}
EFFECTS = rows("data/effects.csv")
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


# --- rates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_a_rate_is_either_a_published_figure_or_an_official_one(rate):
    if rate["claim"]:
        assert (rate["claim"], rate["reading"]) in READINGS
        assert BY_ID[rate["claim"]]["unit"] == "percent"
        assert rate["year"] == rate["group"] == rate["official"] == ""
    else:
        official = GROUPS if rate["group"] else TOTALS
        key = (rate["year"], rate["group"]) if rate["group"] else rate["year"]
        assert int(official[key][rate["official"]]) > 0
        assert rate["reading"] == ""


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_a_horizon_in_months_is_the_one_in_words(rate):
    if rate["months"]:
        assert rate["months"] in rate["horizon"].split()
        assert "month" in rate["horizon"]


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_an_official_count_is_of_the_criterion_that_the_rate_names(rate):
    expected = {"recovery": "questionnaire",
                "reliable_recovery": "questionnaire and reliable change"}  # fmt: skip
    if rate["official"]:
        assert rate["criterion"] == expected[rate["official"]]


# --- the groups of the bridge -------------------------------------------------------------------


def test_each_group_of_the_study_has_a_claim_and_a_base_and_one_is_all_the_others():
    studied = [row for row in BRIDGE_GROUPS if row["claim"]]
    assert len(studied) == 3, "the segment of mixes is that of three groups"
    for row in studied:
        assert BY_ID[row["claim"]]["unit"] == "percent"
        assert row["base"] in BASES
        assert row["base"] in {
            claim["base"] for claim in CLAIMS if claim["claim_id"] == row["claim"]
        }
    assert [row["group"] for row in studied if not row["official"]] == ["other"]
    (unknown,) = [row for row in BRIDGE_GROUPS if not row["claim"]]
    assert (unknown["official"], unknown["base"]) == (NOT_STATED, "")


@pytest.mark.parametrize("year", CONFIG["bridge"]["years"])
@pytest.mark.parametrize("column", NATIONAL)
def test_the_problems_add_up_to_the_nation(year, column):
    """What the bridge calls `other` is the nation less three groups: all the rest, and no more."""
    problems = {
        group: int(row[column])
        for (of, group), row in GROUPS.items()
        if of == year and row[column] and not group.endswith(": Total")
    }
    named = {row["official"] for row in BRIDGE_GROUPS if row["official"]}
    assert named <= problems.keys()
    apart = abs(sum(problems.values()) - int(TOTALS[year][column]))
    assert apart <= len(problems) * ROUNDED_TO / 2
    assert 0 < sum(problems[name] for name in named) < int(TOTALS[year][column])


@pytest.mark.parametrize("year", CONFIG["bridge"]["years"])
def test_in_every_group_counts_lie_within_those_they_are_part_of(year):
    for row in BRIDGE_GROUPS:
        if row["official"]:
            counts = {name: int(GROUPS[year, row["official"]][name]) for name in NATIONAL}
            eligible = counts["finished"] - counts["not_at_caseness"]
            assert 0 < counts["reliable_recovery"] <= counts["recovery"] < eligible
            assert eligible < counts["referrals"]


# --- effects and biases -------------------------------------------------------------------------


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda row: row["effect"])
def test_an_effect_is_a_claim_on_its_scale_or_says_why_it_is_left_as_it_is(effect):
    unit = BY_ID[effect["claim"]]["unit"]
    if effect["scale"] == "standardised difference":
        assert (unit, effect["control"]) == ("standard-deviations", "")
    else:
        assert unit == "percent"
    if effect["scale"] == "odds ratio":
        assert BY_ID[effect["control"]]["unit"] == "percent"
    if effect["scale"] not in CONFIG["blinding"]:
        assert effect["note"].startswith("not applied: ")


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda row: row["effect"])
def test_the_coding_of_an_effect_is_that_of_its_sign(effect):
    """All of the effects were reported as benefits: more where more is better, less elsewhere."""
    if effect["scale"] == "standardised difference":
        printed = BY_ID[effect["claim"]]["printed"].replace("\N{MINUS SIGN}", "-")
        assert (Decimal(printed) > 0) == (effect["coded"] == "benefit")
    elif effect["control"]:
        treated, control = (Decimal(BY_ID[effect[key]]["printed"]) for key in ("claim", "control"))
        assert (treated > control) == (effect["coded"] == "benefit")


def test_a_bias_has_a_reason_a_direction_and_no_number():
    biases = rows("data/biases.csv")
    assert {row["rate"] for row in biases} == {"interview", "official"}
    for row in biases:
        assert row["direction"] in ("lower", "higher", "unknown"), row["bias"]
        assert len(row["why"]) > 20, row["bias"]
        assert row["why"].endswith("."), row["bias"]
        assert not any(sign.isdigit() for sign in row["why"] + row["label"]), row["bias"]


# --- the configuration --------------------------------------------------------------------------

#: Least and most that each range may reach.
LIMITS = {
    "imor": (0, 100), "case_share": (0, 1), "true_case": ("0.01", 1), "falsely_ill": (0, 1),
    "dependence": (0, 1), "draw_correlation": (-1, 1), "misdiagnosed": (0, "0.99"),
    "latent_correlation": (-1, 1), "rejection": ("0.001", "0.2"), "power": ("0.5", "0.99"),
    "draws": (1000, 10**6), "seed": (1, 2**32),
}  # fmt: skip
#: Those that are one choice and not a range.
SINGLE = {"rejection", "power", "draws", "seed"}


def test_every_range_has_limits_here():
    assert LIMITS.keys() == CONFIG["assumptions"].keys()


@pytest.mark.parametrize("name", LIMITS)
def test_a_range_is_ordered_within_its_limits_and_has_a_reason(name):
    entry = CONFIG["assumptions"][name]
    values = [Fraction(value) for value in entry["values"]]
    least, most = map(Fraction, LIMITS[name])
    assert all(least <= value <= most for value in values)
    assert values in (sorted(values), sorted(values, reverse=True))
    assert (len(values) == 1) == (name in SINGLE)
    assert entry["reason"].strip().endswith(".")
    assert len(entry["reason"].split()) >= 5


def test_the_neutral_value_is_among_those_tried():
    tried = {name: entry["values"] for name, entry in CONFIG["assumptions"].items()}
    for name, neutral in {"imor": "1", "case_share": "1", "true_case": "1", "dependence": "0",
                          "misdiagnosed": "0", "latent_correlation": "0"}.items():  # fmt: skip
        assert neutral in tried[name], name


def claims_of(entry):
    """Every claim that the sensitivity entries of the configuration name."""
    yield entry["bridge"]["target_claim"]
    for reading in entry["bridge"]["engagement"]:
        yield from reading["without"]
    for test in entry["accuracy"]:
        yield from (test["sensitivity"], test["specificity"], *test.get("intervals", ()))
    for evidence in entry["blinding"].values():
        yield from evidence.values()
    yield from entry["misdiagnosis"]
    yield from (entry["horizon"]["relapse"], *entry["horizon"]["persons"])


def rates_of(entry):
    yield from (*entry["references"], *entry["thresholds"], entry["bridge"]["target"])
    for test in entry["accuracy"]:
        yield from test["rates"]
    for pair in (*entry["construct"], *entry["contrasts"]):
        yield from (name for key, name in pair.items() if key != "note")
    for headline, other in entry["other_side"].items():
        yield from (headline, other)


def test_the_claims_and_rates_that_the_configuration_names_exist():
    assert [claim for claim in claims_of(CONFIG) if claim not in BY_ID] == []
    assert [rate for rate in rates_of(CONFIG) if rate not in RATES] == []


def test_the_target_of_the_bridge_is_the_claim_of_its_rate():
    bridge = CONFIG["bridge"]
    assert RATES[bridge["target"]]["claim"] == bridge["target_claim"]


def test_the_units_are_those_that_the_analyses_reckon_with():
    """Persons in millions, relapse in per cent, accuracy as a proportion or in per cent."""

    def unit(claim):
        return BY_ID[claim]["unit"]

    assert {unit(claim) for claim in CONFIG["horizon"]["persons"]} == {"million-persons"}
    assert unit(CONFIG["horizon"]["relapse"]) == "percent"
    assert {unit(claim) for claim in CONFIG["misdiagnosis"]} == {"percent"}
    for test in CONFIG["accuracy"]:
        assert {unit(test[key]) for key in ("sensitivity", "specificity")} <= {
            "percent",
            "proportion",
        }
    for scale, evidence in CONFIG["blinding"].items():
        expected = "ratio" if scale == "odds ratio" else "standard-deviations"
        assert {unit(evidence[key]) for key in ("bias", "interval")} == {expected}
        more = {unit(claim) for key, claim in evidence.items() if key.startswith("exaggeration")}
        assert more <= {"percent-change"}


def test_an_interval_is_a_range_about_its_estimate():
    """A published interval belongs to the estimate it is used with, and holds it."""
    pairs = [(e["bias"], e["interval"]) for e in CONFIG["blinding"].values()]
    pairs += [(e["exaggeration"], e["exaggeration_interval"]) for e in CONFIG["blinding"].values()
              if "exaggeration" in e]  # fmt: skip
    for test in CONFIG["accuracy"]:
        if "intervals" in test:
            found = (test["sensitivity"], test["specificity"])
            pairs += zip(found, test["intervals"], strict=True)
    for estimate, interval in pairs:
        assert BY_ID[interval]["hedge"] == "range"
        assert BY_ID[interval]["study"] == BY_ID[estimate]["study"]
        printed = [BY_ID[claim]["printed"].replace("\N{MINUS SIGN}", "-")
                   for claim in (interval, estimate)]  # fmt: skip
        low, high = map(Decimal, printed[0].split(" to "))
        assert low < Decimal(printed[1]) < high
