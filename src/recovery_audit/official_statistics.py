"""The service's own published rates, recomputed from its own published counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.rounding import ANY, admissible, print_fraction, read_figure
from recovery_audit.verdicts import Verdict, verdict_under

if TYPE_CHECKING:
    import pandas as pd

RATES = ("recovery", "reliable_recovery")


def recompute_national(totals: pd.DataFrame) -> pd.DataFrame:
    """
    Recompute each year's recovery rates and judge the published ones.

    The official denominator is finished courses less those *known* to be below caseness, so a
    course without a first score stays in. Here count and denominator are both published: the
    question is not whether some count fits but whether this one does.

    Parameters
    ----------
    totals : DataFrame
        One row per year: counts and published rates of England.

    Returns
    -------
    DataFrame
        One row per year and rate; see `national.schema.yaml`. A year without a published rate is
        `undetermined`.
    """
    return table_of(row for year in records(totals) for row in _rates(year))


def _rates(year: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    nobs = int(year["finished"]) - int(year["not_at_caseness"])
    for rate in RATES:
        exact = Fraction(100 * int(year[rate]), nobs)
        printed = year[f"printed_{rate}"]
        verdict, rule = _judge(exact, printed)
        yield {
            "year": year["year"],
            "rate": rate,
            "count": year[rate],
            "finished": year["finished"],
            "nobs": nobs,
            "printed": printed,
            "recomputed": print_fraction(exact, 3),
            "exact": f"{exact.numerator}/{exact.denominator}",
            "verdict": str(verdict),
            "rounding_rule": rule,
        }


def _judge(exact: Fraction, printed: str) -> tuple[Verdict, str]:
    if not printed:
        return Verdict.UNDETERMINED, ""
    for rule in ANY:
        if exact in admissible(read_figure(printed), rule):
            return verdict_under(rule), str(rule)
    return Verdict.INCONSISTENT, ""
