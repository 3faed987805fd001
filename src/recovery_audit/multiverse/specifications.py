"""A specification: one option for each choice, and the rate that comes of it.

Here is what each choice does to a rate:

    counts (reading, rounding, pair; or year, criterion) -> accuracy -> group and missing outcomes
    -> misdiagnosis -> horizon

Every step raises the rate if what it starts from is raised, so the ends of Wilson's interval for
the counts go the same way as the rate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from recovery_audit.claims import PERCENT, claims_by_id, records
from recovery_audit.diagnosis import (
    POSSIBLE,
    Accuracy,
    bounds_among_true_cases,
    standing,
    true_recovery_among_cases,
)
from recovery_audit.errors import AuditError
from recovery_audit.multiverse.choices import (
    ALL_RECOVERED,
    Option,
    Pair,
    Study,
    pairs_by_reading,
    studies_of,
)
from recovery_audit.proportions import wilson
from recovery_audit.sensitivity.rates import eligible

if TYPE_CHECKING:
    import pandas as pd

CANNOT_BE = "cannot be"
#: Columns of the official totals, by the group that they count.
OFFICIAL_GROUPS = {"finished": "finished", "received": "referrals"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Specification:
    """One option for each choice, with what comes of it."""

    study: Study
    options: tuple[Option, ...]
    start: Pair | None = None  #: counts it starts from; None where the combination cannot be
    group_size: int | None = None  #: of the wider group, if any
    estimate: float | None = None  #: [proportion]
    limits: tuple[float, float] | None = None  #: None where one of them is impossible
    standing: str  #: possible, impossible (with the side), or why the combination cannot be

    @property
    def spec_id(self) -> str:
        """Name the combination by what was chosen, so that its name outlives new options."""
        text = "|".join(f"{option.dimension}={option.option}" for option in self.options)
        return f"{self.study.study}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @property
    def plausible(self) -> bool:
        """Whether every option is."""
        return all(option.plausible for option in self.options)

    @property
    def changed(self) -> tuple[str, ...]:
        """The choices that change what the rate is of."""
        return tuple(option.dimension for option in self.options if option.changes_estimand)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The claims it rests on, or the official table."""
        claims = [claim for option in self.options for claim in option.claims]
        return tuple(dict.fromkeys([self.study.source, *self.study.sized_by, *claims]))


Step = Callable[[float], float]


