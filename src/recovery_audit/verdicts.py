"""Whether a printed percentage can be what it says it is.

Each verdict is a class: its docstring is the sentence that the reader sees, its `holds` the rule.
The first one that holds decides, in the order of `CHECKS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from typing import ClassVar

from recovery_audit.grim import (
    coverage,
    coverage_of_any,
    denominators_up_to,
    fits,
    witnesses,
)
from recovery_audit.rounding import (
    ANY,
    ORDINARY,
    Figure,
    Interval,
    RoundingRule,
    print_fraction,
    print_percent,
)
from recovery_audit.shared_denominators import CHANCE_FIT_LIMIT


class Verdict(StrEnum):
    """The closed set of verdicts."""

    CONSISTENT = "consistent"  # a witness exists under ordinary rounding
    CONSISTENT_IF_TRUNCATED = "consistent_if_truncated"  # only with further digits cut off
    CONSISTENT_IF_OTHER_ROUNDING = "consistent_if_other_rounding"  # only half-down or upwards
    APPROXIMATE = "approximate"  # a hedged figure, and its hedge holds
    INCONSISTENT = "inconsistent"  # no witness under any rule
    UNDETERMINED = "undetermined"  # the denominator is not known well enough
    UNINFORMATIVE = "uninformative"  # the denominator is so large that every figure fits


def verdict_under(rule: RoundingRule) -> Verdict:
    """Return the verdict on a figure that holds under `rule` and under none tried before it."""
    if rule in ORDINARY:
        return Verdict.CONSISTENT
    if rule is RoundingRule.TRUNCATED:
        return Verdict.CONSISTENT_IF_TRUNCATED
    return Verdict.CONSISTENT_IF_OTHER_ROUNDING


@dataclass(frozen=True, kw_only=True)
class Case:
    """A printed percentage and what is known of its base."""

    figure: Figure  #: the figure in digits. [%]
    printed: str  #: the figure as printed, for sentences
    unit: str = "persons"  #: what the base counts
    n_known: int | None = None  #: size of the base, if published
    n_max: int | None = None  #: upper bound of its size, if published
    n_deduced: int | None = None  #: the only size that fits, where chance is unlikely
    hedge_set: Interval | None = None  #: values that a hedged figure allows
    inferred: bool = False  #: the base is our reading, not the source's word
    fitting: tuple[int, ...] | None = None  #: sizes that fit every figure of the base, if searched
    hypothesis: bool = False  #: those sizes were formed from other groups, not bounded by one
    figures: int = 1  #: how many figures of the base were searched together
    chance_fit: Fraction | None = None  #: chance that some size fits random figures
    rules: tuple[RoundingRule, ...] = ORDINARY  #: the rounding rules taken for granted

    @property
    def nobs(self) -> int | None:
        """The size to test against: published, else deduced."""
        return self.n_known if self.n_known is not None else self.n_deduced

    @cached_property
    def sizes(self) -> list[int]:
        """Sizes up to the bound where this figure alone has a witness: as expected, else any."""
        if self.n_max is None:
            return []
        candidates = denominators_up_to(self.n_max)
        if self.hedge_set is not None:
            return [int(n) for n in candidates if self.hedge_set.counts(int(n))]
        fitting = candidates[fits(self.figure, candidates, self.rules)]
        if not fitting.size:
            fitting = candidates[fits(self.figure, candidates, ANY)]
        return [int(n) for n in fitting]

    def counts(self, rules: Iterable[RoundingRule]) -> list[int]:
        """Witnesses at the size to test against."""
        return [] if self.nobs is None else witnesses(self.figure, self.nobs, rules)

    @cached_property
    def is_open_to_all(self) -> bool:
        """Whether every figure of this precision would have passed."""
        return self.coverage(self.rules) == 1

    def coverage(self, rules: tuple[RoundingRule, ...]) -> Fraction | None:
        """Share of the printable figures that would have passed."""
        if self.nobs is not None:
            return coverage(self.nobs, self.figure.decimals, rules)
        if self.n_max is not None:
            return coverage_of_any(tuple(range(1, self.n_max + 1)), self.figure.decimals, rules)
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict with the integers that decided it."""

    verdict: Verdict
    rounding_rule: str  #: the first rule under which a witness exists; empty if none
    witnesses: tuple[tuple[int, int], ...]  #: all (count, nobs) that print so, smallest first
    n_deduced: int | None  #: the size, where it was deduced from figures sharing the base
    power_ordinary: Fraction | None  #: chance to catch a random figure, by the rules in force
    power_any: Fraction | None  #: the same, any rounding allowed
    explanation: str  #: one sentence drawn from the deciding integers


