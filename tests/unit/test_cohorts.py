"""Reading a reader's cohort: every kind of damage is named, and no wrong table gets through."""

from pathlib import Path

import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.cohorts import OnInvalid, Reading, read_cohort
from recovery_audit.errors import TableError
from recovery_audit.instruments import Direction, Instrument, instruments_by_name

ROOT = Path(__file__).parents[2]
X30 = Instrument(
    name="X-30",
    lowest=0,
    highest=30,
    cut_off=12,
    reliable_change=5,
    direction=Direction.DOWN,
    source="invented for this test",
)
REGISTRY = instruments_by_name(io.read_text_table(ROOT / "data/instruments.csv")) | {"X-30": X30}
PHQ9_ALONE = {"measures": ("PHQ-9",)}

WIDE = """id,phq9_first,phq9_last,gad7_first,gad7_last,sessions,discharged,instrument,instrument_first,instrument_last
a,15,3,12,3,6,2024-06-01,,,
b,12,12,9,,4,2024-07-15,X-30,20,8
c,,,8,2,2,,,,
"""
LONG = """id,session,date,phq9,gad7,discharged,instrument,instrument_score
a,1,2024-01-08,15,12,2024-06-01,,
a,2,2024-01-15,,9,2024-06-01,,
b,1,2024-02-01,12,9,2024-07-15,X-30,20
b,2,2024-02-08,12,,2024-07-15,X-30,8
a,3,2024-01-22,3,3,2024-06-01,,
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Write a file and read it as a cohort."""
    monkeypatch.chdir(tmp_path)

    def read(text, **options):
        content = text if isinstance(text, bytes) else text.encode()
        Path("cohort.csv").write_bytes(content)
        table = io.read_text_table("cohort.csv")
        return read_cohort(table, "cohort.csv", Reading(registry=REGISTRY, **options))

    return read


def rows(cohort, columns=None):
    """Records as plain values, None where one is missing."""
    records = cohort.records if columns is None else cohort.records[columns]
    return [
        [None if pd.isna(value) else value for value in row]
        for row in records.astype(object).to_numpy()
    ]


def days(cohort):
    """Dates of discharge as text, None where one is missing."""
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in cohort.records["discharged"]]


def test_a_wide_table(read):
    cohort = read(WIDE)
    assert (cohort.read, cohort.dropped, cohort.problems, cohort.long) == (3, 0, (), False)
    assert cohort.records.index.tolist() == [2, 3, 4]
    columns = ["phq9_first", "gad7_last", "sessions", "instrument", "instrument_last"]
    assert rows(cohort, columns) == [
        [15, 3, 6, "", None],
        [12, None, 4, "X-30", 8],
        [None, 2, 2, "", None],
    ]
    assert days(cohort) == ["2024-06-01", "2024-07-15", None]


def test_a_long_table_gives_first_and_last_scores_whatever_the_order_of_its_rows(read):
    cohort = read(LONG)
    assert (cohort.read, cohort.dropped, cohort.problems, cohort.long) == (2, 0, (), True)
    columns = ["id", "sessions", "phq9_first", "phq9_last", "gad7_first", "gad7_last"]
    columns += ["instrument", "instrument_first", "instrument_last"]
    assert rows(cohort, columns) == [
        ["a", 3, 15, 3, 12, 3, "", None, None],
        ["b", 2, 12, 12, 9, None, "X-30", 20, 8],  # one GAD-7 only: there is no last
    ]
    assert days(cohort) == ["2024-06-01", "2024-07-15"]


def test_dates_alone_order_the_sessions(read):
    text = "id,date,phq9\na,2024-02-01,4\na,2024-01-01,15\na,2024-01-20,\n"
    cohort = read(text, **PHQ9_ALONE)
    assert rows(cohort) == [["a", 3, 15.0, 4.0]]


