"""Figures as they are printed, in digits and in words."""

from fractions import Fraction

import pandas as pd
import pytest

from recovery_audit.claims import claims_by_id, clean_claims
from recovery_audit.errors import TableError
from recovery_audit.hedges import AboutWidth
from recovery_audit.rounding import RoundingRule

ROW = {
    "claim_id": "c", "study": "s", "document": "d", "table": "t", "locator": "p. 1",
    "seen": "verbatim", "population": "", "outcome": "o", "instrument": "", "printed": "9.2",
    "decimals": "1", "unit": "percent", "hedge": "none", "hedge_against": "", "reading": "",
    "base": "", "note": "", "file": "data/claims/d.csv", "row": 2, "document_state": "",
}  # fmt: skip
BASES = pd.DataFrame([{"base": "b"}])


def clean(**changed):
    return clean_claims(pd.DataFrame([ROW | changed]), BASES, ["d"], ["s"], {})


PRINTED = [
    ("33.70", "2", "percent", "none", "33.70", ""),
    ("10,469", "0", "persons", "none", "10469", ""),
    ("17 688", "0", "consultations", "none", "17688", ""),
    ("Seventy-eight", "0", "persons", "none", "78", ""),
    ("a million", "0", "persons", "at_least", "1000000", ""),
    ("173 million", "0", "million-pounds", "none", "173", ""),
    ("1.5 million", "1", "million-persons", "none", "1.5", ""),
    ("−0.23", "2", "standard-deviations", "none", "-0.23", ""),
    ("3–10", "0", "percent", "range", "3", "10"),
    ("8 and 89", "0", "percent", "range", "8", "89"),
    ("−0.40 to −0.06", "2", "standard-deviations", "range", "-0.40", "-0.06"),
    ("1/3rd", "0", "share", "about", "1", "3"),
    ("a quarter", "0", "share", "about", "1", "4"),
    ("two-thirds", "0", "share", "about", "2", "3"),
    ("one in ten", "0", "share", "about", "1", "10"),
]


@pytest.mark.parametrize(("printed", "decimals", "unit", "hedge", "figure", "upper"), PRINTED)
def test_a_figure_is_read_as_it_is_printed(printed, decimals, unit, hedge, figure, upper):
    row = clean(printed=printed, decimals=decimals, unit=unit, hedge=hedge).iloc[0]
    assert (row["printed"], row["figure"], row["upper"]) == (printed, figure, upper)


REFUSED = [
    ({"printed": "many"}, "column `printed`: got 'many'; expected digits, or a number in words"),
    ({"printed": "-9.2"}, "column `printed`: got '-9.2'; expected digits with an optional decimal point, commas only between groups of three digits, and at most 6 decimals, as in 9.2, 33.70 or 10,469"),
    ({"printed": "a quarter", "decimals": "0"}, "column `printed`: got 'a quarter'; a part of a whole has the unit `share`"),
    ({"printed": "1/3", "decimals": "0", "unit": "share"}, "column `hedge`: got 'none'; a share is about, at_least or at_most what it says"),
    ({"printed": "4/3", "decimals": "0", "unit": "share", "hedge": "about"}, "column `printed`: got '4/3'; a share lies between nothing and all"),
    ({"printed": "310", "decimals": "0", "hedge": "range"}, "column `printed`: got '310'; a range has two ends, as in 3–10 or -4 to -1"),
    ({"unit": "ratio", "base": "b"}, "column `base`: got 'b'; only a percentage or a share has a base"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_a_figure_that_is_none_is_refused(changed, message):
    with pytest.raises(TableError) as caught:
        clean(**changed)
    assert str(caught.value) == f"1 problem in the tables:\n  data/claims/d.csv, row 2, {message}"


def test_a_share_stands_for_the_percentages_nearest_to_it():
    share = claims_by_id(clean(printed="1/3rd", decimals="0", unit="share", hedge="about"))["c"]
    assert share.value == Fraction(100, 3)
    values = share.values(RoundingRule.HALF_UP, AboutWidth.HALF_PLACE)
    assert (values.low, values.high) == (Fraction(50, 3), Fraction(50))
    assert share.text == "1/3rd"


def test_a_value_below_zero_rounds_as_its_opposite_does():
    below = claims_by_id(clean(printed="−0.23", decimals="2", unit="standard-deviations"))["c"]
    values = below.values(RoundingRule.HALF_UP)
    assert (values.low, values.high) == (Fraction(-235, 1000), Fraction(-225, 1000))
    assert (values.open_low, values.open_high) == (True, False)
    assert str(below.figure) == "-0.23"
