"""Recovery by provider, from the published files: what rounding leaves open, and a funnel plot.

Counts of providers are published rounded to 5, those under 5 as `*`; their rates in whole percent,
from the counts before rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.errors import Problem, TableError
from recovery_audit.rounding import print_fraction
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from recovery_audit.rounding import IntArray

    FloatArray = npt.NDArray[np.float64]

SUPPRESSED = "*"
#: Columns of the published file, in its layout of one value a row.
LAYOUT = (
    "reporting_period", "org_type", "org_code", "org_name", "variable_type", "measure_name",
    "measure_statistic", "value",
)  # fmt: skip
_COUNTS = {
    "finished_course_treatment": "finished",
    "not_at_caseness": "not_at_caseness",
    "recovery": "recovery",
}


def provider_counts(measures: pd.DataFrame) -> pd.DataFrame:
    """
    Return one row per year and provider from the published file.

    Parameters
    ----------
    measures : DataFrame
        Rows of providers in the layout of the file; see `LAYOUT`.

    Returns
    -------
    DataFrame
        `year`, `org_code`, `org_name`, and as printed `finished`, `not_at_caseness`, `recovery`
        (whole number, ``*`` or blank) and `printed_rate` [%].
    """
    totals = measures[(measures["org_type"] == "Provider") & (measures["variable_type"] == "Total")]
    counts = totals[
        (totals["measure_statistic"] == "count") & totals["measure_name"].isin(list(_COUNTS))
    ]
    rates = totals[
        (totals["measure_statistic"] == "percentage") & (totals["measure_name"] == "recovery")
    ]
    keys = ["reporting_period", "org_code", "org_name"]
    wide = counts.pivot(index=keys, columns="measure_name", values="value").rename(columns=_COUNTS)
    wide["printed_rate"] = rates.set_index(keys)["value"]
    table = wide.reset_index().rename(columns={"reporting_period": "year"}).astype(str)
    table = table.replace({"NULL": "", "nan": "", "None": "", "<NA>": ""})
    columns = ["year", "org_code", "org_name", *_COUNTS.values(), "printed_rate"]
    return table[columns].sort_values(["year", "org_code"], ignore_index=True)


# --- what rounding leaves open --------------------------------------------------------------------


def possible_counts(printed: str) -> range | None:
    """
    Return the counts that a printed one may stand for; None for a blank.

    >>> possible_counts("*"), possible_counts("5"), possible_counts("40"), possible_counts("0")
    (range(0, 5), range(5, 8), range(38, 43), range(0, 1))
    """
    if not printed:
        return None
    if printed == SUPPRESSED:
        return range(5)
    count = int(printed)
    # 1 to 4 are suppressed, so nothing is rounded down to 0 or up to 5.
    unrounded = {0: range(1), 5: range(5, 8)}
    return unrounded.get(count, range(count - 2, count + 3))


@dataclass(frozen=True, kw_only=True, slots=True)
class RateBounds:
    """What a provider's rate can be, given its printed counts."""

    lower: Fraction  #: [%]
    upper: Fraction  #: [%]
    prints_so: bool  #: whether some possible counts print as the published whole percent


def rate_bounds(
    recovery: range, finished: range, not_at_caseness: range, printed: int
) -> RateBounds | None:
    """
    Return the bounds of recovery over finished less not at caseness; None if no counts fit.

    The three counts are chosen together: no more recover than could.

    Examples
    --------
    >>> found = rate_bounds(range(38, 43), range(98, 103), range(8, 13), 44)
    >>> round(float(found.lower), 1), round(float(found.upper), 1), found.prints_so
    (40.4, 48.8, True)
    """
    sizes = range(max(finished[0] - not_at_caseness[-1], 1), finished[-1] - not_at_caseness[0] + 1)
    pairs = [(recovery[0], min(recovery[-1], size), size) for size in sizes if recovery[0] <= size]
    if not pairs:
        return None
    return RateBounds(
        lower=min(Fraction(100 * least, size) for least, _, size in pairs),
        upper=max(Fraction(100 * most, size) for _, most, size in pairs),
        prints_so=any(_some_print(least, most, size, printed) for least, most, size in pairs),
    )