class Check(ABC):
    """A verdict, the rule for it, and the sentence that states it."""

    verdict: ClassVar[Verdict]

    @classmethod
    def rules(cls, case: Case) -> tuple[RoundingRule, ...]:
        """Return the rounding rules that this check looks for a witness under."""
        return case.rules

    @classmethod
    @abstractmethod
    def holds(cls, case: Case) -> bool:
        """Return whether this check decides the case."""

    @classmethod
    def sentence(cls, case: Case) -> str:
        """Fill the class's docstring with the case's own integers."""
        return str(cls.__doc__).format_map(_Words(case, cls.rules(case)))


class NoDenominator(Check):
    """No size is published for the group that {printed} is of{hypotheses}."""

    verdict = Verdict.UNDETERMINED

    @classmethod
    def holds(cls, case: Case) -> bool:
        return case.nobs is None and case.n_max is None


class EveryFigureFits(Check):
    """With {size} {unit} every figure of this precision can be printed, {printed} among them."""

    verdict = Verdict.UNINFORMATIVE

    @classmethod
    def holds(cls, case: Case) -> bool:
        return case.is_open_to_all


class HedgeHolds(Check):
    """{printed} is hedged, and {hedge_k} of {n} {unit} lies within what the hedge allows."""

    verdict = Verdict.APPROXIMATE

    @classmethod
    def holds(cls, case: Case) -> bool:
        return bool(case.hedge_set and case.nobs and case.hedge_set.counts(case.nobs))


class HedgeFails(Check):
    """{printed} is hedged, but no count of {n} {unit} lies within what the hedge allows."""

    verdict = Verdict.INCONSISTENT

    @classmethod
    def holds(cls, case: Case) -> bool:
        return bool(case.hedge_set and case.nobs and not case.hedge_set.counts(case.nobs))


class NoSizeFits(Check):
    """No group of at most {n_max} {unit} has a count that prints as {printed}."""

    verdict = Verdict.INCONSISTENT

    @classmethod
    def holds(cls, case: Case) -> bool:
        return case.nobs is None and not case.sizes


class SomeSizesFit(Check):
    """No size is published for the group that {printed} is of; of those up to {n_max} {unit}, \
{sizes}{joint}."""

    verdict = Verdict.UNDETERMINED

    @classmethod
    def holds(cls, case: Case) -> bool:
        return case.nobs is None


class Ordinary(Check):
    """{deduced}{k} of {n} {unit} is {exact}%, printed {printed}{named}."""

    verdict = Verdict.CONSISTENT

    @classmethod
    def holds(cls, case: Case) -> bool:
        return bool(case.counts(case.rules))


class CutOff(Check):
    """{k} of {n} {unit} is {exact}%: printed {printed} if further digits are cut off, \
{rounded}% if rounded."""

    verdict = Verdict.CONSISTENT_IF_TRUNCATED

    @classmethod
    def rules(cls, case: Case) -> tuple[RoundingRule, ...]:
        return (RoundingRule.TRUNCATED,)

    @classmethod
    def holds(cls, case: Case) -> bool:
        return bool(case.counts(cls.rules(case)))


