"""The choices that an analyst of a headline rate has, and the options of each: data, read here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from recovery_audit.claims import Base, PublishedClaim, bases_by_id, claims_by_id, records
from recovery_audit.errors import Problem, TableError
from recovery_audit.grim import witnesses
from recovery_audit.rounding import RoundingRule
from recovery_audit.sensitivity.rates import OFFICIAL

if TYPE_CHECKING:
    import pandas as pd

#: The choices in the order in which they are made; columns of the table of specifications.
DIMENSIONS = (
    "reading", "rounding", "pair", "year", "criterion",
    "accuracy", "group", "missing", "case_share", "misdiagnosis", "horizon",
)  # fmt: skip
FILE = "data/analytic_choices.csv"
ALL_RECOVERED = "all"  #: value of a missing-outcome option: the other end of what is possible
_PROPORTION = r"0?\.\d+|1(\.0+)?"
#: What `value` of an option may be.
VALUES = {
    "rounding": "|".join(RoundingRule),
    "year": r"20\d\d-\d\d",
    "criterion": "recovery|reliable_recovery",
    "accuracy": f"|{_PROPORTION}",
    "group": "|finished|received",
    "missing": rf"|{ALL_RECOVERED}|\d+(\.\d+)?",
    "case_share": _PROPORTION,
    "misdiagnosis": "|lower|upper",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One way to make one choice."""

    dimension: str
    option: str  #: in words
    value: str = ""  #: what the computation takes: a reading, a rule, a ratio, ...
    claims: tuple[str, ...] = ()  #: published figures it takes
    requires: tuple[str, frozenset[str]] | None = None  #: dimension and options it goes with
    plausible: bool = True
    changes_estimand: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """A headline rate with its choices."""

    study: str  #: id of the rate in data/rates.csv
    label: str  #: its name
    claim: str  #: published figure, or blank for an official rate
    choices: Mapping[str, tuple[Option, ...]]  #: by dimension, in order
    sized_by: tuple[str, ...] = ()  #: claims that the sizes of its group come from

    @property
    def source(self) -> str:
        """The published figure, or the official table."""
        return self.claim or OFFICIAL

    @property
    def inputs(self) -> tuple[str, ...]:
        """All claims that any of its specifications rests on."""
        options = [option for options in self.choices.values() for option in options]
        taken = [claim for option in options for claim in option.claims]
        official = [OFFICIAL] if any(o.dimension == "year" for o in options) else []
        return tuple(dict.fromkeys([self.source, *self.sized_by, *taken, *official]))


class Pair(NamedTuple):
    """Counts that may stand behind a rate."""

    recovered: int
    nobs: int

    def __str__(self) -> str:
        return f"{self.recovered} of {self.nobs}"


#: From claim, reading and rounding rule to the pairs that fit, by their words.
Pairs = Callable[[str, str, str], Mapping[str, Pair]]


def studies_of(tables: Mapping[str, pd.DataFrame], pairs: Pairs) -> Iterator[Study]:
    """
    Yield every headline rate with its choices.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `analytic_choices`, `rates` and `claims`.
    pairs : callable
        As `pairs_by_reading` returns; the pairs of a published figure are a choice as well.

    Raises
    ------
    TableError
        If an option names a study, a claim, a choice or an option that does not exist.
    """
    rates = {row["rate"]: row for row in records(tables["rates"])}
    _check(tables["analytic_choices"], claims_by_id(tables["claims"]), rates)
    for study, rows in tables["analytic_choices"].groupby("study", sort=False):
        rate = rates[str(study)]
        listed: dict[str, tuple[Option, ...]] = {}
        for dimension, of_choice in rows.groupby("dimension", sort=False):
            listed[str(dimension)] = tuple(_option(row) for row in records(of_choice))
        if rate["claim"]:
            listed["pair"] = _pair_options(rate["claim"], listed, pairs)
        ordered = {name: listed[name] for name in DIMENSIONS if name in listed}
        yield Study(
            study=str(study),
            label=rate["label"],
            claim=rate["claim"],
            choices=ordered,
            sized_by=_sized_by(tables, rate["claim"]),
        )


