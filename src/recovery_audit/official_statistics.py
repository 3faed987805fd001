"""The service's own published rates, recomputed from its own published counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.errors import AuditError
from recovery_audit.proportions import wilson
from recovery_audit.rounding import (
    ANY,
    ORDINARY,
    admissible,
    print_fraction,
    print_percent,
    read_figure,
)
from recovery_audit.verdicts import Verdict, verdict_under

if TYPE_CHECKING:
    import pandas as pd

#: Rates of those who could recover: the official denominator leaves the others out.
RECOVERY_RATES = ("recovery", "reliable_recovery")
#: Rates of change, of everybody who finished. No published rate is left out.
CHANGE_RATES = ("improvement", "no_reliable_change", "deterioration")


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """A table of official statistics."""

    table: str  #: its name
    period: str  #: column of the year or month
    group: tuple[str, ...] = ()  #: columns that name the group, if any
    finished: str = "finished"  #: column of the finished courses


#: By the word that the results use.
SERIES = {
    "annual": Series(table="annual_totals", period="year"),
    "group": Series(table="annual_groups", period="year", group=("breakdown", "group")),
    "month": Series(table="monthly_core", period="month"),
    "therapy": Series(
        table="therapy_outcomes", period="year", group=("problem", "therapy"), finished="courses"
    ),
}


def recompute_national(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Recompute every published national rate and judge it.

    The official denominator of recovery is finished courses less those *known* to be below
    caseness, so a course without a first score stays in; that of a change is all finished
    courses. Here count and denominator are both published: the question is not whether some
    count fits but whether this one does.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables that `SERIES` names, and `series_breaks`.

    Returns
    -------
    DataFrame
        One row per series, period, group and rate; see `national.schema.yaml`. A rate that was
        not published, as in the first year, is `undetermined`. `reproduced_by` names every
        denominator that would give the published rate, the official one or not.
    """
    breaks = {row["year"]: row["what"] for row in records(tables["series_breaks"])}
    return table_of(
        rate | {"series_break": breaks.get(rate["period"], "") if name == "annual" else ""}
        for name, series in SERIES.items()
        for row in records(tables[series.table])
        for rate in _rates_once(name, tuple(row.items()))
    )