class OtherRounding(Check):
    """{k} of {n} {unit} is {exact}%: printed {printed} only if rounded {rule}."""

    verdict = Verdict.CONSISTENT_IF_OTHER_ROUNDING

    @classmethod
    def rules(cls, case: Case) -> tuple[RoundingRule, ...]:
        return tuple(rule for rule in ANY if rule not in case.rules)

    @classmethod
    def holds(cls, case: Case) -> bool:
        return bool(case.counts(cls.rules(case)))


class NoWitness(Check):
    """No count of {n} {unit} prints as {printed} under any rounding rule; \
the nearest are {nearest}."""

    verdict = Verdict.INCONSISTENT

    @classmethod
    def holds(cls, case: Case) -> bool:
        return case.nobs is not None


#: The first that holds decides.
CHECKS: tuple[type[Check], ...] = (
    NoDenominator,
    EveryFigureFits,
    HedgeHolds,
    HedgeFails,
    NoSizeFits,
    SomeSizesFit,
    Ordinary,
    CutOff,
    OtherRounding,
    NoWitness,
)

#: A rounding rule as a sentence names it.
RULE_WORDS = {
    RoundingRule.HALF_UP: "half up",
    RoundingRule.HALF_EVEN: "half to even",
    RoundingRule.HALF_DOWN: "half down",
    RoundingRule.CEILING: "up",
}
LONGEST_LIST = 12  #: more sizes than these are counted, not listed


class _Words(dict[str, str]):
    """The words a check's sentence may ask for, made when asked."""

    def __init__(self, case: Case, rules: tuple[RoundingRule, ...]) -> None:
        self.case, self.rules = case, rules

    def __missing__(self, word: str) -> str:
        return str(getattr(self, f"_{word}"))

    @property
    def _printed(self) -> str:
        return self.case.printed

    @property
    def _unit(self) -> str:
        return self.case.unit

    @property
    def _n(self) -> str:
        return f"{self.case.nobs:,}"

    @property
    def _n_max(self) -> str:
        return f"{self.case.n_max:,}"

    @property
    def _size(self) -> str:
        return self._n if self.case.nobs is not None else f"up to {self._n_max}"

    @property
    def _smallest(self) -> int:
        return self.case.counts(self.rules)[0]

    @property
    def _k(self) -> str:
        return f"{self._smallest:,}"

    @property
    def _hedge_k(self) -> str:
        case = self.case
        assert case.hedge_set is not None and case.nobs is not None
        return f"{case.hedge_set.counts(case.nobs)[0]:,}"

    @property
    def _exact(self) -> str:
        assert self.case.nobs is not None
        return print_percent(self._smallest, self.case.nobs, decimals=self.case.figure.decimals + 2)

    @property
    def _rounded(self) -> str:
        assert self.case.nobs is not None
        return print_percent(self._smallest, self.case.nobs, decimals=self.case.figure.decimals)

    @property
    def _rule(self) -> str:
        return RULE_WORDS[RoundingRule(_first_rule(self.case, self.rules))]

    @property
    def _named(self) -> str:
        rules = self.case.rules
        return "" if rules == ORDINARY else f" under the rule {' or '.join(rules)}"

    @property
    def _nearest(self) -> str:
        case = self.case
        assert case.nobs is not None
        places = case.figure.decimals
        return " and ".join(
            f"{print_percent(k, case.nobs, decimals=places)}% ({k:,})" for k in neighbours(case)
        )

    @property
    def _sizes(self) -> str:
        sizes = self.case.sizes
        verb = "fits" if len(sizes) == 1 else "fit"
        return f"{len(sizes):,} {verb} it: {listed(sizes)}"

    @property
    def _joint(self) -> str:
        fitting = self.case.fitting
        if fitting is None or self.case.figures < 2:
            return self._by_chance
        if not fitting:
            return "; none of them fits the other figures of this group too"
        return f"; with the other figures of this group {listed(fitting)}{self._by_chance}"

    @property
    def _by_chance(self) -> str:
        chance = self.case.chance_fit
        if not self.case.fitting or chance is None or chance <= CHANCE_FIT_LIMIT:
            return ""
        return f" (a fit was to be expected anyway: chance {print_fraction(chance, 2)})"

    @property
    def _hypotheses(self) -> str:
        if not self.case.hypothesis:
            return ", so no count can be tested"
        if not self.case.fitting:
            return "; no size formed from other groups fits"
        sizes = listed(self.case.fitting)
        return f"; formed from other groups, as a hypothesis only: {sizes}{self._by_chance}"

    @property
    def _deduced(self) -> str:
        case = self.case
        if case.n_known is not None or case.n_deduced is None:
            return ""
        return f"Only {case.n_deduced:,} {case.unit} fit all figures of this group: "


