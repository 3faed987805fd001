"""How far a headline figure depends on choices that nobody printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, table_of

if TYPE_CHECKING:
    import pandas as pd


def compare_interval_methods(
    intervals: pd.DataFrame, claims: pd.DataFrame, headlines: Sequence[str], against: str
) -> pd.DataFrame:
    """
    Return the envelope of each headline figure by every interval method.

    Parameters
    ----------
    intervals, claims : DataFrame
        Intervals of all witnesses; clean claims.
    headlines : sequence of str
        Claims to compare.
    against : str
        The claim whose value is looked for inside each envelope.

    Returns
    -------
    DataFrame
        One row per headline claim, reading and method; see `interval_methods.schema.yaml`.
    """
    value = claims_by_id(claims)[against].figure.value / 100
    rows: list[dict[str, Any]] = []
    chosen = intervals[intervals["claim_id"].isin(list(headlines))]
    for (claim, reading, method), group in chosen.groupby(
        ["claim_id", "reading", "method"], sort=False
    ):
        lower, upper = group["envelope_lower"].iloc[0], group["envelope_upper"].iloc[0]
        rows.append(
            {
                "claim_id": claim,
                "reading": reading,
                "method": method,
                "witnesses": len(group),
                "lower": lower,
                "upper": upper,
                "width": f"{float(upper) - float(lower):.6f}",
                "against": against,
                "against_value": f"{float(value):.6f}",
                "inside": "yes" if float(lower) <= value <= float(upper) else "no",
                "inputs": " ".join(dict.fromkeys([*group["inputs"].iloc[0].split(), against])),
            }
        )
    return table_of(rows)
