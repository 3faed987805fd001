"""The row of each headline rate: what its missing would have had to do, by another route."""

import csv
from fractions import Fraction

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def summary(audited):
    return audited["summary"].set_index("rate")


def test_the_national_bound_is_of_its_own_year_and_criterion(summary):
    """England's rate for 2017-18, were nobody else of those received recovered: not another year's."""
    with (ROOT / "data/national/annual_totals.csv").open(encoding="utf-8", newline="") as file:
        (total,) = [row for row in csv.DictReader(file) if row["year"] == "2017-18"]
    cases = int(total["finished"]) - int(total["not_at_caseness"])
    row = summary.loc["national"]
    assert row["missing"] == int(total["referrals"]) - cases
    least = Fraction(int(total["recovery"]), int(total["referrals"]))
    assert abs(Fraction(row["bound"]) - least) < Fraction(1, 10**6)
    assert row["standing"] == "unreachable"


def test_a_study_reaches_as_far_as_its_best_pair_of_counts_lets_it(summary):
    """Scott: 5 of 54 if cut off, all the 36 others recovered; every smaller count reaches less."""
    pairs = [
        (k, n)
        for n in range(1, 91)
        for k in range(n + 1)
        if 9150 <= Fraction(100_000 * k, n) < 9250 or 9200 <= Fraction(100_000 * k, n) < 9300
    ]
    most = max(Fraction(k + 90 - n, 90) for k, n in pairs)
    row = summary.loc["scott"]
    assert abs(Fraction(row["bound"]) - most) < Fraction(1, 10**6)
    assert most < Fraction(row["other_value"])
    mus = summary.loc["mus-recovery"]
    needed, missing = int(mus["needed"]), int(mus["missing"])
    reached = Fraction(27 + needed, 92 + missing)
    assert reached >= Fraction(mus["other_value"]) > reached - Fraction(1, 92 + missing)