@cache
def _rates_once(name: str, row: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    """Rates of a row by its content: when one row changes, the others need not be done again."""
    return list(_rates(name, SERIES[name], dict(row)))


def _rates(name: str, series: Series, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    finished = _count(row, series.finished)
    for rate in (*RECOVERY_RATES, *CHANGE_RATES):
        count, printed = _count(row, rate), row.get(f"printed_{rate}", "")
        if count is None or finished is None or (name != "annual" and not printed):
            continue
        sizes = _denominators(row, finished)
        official = "finished-less-not-at-caseness" if rate in RECOVERY_RATES else "finished"
        if official not in sizes:
            if count:
                raise _nobody_left(series, row, rate, count)
            continue  # nobody of nobody: no rate
        exact = Fraction(100 * count, sizes[official])
        verdict, rule = _judge(exact, printed)
        yield {
            "series": name,
            "period": row[series.period],
            "group": ": ".join(str(row[column]) for column in series.group),
            "rate": rate,
            "count": count,
            "finished": finished,
            "nobs": sizes[official],
            "printed": printed,
            "recomputed": print_fraction(exact, 3),
            "exact": f"{exact.numerator}/{exact.denominator}",
            "verdict": str(verdict),
            "rounding_rule": rule,
            "reproduced_by": " ".join(_reproducing(count, sizes, printed)),
            "unclassified": _unclassified(row, finished),
        }


def _count(row: Mapping[str, Any], column: str) -> int | None:
    cell = str(row.get(column, ""))
    return int(cell) if cell.isdigit() else None


def _denominators(row: Mapping[str, Any], finished: int) -> dict[str, int]:
    """Return the official denominators, and the ones that readers take instead."""
    at_caseness, paired = _count(row, "at_caseness"), _count(row, "paired")
    sizes = {
        "finished-less-not-at-caseness": finished - (_count(row, "not_at_caseness") or 0),
        "finished": finished,
        "at-caseness": at_caseness,
        "paired": paired,
    }
    return {name: size for name, size in sizes.items() if size is not None and size > 0}


def _nobody_left(series: Series, row: Mapping[str, Any], rate: str, count: int) -> AuditError:
    group = ", ".join(str(row[column]) for column in (series.period, *series.group))
    return AuditError(
        f"{series.table}, {group}: {rate} is {count} but {series.finished} less not_at_caseness "
        "leaves nobody; expected fewer not at caseness, or more who finished"
    )


def _judge(exact: Fraction, printed: str) -> tuple[Verdict, str]:
    if not printed:
        return Verdict.UNDETERMINED, ""
    for rule in ANY:
        if exact in admissible(read_figure(printed), rule):
            return verdict_under(rule), str(rule)
    return Verdict.INCONSISTENT, ""


def _reproducing(count: int, sizes: Mapping[str, int], printed: str) -> list[str]:
    if not printed:
        return []
    prints_so = [admissible(read_figure(printed), rule) for rule in ORDINARY]
    return [
        name
        for name, size in sizes.items()
        if count <= size and any(Fraction(100 * count, size) in values for values in prints_so)
    ]


def _unclassified(row: Mapping[str, Any], finished: int) -> int | None:
    """Return how many finished courses have no category of change."""
    changes = [_count(row, rate) for rate in CHANGE_RATES]
    return None if None in changes else finished - sum(filter(None, changes))


# --- the ladder -----------------------------------------------------------------------------------

#: Rung -> columns that add up to its size and those taken off, what the bound is, what it counts.
RUNGS: dict[str, tuple[str, str]] = {
    "finished, less those not at caseness": ("estimate", "the official denominator"),
    "finished": ("lower bound", "nobody below caseness at the start counts as recovered"),
    "ended": ("lower bound", "the same exits: who did not finish a course counts as not recovered"),
    "received": ("other cohort", "referrals of the same period, of whom many end in another"),
}
_MONTHS = 12


def climb_national(totals: pd.DataFrame, monthly: pd.DataFrame, level: float) -> pd.DataFrame:
    """
    Return the national recovery rates over ever wider groups, by year.

    Keeping the count while the group grows is a lower bound where the group is the same exits;
    referrals received are another cohort and their row says so. Referrals that ended are
    published by month, so those years are sums of months, in which all counts come from the
    same edition.

    Parameters
    ----------
    totals, monthly : DataFrame
        `annual_totals` and `monthly_core`.
    level : float
        Coverage of the Wilson interval, which is about a notional process, not about sampling.

    Returns
    -------
    DataFrame
        `source` (annual or months), `year`, `rate`, `rung`, `k`, `n`, `percent`, `lower`, `upper`
        [proportion], `bound`, `meaning`.
    """
    years = [{"source": "annual", **row} for row in records(totals)]
    years += [{"source": "months", **row} for row in records(_sums_of_months(monthly))]
    return table_of(
        _rung(year, rate, rung, level)
        for year in years
        for rate in RECOVERY_RATES
        for rung in RUNGS
        if _size(year, rung) is not None
    )


def _sums_of_months(monthly: pd.DataFrame) -> pd.DataFrame:
    """Add up the months of each complete financial year, April to March."""
    year = monthly["month"].str[:4].astype(int) - (monthly["month"].str[5:].astype(int) < 4)
    named = monthly.assign(year=[f"{y}-{(y + 1) % 100:02}" for y in year])
    complete = named.groupby("year").filter(lambda months: len(months) == _MONTHS)
    columns = ["referrals", "ended", "finished", "not_at_caseness", *RECOVERY_RATES]
    return complete.groupby("year", as_index=False)[columns].sum()


def _size(year: Mapping[str, Any], rung: str) -> int | None:
    finished = int(year["finished"])
    sizes = {
        "finished, less those not at caseness": finished - int(year["not_at_caseness"]),
        "finished": finished,
        "ended": int(year["ended"]) if "ended" in year else None,
        "received": int(year["referrals"]),
    }
    return sizes[rung]


def _rung(year: Mapping[str, Any], rate: str, rung: str, level: float) -> dict[str, Any]:
    count, nobs = int(year[rate]), _size(year, rung)
    assert nobs is not None
    lower, upper = wilson(count, nobs, level)
    bound, meaning = RUNGS[rung]
    return {
        "source": year["source"],
        "year": year["year"],
        "rate": rate,
        "rung": rung,
        "k": count,
        "n": nobs,
        "percent": print_percent(count, nobs, decimals=2),
        "lower": f"{lower:.6f}",
        "upper": f"{upper:.6f}",
        "bound": bound,
        "meaning": meaning,
    }


# --- beside the studies ---------------------------------------------------------------------------


def compare_with_national(
    comparators: pd.DataFrame, claims: pd.DataFrame, national: pd.DataFrame
) -> pd.DataFrame:
    """
    Put figures of the studies beside the national ones for the same problem.

    Parameters
    ----------
    comparators : DataFrame
        `claim_id`, and the `series`, `period`, `group` and `rate` of the national figure.
    claims : DataFrame
        Clean claims.
    national : DataFrame
        What `recompute_national` returns.

    Returns
    -------
    DataFrame
        `claim_id`, `printed`, what the national figure is, its `count` and `nobs`, and `percent`
        (one decimal, half up). Beside, not against: criterion, sample and horizon differ.
    """
    keys = ["series", "period", "group", "rate"]
    printed = claims.drop_duplicates("claim_id")[["claim_id", "printed"]]
    joined = comparators.merge(printed, on="claim_id").merge(national, on=keys, suffixes=("", "_n"))
    return table_of(
        {key: row[key] for key in ("claim_id", "printed", *keys, "count", "nobs")}
        | {"percent": print_percent(row["count"], row["nobs"], decimals=1)}
        for row in records(joined)
    )
