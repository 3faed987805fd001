"""The published national rates, from the published counts.

Source: NHS Digital and NHS England, annual reports on the use of IAPT services and NHS Talking
Therapies, England totals 2012-13 to 2024-25 (Open Government Licence v3.0), typed in
data/national/annual_totals.csv. The first year has counts but no published rate.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from recovery_audit import io
from recovery_audit.official_statistics import recompute_national

ROOT = Path(__file__).parents[2]
TOTALS = ROOT / "data/national/annual_totals.csv"
YEARS = list(csv.DictReader(TOTALS.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("year", YEARS[1:], ids=lambda year: year["year"])
@pytest.mark.parametrize("rate", ["recovery", "reliable_recovery"])
def test_the_official_denominator_gives_the_published_rate(year, rate):
    nobs = int(year["finished"]) - int(year["not_at_caseness"])
    exact = 100 * Decimal(year[rate]) / nobs
    printed = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    assert str(printed) == year[f"printed_{rate}"]


def test_the_pipeline_says_so_and_at_caseness_would_not_do():
    schema = ROOT / "workflow/schemas/annual_totals.schema.yaml"
    totals = io.read_table(TOTALS, schema)
    assert recompute_national(totals)["verdict"].value_counts().to_dict() == {
        "consistent": 24,
        "undetermined": 2,  # the first year: nothing published to compare with
    }
    by_caseness = totals.assign(not_at_caseness=totals["finished"] - totals["at_caseness"])
    verdicts = recompute_national(by_caseness)
    recovery = verdicts[(verdicts["rate"] == "recovery") & (verdicts["printed"] != "")]
    assert (recovery["verdict"] == "consistent").sum() < 6