#: Damage to the wide table: what to replace by what, and the problem that it must give.
DAMAGE = {
    # cells
    "a score too high": ("a,15,", "a,28,", 2, "phq9_first", "28", "a score of PHQ-9 lies between 0 and 27"),
    "a score of the other measure": (",9,,4", ",22,,4", 3, "gad7_first", "22", "a score of GAD-7 lies between 0 and 21"),
    "a code for missing": ("a,15,", "a,99,", 2, "phq9_first", "99", "a score of PHQ-9 lies between 0 and 27"),
    "a negative code for missing": ("a,15,", "a,-9,", 2, "phq9_first", "-9", "a whole number, not a negative one"),
    "a negative score": ("12,3,6", "-12,3,6", 2, "gad7_first", "-12", "a whole number, not a negative one"),
    "a fraction": ("a,15,3", "a,15.5,3", 2, "phq9_first", "15.5", "a whole number, not a fraction"),
    "a negative fraction": ("a,15,3", "a,-1.5,3", 2, "phq9_first", "-1.5", "a whole number, not a fraction"),
    "a decimal comma": ("a,15,3", 'a,"15,5",3', 2, "phq9_first", "15,5", "a whole number; a comma has no place in it"),
    "a percentage": ("a,15,3", "a,55%,3", 2, "phq9_first", "55%", "a whole number, not a percentage"),
    "a word": ("a,15,3", "a,fifteen,3", 2, "phq9_first", "fifteen", "a whole number, or blank where it is missing"),
    "NA": ("a,15,3", "a,NA,3", 2, "phq9_first", "NA", "a whole number, or blank where it is missing"),
    "a dash for a blank": ("a,15,3", "a,-,3", 2, "phq9_first", "-", "a whole number, or blank where it is missing"),
    "a spreadsheet's error": ("a,15,3", "a,#REF!,3", 2, "phq9_first", "#REF!", "a whole number, or blank where it is missing"),
    "a score with its unit": ("a,15,3", "a,15 points,3", 2, "phq9_first", "15 points", "a whole number, or blank where it is missing"),
    "a score of its maximum": ("a,15,3", "a,15/27,3", 2, "phq9_first", "15/27", "a whole number, or blank where it is missing"),
    "two scores in a cell": ("a,15,3", "a,15;3,3", 2, "phq9_first", "15;3", "a whole number, or blank where it is missing"),
    "an exponent": ("a,15,3", "a,1e1,3", 2, "phq9_first", "1e1", "a whole number, or blank where it is missing"),
    "infinity": ("a,15,3", "a,inf,3", 2, "phq9_first", "inf", "a whole number, or blank where it is missing"),
    "other digits": ("a,15,3", "a,１５,3", 2, "phq9_first", "１５", "a whole number, or blank where it is missing"),
    "an overlong number": ("a,15,3", "a,1000000000000,3", 2, "phq9_first", "1000000000000", "a whole number, or blank where it is missing"),
    "a date for a score": ("a,15,3", "a,15-Jan,3", 2, "phq9_first", "15-Jan", "a whole number, or blank where it is missing"),
    "negative sessions": ("12,3,6", "12,3,-6", 2, "sessions", "-6", "a whole number, not a negative one"),
    "half a session": ("12,3,6", "12,3,6.5", 2, "sessions", "6.5", "a whole number, not a fraction"),
    "too many sessions": ("12,3,6", "12,3,20240601", 2, "sessions", "20240601", "at most 1000 sessions"),
    "sessions in words": ("12,3,6", "12,3,many", 2, "sessions", "many", "a whole number, or blank where it is missing"),
    "a date the other way round": ("2024-06-01", "01/06/2024", 2, "discharged", "01/06/2024", "a date as YYYY-MM-DD"),
    "a day that is not": ("2024-06-01", "2024-06-31", 2, "discharged", "2024-06-31", "a date as YYYY-MM-DD"),
    "a month that is not": ("2024-06-01", "2024-13-01", 2, "discharged", "2024-13-01", "a date as YYYY-MM-DD"),
    "a spreadsheet's date": ("2024-06-01", "45444", 2, "discharged", "45444", "a date as YYYY-MM-DD"),
    "a date and time": ("2024-06-01", "2024-06-01 10:30", 2, "discharged", "2024-06-01 10:30", "a date as YYYY-MM-DD"),
    "yes for a date": ("2024-06-01", "yes", 2, "discharged", "yes", "a date as YYYY-MM-DD"),
    "another century": ("2024-06-01", "1924-06-01", 2, "discharged", "1924-06-01", "a date from 1990 to 2099"),
    "an unknown instrument": ("X-30,20,8", "BDI,20,8", 3, "instrument", "BDI", "an instrument of the registry (PHQ-9, GAD-7, X-30), or blank"),
    "a stand-in for PHQ-9": ("X-30,20,8", "PHQ-9,20,8", 3, "instrument", "PHQ-9", "an instrument that stands in for GAD-7, or blank"),
    "a score of nothing": ("2024-06-01,,,", "2024-06-01,,20,", 2, "instrument_first", "20", "blank, as no specific instrument is named"),
    "a specific score too high": ("X-30,20,8", "X-30,31,8", 3, "instrument_first", "31", "a score of X-30 lies between 0 and 30"),
    "a specific score in words": ("X-30,20,8", "X-30,20,low", 3, "instrument_last", "low", "a whole number, or blank where it is missing"),
    "no id": ("a,15", ",15", 2, "id", "", "an id, not blank"),
    # the file
    "a column missing": (WIDE, "phq9_first,phq9_last,gad7_first\n15,3,12\n", 1, "gad7_last", "", "this column is missing"),
    "a column misspelt": ("phq9_first", "PHQ9_first", 1, "phq9_first", "", "this column is missing"),
    "two columns of one name": ("gad7_first", "phq9_first", 1, "phq9_first", "phq9_first", "a name that no other column has"),
    "half a specific instrument": ("instrument_last", "colour", 1, "instrument_last", "", "this column is missing"),
    "only a header": (WIDE.partition("\n")[2], "", 0, "", "", "at least one record"),
}  # fmt: skip
TABLE_RULE = "a comma-separated table in UTF-8 with a header, all rows as long as it"
NO_TABLE = {
    "an empty file": ("", 0, "an empty file"),
    "a row too short": (WIDE.replace("a,15,3,", "a,15,"), 2, "9 cells"),
    "a row too long": (WIDE.replace("a,15,3,", "a,15,3,4,"), 2, "11 cells"),
    "an open quotation mark": (WIDE.replace("a,15", '"a,15'), 0, "unexpected end of data"),
    "not UTF-8": (WIDE.replace("c,,", "é,,").encode("latin-1"), 0,
                  "'utf-8' codec can't decode byte 0xe9 in position 171: invalid continuation byte"),
    "UTF-16": (WIDE.encode("utf-16"), 0,
               "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
}  # fmt: skip
TWICE = {
    "an id twice": ("b,12", "a,12", "id", "a", "an id that no other record has"),
}
LONG_DAMAGE = {
    "a session number twice": ("a,2,", "a,1,", [2, 3], "session", "1", "one session of a record only once"),
    "a session without number": ("a,2,", "a,,", [3], "session", "", "the number of the session, not blank"),
    "a session number in words": ("a,2,", "a,two,", [3], "session", "two", "a whole number, or blank where it is missing"),
    "dates against the numbers": ("a,2,2024-01-15", "a,2,2024-01-01", [3], "date", "2024-01-01", "no earlier than the session before"),
    "a session after discharge": ("a,3,2024-01-22", "a,3,2024-06-02", [6], "date", "2024-06-02", "no later than the discharge, 2024-06-01"),
    "two dates of discharge": ("9,2024-06-01", "9,2024-06-05", [3], "discharged", "2024-06-05", "the same for all sessions of a record, 2024-06-01"),
    "a session of nobody": ("a,2,", ",2,", [3], "id", "", "an id, not blank"),
    "two specific instruments": ("b,2,2024-02-08,12,,2024-07-15,X-30,8", "b,2,2024-02-08,12,,2024-07-15,Y-20,8", [5], "instrument", "Y-20", "the same for all sessions of a record, X-30"),
}  # fmt: skip
LONG_REGISTRY = REGISTRY | {
    "Y-20": Instrument(
        name="Y-20",
        lowest=0,
        highest=20,
        cut_off=10,
        reliable_change=4,
        direction=Direction.UP,
        source="invented for this test",
    )
}


def test_there_are_fifty_kinds_of_damage():
    assert len(DAMAGE) + len(NO_TABLE) + len(TWICE) + len(LONG_DAMAGE) >= 50


def problems_of(read, text, **options):
    with pytest.raises(TableError) as caught:
        read(text, **options)
    return caught.value.problems


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_with_its_place(read, damage):
    old, new, row, column, value, rule = DAMAGE[damage]
    assert old in WIDE
    problems = problems_of(read, WIDE.replace(old, new, 1))
    place = "cohort.csv" + (f", row {row}" if row else "")
    where = f", column `{column}`" if column else ""
    assert f"{place}{where}: got {value!r}; {rule}" in [str(problem) for problem in problems]
    if row > 1:
        assert len(problems) == 1  # one slip, one message


@pytest.mark.parametrize("damage", NO_TABLE)
def test_what_is_no_table_is_named(read, damage):
    text, row, value = NO_TABLE[damage]
    (problem,) = problems_of(read, text)
    assert (problem.row, problem.value, problem.rule) == (row, value, TABLE_RULE)


@pytest.mark.parametrize("damage", TWICE)
def test_what_is_there_twice_is_named_twice(read, damage):
    old, new, column, value, rule = TWICE[damage]
    problems = problems_of(read, WIDE.replace(old, new, 1))
    assert [(p.row, p.column, p.value, p.rule) for p in problems] == [
        (2, column, value, rule),
        (3, column, value, rule),
    ]


@pytest.mark.parametrize("damage", LONG_DAMAGE)
def test_damage_to_sessions_is_named(read, damage, monkeypatch):
    old, new, lines, column, value, rule = LONG_DAMAGE[damage]
    assert old in LONG
    monkeypatch.setitem(REGISTRY, "Y-20", LONG_REGISTRY["Y-20"])
    problems = problems_of(read, LONG.replace(old, new, 1))
    assert [(p.row, p.column, p.value, p.rule) for p in problems] == [
        (line, column, value, rule) for line in lines
    ]


def test_an_unknown_column_is_named_and_can_be_left_alone(read):
    text = "phq9_first,phq9_last,age\n15,3,40\n"
    (problem,) = problems_of(read, text, **PHQ9_ALONE)
    assert str(problem) == (
        "cohort.csv, row 1, column `age`: got 'age'; no such column; expected phq9_first, "
        "phq9_last, id, sessions, discharged"
    )
    assert rows(read(text, ignored=frozenset({"age"}), **PHQ9_ALONE)) == [[15.0, 3.0]]
    kept = read(text, on_invalid=OnInvalid.MISSING, **PHQ9_ALONE)
    assert (rows(kept), len(kept.problems)) == ([[15.0, 3.0]], 1)


def test_all_problems_come_at_once(read):
    text = WIDE.replace("a,15,", "a,28,").replace("2024-07-15", "July").replace("c,,", "c,x,")
    assert [(p.row, p.column) for p in problems_of(read, text)] == [
        (2, "phq9_first"),
        (3, "discharged"),
        (4, "phq9_first"),
    ]


SLIP = "id,phq9_first,phq9_last\na,15,3\nb,28,3\nc,15,9\n"
POLICIES = [
    (OnInvalid.DROP, [["a", 15, 3], ["c", 15, 9]], 1),
    (OnInvalid.MISSING, [["a", 15, 3], ["b", None, 3], ["c", 15, 9]], 0),
]


@pytest.mark.parametrize(("policy", "records", "dropped"), POLICIES)
def test_a_bad_cell_drops_its_record_or_counts_as_missing(read, policy, records, dropped):
    cohort = read(SLIP, on_invalid=policy, **PHQ9_ALONE)
    assert (rows(cohort), cohort.read, cohort.dropped) == (records, 3, dropped)
    assert [(p.row, p.value) for p in cohort.problems] == [(3, "28")]


def test_of_an_id_that_repeats_no_record_is_kept(read):
    text = "id,phq9_first,phq9_last\na,15,3\na,14,3\nb,15,9\n"
    cohort = read(text, on_invalid=OnInvalid.DROP, **PHQ9_ALONE)
    assert rows(cohort) == [["b", 15, 9]]


SESSIONS = "id,session,phq9\na,1,15\na,2,28\na,3,9\nb,1,12\nb,2,12\nb,x,3\n"
LONG_POLICIES = [
    # a bad score of one session would make another one the last: the record goes whole
    (OnInvalid.DROP, [], 2),
    # and a session that has no place in the order cannot be taken as missing
    (OnInvalid.MISSING, [["a", 3, 15, 9]], 1),
]


@pytest.mark.parametrize(("policy", "records", "dropped"), LONG_POLICIES)
def test_a_record_of_sessions_goes_whole(read, policy, records, dropped):
    cohort = read(SESSIONS, on_invalid=policy, **PHQ9_ALONE)
    assert (rows(cohort), cohort.read, cohort.dropped) == (records, 2, dropped)


def test_an_unknown_instrument_takes_its_scores_with_it(read):
    text = WIDE.replace("X-30,20,8", "BDI,20,8")
    record = read(text, on_invalid=OnInvalid.MISSING).records.loc[3]
    assert record["instrument"] == ""
    assert record[["instrument_first", "instrument_last"]].isna().all()


def test_columns_under_other_names(read):
    text = "case,PHQ_pre,PHQ_post\na,15,3\n"
    names = {"id": "case", "phq9_first": "PHQ_pre", "phq9_last": "PHQ_post"}
    assert rows(read(text, columns=names, **PHQ9_ALONE)) == [["a", 15, 3]]


NAMES = [
    ({"phq9_first": "PHQ"}, "PHQ", "", "this column is missing; it was to be phq9_first"),
    ({"age": "post"}, "post", "age",
     "to be renamed to one of date, discharged, id, phq9, phq9_first, phq9_last, session, sessions"),
    ({"phq9_first": "pre", "phq9_last": "pre"}, "pre", "phq9_first", "one name, not several"),
    ({"phq9_first": "post"}, "phq9_first", "phq9_first",
     "only one column to be phq9_first; 'post' was to be it"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "column", "value", "rule"), NAMES)
def test_a_name_that_leads_nowhere_is_named(read, names, column, value, rule):
    text = "id,phq9_first,post,pre\na,15,3,4\n"
    found = [
        (p.column, p.value, p.rule) for p in problems_of(read, text, columns=names, **PHQ9_ALONE)
    ]
    assert (column, value, rule) in found


def test_what_means_missing_and_how_dates_are_written_can_be_said(read):
    text = "phq9_first,phq9_last,discharged\n15,NA,31/12/2024\n-99,3,NA\n"
    options = {"blanks": frozenset({"NA", "-99"}), "date_format": "%d/%m/%Y"}
    cohort = read(text, **options, **PHQ9_ALONE)
    assert rows(cohort, ["phq9_first", "phq9_last"]) == [[15, None], [None, 3]]
    assert days(cohort) == ["2024-12-31", None]


def test_spaces_around_a_cell_and_a_whole_number_with_a_point_are_no_slip(read):
    assert rows(read("phq9_first,phq9_last\n 15 ,3.0\n,\n", **PHQ9_ALONE)) == [
        [15, 3],
        [None, None],
    ]
