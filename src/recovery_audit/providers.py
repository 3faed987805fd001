"""What rounding and suppression leave of the rates that providers are published with.

Below the national level a count is printed to the nearest 5 and one under 5 as `*`, while the
percentage beside it comes from the counts before rounding. So a provider's rate cannot be
recomputed, but it can be bounded, and whether some counts fit all that is printed can be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.disclosure import SMALLEST_SHOWN
from recovery_audit.errors import Problem, TableError
from recovery_audit.official_statistics import CHANGE_RATES, RECOVERY_RATES
from recovery_audit.rounding import (
    ANY,
    ORDINARY,
    Figure,
    RoundingRule,
    count_range,
    half_steps,
    print_fraction,
    read_figure,
)
from recovery_audit.verdicts import Verdict, verdict_under

if TYPE_CHECKING:
    import pandas as pd

#: Where a reader puts the published file.
PUBLISHED = "data/national/external/measures_annual.parquet"
SUPPRESSED = "*"
ROUNDED_TO = 5

RATES = (*RECOVERY_RATES, *CHANGE_RATES)
#: Measures of the published file -> columns here.
COUNTS = {
    "referrals_received": "referrals",
    "finished_course_treatment": "finished",
    "at_caseness": "at_caseness",
    "not_at_caseness": "not_at_caseness",
    **{rate: rate for rate in (*CHANGE_RATES, *RECOVERY_RATES)},
}
PERCENTAGES = {rate: f"printed_{rate}" for rate in RATES}
_STATISTICS = {"count": COUNTS, "percentage": PERCENTAGES}


# --- reading --------------------------------------------------------------------------------------


def tabulate_providers(published: pd.DataFrame) -> pd.DataFrame:
    """
    Return the published rows, one measure each, as one row per year and provider.

    Parameters
    ----------
    published : DataFrame
        Totals of providers: `reporting_period`, `org_code`, `org_name`, `measure_name`,
        `measure_statistic`, `value`, all text.

    Returns
    -------
    DataFrame
        `year`, `provider` (code), `name`, the counts and `printed_` rates as printed. A provider
        that stands in a year twice, under two names and with the same figures, stands here once.

    Raises
    ------
    TableError
        If a value is not one that the rules of disclosure allow, or a provider stands in a year
        twice with different figures.
    """
    named = published.assign(
        column=[
            _STATISTICS.get(statistic, {}).get(measure, "")
            for statistic, measure in zip(
                published["measure_statistic"], published["measure_name"], strict=True
            )
        ]
    )
    places = ["reporting_period", "org_code", "org_name"]
    problems = list(_repeated(named, [*places, "column"])) or list(_not_printable(named))
    if problems:
        raise TableError(problems)
    columns = [*COUNTS.values(), *PERCENTAGES.values()]
    wide = named.pivot(index=places, columns="column", values="value").reindex(columns=columns)
    wide = wide.fillna("").reset_index().rename(columns=dict(zip(places, _KEYS, strict=True)))
    return _once(wide, columns)


_KEYS = ("year", "provider", "name")


def _problem(row: Mapping[str, Any], column: str, value: str, rule: str) -> Problem:
    place = f"provider {row['org_code']} in {row['reporting_period']}"
    return Problem(file=PUBLISHED, row=0, column=column, value=value, rule=f"{rule} ({place})")


def _repeated(named: pd.DataFrame, keys: list[str]) -> Iterator[Problem]:
    known = named[named["column"] != ""]
    for row in records(known[known.duplicated(keys)]):
        yield _problem(row, row["measure_name"], row["value"], "each figure stands once")


def _not_printable(named: pd.DataFrame) -> Iterator[Problem]:
    count = r"\*|[1-9]\d*[05]|5"
    rules = {
        "count": (count, "expected `*` or a count from 5 on, rounded to 5"),
        "percentage": (r"\*|\d{1,2}|100", "expected `*` or a whole percentage"),
    }
    for statistic, (pattern, rule) in rules.items():
        rows = named[(named["measure_statistic"] == statistic) & (named["column"] != "")]
        for row in records(rows[~rows["value"].str.fullmatch(pattern)]):
            yield _problem(row, row["measure_name"], row["value"], rule)


def _once(wide: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Keep one row of a provider that has the same figures under several names."""
    by_provider = wide.groupby(["year", "provider"], sort=False)
    for (year, provider), rows in by_provider[columns]:
        if len(rows.drop_duplicates()) > 1:
            row = {"reporting_period": year, "org_code": provider}
            rule = "a provider has one set of figures a year"
            raise TableError([_problem(row, "org_name", f"{len(rows)} rows", rule)])
    names = by_provider["name"].transform(" / ".join)
    once = wide.assign(name=names).drop_duplicates(["year", "provider"])
    return once[[*_KEYS, *columns]].reset_index(drop=True)


