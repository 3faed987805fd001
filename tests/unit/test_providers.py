"""Providers' published figures: read with every problem named, summed, and held against limits."""

import numpy as np
import pandas as pd
import pytest

from recovery_audit.errors import AuditError, TableError
from recovery_audit.funnels import fit_funnel, fit_funnels, place_providers
from recovery_audit.providers import (
    COUNTS,
    PERCENTAGES,
    bound_providers,
    sum_providers,
    tabulate_providers,
)

FILE = "data/national/external/measures_annual.parquet"
COLUMNS = [
    *("reporting_period", "org_code", "org_name"),
    *("measure_name", "measure_statistic", "value"),
]


def published(code="AB1", name="A provider", year="2024-25", **values):
    """The rows of one provider: 200 courses, 100 of each outcome unless said otherwise."""
    counts = dict.fromkeys(COUNTS, "100") | {
        "finished_course_treatment": "200",
        "not_at_caseness": "*",
    }
    percentages = dict.fromkeys(PERCENTAGES, "50")
    rows = [(measure, "count", cell) for measure, cell in counts.items()]
    rows += [(measure, "percentage", cell) for measure, cell in percentages.items()]
    changed = [
        (measure, statistic, values.get(f"{measure}_{statistic}", cell))
        for measure, statistic, cell in rows
    ]
    return [dict(zip(COLUMNS, (year, code, name, *row), strict=True)) for row in changed]


def tabulated(*providers):
    return tabulate_providers(pd.DataFrame([row for rows in providers for row in rows]))


def test_one_row_per_year_and_provider():
    table = tabulated(published(), published(year="2023-24", recovery_count="*"))
    assert table[["year", "provider", "name", "recovery"]].to_numpy().tolist() == [
        ["2023-24", "AB1", "A provider", "*"],
        ["2024-25", "AB1", "A provider", "100"],
    ]
    assert list(table)[3:] == [*COUNTS.values(), *PERCENTAGES.values()]


def test_measures_we_do_not_know_are_passed_over():
    other = published()[:1][0] | {"measure_name": "waits", "value": "3.5"}
    pd.testing.assert_frame_equal(tabulated(published(), [other]), tabulated(published()))


def test_one_provider_under_two_names_counts_once():
    table = tabulated(published(name="Old"), published(name="New"))
    assert table[["provider", "name"]].to_numpy().tolist() == [["AB1", "New / Old"]]


