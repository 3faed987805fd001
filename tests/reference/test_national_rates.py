"""Every published national rate, from the published counts.

Source: NHS Digital and NHS England, annual and monthly reports on the use of IAPT services and NHS
Talking Therapies, England (Open Government Licence v3.0), typed in data/national/. The first year
has counts but no published rate.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from recovery_audit import io
from recovery_audit.errors import AuditError
from recovery_audit.official_statistics import SERIES, climb_national, recompute_national

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared/data/derived"
TABLES = ["series_breaks", *(series.table for series in SERIES.values())]


def schema(name):
    return ROOT / f"workflow/schemas/{name}.schema.yaml"


@pytest.fixture(scope="module")
def tables():
    return {n: io.read_table(ROOT / f"data/national/{n}.csv", schema(n)) for n in TABLES}


@pytest.fixture(scope="module")
def national(tables):
    return recompute_national(tables)


def test_every_published_rate_is_reproduced_by_the_official_denominator(national):
    published = national[national["printed"] != ""]
    assert set(published["verdict"]) == {"consistent"}
    official = {"recovery": "finished-less-not-at-caseness", "improvement": "finished"}
    for rate, denominator in official.items():
        rows = published[published["rate"] == rate]
        assert all(denominator in found.split() for found in rows["reproduced_by"])
    assert published["series"].value_counts().to_dict() == {
        "therapy": 1218, "group": 790, "month": 252, "annual": 60,
    }  # fmt: skip


def test_at_caseness_would_not_do(national):
    annual = national[(national["series"] == "annual") & (national["rate"] == "recovery")]
    published = annual[annual["printed"] != ""]
    by_caseness = sum("at-caseness" in found.split() for found in published["reproduced_by"])
    assert (by_caseness, len(published)) == (2, 12)


def test_a_second_route_gives_the_same_verdicts(tables, national):
    """Decimal arithmetic with the standard library's own rounding, on the annual table."""
    for year in tables["annual_totals"].to_dict("records")[1:]:
        for rate in ("recovery", "reliable_recovery", "improvement", "deterioration"):
            nobs = year["finished"]
            nobs -= year["not_at_caseness"] if "recovery" in rate else 0
            exact = 100 * Decimal(int(year[rate])) / int(nobs)
            printed = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            assert str(printed) == year[f"printed_{rate}"]


def test_the_breaks_of_the_series_show_in_the_counts(national):
    rows = national[(national["series"] == "annual") & (national["rate"] == "recovery")]
    share = dict(zip(rows["period"], rows["unclassified"] / rows["finished"], strict=True))
    assert share["2012-13"] > 0.12
    assert share["2015-16"] == 0
    assert all(0 < s < 0.04 for year, s in share.items() if year not in ("2012-13", "2015-16"))
    assert list(rows.loc[rows["series_break"] != "", "period"]) == ["2012-13", "2015-16", "2022-23"]


PLANTED = [
    ("annual_totals", 5, "recovery", "263295", "273295"),
    ("annual_totals", 5, "printed_recovery", "50.8", "50.9"),
    ("annual_groups", 40, "improvement", None, None),
    ("monthly_core", 30, "finished", None, None),
    ("therapy_outcomes", 100, "courses", None, None),
]


@pytest.mark.parametrize(("table", "row", "column", "old", "new"), PLANTED)
def test_a_planted_error_is_found(tables, table, row, column, old, new):
    changed = tables[table].copy()
    cell = changed.columns.get_loc(column)
    before = str(changed.iat[row, cell])
    assert old in (None, before)
    after = new or str(int(before) + max(int(before) // 50, 1))
    changed.iat[row, cell] = after if column.startswith("printed") else int(after)
    found = recompute_national(tables | {table: changed})
    # No other rate needs an unusual rounding rule, so one that does is found too.
    assert not set(found.loc[found["printed"] != "", "verdict"]) <= {"consistent"}


def test_the_ladder_widens_and_its_rates_follow_from_the_counts(tables):
    ladder = climb_national(tables["annual_totals"], tables["monthly_core"], 0.95)
    for _, rungs in ladder.groupby(["source", "year", "rate"]):
        sizes = list(rungs["n"])
        assert sizes[:-1] == sorted(sizes[:-1])
        assert rungs["k"].nunique() == 1
    for row in ladder.to_dict("records"):
        exact = 100 * Decimal(row["k"]) / row["n"]
        assert str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)) == row["percent"]


def test_the_sums_of_months_are_those_of_complete_financial_years(tables):
    path = PUBLISHED / "national_fy_sum_of_months.csv"
    if not path.exists():
        pytest.skip("the published national tables are not on this machine")
    ladder = climb_national(tables["annual_totals"], tables["monthly_core"], 0.95)
    ended = ladder[(ladder["rung"] == "ended") & (ladder["rate"] == "recovery")]
    with path.open(encoding="utf-8", newline="") as file:
        theirs = {row["financial_year"]: row for row in csv.DictReader(file)}
    assert {row["year"]: (row["k"], row["n"]) for row in ended.to_dict("records")} == {
        year: (int(row["recovery"]), int(row["ended_referrals"])) for year, row in theirs.items()
    }


COLUMNS = {
    "annual_totals": ("national_annual_totals.csv", {"referrals": "count_referrals_received", "improvement": "count_improvement", "printed_deterioration": "pct_deterioration"}),
    "annual_groups": ("national_annual_breakdowns.csv", {"finished": "count_finished_course_treatment", "recovery": "count_recovery", "printed_recovery": "pct_recovery"}),
    "monthly_core": ("national_monthly_core_wide.csv", {"ended": "ended_referrals", "recovery": "recovery", "paired": "paired_phq9_and_adsm_or_gad"}),
    "therapy_outcomes": ("national_therapy_based_outcomes.csv", {"courses": "count_courses_of_therapy", "mean_phq9_start": "mean_phq_start", "sd_gad7_end": "sd_gad_end"}),
}  # fmt: skip


@pytest.mark.parametrize("table", COLUMNS)
def test_the_typed_tables_hold_what_was_published(table):
    name, columns = COLUMNS[table]
    if not (PUBLISHED / name).exists():
        pytest.skip("the published national tables are not on this machine")

    def rows(path, names):
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row[n].removesuffix(".0") for n in names) for row in csv.DictReader(file)]

    typed = rows(ROOT / f"data/national/{table}.csv", columns)
    theirs = rows(PUBLISHED / name, columns.values())
    assert typed
    assert set(typed) <= set(theirs)


def test_nobody_of_nobody_is_no_rate_and_somebody_of_nobody_is_an_error(tables):
    totals = tables["annual_totals"].tail(1)
    emptied = totals.assign(not_at_caseness=totals["finished"])
    nothing_else = {series.table: tables[series.table].head(0) for series in SERIES.values()}
    some = tables | nothing_else | {"annual_totals": emptied}
    with pytest.raises(AuditError, match=r"recovery is \d+ but finished less .* leaves nobody"):
        recompute_national(some)
    none = emptied.assign(recovery=0, reliable_recovery=0)
    rates = set(recompute_national(some | {"annual_totals": none})["rate"])
    assert rates and not rates & {"recovery", "reliable_recovery"}
