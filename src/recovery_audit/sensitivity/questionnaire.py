"""Recovery rates corrected for the accuracy of the questionnaire, over what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PERCENT, PublishedClaim, claims_by_id, table_of
from recovery_audit.diagnosis import Accuracy, standing, true_recovery_among_cases
from recovery_audit.sensitivity.assumptions import Assumptions
from recovery_audit.sensitivity.rates import Rate, decimal, named, rates_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Said where more scores stay above the cut-off than the test finds among the ill.
INCOMPATIBLE = "incompatible: more scores stay above the cut-off than the test finds among the ill"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Test:
    """A questionnaire at its cut-off, as one study measured it."""

    name: str
    accuracy: Accuracy
    intervals: tuple[tuple[float, float], ...]  #: of sensitivity and specificity, if printed
    inputs: str


def correct_for_accuracy(
    tables: Mapping[str, pd.DataFrame],
    tests: Sequence[Mapping[str, Any]],
    assumptions: Assumptions,
) -> dict[str, pd.DataFrame]:
    """
    Ask what share of the true cases recovered, if the questionnaire errs as studies found it to.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs.
    tests : sequence of mapping
        `test`, the claims of its `sensitivity` and `specificity` and, where printed, of their
        `intervals`, and the `rates` it is applied to.
    assumptions : Assumptions
        Predictive value, new onsets, dependence of errors; draws.

    Returns
    -------
    dict of str to DataFrame
        `test_accuracy`: one row per rate, test and combination; `lower` and `upper` let the share
        of new onsets run from none to all. `test_accuracy_draws`: the rate when sensitivity and
        specificity are drawn from their published intervals, everybody a case at the start.

    Notes
    -----
    The accuracy is that of a score of 10 or more against major depression: it says something of
    rates of depression, and nothing of what the interview study found.
    """
    claims, rates = claims_by_id(tables["claims"]), rates_of(tables)
    rows: list[dict[str, Any]] = []
    draws: list[dict[str, Any]] = []
    for entry in tests:
        test = _test(entry, claims)
        for rate in (rate for name in entry["rates"] for rate in named(rates, name)):
            rows += _rows(rate, test, assumptions)
            if test.intervals:
                draws += _draws(rate, test, assumptions)
    return {"test_accuracy": table_of(rows), "test_accuracy_draws": table_of(draws)}


def _test(entry: Mapping[str, Any], claims: Mapping[str, PublishedClaim]) -> _Test:
    used = [entry["sensitivity"], entry["specificity"]]
    sensitivity, specificity = (_share(claims[claim]) for claim in used)
    limits = [claims[claim] for claim in entry.get("intervals", ())]
    return _Test(
        name=entry["test"],
        accuracy=Accuracy(sensitivity=sensitivity, specificity=specificity),
        intervals=tuple((float(c.figure.value), float(c.other.value)) for c in limits if c.other),
        inputs=" ".join([*used, *entry.get("intervals", ())]),
    )


def _share(claim: PublishedClaim) -> float:
    return float(claim.value / 100 if claim.unit == PERCENT else claim.value)


def _rows(rate: Rate, test: _Test, assumptions: Assumptions) -> Iterator[dict[str, Any]]:
    ranges = (assumptions.true_case, assumptions.falsely_ill, assumptions.dependence)
    for true_case, falsely_ill, dependence in product(*ranges):

        def found(
            share: float, case: float = float(true_case), together: float = float(dependence)
        ) -> float:
            return true_recovery_among_cases(
                float(rate.value),
                test.accuracy,
                true_case=case,
                falsely_ill=share,
                dependence=together,
            )

        true_rate = found(float(falsely_ill))
        ends = sorted((found(0.0), found(1.0)))
        yield {
            **rate.row,
            "test": test.name,
            "true_case": decimal(true_case),
            "falsely_ill": decimal(falsely_ill),
            "dependence": decimal(dependence),
            "true_rate": decimal(true_rate),
            "lower": decimal(ends[0]),
            "upper": decimal(ends[1]),
            "standing": in_words(float(rate.value), true_rate, test.accuracy),
            "inputs": f"{rate.inputs} {test.inputs}",
        }


def in_words(apparent: float, true_rate: float, accuracy: Accuracy) -> str:
    """Say whether an apparent rate and a test can stand together.

    >>> in_words(0.05, -0.1, Accuracy(sensitivity=0.9, specificity=0.9))[:12]
    'incompatible'
    """
    # Errors that go together keep more of the ill above the cut-off than the sensitivity says, so
    # that so many scores there rule a rate out only where it comes out below 0 as well.
    too_many = 1 - apparent > accuracy.sensitivity
    return INCOMPATIBLE if too_many and true_rate < 0 else standing(true_rate)


def _draws(rate: Rate, test: _Test, assumptions: Assumptions) -> Iterator[dict[str, Any]]:
    import numpy as np

    for correlation in assumptions.draw_correlation:
        drawn = draw_accuracy(test.accuracy, test.intervals, float(correlation), assumptions)
        sensitivity, specificity = drawn
        found = (float(rate.value) - (1 - sensitivity)) / (sensitivity + specificity - 1)
        lower, middle, upper = np.quantile(found, [0.025, 0.5, 0.975])
        yield {
            **rate.row,
            "test": test.name,
            "correlation": decimal(correlation),
            "draws": assumptions.draws,
            "median": decimal(middle),
            "lower": decimal(lower),
            "upper": decimal(upper),
            "impossible": int(((found < 0) | (found > 1)).sum()),
            "inputs": f"{rate.inputs} {test.inputs}",
        }


def draw_accuracy(
    accuracy: Accuracy,
    intervals: Sequence[tuple[float, float]],
    correlation: float,
    assumptions: Assumptions,
) -> np.ndarray:
    """
    Draw sensitivities and specificities, normal on the logit scale.

    Parameters
    ----------
    accuracy : Accuracy
        The point estimates: medians of the draws.
    intervals : sequence of two pairs
        The published 95% intervals; their logit width gives the spread.
    correlation : float
        Between the two, on the logit scale.
    assumptions : Assumptions
        Number of draws and seed.

    Returns
    -------
    array of shape (2, draws)
    """
    import numpy as np
    from scipy.special import expit, logit
    from scipy.stats import norm

    middle = logit([accuracy.sensitivity, accuracy.specificity])
    spread = np.array([logit(high) - logit(low) for low, high in intervals]) / (2 * norm.ppf(0.975))
    normal = np.random.default_rng(assumptions.seed).standard_normal((2, assumptions.draws))
    normal[1] = correlation * normal[0] + np.sqrt(1 - correlation**2) * normal[1]
    drawn: np.ndarray = expit(middle[:, None] + spread[:, None] * normal)
    return drawn
