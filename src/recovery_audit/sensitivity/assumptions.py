"""Ranges that are varied instead of defended: from the configuration, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """The ranges of `assumptions` in config/config.yaml, as exact numbers."""

    imor: tuple[Fraction, ...]  #: odds of the missing over those of the observed
    case_share: tuple[Fraction, ...]  #: share of the missing who were cases at the start
    true_case: tuple[Fraction, ...]  #: share of those called cases who are
    falsely_ill: tuple[Fraction, ...]  #: share of the others who have the condition at the end
    dependence: tuple[Fraction, ...]  #: share of the largest covariance between errors
    draw_correlation: tuple[Fraction, ...]  #: between sensitivity and specificity in draws
    misdiagnosed: tuple[Fraction, ...]  #: share of those treated who do not have the condition
    latent_correlation: tuple[Fraction, ...]  #: between two criteria
    rejection: Fraction  #: chance of a false alarm of the exact test
    power: Fraction  #: chance to detect
    draws: int  #: of a simulation
    seed: int  #: of every simulation


def load_assumptions(config: Mapping[str, Any]) -> Assumptions:
    """
    Read the ranges.

    Parameters
    ----------
    config : mapping
        Per range its `values`, as text so that they stay exact, and its `reason`.

    Returns
    -------
    Assumptions

    Examples
    --------
    >>> entry = lambda *values: {"values": [*values], "reason": "..."}
    >>> ranges = {name: entry("0.5", "1") for name in RANGES} | {
    ...     name: entry("2") for name in SINGLE
    ... }
    >>> load_assumptions(ranges).imor
    (Fraction(1, 2), Fraction(1, 1))
    """
    ranges = {name: tuple(map(Fraction, config[name]["values"])) for name in RANGES}
    single = {name: Fraction(config[name]["values"][0]) for name in SINGLE}
    return Assumptions(
        **ranges,
        rejection=single["rejection"],
        power=single["power"],
        draws=int(single["draws"]),
        seed=int(single["seed"]),
    )


RANGES = (
    "imor", "case_share", "true_case", "falsely_ill", "dependence", "draw_correlation",
    "misdiagnosed", "latent_correlation",
)  # fmt: skip
SINGLE = ("rejection", "power", "draws", "seed")
