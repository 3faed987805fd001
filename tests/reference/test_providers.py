"""Every provider's published rate against its published counts, where the file is at hand."""

from pathlib import Path

import pytest

from recovery_audit import io
from recovery_audit.errors import TableError
from recovery_audit.providers import LAYOUT, bound_providers, funnel_table, provider_counts

FILE = Path(__file__).parents[3] / "shared/data/nhstt/measures_annual.parquet"
PROVIDERS = {"org_type": "Provider", "variable_type": "Total"}


@pytest.fixture(scope="module")
def counts():
    if not FILE.exists():
        pytest.skip("the published provider file is not on this machine")
    return provider_counts(io.read_parquet(FILE, LAYOUT, PROVIDERS))


def test_every_published_rate_lies_within_its_bounds(counts):
    found = bound_providers(counts)
    judged = found[found["verdict"] != "undetermined"]
    assert set(judged["verdict"]) == {"consistent"}
    assert len(judged) == 1276
    printed = judged["printed_rate"].astype(int)
    assert (judged["lower"].astype(float) - 0.55 <= printed).all()
    assert (judged["upper"].astype(float) + 0.55 >= printed).all()


def test_providers_add_up_to_nearly_the_national_counts(counts):
    year = counts[(counts["year"] == "2024-25") & counts["recovery"].str.isdigit()]
    assert abs(year["recovery"].astype(int).sum() / 321061 - 1) < 0.01


def test_providers_differ_by_more_than_chance(counts):
    funnel = funnel_table(counts)
    assert set(funnel["year"]) == {"2024-25"}
    assert float(funnel["phi"].iloc[0]) > 5
    assert 0.49 < float(funnel["rate"].iloc[0]) < 0.52


def test_a_file_that_is_none_is_named(tmp_path):
    path = tmp_path / "measures_annual.parquet"
    path.write_text("no table", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        io.read_parquet(path, LAYOUT, PROVIDERS)
    assert str(caught.value) == (
        f"1 problem in the tables:\n  {path}: got 'something else'; a Parquet file"
    )