# --- what may stand behind a printed count --------------------------------------------------------


def counts_behind(printed: str) -> range:
    """
    Return every count that is printed so.

    Parameters
    ----------
    printed : str
        A count of a table below the national level: `*`, or a multiple of 5.

    Returns
    -------
    range
        In steps of 1. [courses]

    Notes
    -----
    Counts under 5 are `*`, so a printed 5 stands for 5 to 7 and not for 3 or 4.

    Examples
    --------
    >>> [list(counts_behind(printed)) for printed in ("*", "5", "10")]
    [[0, 1, 2, 3, 4], [5, 6, 7], [8, 9, 10, 11, 12]]
    """
    if printed == SUPPRESSED:
        return range(SMALLEST_SHOWN)
    reach = ROUNDED_TO // 2
    return range(max(int(printed) - reach, SMALLEST_SHOWN), int(printed) + reach + 1)


def middle(counts: range) -> int:
    """Return the count in the middle of a range.

    >>> [middle(counts_behind(printed)) for printed in ("*", "5", "10")]
    [2, 6, 10]
    """
    return counts[len(counts) // 2]


def sizes_between(finished: range, not_at_caseness: range) -> range:
    """
    Return every denominator of recovery: finished courses less those not at caseness.

    >>> sizes_between(range(98, 103), range(8, 13))
    range(86, 95)
    """
    first, last = finished[0] - not_at_caseness[-1], finished[-1] - not_at_caseness[0]
    return range(max(first, 1), last + 1)


def rate_limits(count: range, nobs: range) -> tuple[Fraction, Fraction] | None:
    """
    Return the lowest and the highest rate that the counts allow.

    Parameters
    ----------
    count, nobs : range
        What may stand behind numerator and denominator; a pair counts if ``count <= nobs``.

    Returns
    -------
    low, high : Fraction
        Both are attained. [proportion] None if no pair counts.

    Examples
    --------
    >>> rate_limits(counts_behind("40"), range(86, 95))
    (Fraction(19, 47), Fraction(21, 43))
    >>> rate_limits(counts_behind("*"), range(3, 8))
    (Fraction(0, 1), Fraction(1, 1))
    """
    if not nobs or count[0] > nobs[-1]:
        return None
    # The rate falls as the size grows, so the smallest size that holds the smallest count decides.
    smallest = max(nobs[0], count[0], 1)
    return Fraction(count[0], nobs[-1]), Fraction(min(count[-1], smallest), smallest)


def rates_printed_as(
    figure: Figure, count: range, nobs: range, rule: RoundingRule
) -> tuple[Fraction, Fraction] | None:
    """
    Return the lowest and the highest rate that the counts allow and that prints as `figure`.

    Parameters
    ----------
    figure : Figure
        The published percentage.
    count, nobs : range
        As in `rate_limits`.
    rule : RoundingRule
        How the rate became the figure.

    Returns
    -------
    low, high : Fraction
        Both are attained. [proportion] None if no pair prints so.

    Examples
    --------
    >>> rates_printed_as(read_figure("45"), counts_behind("40"), range(86, 95), ORDINARY[0])
    (Fraction(41, 92), Fraction(5, 11))
    """
    rates = []
    ends = half_steps(figure.digits, rule)
    for size in nobs:
        fitting = count_range(ends, figure.decimals, size)
        first, last = max(fitting.start, count[0]), min(fitting.stop - 1, count[-1])
        if first <= last:
            rates += [Fraction(first, size), Fraction(last, size)]
    return (min(rates), max(rates)) if rates else None


# --- rates ----------------------------------------------------------------------------------------


def bound_providers(providers: pd.DataFrame) -> pd.DataFrame:
    """
    Bound every provider's rates and judge the published percentages.

    Parameters
    ----------
    providers : DataFrame
        What `tabulate_providers` returns.

    Returns
    -------
    DataFrame
        One row per year, provider and rate; see `provider_rates.schema.yaml`. A rate is
        `consistent` if some counts that print as published give it, and `undetermined` where it is
        suppressed.
    """
    return table_of(_bounds(row, rate) for row in records(providers) for rate in RATES)


def _bounds(row: Mapping[str, Any], rate: str) -> dict[str, Any]:
    count, finished = counts_behind(row[rate]), counts_behind(row["finished"])
    spared = counts_behind(row["not_at_caseness"]) if rate in RECOVERY_RATES else range(1)
    nobs = sizes_between(finished, spared)
    low, high = rate_limits(count, nobs) or (None, None)
    shown = low is not None and SUPPRESSED not in (row[rate], row["finished"])
    # The middles need not fit each other, but a place in the funnel is to be a possible one.
    size = max(middle(finished) - middle(spared), count[0], 1)
    printed = row[PERCENTAGES[rate]]
    verdict, rule, rates = _judge(printed, count, nobs)
    return {
        **{key: row[key] for key in _KEYS},
        "rate": rate,
        "count_low": count[0],
        "count_high": count[-1],
        "nobs_low": nobs.start,
        "nobs_high": nobs.stop - 1,
        "shown": "yes" if shown else "no",
        "k": min(middle(count), size),
        "n": size,
        "low": _percent(low),
        "high": _percent(high),
        "printed": printed,
        "verdict": str(verdict),
        "rounding_rule": rule,
        "printed_low": _percent(rates[0]),
        "printed_high": _percent(rates[1]),
    }


def _percent(rate: Fraction | None) -> str:
    return "" if rate is None else print_fraction(100 * rate, 3)


def _judge(
    printed: str, count: range, nobs: range
) -> tuple[Verdict, str, tuple[Fraction | None, Fraction | None]]:
    """Return the verdict, the rule it holds under, and the rates that print as published."""
    if printed == SUPPRESSED:
        return Verdict.UNDETERMINED, "", (None, None)
    figure = read_figure(printed)
    found = {rule: rates_printed_as(figure, count, nobs, rule) for rule in ANY}
    rules = [rule for rule in ANY if found[rule]]
    if not rules:
        return Verdict.INCONSISTENT, "", (None, None)
    # Half up and half to even both count as ordinary: the rate may be what either allows.
    alike = [rule for rule in ORDINARY if found[rule]] or rules[:1]
    lows, highs = zip(*(found[rule] or () for rule in alike), strict=True)
    return verdict_under(rules[0]), str(rules[0]), (min(lows), max(highs))


# --- sums -----------------------------------------------------------------------------------------


def sum_providers(providers: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """
    Add up the providers of each year and compare the sums with England's exact counts.

    Parameters
    ----------
    providers : DataFrame
        What `tabulate_providers` returns.
    totals : DataFrame
        `annual_totals`.

    Returns
    -------
    DataFrame
        `year`, `measure`, `providers`, `low` and `high` (what the sum of the counts before rounding
        can be), `national`, and `verdict`: `consistent` where the national count lies between. That
        tests the rules of disclosure and whether every provider stands once.

    Examples
    --------
    >>> import pandas as pd
    >>> two = {"year": ["2024-25"] * 2, **{count: ["10", "*"] for count in COUNTS.values()}}
    >>> england = {"year": ["2024-25"], **{count: [13] for count in COUNTS.values()}}
    >>> sum_providers(pd.DataFrame(two), pd.DataFrame(england)).iloc[0].tolist()
    ['2024-25', 'referrals', 2, 8, 16, 13, 'consistent']
    """
    national = {row["year"]: row for row in records(totals)}
    return table_of(
        _sum(str(year), measure, rows[measure], int(national[year][measure]))
        for year, rows in providers.groupby("year", sort=True)
        if year in national
        for measure in COUNTS.values()
    )


def _sum(year: str, measure: str, printed: Iterable[str], national: int) -> dict[str, Any]:
    ranges = [counts_behind(cell) for cell in printed]
    low, high = sum(r[0] for r in ranges), sum(r[-1] for r in ranges)
    fits = low <= national <= high
    return {
        "year": year,
        "measure": measure,
        "providers": len(ranges),
        "low": low,
        "high": high,
        "national": national,
        "verdict": str(Verdict.CONSISTENT if fits else Verdict.INCONSISTENT),
    }
