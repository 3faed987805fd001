"""How much the rounding rule and the choice among fitting counts decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import Base, PublishedClaim, bases_by_id, claims_by_id, records, table_of
from recovery_audit.grim import denominators_up_to, fits, witnesses
from recovery_audit.proportions import wilson
from recovery_audit.rounding import RoundingRule
from recovery_audit.sensitivity.rates import decimal

if TYPE_CHECKING:
    import pandas as pd

ALONE, TOGETHER = "every size that fits the figure", "sizes that fit all figures of the group"
#: Said where no pair is left, by choice.
NOTHING = {
    ALONE: "no whole number of people prints as this figure",
    TOGETHER: "no size that fits all figures of the group prints this one by this rule",
}


def vary_witnesses(tables: Mapping[str, pd.DataFrame], level: float) -> pd.DataFrame:
    """
    Return, by rounding rule, the counts that may stand behind each headline figure.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `rates`, `claims` and `bases`, and `shared_denominators`.
    level : float
        Coverage of Wilson's interval.

    Returns
    -------
    DataFrame
        One row per published rate, rule and choice: number of pairs, the smallest and the largest
        size with its count, and the hull of their intervals; blank where no pair fits, and
        `standing` says so.
    """
    claims, bases = claims_by_id(tables["claims"]), bases_by_id(tables["bases"])
    base_of = {(row["claim_id"], row["reading"]): row["base"] for row in records(tables["claims"])}
    shared = tables["shared_denominators"]
    rows: list[dict[str, Any]] = []
    for row in records(tables["rates"]):
        base = bases.get(base_of.get((row["claim"], row["reading"]), ""))
        bound = _bound(base, bases, claims) if base else None
        if row["role"] != "headline" or base is None or bound is None:
            continue
        sizes = shared.loc[(shared["base"] == base.base) & (shared["n"].notna()), "n"].astype(int)
        claim = claims[row["claim"]]
        for rule in RoundingRule:
            alone = list(_pairs(claim, rule, denominators_up_to(bound).tolist()))
            together = [pair for pair in alone if pair[1] in set(sizes)]
            for choice, pairs in ((ALONE, alone), (TOGETHER, together)):
                rows.append(_row(row, rule, choice, pairs, level))
    return table_of(rows)


def _bound(
    base: Base, bases: Mapping[str, Base], claims: Mapping[str, PublishedClaim]
) -> int | None:
    """Return the size of a base, or its bound; one that is taken to be another has that one's."""
    if len(base.pooled_from) == 1 and base.pooled_from[0] in bases:
        return _bound(bases[base.pooled_from[0]], bases, claims)
    return base.size(claims) or base.bound(claims)


def _pairs(
    claim: PublishedClaim, rule: RoundingRule, sizes: list[int]
) -> Iterator[tuple[int, int]]:
    import numpy as np

    fitting = fits(claim.figure, np.array(sizes), (rule,))
    for nobs, fit in zip(sizes, fitting, strict=True):
        if fit:
            yield from ((count, nobs) for count in witnesses(claim.figure, nobs, (rule,)))


def _row(
    rate: Mapping[str, Any],
    rule: RoundingRule,
    choice: str,
    pairs: list[tuple[int, int]],
    level: float,
) -> dict[str, Any]:
    limits = [wilson(count, nobs, level) for count, nobs in pairs]
    smallest, largest = (pairs[0], pairs[-1]) if pairs else ((None, None), (None, None))
    return {
        "rate": rate["rate"],
        "label": rate["label"],
        "rounding_rule": str(rule),
        "choice": choice,
        "pairs": len(pairs),
        "k": smallest[0],
        "n": smallest[1],
        "k_largest": largest[0],
        "n_largest": largest[1],
        "lower": decimal(min((low for low, _ in limits), default=None)),
        "upper": decimal(max((high for _, high in limits), default=None)),
        "standing": "possible" if pairs else NOTHING[choice],
        "inputs": rate["claim"],
    }
