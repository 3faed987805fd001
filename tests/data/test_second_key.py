"""Every figure was typed twice, and a difference between the two stops the run."""

from pathlib import Path

import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.claims import clean_claims
from recovery_audit.errors import TableError
from recovery_audit.extraction import collect_claims

ROOT = Path(__file__).parents[2]
READ_IN_FULL = ["geraghty-scott-2020", "cbtwatch-posts"]


def schema(name):
    return ROOT / f"workflow/schemas/{name}.schema.yaml"


@pytest.fixture(scope="module")
def typed():
    """What `clean_claims` asks for, from the typed data."""
    sources = io.read_yaml(ROOT / "data/sources.yaml")
    first = io.read_text_tables(sorted((ROOT / "data/claims").glob("*.csv")), schema("claims"))
    return {
        "extracted": collect_claims(first, sources["documents"], {}),
        "bases": io.read_table(ROOT / "data/bases.csv", schema("bases")),
        "documents": sources["documents"],
        "studies": sources["studies"],
        "second_keys": io.read_tables(
            sorted((ROOT / "data/second_key").glob("*.csv")), schema("second_key")
        ),
    }


def test_both_typings_agree(typed):
    claims = clean_claims(**typed)
    assert set(claims["keyed"]) <= {"once", "twice"}


def test_the_documents_read_in_full_were_typed_twice_in_full(typed):
    claims = clean_claims(**typed)
    keyed = claims.loc[claims["document"].isin(READ_IN_FULL), "keyed"]
    assert set(keyed) == {"twice"}


def second(**changed):
    row = {"claim_id": "scott2018-clients", "reading": "", "printed": "90", "base": ""} | changed
    return {"data/second_key/scott-2018.csv": pd.DataFrame([row], index=[2])}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"printed": "91"}, "data/claims/scott-2018.csv, row 2, column `printed`: got '90'; typed the same way twice; data/second_key/scott-2018.csv, row 2, has '91': read the document again and correct the wrong one"),
        ({"base": "scott-ptsd"}, "data/claims/scott-2018.csv, row 2, column `base`: got ''; typed the same way twice; data/second_key/scott-2018.csv, row 2, has 'scott-ptsd': read the document again and correct the wrong one"),
        ({"claim_id": "scott2018-other"}, "data/second_key/scott-2018.csv, row 2, column `claim_id`: got 'scott2018-other'; expected a claim and reading of data/claims"),
    ],
)  # fmt: skip
def test_a_difference_stops_the_run_with_both_values(typed, changed, message):
    with pytest.raises(TableError) as caught:
        clean_claims(**typed | {"second_keys": second(**changed)})
    # File names hold the folder of the machine; what follows is the same everywhere.
    assert message in str(caught.value).replace(f"{ROOT}/", "")