def _some_print(least: int, most: int, size: int, printed: int) -> bool:
    """Return whether a count from least to most is the printed percent of size, either tie."""
    first = -(-(2 * printed - 1) * size // 200)
    last = (2 * printed + 1) * size // 200
    return max(first, least) <= min(last, most)


def bound_providers(counts: pd.DataFrame) -> pd.DataFrame:
    """
    Return, for each provider, how far its rate is known from its printed counts.

    Parameters
    ----------
    counts : DataFrame
        What `provider_counts` returns.

    Returns
    -------
    DataFrame
        The same rows with `lower`, `upper` (one decimal, blank where a count is) [%] and `verdict`:
        consistent if some counts behind the printed ones give the published rate, inconsistent if
        none do, undetermined if a count or the rate is not published.
    """
    return table_of(row | _bounds(row) for row in records(counts))


def _bounds(row: Mapping[str, Any]) -> dict[str, str]:
    recovery, finished, not_case = (
        possible_counts(row[name]) for name in ("recovery", "finished", "not_at_caseness")
    )
    blank = {"lower": "", "upper": "", "verdict": str(Verdict.UNDETERMINED)}
    if recovery is None or finished is None or not_case is None:
        return blank
    rate = row["printed_rate"]
    printed = int(rate) if rate.isdigit() else 0
    found = rate_bounds(recovery, finished, not_case, printed)
    if found is None:
        return blank | {"verdict": str(Verdict.INCONSISTENT)}
    verdict = Verdict.CONSISTENT if found.prints_so else Verdict.INCONSISTENT
    return {
        "lower": print_fraction(found.lower, 1),
        "upper": print_fraction(found.upper, 1),
        "verdict": str(verdict if rate.isdigit() else Verdict.UNDETERMINED),
    }


# --- the funnel -----------------------------------------------------------------------------------

#: Coverage of the inner and the outer limits: about two and three standard errors.
INNER, OUTER = 0.95, 0.998
#: Share of the most extreme providers on each side whose z-scores are drawn in to the next.
WINSORISED = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Limits around the common rate, wider than chance alone where providers differ."""

    rate: float  #: of all providers together
    phi: float  #: mean squared winsorised z-score; 1 if they differ by chance alone
    tau: float  #: standard deviation of the providers' own rates
    providers: int

    def limits(self, nobs: float, coverage: float, *, adjusted: bool = True) -> tuple[float, float]:
        """Return the limits for a provider of this size, cut to [0, 1]."""
        from scipy.stats import norm

        spread = sqrt(self.rate * (1 - self.rate) / nobs + (self.tau**2 if adjusted else 0))
        reach = float(norm.ppf((1 + coverage) / 2)) * spread
        return max(self.rate - reach, 0.0), min(self.rate + reach, 1.0)


def fit_funnel(count: IntArray, nobs: IntArray) -> Funnel:
    """
    Fit the funnel with the additive random-effects adjustment.

    Parameters
    ----------
    count, nobs : array
        Recovered, and finished less not at caseness, of each provider.

    Notes
    -----
    Additive rather than multiplicative: the services are large, so that chance is small beside what
    they differ by, and a factor on chance would still call most of the largest ones outliers.

    References
    ----------
    .. [1] D. J. Spiegelhalter, "Funnel Plots for Comparing Institutional Performance," Stat. Med.,
       vol. 24, no. 8, pp. 1185-1202, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> same = fit_funnel(np.array([50, 100, 200]), np.array([100, 200, 400]))
    >>> same.rate, same.phi, same.tau
    (0.5, 0.0, 0.0)
    """
    import numpy as np

    rate = float(count.sum() / nobs.sum())
    variance = rate * (1 - rate) / nobs
    scores = _winsorised((count / nobs - rate) / np.sqrt(variance))
    phi = float(np.mean(scores**2))
    weights, providers = 1 / variance, len(nobs)
    spare = weights.sum() - (weights**2).sum() / weights.sum()
    tau_squared = max((providers * phi - (providers - 1)) / spare, 0.0) if spare > 0 else 0.0
    return Funnel(rate=rate, phi=phi, tau=sqrt(tau_squared), providers=providers)


def _winsorised(scores: FloatArray) -> FloatArray:
    import numpy as np

    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    drawn_in: FloatArray = np.clip(scores, low, high)
    return drawn_in


def funnel_table(counts: pd.DataFrame) -> pd.DataFrame:
    """
    Return the funnel of the latest year.

    Returns
    -------
    DataFrame
        Each provider whose counts are all printed: `year`, `org_code`, `org_name`, `count`, `nobs`,
        `percent`, the four limits, and `standing`: within, beyond inner or beyond outer limits.
        `rate`, `phi` and `tau` of the whole are the same in each row.
    """
    import numpy as np

    year = counts["year"].max()
    printed = counts[(counts["year"] == year) & _whole(counts)]
    count = printed["recovery"].astype(int).to_numpy()
    nobs = (printed["finished"].astype(int) - printed["not_at_caseness"].astype(int)).to_numpy()
    usable = (nobs > 0) & (count <= nobs)
    if not usable.any():
        raise TableError([_no_providers(year)])
    funnel = fit_funnel(count[usable], nobs[usable])
    rows = [row for row, use in zip(records(printed), usable, strict=True) if use]
    pairs = zip(rows, np.asarray(count)[usable], np.asarray(nobs)[usable], strict=True)
    return table_of(_funnel_row(row, int(k), int(n), funnel) for row, k, n in pairs)


def _whole(counts: pd.DataFrame) -> pd.Series[bool]:
    columns = ["recovery", "finished", "not_at_caseness"]
    whole: pd.Series[bool] = counts[columns].apply(lambda c: c.str.isdigit()).all(axis=1)
    return whole


def _no_providers(year: str) -> Problem:
    rule = "a year with providers whose counts are printed"
    return Problem(
        file="the provider file", row=0, column="reporting_period", value=year, rule=rule
    )


def _funnel_row(row: Mapping[str, Any], count: int, nobs: int, funnel: Funnel) -> dict[str, Any]:
    inner, outer = funnel.limits(nobs, INNER), funnel.limits(nobs, OUTER)
    rate = count / nobs
    standing = "within"
    for word, (low, high) in (("beyond inner", inner), ("beyond outer", outer)):
        standing = word if not low <= rate <= high else standing
    return {
        **{name: row[name] for name in ("year", "org_code", "org_name")},
        "count": count,
        "nobs": nobs,
        "percent": print_fraction(Fraction(100 * count, nobs), 1),
        **dict(_limit_cells(inner, outer)),
        "standing": standing,
        "rate": f"{funnel.rate:.6f}",
        "phi": f"{funnel.phi:.4f}",
        "tau": f"{funnel.tau:.6f}",
    }


def _limit_cells(
    inner: tuple[float, float], outer: tuple[float, float]
) -> Iterator[tuple[str, str]]:
    for name, pair in (("inner", inner), ("outer", outer)):
        for end, limit in zip(("lower", "upper"), pair, strict=True):
            yield f"{name}_{end}", f"{limit:.6f}"
