"""A patient's two scores at the start and at the end: what is assumed of them, and nothing else.

On each of two scales a patient has a latent level and a score: level plus error, rounded, within
the ends of the scale. The first score selects patients, so that its error helped some across the
cut-off; the last score has an error of its own. In between the level drifts (stability below 1),
some remit by themselves, some by treatment, and treatment shifts the level of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

#: The players among whom recovery is shared: what each brings to the last score.
REGRESSION, REMISSION, EFFECT = PLAYERS = ("regression", "natural remission", "effect")
ALL = frozenset(PLAYERS)
NOBODY: frozenset[str] = frozenset()
#: What a treatment without effect leaves.
NULL = frozenset((REGRESSION, REMISSION))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """One questionnaire, more is worse."""

    name: str
    highest: int  #: [points]
    cut_off: int  #: a case from this score on [points]
    change: int  #: smallest reliable change [points]


class Selection(StrEnum):
    """Who is there to be measured at the start."""

    NONE = "none"  #: whoever comes
    SOFT = "soft"  #: those below the cut-offs come less often than others
    PEAK = "peak"  #: the first score is the worst of several weeks


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """The first scores, before rounding; pairs are depression and anxiety."""

    means: tuple[float, float]  #: [points]
    spreads: tuple[float, float]  #: standard deviations, error included [points]
    correlation: float  #: between the two levels
    reliability: tuple[float, float]  #: share of the variance that is not error
    selection: Selection = Selection.NONE
    strength: float = 1.0  #: how often non-cases come, as a share; or the number of weeks

    def level_spread(self, scale: int) -> float:
        """Return the standard deviation of the level. [points]"""
        return self.spreads[scale] * sqrt(self.reliability[scale])

    def error_spread(self, scale: int) -> float:
        """Return the standard deviation of the error. [points]"""
        return self.spreads[scale] * sqrt(1 - self.reliability[scale])


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """What happens until the last score."""

    stability: float  #: correlation of a level with itself later
    shift: float  #: what treatment takes off the level, in standard deviations of the score
    by_itself: float  #: share that remits without treatment
    by_treatment: float  #: share of the others that treatment brings to remission
    remitted_means: tuple[float, float]  #: scores in remission [points]
    remitted_spread: float  #: [points]

    @property
    def remitted(self) -> float:
        """Share that remits either way; only this can be told from the last scores."""
        return 1 - (1 - self.by_itself) * (1 - self.by_treatment)

    def split(self, by_itself: float) -> End:
        """
        Keep the share that remits, and say which part of it would have done so anyway.

        >>> end = End(stability=0.7, shift=0.5, by_itself=0.0, by_treatment=0.5,
        ...           remitted_means=(3.0, 3.0), remitted_spread=2.0)
        >>> half = end.split(0.2)
        >>> round(half.by_treatment, 3), round(half.remitted, 3)
        (0.375, 0.5)
        """
        own = min(by_itself, self.remitted)
        rest = 1 - (1 - self.remitted) / (1 - own) if own < 1 else 0.0
        return replace(self, by_itself=own, by_treatment=rest)

    def taken(self, players: frozenset[str]) -> End:
        """Return what is left if only some of the players act; see `PLAYERS`."""
        return replace(
            self,
            by_itself=self.by_itself if REMISSION in players else 0.0,
            by_treatment=self.by_treatment if EFFECT in players else 0.0,
            shift=self.shift if EFFECT in players else 0.0,
        )