class Multiverse:
    """The choices for every headline rate, and what their options refer to."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], level: float) -> None:
        """
        Index the tables.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            Clean `analytic_choices`, `rates`, `claims`, `bases` and `annual_totals`, and
            `intervals`, which hold the sizes that a base without a bound may have.
        level : float
            Coverage of Wilson's interval.

        Raises
        ------
        TableError
            If an option names a study, a claim, a choice or an option that does not exist.
        """
        self._claims = claims_by_id(tables["claims"])
        self._years = {row["year"]: row for row in records(tables["annual_totals"])}
        self._level = level
        self._wilson = cache(wilson)
        self._pairs = pairs_by_reading(tables, self._claims)
        self.studies = {study.study: study for study in studies_of(tables, self._pairs)}

    def enumerate(self, study: Study) -> Iterator[Specification]:
        """Yield every combination of a study's options, also those that cannot be."""
        for options in product(*study.choices.values()):
            yield self.specify(study, options)

    def what_decides(self, study: Study) -> tuple[Hashable, ...]:
        """Return all that the specifications of a study depend on: equal, they are the same."""
        choices = study.choices
        claims = [self._claims[claim] for claim in study.inputs if claim in self._claims]
        fits = [
            (reading.value, rule.value, *self._pairs(study.claim, reading.value, rule.value))
            for reading in choices.get("reading", ())
            for rule in choices.get("rounding", ())
        ]
        criteria = [option.value for option in choices.get("criterion", ())]
        columns = [*criteria, "finished", "not_at_caseness", *OFFICIAL_GROUPS.values()]
        years = [
            tuple(self._years[option.value][column] for column in columns if not study.claim)
            for option in choices.get("year", ())
        ]
        options = (study.study, study.label, *choices.items())
        return (options, study.sized_by, *claims, *fits, *years, self._level)

    def find(self, spec_id: str) -> Specification:
        """
        Return one specification by its id, computed alone.

        Raises
        ------
        AuditError
            If no combination has this id.
        """
        name = spec_id.rpartition("-")[0]
        for study in [self.studies[name]] if name in self.studies else []:
            for options in product(*study.choices.values()):
                if Specification(study=study, options=options, standing="").spec_id == spec_id:
                    return self.specify(study, options)
        raise AuditError(
            f"specification {spec_id!r} does not exist: expected an id of the column spec_id of "
            f"results/sensitivity/multiverse.csv, beginning with {' or '.join(self.studies)}"
        )

    def specify(self, study: Study, options: tuple[Option, ...]) -> Specification:
        """Make the choices and return what comes of them."""
        chosen = {option.dimension: option for option in options}
        start, size = self._start(study, chosen), self._group_size(chosen)
        reason = _mismatch(chosen) or _misfit(start, size)
        if reason or start is None:
            return Specification(study=study, options=options, standing=f"{CANNOT_BE}: {reason}")
        steps = list(self._steps(chosen, start, size))
        rate = _through(steps, start.recovered / start.nobs)
        limits = [_through(steps, end) for end in self._wilson(*start, self._level)]
        possible = all(standing(value) == POSSIBLE for value in (rate, *limits))
        return Specification(
            study=study,
            options=options,
            start=start,
            group_size=size,
            estimate=rate,
            limits=(limits[0], limits[1]) if possible else None,
            standing=standing(rate),
        )

    # --- what a rate starts from ----------------------------------------------------------------

    def _start(self, study: Study, chosen: Mapping[str, Option]) -> Pair | None:
        """Return the counts; None where the chosen pair does not fit."""
        if not study.claim:
            year = self._years[chosen["year"].value]
            return Pair(int(year[chosen["criterion"].value]), eligible(year))
        fitting = self._pairs(study.claim, chosen["reading"].value, chosen["rounding"].value)
        return fitting.get(chosen["pair"].option)

    def _group_size(self, chosen: Mapping[str, Option]) -> int | None:
        """Return the size of the wider group; None where it is those with an outcome."""
        group = chosen["group"]
        if group.claims:
            return sum(self._claims[claim].figure.digits for claim in group.claims)
        column = OFFICIAL_GROUPS.get(group.value)
        return int(self._years[chosen["year"].value][column]) if column else None

    # --- what happens to it ---------------------------------------------------------------------

    def _steps(self, chosen: Mapping[str, Option], start: Pair, size: int | None) -> Iterator[Step]:
        """Yield the steps of the choices that do something, in their order."""
        accuracy, misdiagnosis, horizon = (
            chosen[name] if name in chosen and chosen[name].claims else None
            for name in ("accuracy", "misdiagnosis", "horizon")
        )
        if accuracy:
            yield self._correct(accuracy)
        if size is not None:
            cases = float(chosen["case_share"].value) if "case_share" in chosen else 1.0
            yield _fill_in(start.nobs, (size - start.nobs) * cases, chosen["missing"].value)
        if misdiagnosis:
            yield self._set_apart(misdiagnosis)
        if horizon:
            relapsed = self._share(horizon.claims[0])
            yield lambda rate: rate * (1 - relapsed)

    def _correct(self, option: Option) -> Step:
        """Return the step from the questionnaire to the condition."""
        sensitivity, specificity = (self._share(claim) for claim in option.claims)
        accuracy = Accuracy(sensitivity=sensitivity, specificity=specificity)
        true_case = float(option.value)
        return lambda rate: true_recovery_among_cases(rate, accuracy, true_case=true_case)

    def _set_apart(self, option: Option) -> Step:
        """Return the step from everybody treated to those who have the condition."""
        share, end = self._share(option.claims[0]), ("lower", "upper").index(option.value)
        return lambda rate: bounds_among_true_cases(rate, share)[end]

    def _share(self, claim: str) -> float:
        """Return a published figure as a proportion."""
        figure = self._claims[claim]
        return float(figure.value / 100 if figure.unit == PERCENT else figure.value)


def _mismatch(chosen: Mapping[str, Option]) -> str:
    """Say which option goes only with others than those chosen, or nothing."""
    for option in chosen.values():
        if option.requires:
            dimension, allowed = option.requires
            if chosen[dimension].option not in allowed:
                known = " or ".join(repr(name) for name in sorted(allowed))
                return f"{option.dimension} {option.option!r} goes only with {dimension} {known}"
    return ""


def _misfit(start: Pair | None, size: int | None) -> str:
    if start is None:
        return "no such pair of counts fits the figure under this reading and rounding"
    if size is not None and size <= start.nobs:
        return "the wider group is no wider than the group with an outcome"
    return ""


def _fill_in(observed: int, missing: float, imor: str) -> Step:
    """Return the step to everybody: the odds of the missing are `imor` times the others'."""

    def fill(rate: float) -> float:
        return (observed * rate + missing * _missing_rate(rate, imor)) / (observed + missing)

    return fill


def _missing_rate(rate: float, imor: str) -> float:
    """Return the rate of those without an outcome.

    >>> _missing_rate(0.5, "1"), _missing_rate(0.5, "0"), _missing_rate(0.5, "all")
    (0.5, 0.0, 1.0)
    """
    if imor == ALL_RECOVERED:
        return 1.0
    odds = 1 - rate + float(imor) * rate
    return float(imor) * rate / odds if odds else 0.0


def _through(steps: Sequence[Step], rate: float) -> float:
    """Take the steps one by one; what is impossible goes no further, and is not drawn in."""
    for step in steps:
        if standing(rate) == POSSIBLE:
            rate = step(rate)
    return rate
