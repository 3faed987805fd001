"""Recovery on a questionnaire and recovery from the condition: how far they can go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.diagnosis import both_criteria, frechet_bounds
from recovery_audit.sensitivity.assumptions import Assumptions
from recovery_audit.sensitivity.rates import Rate, decimal, named, rates_of, single

if TYPE_CHECKING:
    import pandas as pd

ASSUMPTION = "both rates are taken to be of one population, which they are not"


def compare_criteria(
    tables: Mapping[str, pd.DataFrame],
    pairs: Sequence[Mapping[str, str]],
    assumptions: Assumptions,
    level: float,
) -> pd.DataFrame:
    """
    Say how many of those recovered on the questionnaire can have recovered from the condition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs.
    pairs : sequence of mapping
        `scale` and `condition`, rates of data/rates.csv.
    assumptions : Assumptions
        Latent correlations between the two.
    level : float
        Coverage of the intervals whose worst corner bounds the bounds.

    Returns
    -------
    DataFrame
        Per pair one row of Fréchet's bounds (`correlation` blank) and one per correlation:
        `both_lower` to `both_upper` recovered by both criteria, `given_lower` to `given_upper` the
        share of them among those recovered on the questionnaire.

    Raises
    ------
    AuditError
        If a rate does not exist, or if several pairs of counts fit one on the questionnaire.

    References
    ----------
    .. [1] M. Fréchet, "Sur les tableaux de corrélation dont les marges sont données," Ann. Univ.
       Lyon, Sect. A, vol. 14, pp. 53-77, 1951.
    """
    rates = rates_of(tables)
    return table_of(
        row
        for pair in pairs
        for scale in [single(rates, pair["scale"])]
        for condition in named(rates, pair["condition"])
        for row in _rows(scale, condition, assumptions, level)
    )


def _rows(
    scale: Rate, condition: Rate, assumptions: Assumptions, level: float
) -> Iterator[dict[str, Any]]:
    p, q = float(scale.value), float(condition.value)
    keys = {
        "scale": scale.rate,
        "condition": condition.rate,
        "label": f"{scale.label} | {condition.label}",
        "witness": condition.witness,
        "scale_value": decimal(p),
        "condition_value": decimal(q),
    }
    tail = {"note": ASSUMPTION, "inputs": f"{scale.inputs} {condition.inputs}"}
    (p_low, p_high), (q_low, q_high) = (
        rate.wilson(level) or (float(rate.value),) * 2 for rate in (scale, condition)
    )
    lower, upper = frechet_bounds(p_low, q_low)[0], frechet_bounds(p_high, q_high)[1]
    # Both bounds of the share, max(0, 1 - (1 - q) / p) and min(1, q / p), are worst at the low p.
    given = frechet_bounds(p_low, q_low)[0] / p_low, frechet_bounds(p_low, q_high)[1] / p_low
    yield keys | _cells(None, (lower, upper), given) | tail
    for correlation in assumptions.latent_correlation:
        both = both_criteria(p, q, float(correlation))
        yield keys | _cells(float(correlation), (both, both), (both / p, both / p)) | tail


def _cells(
    correlation: float | None, both: tuple[float, float], given: tuple[float, float]
) -> dict[str, str]:
    return {
        "correlation": decimal(correlation),
        "both_lower": decimal(both[0]),
        "both_upper": decimal(both[1]),
        "given_lower": decimal(given[0]),
        "given_upper": decimal(given[1]),
    }