@cache
def neighbours(case: Case) -> list[int]:
    """Return the counts whose percentages stand next to the printed figure, below it and above."""
    if case.nobs is None or case.hedge_set is not None:
        return []
    below = case.figure.digits * case.nobs // (100 * case.figure.scale)
    return [k for k in (below, below + 1) if k <= case.nobs]


def listed(sizes: Sequence[int]) -> str:
    """Return sizes as a sentence lists them, the longest lists cut."""
    listed = ", ".join(f"{n:,}" for n in sizes[:LONGEST_LIST])
    rest = len(sizes) - LONGEST_LIST
    return listed + (f" and {rest:,} more" if rest > 0 else "")


def decide(case: Case) -> tuple[Verdict, str]:
    """Return the verdict on a case and the sentence that states it."""
    check = next(check for check in CHECKS if check.holds(case))
    sentence = check.sentence(case)
    if case.inferred and case.n_known is not None:
        sentence += " The base is a reading; the source does not state it."
    return check.verdict, sentence


@cache
def judge(case: Case) -> Judgement:
    """
    Judge a printed percentage.

    Parameters
    ----------
    case : Case
        The figure and what is known of its base.

    Returns
    -------
    Judgement

    Examples
    --------
    >>> known = {"figure": Figure(46, 1), "printed": "4.6%", "n_known": 172}
    >>> judge(Case(**known)).explanation
    '8 of 172 persons is 4.651%: printed 4.6% if further digits are cut off, 4.7% if rounded.'
    >>> judge(Case(**known, rules=(RoundingRule.TRUNCATED,))).explanation
    '8 of 172 persons is 4.651%, printed 4.6% under the rule truncated.'
    """
    verdict, sentence = decide(case)
    return Judgement(
        verdict=verdict,
        rounding_rule=_first_rule(case, (*case.rules, *ANY)) if case.hedge_set is None else "",
        witnesses=tuple(_all_witnesses(case)),
        n_deduced=case.n_deduced if case.n_known is None else None,
        power_ordinary=_power(case, case.rules),
        power_any=_power(case, ANY),
        explanation=sentence,
    )


def _first_rule(case: Case, rules: Iterable[RoundingRule]) -> str:
    sizes = [case.nobs] if case.nobs is not None else (case.fitting or case.sizes)
    for rule in rules:
        if any(witnesses(case.figure, n, [rule]) for n in sizes):
            return str(rule)
    return ""


def _all_witnesses(case: Case) -> list[tuple[int, int]]:
    """Every (count, nobs): under the rules in force if there are any, else under any rule."""
    if case.nobs is None and not case.fitting and case.is_open_to_all:
        return []
    sizes = [case.nobs] if case.nobs is not None else list(case.fitting or case.sizes)
    if case.hedge_set is not None:
        return [(k, n) for n in sizes for k in case.hedge_set.counts(n)]
    for rules in (case.rules, ANY):
        found = [(k, n) for n in sizes for k in witnesses(case.figure, n, rules)]
        if found:
            return found
    return []


def _power(case: Case, rules: tuple[RoundingRule, ...]) -> Fraction | None:
    covered = case.coverage(rules) if case.hedge_set is None else None
    return None if covered is None else 1 - covered
