"""Patients through the stages of a service: who enters, drops out, moves on, and who is not
accounted for.

Where the text allows several readings of a count, each reading is its own flow. Nothing is
smoothed: what does not add up is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records, table_of
from recovery_audit.errors import Problem, TableError
from recovery_audit.rounding import print_percent

if TYPE_CHECKING:
    import pandas as pd


class Role(StrEnum):
    """What a count is to its stage."""

    ENTERS = "enters"
    DROPS_OUT = "drops_out"
    MOVES_ON = "moves_on"
    REMAINDER = "remainder"  # entered, and neither dropped out nor moved on: computed
    ATTRITION = "attrition"  # all drop-outs of a reading: computed


def follow_flow(flow: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """
    Balance every stage of every reading, and add up the drop-outs.

    Parameters
    ----------
    flow : DataFrame
        `reading`, `node`, `role`, `claim_id`, `note`: one row per count, stages in order.
    claims : DataFrame
        Clean claims.

    Returns
    -------
    DataFrame
        The rows with `count`, what it is `of` (those who entered the stage) and `percent`; after
        each stage its remainder (negative where more leave than enter), after each reading its
        attrition: all drop-outs, of those who entered the first stage that has any.

    Raises
    ------
    TableError
        If a claim is unknown or a stage has not exactly one count that enters.
    """
    counts = {claim: c.figure.digits for claim, c in claims_by_id(claims).items()}
    problems = list(_problems(flow, counts))
    if problems:
        raise TableError(problems)
    rows: list[dict[str, Any]] = []
    for _, reading in flow.groupby("reading", sort=False):
        rows += _reading(reading, counts)
    return table_of(rows)


def _problems(flow: pd.DataFrame, counts: Mapping[str, int]) -> Iterator[Problem]:
    file = "data/flow_counts.csv"
    for line, claim in flow["claim_id"].items():
        if claim not in counts:
            yield Problem(
                file=file,
                row=int(str(line)),
                column="claim_id",
                value=claim,
                rule="expected the id of a claim",
            )
    for (reading, node), stage in flow.groupby(["reading", "node"], sort=False):
        entering = int((stage["role"] == Role.ENTERS).sum())
        if entering != 1:
            rule = f"one count enters stage {node!r} of reading {reading!r}"
            yield Problem(
                file=file,
                row=int(str(stage.index[0])),
                column="role",
                value=f"{entering} rows",
                rule=rule,
            )


def _reading(reading: pd.DataFrame, counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    dropped, started, inputs = 0, 0, list[str]()
    for _, stage in reading.groupby("node", sort=False):
        rows = list(_stage(stage, counts))
        yield from rows
        drop_outs = [row for row in rows if row["role"] == Role.DROPS_OUT]
        if drop_outs and not started:
            started = rows[0]["of"]
            inputs += [row["claim_id"] for row in rows if row["role"] == Role.ENTERS]
        dropped += sum(row["count"] for row in drop_outs)
        inputs += [row["claim_id"] for row in drop_outs]
    if started:
        name = reading["reading"].iloc[0]
        yield _row(name, "all stages", Role.ATTRITION, "", dropped, started, inputs)


def _stage(stage: pd.DataFrame, counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    rows = list(records(stage))
    entered = next(counts[row["claim_id"]] for row in rows if row["role"] == Role.ENTERS)
    left = 0
    for row in rows:
        count = counts[row["claim_id"]]
        left += count if row["role"] != Role.ENTERS else 0
        claim = row["claim_id"]
        yield _row(row["reading"], row["node"], Role(row["role"]), claim, count, entered, [claim])
    inputs = [row["claim_id"] for row in rows]
    first = rows[0]
    yield _row(first["reading"], first["node"], Role.REMAINDER, "", entered - left, entered, inputs)


def _row(
    reading: str, node: str, role: Role, claim: str, count: int, entered: int, inputs: list[str]
) -> dict[str, Any]:
    return {
        "reading": reading,
        "node": node,
        "role": str(role),
        "claim_id": claim,
        "count": count,
        "of": entered,
        "percent": print_percent(count, entered, decimals=2) if count >= 0 else "",
        "inputs": " ".join(dict.fromkeys(inputs)),
    }