def _sized_by(tables: Mapping[str, pd.DataFrame], claim: str) -> tuple[str, ...]:
    """Return the claims behind the sizes of a figure's groups, by whatever reading."""
    bases = bases_by_id(tables["bases"])
    claims, intervals = tables["claims"], tables["intervals"]
    read_as = [bases[base] for base in claims.loc[claims["claim_id"] == claim, "base"] if base]
    known = [name for base in read_as for name in (*base.n_claims, *base.n_max_claims)]
    found = intervals.loc[intervals["claim_id"] == claim, "inputs"]
    return tuple(dict.fromkeys([*known, *" ".join(found).split()]))


def _pair_options(
    claim: str, listed: Mapping[str, tuple[Option, ...]], pairs: Pairs
) -> tuple[Option, ...]:
    """Return every pair that fits under some reading and rounding."""
    found = {
        pair
        for reading in listed["reading"]
        for rule in listed["rounding"]
        for pair in pairs(claim, reading.value, rule.value).values()
    }
    ordered = sorted(found, key=lambda pair: (pair.nobs, pair.recovered))
    return tuple(Option(dimension="pair", option=str(pair)) for pair in ordered)


def _option(row: Mapping[str, Any]) -> Option:
    dimension, _, allowed = str(row["requires"]).partition("=")
    return Option(
        dimension=row["dimension"],
        option=row["option"],
        value=row["value"],
        claims=tuple(row["claims"].split()),
        requires=(dimension, frozenset(allowed.split("|"))) if dimension else None,
        plausible=row["plausible"] == "yes",
        changes_estimand=row["changes_estimand"] == "yes",
    )


def _check(
    options: pd.DataFrame, claims: Mapping[str, PublishedClaim], studies: Collection[str]
) -> None:
    """Refuse options that name what does not exist."""
    listed = {(row["study"], row["dimension"], row["option"]) for row in records(options)}
    problems = [
        Problem(file=FILE, row=int(str(line)), column=column, value=value, rule=f"expected {rule}")
        for line, row in zip(options.index, records(options), strict=True)
        for column, value, rule in _faults(row, listed, claims, studies)
    ]
    if problems:
        raise TableError(problems)


def _faults(
    row: Mapping[str, str],
    listed: Collection[tuple[str, str, str]],
    claims: Mapping[str, PublishedClaim],
    studies: Collection[str],
) -> Iterator[tuple[str, str, str]]:
    """Yield column, value and what was expected for each fault of an option."""
    if row["study"] not in studies:
        yield "study", row["study"], "a rate of data/rates.csv"
    for claim in row["claims"].split():
        if claim not in claims:
            yield "claims", claim, "claims of data/claims"
    known = VALUES.get(row["dimension"])
    if known and not re.fullmatch(known, row["value"]):
        yield "value", row["value"], f"one that matches {known}"
    dimension, _, allowed = row["requires"].partition("=")
    for option in allowed.split("|") if dimension else []:
        if (row["study"], dimension, option) not in listed:
            yield "requires", option, "a choice of the study and its options: group=all|some"


def pairs_by_reading(
    tables: Mapping[str, pd.DataFrame], claims: Mapping[str, PublishedClaim]
) -> Pairs:
    """Return a function from claim, reading and rounding rule to the pairs that fit."""
    bases = bases_by_id(tables["bases"])
    base_of = {(row["claim_id"], row["reading"]): row["base"] for row in records(tables["claims"])}
    known: dict[tuple[str, str], list[int]] = {}
    for row in records(tables["intervals"]):
        known.setdefault((row["claim_id"], row["reading"]), []).append(int(row["n"]))

    @cache
    def pairs(claim: str, reading: str, rule: str) -> dict[str, Pair]:
        base = bases[base_of[claim, reading]]
        sizes = _sizes(base, claims) or sorted(set(known.get((claim, reading), [])))
        figure, rules = claims[claim].figure, (RoundingRule(rule),)
        found = (Pair(count, nobs) for nobs in sizes for count in witnesses(figure, nobs, rules))
        return {str(pair): pair for pair in found}

    return pairs


def _sizes(base: Base, claims: Mapping[str, PublishedClaim]) -> list[int]:
    """Return the sizes a base may have; none where only other bases tell."""
    size, bound = base.size(claims), base.bound(claims)
    if size is not None:
        return [size]
    return list(range(1, bound + 1)) if bound is not None else []
