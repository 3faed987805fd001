"""From flags to counts, and from counts to rates under one denominator or another.

Counts of chunks add up to those of the whole, so a cohort of any size needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from recovery_audit.outcome_rules import OF_CASES, RATES, MissingLast, OutcomeRules
from recovery_audit.proportions import wilson
from recovery_audit.rounding import print_percent

if TYPE_CHECKING:
    import pandas as pd

#: Groups that a rate can be of, from narrow to wide, with what they are.
LADDER = {
    "paired_less_not_case": "finished, all scores known, less those not at caseness",
    "paired": "finished, all scores known",
    "less_not_case": "finished, less those not at caseness",
    "finished": "finished",
    "first_score": "all records with a first score",
    "records": "all records",
}

#: What is counted in each group besides the rates.
COUNTED = ("at_caseness", "not_at_caseness", "paired", "last_scores", "specific")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many records of each group carry each flag; tallies of chunks can be added."""

    sizes: Mapping[str, int]  #: group to number of records
    counts: Mapping[tuple[str, str], int]  #: flag and group to number of finished records

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            sizes=_added(self.sizes, other.sizes), counts=_added(self.counts, other.counts)
        )


def _added(one: Mapping[Any, int], other: Mapping[Any, int]) -> dict[Any, int]:
    assert one.keys() == other.keys(), "tallies of one kind"
    return {key: value + other[key] for key, value in one.items()}


def tally(flags: pd.DataFrame) -> Tally:
    """
    Count the flags of `outcomes.classify` in every group.

    Parameters
    ----------
    flags : DataFrame
        One row per record, all true or false.

    Returns
    -------
    Tally
        A flag counts only where the record finished, whatever the group: an outcome of those who
        did not finish is no published outcome.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["finished", "first_score", "last_scores", "paired", "specific", "at_caseness",
    ...          "not_at_caseness", *RATES]
    >>> flags = pd.DataFrame({name: [True, False] for name in names})
    >>> counted = tally(flags)
    >>> counted.sizes["records"], counted.counts["recovery", "finished"]
    (2, 1)
    """
    of = {str(name): flags[name].to_numpy() for name in flags}
    finished = of["finished"]
    not_case = of["not_at_caseness"]
    groups = {
        "paired_less_not_case": finished & of["paired"] & ~not_case,
        "paired": finished & of["paired"],
        "less_not_case": finished & ~not_case,
        "finished": finished,
        "first_score": of["first_score"],
        "records": np.ones_like(finished),
        "less_not_case_with_last": finished & ~not_case & of["last_scores"],
        "finished_with_last": finished & of["last_scores"],
    }
    bounds = [f"{rate}_{end}" for rate in RATES for end in ("possible", "certain")]
    counted = [*COUNTED, *RATES, *(name for name in bounds if name in of)]
    return Tally(
        sizes={name: int(np.count_nonzero(group)) for name, group in groups.items()},
        counts={
            (flag, name): int(np.count_nonzero(marked & group))
            for flag in counted
            for marked in (of[flag] & finished,)
            for name, group in groups.items()
        },
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """One rate with the counts it is made of."""

    rate: str  #: its name
    group: str  #: what it is of
    numerator: int  #: records that carry the flag
    denominator: int  #: records of the group
    least: int | None = None  #: smallest numerator over all missing last scores
    most: int | None = None  #: largest numerator over all missing last scores

    @property
    def value(self) -> Fraction | None:
        """The exact proportion; None of nobody."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> str:
        """The percentage with one decimal, as the service prints it; blank of nobody."""
        if not self.denominator:
            return ""
        return print_percent(self.numerator, self.denominator, decimals=1)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson interval [proportion]; None of nobody."""
        return wilson(self.numerator, self.denominator) if self.denominator else None


def rates(counted: Tally, rules: OutcomeRules) -> dict[str, Rate]:
    """
    Return the five published rates under the rules.

    Parameters
    ----------
    counted : Tally
        Of the flags, over all chunks.
    rules : OutcomeRules
        Those that the flags were made with.

    Returns
    -------
    dict of str to Rate
        Of recovery and reliable recovery the denominator is the finished less those *known* to be
        below caseness; of the other three, all finished. Under `excluded`, those without all last
        scores leave the denominator as well; under `bounds` each rate has `least` and `most`.

    Notes
    -----
    The bounds are sharp: some completion of the missing last scores gives each. They can both lie
    above the official count, which calls a record not improved even where no last score could have
    made it anything else.

    Examples
    --------
    >>> counted = Tally(
    ...     sizes={"less_not_case": 635185, "finished": 670419},
    ...     counts={(rate, group): 321061 for rate in RATES
    ...             for group in ("less_not_case", "finished")},
    ... )
    >>> rates(counted, OutcomeRules())["recovery"].percent
    '50.5'
    """
    ending = "_with_last" if rules.missing_last is MissingLast.EXCLUDED else ""
    return {rate: _rate(counted, rate, official_group(rate) + ending) for rate in RATES}


def official_group(rate: str) -> str:
    """Return the group that a published rate is of.

    >>> official_group("recovery"), official_group("reliable_improvement")
    ('less_not_case', 'finished')
    """
    return "less_not_case" if rate in OF_CASES else "finished"


def ladder(counted: Tally) -> list[Rate]:
    """
    Return every rate of every group of the denominator ladder, from narrow to wide.

    Those who did not finish are counted in the two widest groups and never as recovered, so the
    rates there are lower bounds.
    """
    return [_rate(counted, rate, group) for rate in RATES for group in LADDER]


def _rate(counted: Tally, rate: str, group: str) -> Rate:
    return Rate(
        rate=rate,
        group=group,
        numerator=counted.counts[rate, group],
        denominator=counted.sizes[group],
        least=counted.counts.get((f"{rate}_certain", group)),
        most=counted.counts.get((f"{rate}_possible", group)),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the tally of all chunks; there is at least one."""
    first, *others = tallies
    for other in others:
        first += other
    return first
