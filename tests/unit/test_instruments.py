"""The registry of instruments: what a reader may write in it."""

import csv
import io as text_io
from pathlib import Path

import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.errors import TableError
from recovery_audit.instruments import Direction, instruments_by_name

ROOT = Path(__file__).parents[2]


def registry(text):
    """A table as the command reads it."""
    header, *rows = csv.reader(text_io.StringIO(text))
    frame = pd.DataFrame(rows, columns=header, index=range(2, len(rows) + 2), dtype=str)
    return instruments_by_name(frame, "mine.csv")


def test_the_projects_own_registry_reads_the_same_as_text_and_typed():
    path = ROOT / "data/instruments.csv"
    typed = io.read_table(path, ROOT / "workflow/schemas/instruments.schema.yaml")
    found = instruments_by_name(typed)
    assert found == instruments_by_name(io.read_text_table(path))
    assert {n: (o.lowest, o.highest, o.cut_off, o.reliable_change) for n, o in found.items()} == {
        "PHQ-9": (0, 27, 10, 6),
        "GAD-7": (0, 21, 8, 4),
    }


def test_the_command_finds_the_projects_own_registry():
    assert io.shipped_table("instruments.csv") == ROOT / "data/instruments.csv"


def test_thresholds_come_from_the_statistics_where_no_others_are_given():
    """The worked example of Jacobson and Truax, in whole points: a 55, 1.96 x 4.74 = 9.3."""
    found = registry(
        "instrument,lowest,highest,direction,source,criterion,sd,reliability,clinical_mean,"
        "clinical_sd\nScale,0,100,up,invented,a,7.5,0.80,40,7.5\n"
    )["Scale"]
    assert (found.cut_off, found.reliable_change, found.direction) == (55, 10, Direction.UP)


def test_a_reliable_change_may_be_blank():
    row = "PHQ-15,0,30,down,a guide,10,\n"
    found = registry(f"instrument,lowest,highest,direction,source,cut_off,reliable_change\n{row}")
    assert found["PHQ-15"].reliable_change is None


GOOD = {
    "instrument": "S",
    "lowest": "0",
    "highest": "20",
    "direction": "down",
    "source": "me",
    "cut_off": "8",
    "reliable_change": "4",
    "criterion": "",
    "sd": "",
    "reliability": "",
}
GOOD |= dict.fromkeys(("clinical_mean", "clinical_sd", "functional_mean", "functional_sd"), "")

EITHER = "a cut-off, or in its place a criterion a, b or c; not both"
BAD = [
    ({"instrument": "--"}, "instrument", "--", "a name with letters or digits"),
    ({"source": ""}, "source", "", "where the thresholds come from"),
    ({"direction": "better"}, "direction", "better",
     "down or up, where scores go with improvement"),
    ({"lowest": "-5"}, "lowest", "-5", "a whole number from 0 to 16000"),
    ({"highest": "20.5"}, "highest", "20.5", "a whole number from 0 to 16000"),
    ({"highest": "16001"}, "highest", "16001", "a whole number from 0 to 16000"),
    ({"highest": "0"}, "highest", "0", "more than the lowest score, 0"),
    ({"cut_off": "8.5"}, "cut_off", "8.5", "a whole number of points, or blank"),
    ({"reliable_change": "-4"}, "reliable_change", "-4", "a whole number of points, or blank"),
    ({"reliability": "high"}, "reliability", "high", "a plain decimal number, or blank"),
    ({"reliability": "1.2"}, "reliability", "1.2", "a reliability from 0 to 1"),
    ({"sd": "0"}, "sd", "0", "a standard deviation above 0"),
    ({"cut_off": ""}, "cut_off", "", EITHER),
    ({"criterion": "a"}, "cut_off", "8", EITHER),
    ({"cut_off": "", "criterion": "d"}, "criterion", "d", "a, b or c, or blank"),
    ({"cut_off": "", "criterion": "b", "functional_mean": "5"}, "functional_sd", "",
     "needed for criterion b"),
    ({"sd": "4", "reliability": "0.8"}, "reliable_change", "4",
     "a reliable change, or in its place sd and reliability; not both"),
    ({"reliable_change": "", "sd": "4"}, "reliability", "", "sd and reliability go together"),
    ({"reliability": "0.8"}, "sd", "", "sd and reliability go together"),
    ({"cut_off": "0"}, "cut_off", "0", "a cut-off with scores on both sides of it; this one is 0"),
    ({"direction": "up", "cut_off": "20"}, "cut_off", "20",
     "a cut-off with scores on both sides of it; this one is 20"),
    ({"cut_off": "", "criterion": "a", "clinical_mean": "5", "clinical_sd": "4"}, "criterion", "a",
     "a cut-off with scores on both sides of it; this one is -3"),
    ({"reliable_change": "21"}, "reliable_change", "21",
     "a reliable change from 1 to 20 points; this one is 21"),
    ({"reliable_change": "", "sd": "20", "reliability": "0"}, "sd", "20",
     "a reliable change from 1 to 20 points; this one is 56"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "value", "rule"), BAD)
def test_every_bad_cell_is_named(change, column, value, rule):
    frame = pd.DataFrame([GOOD | change], index=[2])
    with pytest.raises(TableError) as caught:
        instruments_by_name(frame, "mine.csv")
    assert [str(problem) for problem in caught.value.problems] == [
        f"mine.csv, row 2, column `{column}`: got {value!r}; {rule}"
    ]


def test_a_name_that_columns_cannot_tell_from_another_is_named():
    frame = pd.DataFrame([GOOD, GOOD | {"instrument": "s"}], index=[2, 3])
    with pytest.raises(TableError) as caught:
        instruments_by_name(frame, "mine.csv")
    assert [str(problem) for problem in caught.value.problems] == [
        "mine.csv, row 3, column `instrument`: got 's'; a name that columns can tell from 'S'"
    ]


def test_missing_and_unknown_columns_are_named():
    frame = pd.DataFrame([GOOD | {"colour": "red"}], index=[2]).drop(columns="direction")
    with pytest.raises(TableError) as caught:
        instruments_by_name(frame, "mine.csv")
    assert [(p.row, p.column) for p in caught.value.problems] == [(1, "colour"), (1, "direction")]