BAD = {
    "a count that is not rounded": (
        [published(recovery_count="101")],
        "column `recovery`: got '101'; expected `*` or a count from 5 on, rounded to 5 "
        "(provider AB1 in 2024-25)",
    ),
    "a count that should be suppressed": (
        [published(recovery_count="0")],
        "column `recovery`: got '0'; expected `*` or a count from 5 on, rounded to 5 "
        "(provider AB1 in 2024-25)",
    ),
    "a percentage with decimals": (
        [published(recovery_percentage="50.5")],
        "column `recovery`: got '50.5'; expected `*` or a whole percentage "
        "(provider AB1 in 2024-25)",
    ),
    "a figure twice": (
        [published(), published()[:1]],
        "column `referrals_received`: got '100'; each figure stands once (provider AB1 in 2024-25)",
    ),
    "two sets of figures": (
        [published(name="Old"), published(name="New", recovery_count="95")],
        "column `org_name`: got '2 rows'; a provider has one set of figures a year "
        "(provider AB1 in 2024-25)",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_figure_that_cannot_be_is_named(bad):
    providers, message = BAD[bad]
    with pytest.raises(TableError) as caught:
        tabulated(*providers)
    assert str(caught.value) == f"1 problem in the tables:\n  {FILE}, {message}"


def test_a_percentage_that_no_counts_give_is_inconsistent():
    rates = bound_providers(tabulated(published(recovery_percentage="54")))
    row = rates[rates["rate"] == "recovery"].iloc[0]
    # 98 to 102 of 194 to 202
    assert row[["low", "high", "verdict", "printed_low"]].tolist() == [
        "48.515", "52.577", "inconsistent", "",
    ]  # fmt: skip


def test_a_rate_cut_off_is_told_from_a_rounded_one():
    # 15 to 17 courses, 8 to 10 improved: 8/15 is 53.3%, 8/17 47.06%, 10/15 66.67%
    figures = {"finished_course_treatment_count": "15", "improvement_count": "10"}
    rates = bound_providers(tabulated(published(**figures, improvement_percentage="92")))
    row = rates[rates["rate"] == "improvement"].iloc[0]
    # 12 of 13 is 92.31%: half up; 92.86% (13 of 14) is not to be had
    assert row[["verdict", "rounding_rule", "printed_low", "printed_high"]].tolist() == [
        "consistent", "half_up", "92.308", "92.308",
    ]  # fmt: skip
    rates = bound_providers(tabulated(published(**figures, improvement_percentage="61")))
    row = rates[rates["rate"] == "improvement"].iloc[0]
    assert (row["verdict"], row["rounding_rule"]) == ("consistent_if_truncated", "truncated")


def test_counts_that_contradict_each_other_have_no_rate_and_no_place():
    figures = {"recovery_count": "100", "finished_course_treatment_count": "50"}
    providers = [published(code=f"A{n}") for n in range(10)]
    rates = bound_providers(tabulated(*providers, published(code="B", **figures)))
    row = rates[(rates["rate"] == "recovery") & (rates["provider"] == "B")].iloc[0]
    assert row[["low", "high", "shown", "verdict"]].tolist() == ["", "", "no", "inconsistent"]
    places = place_providers(rates, fit_funnels(rates))
    assert set(places.loc[places["rate"] == "recovery", "provider"]) == {f"A{n}" for n in range(10)}


def test_a_provider_left_out_shows_in_the_sums():
    providers = [published(code=f"A{n}") for n in range(10)]
    totals = pd.DataFrame([{"year": "2024-25", **dict.fromkeys(COUNTS.values(), 1000)}])
    totals = totals.assign(finished=2000, not_at_caseness=20)
    whole = sum_providers(tabulated(*providers), totals)
    assert set(whole["verdict"]) == {"consistent"}
    assert set(sum_providers(tabulated(*providers[1:]), totals)["verdict"]) == {
        "inconsistent",
        "consistent",  # 20 below caseness may be nine times up to 4
    }
    assert sum_providers(tabulated(*providers), totals.assign(year="2016-17")).empty


def test_too_few_providers_make_no_funnel():
    rates = bound_providers(tabulated(*(published(code=f"A{n}") for n in range(9))))
    with pytest.raises(AuditError) as caught:
        fit_funnels(rates)
    assert str(caught.value) == (
        "a funnel needs 10 providers with printed counts in a year; no year has them"
    )


def test_a_funnel_needs_units_that_can_differ():
    for count, nobs in (([3], [9]), ([0, 0], [9, 9]), ([9, 9], [9, 9])):
        with pytest.raises(ValueError, match="two units and a rate between 0 and 1"):
            fit_funnel(np.array(count), np.array(nobs))


def test_the_place_is_undecided_where_only_the_counts_before_rounding_tell():
    alike = [published(code=f"A{n}", recovery_count=str(90 + 5 * (n % 5))) for n in range(20)]
    edge = published(code="B", recovery_count="65")
    far = published(code="C", recovery_count="10")
    rates = bound_providers(tabulated(*alike, edge, far))
    places = place_providers(rates, fit_funnels(rates))
    found = places[places["rate"] == "recovery"].set_index("provider")
    assert found.loc["C", ["place_95", "place_998"]].tolist() == ["below", "below"]
    assert found.loc["B", ["place_95", "place_998"]].tolist() == ["below", "undecided"]
    assert set(found.loc[[f"A{n}" for n in range(20)], "place_998"]) == {"within"}
