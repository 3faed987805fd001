"""The switches of the official outcome rules: what is inferred, or disputed, can be set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: The depression and the anxiety measure of the service.
OFFICIAL_MEASURES = ("PHQ-9", "GAD-7")

#: The only measure that a specific instrument can stand in for.
REPLACEABLE = "GAD-7"

#: The five published rates, in the order in which they are printed.
RATES = (
    "recovery",
    "reliable_recovery",
    "reliable_improvement",
    "reliable_deterioration",
    "no_reliable_change",
)

#: The rates whose official denominator leaves out those known to be below caseness.
OF_CASES = ("recovery", "reliable_recovery")


class Conflict(StrEnum):
    """What one measure reliably better and another reliably worse is called."""

    NO_CHANGE = "no_change"  # as the published partition suggests
    DETERIORATION = "deterioration"


class MissingLast(StrEnum):
    """What becomes of a record that lacks a last score."""

    FAILURE = "failure"  # officially: in the denominator, not in the numerator
    EXCLUDED = "excluded"  # in neither
    BOUNDS = "bounds"  # as officially, with the range over all scores that may be missing


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeRules:
    """How records are judged; the defaults are the official rules."""

    measures: tuple[str, ...] = OFFICIAL_MEASURES  #: instruments that every record is judged on
    inclusive_cut_off: bool = True  #: a score at the cut-off is a case
    inclusive_change: bool = True  #: a change of exactly the reliable change is reliable
    conflict: Conflict = Conflict.NO_CHANGE  #: one measure better, another worse
    missing_last: MissingLast = MissingLast.FAILURE  #: a last score is missing
    fallback: bool = True  #: GAD-7 decides where the specific instrument has not both scores
    min_sessions: int = 2  #: attended sessions of a finished course
    period_start: date | None = None  #: first day of discharge that counts; None for no limit
    period_end: date | None = None  #: last day of discharge that counts; None for no limit
