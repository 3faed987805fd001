"""The official outcome rules as a table: scores of one record, and the flags they give.

Y yes, n no. The first eleven rows are the worked cases of the official rules; the instruments named
X-30 (higher is worse), Y-20 (higher is better) and Z-10 (no reliable change) are invented.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.errors import AuditError
from recovery_audit.instruments import Direction, Instrument, instruments_by_name
from recovery_audit.outcome_rates import ladder, rates, tally, total
from recovery_audit.outcome_rules import Conflict, MissingLast, OutcomeRules
from recovery_audit.outcomes import classify

ROOT = Path(__file__).parents[2]
INVENTED = {"source": "invented for this test", "lowest": 0}
X30 = Instrument(
    name="X-30", highest=30, cut_off=12, reliable_change=5, direction=Direction.DOWN, **INVENTED
)
Y20 = Instrument(
    name="Y-20", highest=20, cut_off=10, reliable_change=4, direction=Direction.UP, **INVENTED
)
Z10 = Instrument(
    name="Z-10", highest=10, cut_off=5, reliable_change=None, direction=Direction.DOWN, **INVENTED
)
REGISTRY = instruments_by_name(
    io.read_table(ROOT / "data/instruments.csv", ROOT / "workflow/schemas/instruments.schema.yaml")
) | {one.name: one for one in (X30, Y20, Z10)}

_ = None  # a missing score
FLAGS = (
    "at_caseness",
    "not_at_caseness",
    "reliable_improvement",
    "no_reliable_change",
    "reliable_deterioration",
    "recovery",
    "reliable_recovery",
)


def table(records):
    """Records of first and last PHQ-9 and GAD-7, if wanted a specific instrument with its two."""
    names = [
        "phq9_first",
        "phq9_last",
        "gad7_first",
        "gad7_last",
        "instrument",
        "instrument_first",
        "instrument_last",
    ]
    frame = pd.DataFrame([[*r, *("", _, _)[len(r) - 4 :]] for r in records], columns=names)
    return frame.astype({name: float for name in names if name != "instrument"})


def judged(*record, **switches):
    """The flags of one record as a row of the tables below."""
    flags = classify(table([record]), REGISTRY, OutcomeRules(**switches))
    return "".join("Y" if flags[name].iloc[0] else "n" for name in FLAGS)


#                                    case and not, improved, unchanged and deteriorated, recovered and reliably
OFFICIAL = [
    ((10, 9, 5, 5),                  "Yn" "nYn" "Yn"),  # 1 one point down is recovery, and no reliable one
    ((9, 3, 7, 2),                   "nY" "Ynn" "nn"),  # 2 improved, and never a case
    ((15, 9, 6, 6),                  "Yn" "Ynn" "YY"),  # 3
    ((15, 10, 9, 5),                 "Yn" "Ynn" "nn"),  # 4 still a case on PHQ-9
    ((16, 9, 3, 7),                  "Yn" "nYn" "Yn"),  # 5 one down, one up: no change, yet recovered
    ((12, 13, 10, 14),               "Yn" "nnY" "nn"),  # 6
    ((14, 20, 12, 8),                "Yn" "nYn" "nn"),  # 7
    ((12, _, 12, 3),                 "Yn" "nnn" "nn"),  # 8 a last score missing
    ((_, _, 12, 3),                  "Yn" "nnn" "nn"),  # 9 one known positive score suffices
    ((6, 5, _, _),                   "nn" "nnn" "nn"),  # 10 neither: GAD-7 is not known
    ((_, _, _, _),                   "nn" "nnn" "nn"),  # 11
    # thresholds, both sides
    ((10, 10, 7, 7),                 "Yn" "nYn" "nn"),
    ((9, 9, 8, 7),                   "Yn" "nYn" "Yn"),
    ((20, 15, 7, 4),                 "Yn" "nYn" "nn"),  # 5 and 3 points are no reliable change
    ((20, 14, 7, 7),                 "Yn" "Ynn" "nn"),
    ((20, 20, 11, 7),                "Yn" "Ynn" "nn"),
    ((20, 25, 7, 10),                "Yn" "nYn" "nn"),
    ((20, 26, 7, 7),                 "Yn" "nnY" "nn"),
    ((27, 0, 21, 0),                 "Yn" "Ynn" "YY"),
    ((0, 27, 0, 21),                 "nY" "nnY" "nn"),
    # missing scores
    ((_, 9, 12, 3),                  "Yn" "nnn" "Yn"),  # recovered: both last scores known, a case on GAD-7
    ((_, 3, 7, 3),                   "nn" "nnn" "nn"),
    ((12, 3, _, 2),                  "Yn" "nnn" "Yn"),
    ((12, 3, 12, _),                 "Yn" "nnn" "nn"),
    ((6, _, 5, _),                   "nY" "nnn" "nn"),
    # a specific instrument in the place of GAD-7
    ((5, 5, 5, 5, "X-30", 12, 12),   "Yn" "nYn" "nn"),  # a case that GAD-7 does not call one
    ((5, 5, 15, 15, "X-30", 11, 11), "nY" "nYn" "nn"),  # no case, though GAD-7 says so
    ((5, 5, 12, 3, "X-30", 20, 16),  "Yn" "nYn" "nn"),  # recovered on GAD-7, not on the specific one
    ((5, 5, 12, 12, "X-30", 20, 11), "Yn" "Ynn" "YY"),  # and the other way round
    ((5, 5, 12, 3, "X-30", 20, _),   "Yn" "Ynn" "YY"),  # its last missing: GAD-7 decides all
    ((5, 5, 5, 5, "X-30", 20, _),    "nY" "nYn" "nn"),  # and its first score makes no case
    ((5, 5, 12, 3, "X-30", _, 5),    "Yn" "Ynn" "YY"),  # its first missing
    ((5, 5, _, _, "X-30", 20, _),    "nn" "nnn" "nn"),  # nothing to fall back on
    ((5, 5, _, _, "X-30", 20, 5),    "Yn" "Ynn" "YY"),  # GAD-7 is not needed
    ((15, _, 12, 3, "X-30", 20, 5),  "Yn" "nnn" "nn"),  # PHQ-9 has no stand-in
    ((5, 5, 12, 3, "GAD-7", _, _),   "Yn" "Ynn" "YY"),  # named as such, nothing specific
    ((5, 5, 12, 3, "Z-10", 9, 9),    "Yn" "Ynn" "YY"),  # without a reliable change: GAD-7
    # where higher is better, a case is at the cut-off or below
    ((5, 5, 0, 0, "Y-20", 10, 10),   "Yn" "nYn" "nn"),
    ((5, 5, 0, 0, "Y-20", 11, 11),   "nY" "nYn" "nn"),
    ((5, 5, 0, 0, "Y-20", 8, 12),    "Yn" "Ynn" "YY"),
    ((5, 5, 0, 0, "Y-20", 8, 11),    "Yn" "nYn" "Yn"),
    ((5, 5, 0, 0, "Y-20", 8, 4),     "Yn" "nnY" "nn"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), OFFICIAL, ids=str)
def test_the_official_rules(record, expected):
    assert judged(*record) == expected


def test_a_table_is_judged_like_its_rows():
    flags = classify(table([record for record, _ in OFFICIAL]), REGISTRY, OutcomeRules())
    rows = ["".join("Y" if row[n] else "n" for n in FLAGS) for row in flags.to_dict("records")]
    assert rows == [expected for _, expected in OFFICIAL]


SWITCHED = [
    ({"conflict": Conflict.DETERIORATION}, (14, 20, 12, 8),      "Yn" "nnY" "nn"),
    ({"conflict": Conflict.DETERIORATION}, (20, 14, 3, 7),       "Yn" "nnY" "nn"),
    ({"conflict": Conflict.DETERIORATION}, (20, 14, 9, 5),       "Yn" "Ynn" "nn"),
    ({"inclusive_cut_off": False}, (10, 10, 8, 8),               "nY" "nYn" "nn"),
    ({"inclusive_cut_off": False}, (11, 10, 8, 8),               "Yn" "nYn" "Yn"),
    ({"inclusive_cut_off": False}, (5, 5, 0, 0, "Y-20", 10, 10), "nY" "nYn" "nn"),
    ({"inclusive_cut_off": False}, (5, 5, 0, 0, "Y-20", 9, 10),  "Yn" "nYn" "Yn"),
    ({"inclusive_change": False}, (20, 14, 12, 8),               "Yn" "nYn" "nn"),
    ({"inclusive_change": False}, (20, 13, 12, 12),              "Yn" "Ynn" "nn"),
    ({"inclusive_change": False}, (20, 20, 12, 17),              "Yn" "nnY" "nn"),
    ({"fallback": False}, (5, 5, 12, 3, "X-30", 20, _),          "Yn" "nnn" "nn"),
    ({"fallback": False}, (5, 5, 12, 3, "X-30", _, _),           "nn" "nnn" "nn"),
    ({"fallback": False}, (5, 5, 12, 3),                         "Yn" "Ynn" "YY"),  # nothing specific is named
    ({"fallback": False}, (5, 5, 12, 3, "Z-10", 9, 2),           "nn" "nnn" "nn"),
    ({"measures": ("PHQ-9",)}, (10, 4, 20, 20),                  "Yn" "Ynn" "YY"),
    ({"measures": ("GAD-7",)}, (20, 20, 8, 4),                   "Yn" "Ynn" "YY"),
    ({"measures": ("PHQ-9",)}, (9, 4, _, _),                     "nY" "nYn" "nn"),
]  # fmt: skip


@pytest.mark.parametrize(("switch", "record", "expected"), SWITCHED, ids=str)
def test_a_switch_changes_its_rule_and_no_other(switch, record, expected):
    assert judged(*record, **switch) == expected


YEAR = {"period_start": date(2024, 4, 1), "period_end": date(2025, 3, 31)}
FINISHED = [
    ({}, 2, "2024-06-01", True),
    ({}, 1, "2024-06-01", False),  # one session only
    ({}, 0, "2024-06-01", False),
    ({}, _, "2024-06-01", False),  # an unknown number is not enough
    ({}, 2, "", False),  # not discharged
    ({}, 2, "1999-01-01", True),  # no period is given
    (YEAR, 2, "2024-04-01", True),
    (YEAR, 2, "2025-03-31", True),
    (YEAR, 2, "2024-03-31", False),
    (YEAR, 2, "2025-04-01", False),
    (YEAR, 2, "", False),
    ({"min_sessions": 1}, 1, "2024-06-01", True),
    ({"min_sessions": 4}, 3, "2024-06-01", False),
]  # fmt: skip


@pytest.mark.parametrize(("switches", "sessions", "discharged", "finished"), FINISHED)
def test_a_finished_course(switches, sessions, discharged, finished):
    records = table([(15, 3, 12, 3)]).assign(
        sessions=np.array([sessions], float), discharged=np.array([discharged], "datetime64[D]")
    )
    flags = classify(records, REGISTRY, OutcomeRules(**switches))
    assert flags["finished"].tolist() == [finished]
    assert rates(tally(flags), OutcomeRules(**switches))["recovery"].numerator == finished


def test_without_columns_about_it_every_record_is_finished():
    flags = classify(table([(15, 3, 12, 3)]), REGISTRY, OutcomeRules())
    assert flags["finished"].tolist() == [True]


ELEVEN = [record for record, _ in OFFICIAL[:11]]


def found(records, **switches):
    """Numerator and denominator of each rate."""
    rules = OutcomeRules(**switches)
    counted = tally(classify(table(records), REGISTRY, rules))
    return {name: (r.numerator, r.denominator) for name, r in rates(counted, rules).items()}


def test_the_denominators_of_the_eleven_cases():
    """Row 2 leaves the denominator of recovery; rows 8 to 11 stay in every one."""
    assert found(ELEVEN) == {
        "recovery": (3, 10),
        "reliable_recovery": (1, 10),
        "reliable_improvement": (3, 11),
        "reliable_deterioration": (1, 11),
        "no_reliable_change": (3, 11),
    }


def test_those_without_a_last_score_can_be_excluded():
    """Rows 8, 9, 10 and 11 lack one."""
    assert found(ELEVEN, missing_last=MissingLast.EXCLUDED) == {
        "recovery": (3, 6),
        "reliable_recovery": (1, 6),
        "reliable_improvement": (3, 7),
        "reliable_deterioration": (1, 7),
        "no_reliable_change": (3, 7),
    }


def test_bounds_leave_the_official_rate_and_add_its_range():
    """Of row 8 PHQ-9 may have fallen or not; row 9 has no first PHQ-9, so no change category."""
    rules = OutcomeRules(missing_last=MissingLast.BOUNDS)
    counted = tally(classify(table(ELEVEN), REGISTRY, rules))
    ranges = {name: (r.least, r.numerator, r.most) for name, r in rates(counted, rules).items()}
    assert ranges == {
        "recovery": (3, 3, 5),
        "reliable_recovery": (1, 1, 2),
        "reliable_improvement": (3, 3, 4),
        "reliable_deterioration": (1, 1, 1),
        "no_reliable_change": (3, 3, 4),
    }


LADDER = [
    # group                  recovered, of
    ("paired_less_not_case", 3, 6),
    ("paired",               3, 7),
    ("less_not_case",        3, 10),
    ("finished",             3, 11),
    ("first_score",          3, 12),  # rows 11 and the blank one below have none
    ("records",              3, 14),
]  # fmt: skip


def test_the_ladder_climbs_from_the_paired_to_all_records():
    """Three more who attended once: recovered, still a case, and without any score."""
    records = table([*ELEVEN, (15, 3, 12, 3), (15, 15, 12, 12), (_, _, _, _)])
    records["sessions"] = [2] * 11 + [1] * 3
    counted = tally(classify(records, REGISTRY, OutcomeRules()))
    climbed = [
        (r.group, r.numerator, r.denominator) for r in ladder(counted) if r.rate == "recovery"
    ]
    assert climbed == LADDER


def test_chunks_add_up():
    records, rules = table([record for record, _ in OFFICIAL]), OutcomeRules()
    chunks = [records.iloc[start : start + 7] for start in range(0, len(records), 7)]
    whole = tally(classify(records, REGISTRY, rules))
    assert total(tally(classify(chunk, REGISTRY, rules)) for chunk in chunks) == whole


def test_of_nobody_there_is_no_rate():
    rules = OutcomeRules()
    rate = rates(tally(classify(table([(6, 5, 3, 3)]), REGISTRY, rules)), rules)["recovery"]
    assert (rate.numerator, rate.denominator) == (0, 0)
    assert (rate.value, rate.percent, rate.interval) == (None, "", None)


def test_a_rate_has_an_exact_value_a_percentage_and_an_interval():
    flags = classify(
        table([(15, 3, 12, 3), (15, 15, 3, 3), (15, 15, 3, 3)]), REGISTRY, OutcomeRules()
    )
    rate = rates(tally(flags), OutcomeRules())["recovery"]
    assert (str(rate.value), rate.percent) == ("1/3", "33.3")
    assert [round(limit, 4) for limit in rate.interval] == [0.0615, 0.7923]


WRONG = [
    ({}, {"phq9_first": 28.0}, "column `phq9_first`: scores of PHQ-9 are whole numbers from 0 to 27 or missing; 1 are not"),
    ({}, {"phq9_first": -1.0}, "column `phq9_first`: scores of PHQ-9 are whole numbers from 0 to 27 or missing; 1 are not"),
    ({}, {"gad7_last": 2.5}, "column `gad7_last`: scores of GAD-7 are whole numbers from 0 to 21 or missing; 1 are not"),
    ({}, {"instrument": "X-30", "instrument_first": 31.0}, "column `instrument_first`: scores of X-30 are whole numbers from 0 to 30 or missing; 1 are not"),
    ({}, {"instrument": "BDI"}, "'BDI' is no instrument of the registry; it has PHQ-9, GAD-7, X-30, Y-20, Z-10"),
    ({"measures": ("BDI",)}, {}, "'BDI' is no instrument of the registry; it has PHQ-9, GAD-7, X-30, Y-20, Z-10"),
    ({"measures": ("Z-10",)}, {}, "Z-10 has no reliable change in the registry, so no record can be judged by it"),
    ({"measures": ("X-30",)}, {}, "the records have no column `x30_first`"),
    (YEAR, {}, "a period of discharge needs the column `discharged`"),
]  # fmt: skip


@pytest.mark.parametrize(("switches", "cells", "message"), WRONG)
def test_what_cannot_be_judged_is_named(switches, cells, message):
    with pytest.raises(AuditError) as caught:
        classify(table([(15, 3, 12, 3)]).assign(**cells), REGISTRY, OutcomeRules(**switches))
    assert str(caught.value) == message


@pytest.mark.parametrize("kind", ["float64", "Int64", "Int8", "object"])
def test_a_column_of_any_kind_of_number_gives_the_same(kind):
    records = table([record[:4] for record in ELEVEN]).drop(
        columns=["instrument", "instrument_first", "instrument_last"]
    )
    expected = classify(records, REGISTRY, OutcomeRules())
    cast = records.astype("Int64").astype(kind) if kind != "float64" else records
    pd.testing.assert_frame_equal(classify(cast, REGISTRY, OutcomeRules()), expected)
