"""Rates with the counts behind them, and the ranges of assumptions."""

from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import pytest
from statsmodels.stats.proportion import proportion_confint

from recovery_audit import io
from recovery_audit.errors import AuditError, TableError
from recovery_audit.sensitivity.assumptions import Assumptions, load_assumptions
from recovery_audit.sensitivity.misdiagnosis import bound_misdiagnosis
from recovery_audit.sensitivity.rates import FEW, decimal, named, rates_of

ROOT = Path(__file__).parents[2]


def test_a_rate_that_few_pairs_fit_stands_once_for_each(invented):
    found = named(rates_of(invented), "clinic")
    assert [(rate.witness, rate.count, rate.nobs) for rate in found] == [(1, 3, 10), (2, 6, 20)]
    assert {rate.value for rate in found} == {Fraction(3, 10)}


@pytest.mark.parametrize(("pairs", "rows", "counted"), [(0, 1, False), (1, 1, True),
                         (FEW, FEW, True), (FEW + 1, 1, False)])  # fmt: skip
def test_a_rate_that_none_or_many_fit_stands_as_printed(invented, pairs, rows, counted):
    intervals = invented["intervals"].head(0)
    for number in range(1, pairs + 1):
        intervals.loc[number] = [
            "clinic-recovered",
            "seen",
            3 * number,
            10 * number,
            "wilson",
            "clinic-recovered",
        ]
    found = named(rates_of(invented | {"intervals": intervals}), "clinic")
    assert len(found) == rows
    assert (found[0].count is not None) == counted
    assert found[0].value == Fraction(3, 10)


def test_the_pairs_of_another_reading_or_method_are_not_taken(invented):
    intervals = invented["intervals"].copy()
    intervals.loc[0, "reading"] = "invited"
    intervals.loc[1, "method"] = "jeffreys"
    (rate,) = named(rates_of(invented | {"intervals": intervals}), "clinic")
    assert rate.nobs is None
    assert rate.wilson(0.95) is None


def test_an_official_rate_is_of_finished_courses_less_those_below_caseness(invented):
    (nation,), (mood,) = (named(rates_of(invented), name) for name in ("nation", "low-mood"))
    assert (nation.count, nation.nobs) == (1820, 3100 - 500)
    assert (mood.count, mood.nobs) == (770, 1300 - 200)
    assert nation.inputs == "nhs-annual-totals"


def test_the_interval_of_a_rate_has_the_level_asked_for(invented):
    (nation,) = named(rates_of(invented), "nation")
    expected = proportion_confint(1820, 2600, alpha=0.2, method="wilson")
    assert nation.wilson(0.8) == pytest.approx(expected)


def test_a_claim_that_does_not_exist_is_named_with_its_line(invented):
    invented["rates"].loc[6, "claim"] = "trial-recoverd"
    with pytest.raises(TableError) as caught:
        rates_of(invented)
    assert str(caught.value) == (
        "1 problem in the tables:\n"
        "  data/rates.csv, row 6, column `claim`: got 'trial-recoverd'; "
        "expected a claim of data/claims"
    )


@pytest.mark.parametrize(("column", "value", "got"), [
    ("year", "2040-41", "2040-41 Low mood"), ("group", "Bad mood", "2030-31 Bad mood")
])  # fmt: skip
def test_a_year_or_group_that_is_not_published_is_named_with_its_line(invented, column, value, got):
    invented["rates"].loc[5, column] = value
    with pytest.raises(TableError) as caught:
        rates_of(invented)
    assert [str(problem) for problem in caught.value.problems] == [
        f"data/rates.csv, row 5, column `year`: got {got!r}; "
        "expected a year and group of data/national"
    ]


def test_a_rate_that_the_file_lacks_is_named(invented):
    with pytest.raises(AuditError) as caught:
        named(rates_of(invented), "natoin")
    assert str(caught.value) == (
        "config/config.yaml names the rate 'natoin': data/rates.csv has none such"
    )


def test_a_claim_that_the_configuration_misspells_is_named(invented, assumptions):
    with pytest.raises(AuditError) as caught:
        bound_misdiagnosis(invented, assumptions, ["misdiagnosed-elsewere"])
    assert str(caught.value) == (
        "no claim of data/claims is called 'misdiagnosed-elsewere': "
        "the configuration, or a table of data/, names one that does not exist"
    )


@pytest.mark.parametrize(("value", "text"), [
    (Fraction(2, 3), "0.666667"), (-4e-7, "0.000000"), (-6e-7, "-0.000001"), (0, "0.000000"), (None, ""),
])  # fmt: skip
def test_a_number_has_six_decimals_and_no_minus_before_nothing(value, text):
    assert decimal(value) == text


def test_the_ranges_are_exact_and_each_is_its_own():
    """Give every range values of its own, so that no two can be swapped unseen."""
    names = [field.name for field in fields(Assumptions)]
    given = {name: {"values": [f"{place}"], "reason": "for the test"}
             for place, name in enumerate(names, start=1)}  # fmt: skip
    given["imor"]["values"] = ["0.1", "4"]
    found = load_assumptions(given)
    assert found.imor == (Fraction(1, 10), Fraction(4))
    single = {"rejection", "power", "draws", "seed"}
    for place, name in list(enumerate(names, start=1))[1:]:
        assert getattr(found, name) == (place if name in single else (place,))


def test_the_configured_ranges_are_read_as_they_are_typed():
    config = io.read_yaml(ROOT / "config/config.yaml")["assumptions"]
    found = load_assumptions(config)
    for name, entry in config.items():
        value = getattr(found, name)
        values = value if isinstance(value, tuple) else (value,)
        assert [Fraction(text) for text in entry["values"]] == list(values)
