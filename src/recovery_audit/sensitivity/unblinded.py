"""What unblinded assessment may have added to an effect: each effect on its own scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.blinding import (
    adjusted_by_factor,
    adjusted_difference,
    adjusted_ratio,
    crosses,
)
from recovery_audit.claims import PublishedClaim, claims_by_id, records, table_of
from recovery_audit.errors import Problem, TableError
from recovery_audit.sensitivity.rates import decimal

if TYPE_CHECKING:
    import pandas as pd

ILLUSTRATIVE = "illustrative: the evidence is on outcome assessors, not on questionnaires"
RATIO, DIFFERENCE = "odds ratio", "standardised difference"


def adjust_for_blinding(
    tables: Mapping[str, pd.DataFrame], evidence: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """
    Return each effect as it was reported and as blinded assessors might have found it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `effects` and `claims`.
    evidence : mapping
        Per scale the claims of the `bias`, of its `interval` and, for differences, of the
        `exaggeration` in per cent and its `exaggeration_interval`.

    Returns
    -------
    DataFrame
        One row per effect and adjustment. An effect to which the evidence does not apply has no
        adjusted value, and `standing` says why; one that is carried across the null says so.

    Raises
    ------
    TableError
        If there is neither evidence on the scale of an effect nor a note on why none applies.
    """
    claims, effects = claims_by_id(tables["claims"]), tables["effects"]
    problems = [
        _no_evidence(int(str(line)), effect["scale"], evidence)
        for line, effect in zip(effects.index, records(effects), strict=True)
        if not effect["note"] and effect["scale"] not in evidence
    ]
    if problems:
        raise TableError(problems)
    return table_of(row for effect in records(effects) for row in _rows(effect, claims, evidence))


def _no_evidence(line: int, scale: str, evidence: Mapping[str, Any]) -> Problem:
    rule = (
        f"expected one of {', '.join(evidence)}, the scales of `blinding` in config/config.yaml, "
        "or a note on why no evidence applies"
    )
    return Problem(file="data/effects.csv", row=line, column="scale", value=scale, rule=rule)


def _rows(
    effect: Mapping[str, Any],
    claims: Mapping[str, PublishedClaim],
    evidence: Mapping[str, Mapping[str, str]],
) -> Iterator[dict[str, Any]]:
    used = [claim for claim in (effect["claim"], effect["control"]) if claim]
    value = _value([claims[claim] for claim in used])
    null = 1.0 if effect["scale"] == RATIO else 0.0
    row = {key: effect[key] for key in ("effect", "label", "scale")}
    row |= {"value": decimal(value), "null": decimal(null)}
    if effect["note"]:
        blank = dict.fromkeys(("adjusted", "lower", "upper"), "")
        tail = {"standing": effect["note"], "inputs": " ".join(used)}
        yield {**row, "adjustment": "none", **blank, **tail}
        return
    for adjustment, bias, found in _adjusted(effect, value, claims, evidence[effect["scale"]]):
        lower, upper = sorted(found[1:])
        standing = ILLUSTRATIVE
        if crosses(value, found[0], null):
            standing += "; carried across the null"
        yield {
            **row,
            "adjustment": adjustment,
            "adjusted": decimal(found[0]),
            "lower": decimal(lower),
            "upper": decimal(upper),
            "standing": standing,
            "inputs": " ".join([*used, *bias]),
        }


def _value(claims: list[PublishedClaim]) -> float:
    """Return a printed effect, or the odds ratio of two printed percentages."""
    first, *control = (float(claim.value) for claim in claims)
    if not control:
        return first
    return (first / (100 - first)) / (control[0] / (100 - control[0]))


def _adjusted(
    effect: Mapping[str, Any],
    value: float,
    claims: Mapping[str, PublishedClaim],
    evidence: Mapping[str, str],
) -> Iterator[tuple[str, list[str], list[float]]]:
    """Yield how, by which claims, and the adjusted effect at the bias and its two limits."""
    biases = _with_limits(claims[evidence["bias"]], claims[evidence["interval"]])
    used = [evidence["bias"], evidence["interval"]]
    if effect["scale"] == RATIO:
        found = [adjusted_ratio(value, bias, coded=effect["coded"]) for bias in biases]
        yield "ratio of odds ratios", used, found
        return
    sign = 1 if effect["coded"] == "harm" else -1  # the bias is printed where less is better
    yield "difference", used, [adjusted_difference(value, sign * bias) for bias in biases]
    factors = _with_limits(
        claims[evidence["exaggeration"]], claims[evidence["exaggeration_interval"]]
    )
    more = [evidence["exaggeration"], evidence["exaggeration_interval"]]
    yield "factor", more, [adjusted_by_factor(value, 1 + factor / 100) for factor in factors]


def _with_limits(claim: PublishedClaim, interval: PublishedClaim) -> list[float]:
    assert interval.other is not None
    return [float(claim.value), float(interval.figure.value), float(interval.other.value)]
