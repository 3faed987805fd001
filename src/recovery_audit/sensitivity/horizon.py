"""When the rate is taken and what it counts: relapse later on, persons instead of referrals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PublishedClaim, claims_by_id, records, table_of
from recovery_audit.errors import AuditError
from recovery_audit.sensitivity.rates import OFFICIAL, Rate, decimal, rates_of

if TYPE_CHECKING:
    import pandas as pd

NOT_IDENTIFIED = (
    "lower bound not identified: the greatest number of referrals of one person is not printed"
)
MILLION = 10**6


def change_horizon_and_unit(
    tables: Mapping[str, pd.DataFrame], choices: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Take the rates at a later day, and of persons instead of referrals.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        What `rates_of` needs.
    choices : mapping
        `relapse` (claim of the share that relapsed, in per cent), `persons` (claims of persons
        referred, in millions), `first` and `last` year of the period they are counted over.

    Returns
    -------
    DataFrame
        `question` (`relapse` or `persons`), the rate as it is, and what it becomes: `lower` to
        `upper`, blank where nothing bounds it; `note` says what is assumed.

    Raises
    ------
    AuditError
        If no year of the period is in the official statistics.
    """
    claims = claims_by_id(tables["claims"])
    official = [rate for rate in rates_of(tables) if rate.role in ("headline", "official")]
    rows = [
        _relapse(rate, claims[choices["relapse"]])
        for rate in official
        if rate.criterion.startswith("questionnaire") and rate.nobs
    ]
    return table_of([*rows, *_persons(tables["annual_totals"], claims, choices)])


def _relapse(rate: Rate, relapsed: PublishedClaim) -> dict[str, Any]:
    """Bound recovery a year on: nobody relapses, or the recovered relapse as in the cohort."""
    return {
        "question": "relapse",
        "rate": rate.rate,
        "label": rate.label,
        "value": decimal(rate.value),
        "lower": decimal(rate.value * (1 - relapsed.value / 100)),
        "upper": decimal(rate.value),
        "note": "recovered and not relapsed within 12 months, if all relapse as the patients in "
        "remission after low-intensity treatment did, or if none does; new recoveries left out",
        "inputs": f"{rate.inputs} {relapsed.claim_id}",
    }


def _persons(
    totals: pd.DataFrame, claims: Mapping[str, PublishedClaim], choices: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    inside = (totals["year"] >= choices["first"]) & (totals["year"] <= choices["last"])
    years = list(records(totals[inside]))
    if not years:
        raise AuditError(
            f"config/config.yaml asks for the years {choices['first']} to {choices['last']}: "
            "data/national/annual_totals.csv has none of them"
        )
    recovered = sum(int(row["recovery"]) for row in years)
    referrals = sum(int(row["referrals"]) for row in years)
    persons = sum((claims[claim].value for claim in choices["persons"]), Fraction(0)) * MILLION
    yield {
        "question": "persons",
        "rate": "national-persons",
        "label": f"England {choices['first']} to {choices['last']}: recovered",
        "value": decimal(Fraction(recovered, referrals)),
        "lower": "",
        "upper": decimal(Fraction(recovered) / persons),
        "note": "of referrals received, and of persons referred: at most so many recovered once "
        f"or more; {NOT_IDENTIFIED}",
        "inputs": " ".join([OFFICIAL, *choices["persons"]]),
    }
