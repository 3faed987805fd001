"""Stages are balanced, and what does not add up is shown."""

import pandas as pd
import pytest

from recovery_audit.errors import TableError
from recovery_audit.flow import follow_flow

COLUMNS = ["claim_id", "figure", "upper", "printed", "unit", "hedge", "hedge_against"]
CLAIMS = pd.DataFrame(
    [
        [name, str(count), "", str(count), "persons", "none", ""]
        for name, count in {"all": 100, "out": 30, "on": 50, "later": 60, "late": 5}.items()
    ],
    columns=COLUMNS,
).assign(study="s", document="d", table="t")


def flow(*rows):
    frame = pd.DataFrame(rows, columns=["reading", "node", "role", "claim_id"]).assign(note="")
    frame.index += 2
    return frame


def shown(frame):
    return [tuple(row) for row in frame[["node", "role", "count", "of", "percent"]].to_numpy()]


def test_remainder_and_attrition_are_computed():
    result = follow_flow(
        flow(
            ("r", "one", "enters", "all"),
            ("r", "one", "drops_out", "out"),
            ("r", "one", "moves_on", "on"),
            ("r", "two", "enters", "on"),
            ("r", "two", "drops_out", "late"),
        ),
        CLAIMS,
    )
    assert shown(result) == [
        ("one", "enters", 100, 100, "100.00"),
        ("one", "drops_out", 30, 100, "30.00"),
        ("one", "moves_on", 50, 100, "50.00"),
        ("one", "remainder", 20, 100, "20.00"),
        ("two", "enters", 50, 50, "100.00"),
        ("two", "drops_out", 5, 50, "10.00"),
        ("two", "remainder", 45, 50, "90.00"),
        ("all stages", "attrition", 35, 100, "35.00"),
    ]
    assert result["inputs"].iloc[-1] == "all out late"


def test_more_leaving_than_entering_is_a_negative_remainder():
    result = follow_flow(
        flow(
            ("r", "one", "enters", "on"),
            ("r", "one", "moves_on", "later"),
        ),
        CLAIMS,
    )
    assert shown(result)[-1] == ("one", "remainder", -10, 50, "")


def test_a_stage_nobody_enters_and_an_unknown_claim_are_named():
    with pytest.raises(TableError) as caught:
        follow_flow(flow(("r", "one", "drops_out", "nobody")), CLAIMS)
    assert [str(problem) for problem in caught.value.problems] == [
        "data/flow_counts.csv, row 2, column `claim_id`: got 'nobody'; expected the id of a claim",
        "data/flow_counts.csv, row 2, column `role`: got '0 rows'; one count enters stage 'one' "
        "of reading 'r'",
    ]
