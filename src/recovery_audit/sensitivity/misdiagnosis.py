"""Recovery among those who had the condition, if some of those treated did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, table_of
from recovery_audit.diagnosis import bounds_among_true_cases
from recovery_audit.sensitivity.assumptions import Assumptions
from recovery_audit.sensitivity.rates import Rate, decimal, rates_of

if TYPE_CHECKING:
    import pandas as pd


def bound_misdiagnosis(
    tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, references: Sequence[str]
) -> pd.DataFrame:
    """
    Bound each headline rate among true cases over the share of misdiagnosed.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs.
    assumptions : Assumptions
        Shares of misdiagnosed to sweep.
    references : sequence of str
        Claims of published shares, of other services: shown beside the sweep, not as this
        service's share.

    Returns
    -------
    DataFrame
        One row per rate, pair of counts and share: `lower` if all the misdiagnosed are among the
        recovered, `upper` if none is, `independent` if they recover as the others do.
    """
    claims = claims_by_id(tables["claims"])
    shares = [(share, "") for share in assumptions.misdiagnosed]
    shares += [(claims[claim].value / 100, claim) for claim in references]
    headline = [rate for rate in rates_of(tables) if rate.role == "headline"]
    return table_of(_row(rate, share, claim) for rate in headline for share, claim in shares)


def _row(rate: Rate, share: Fraction, reference: str) -> dict[str, Any]:
    lower, upper = bounds_among_true_cases(float(rate.value), float(share))
    return {
        **rate.row,
        "misdiagnosed": decimal(share),
        "reference": reference,
        "lower": decimal(lower),
        "upper": decimal(upper),
        "independent": decimal(rate.value),
        "inputs": f"{rate.inputs} {reference}".strip(),
    }
