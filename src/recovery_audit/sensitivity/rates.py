"""The rates that the sensitivity analyses are about, each with the counts that may stand behind it.

Which they are is data (`data/rates.csv`): a published figure with the reading of its base, or an
official rate with its year. Nothing here knows their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, records
from recovery_audit.errors import AuditError, Problem, TableError
from recovery_audit.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd

#: Where more pairs than these fit, none of them tells more than the printed figure does.
FEW = 10
#: What official rates come from; a key of data/sources.yaml.
OFFICIAL = "nhs-annual-totals"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """One rate, with one pair of counts that may stand behind it, if any is known."""

    rate: str  #: kebab-case id
    label: str  #: for figures and tables
    criterion: str  #: what counts as recovered
    role: str  #: headline, official, untreated, usual care, treated in a trial
    months: str  #: horizon in months, blank where none is printed
    horizon: str  #: horizon in words
    witness: int  #: 1, 2, ... where several pairs fit
    count: int | None  #: recovered
    nobs: int | None  #: of so many
    value: Fraction  #: count / nobs, or the printed figure as a proportion
    inputs: str  #: claims, or the official table

    def wilson(self, level: float) -> tuple[float, float] | None:
        """Return Wilson's interval; None where no counts are known. [proportion]"""
        if self.count is None or self.nobs is None:
            return None
        return wilson(self.count, self.nobs, level)

    @property
    def row(self) -> dict[str, Any]:
        """The columns that every table on rates begins with."""
        return {
            "rate": self.rate,
            "label": self.label,
            "witness": self.witness,
            "k": self.count,
            "n": self.nobs,
            "value": decimal(self.value),
        }


def decimal(value: Fraction | float | None) -> str:
    """Print a computed number with six decimals, blank where there is none.

    >>> decimal(Fraction(1, 3)), decimal(None), decimal(-1e-9)
    ('0.333333', '', '0.000000')
    """
    return "" if value is None else f"{round(float(value), 6) + 0.0:.6f}"


def rates_of(tables: Mapping[str, pd.DataFrame]) -> list[Rate]:
    """
    Return the rates of `data/rates.csv` with their counts.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `rates`, `claims`, `annual_totals` and `annual_groups`, and `intervals`, which hold
        the pairs that fit each published figure.

    Returns
    -------
    list of Rate
        In the order of the file. A published figure that a few pairs fit appears once for each; one
        that none or many fit appears once, as printed.

    Raises
    ------
    TableError
        If a rate names a claim or an official rate that does not exist.
    """
    finder = _Finder(tables)
    lines = zip(tables["rates"].index, records(tables["rates"]), strict=True)
    return [rate for line, row in lines for rate in finder.find(int(str(line)), row)]


class _Finder:
    """Looks rates up, the tables indexed once."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._claims = claims_by_id(tables["claims"])
        self._pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._inputs: dict[tuple[str, str], str] = {}
        fitting = tables["intervals"]
        for row in records(fitting[fitting["method"] == "wilson"]):
            pairs = self._pairs.setdefault((row["claim_id"], row["reading"]), [])
            pairs.append((int(row["k"]), int(row["n"])))
            self._inputs[row["claim_id"], row["reading"]] = row["inputs"]
        self._official = {(row["year"], ""): row for row in records(tables["annual_totals"])}
        groups = tables["annual_groups"]
        for row in records(groups[groups["breakdown"] == "problem"]):
            self._official[row["year"], row["group"]] = row

    def find(self, line: int, row: Mapping[str, Any]) -> Iterator[Rate]:
        if row["official"]:
            yield self._national(line, row)
        elif row["claim"] in self._claims:
            yield from self._published(row)
        else:
            raise _unknown(line, "claim", row["claim"], "a claim of data/claims")

    def _national(self, line: int, row: Mapping[str, Any]) -> Rate:
        found = self._official.get((row["year"], row["group"]))
        if found is None:
            known = "a year and group of data/national"
            raise _unknown(line, "year", f"{row['year']} {row['group']}".strip(), known)
        count, nobs = int(found[row["official"]]), eligible(found)
        return _rate(row, 1, (count, nobs), Fraction(count, nobs), OFFICIAL)

    def _published(self, row: Mapping[str, Any]) -> Iterator[Rate]:
        claim = self._claims[row["claim"]]
        pairs = self._pairs.get((row["claim"], row["reading"]), [])
        if not 0 < len(pairs) <= FEW:
            inputs = self._inputs.get((row["claim"], row["reading"]), row["claim"])
            yield _rate(row, 1, None, claim.value / 100, inputs)
            return
        for number, pair in enumerate(pairs, start=1):
            inputs = self._inputs[row["claim"], row["reading"]]
            yield _rate(row, number, pair, Fraction(*pair), inputs)


def eligible(year: Mapping[str, Any]) -> int:
    """Return the official denominator: courses finished less those known to be below caseness."""
    return int(year["finished"]) - int(year["not_at_caseness"])


def _rate(
    row: Mapping[str, Any], witness: int, pair: tuple[int, int] | None, value: Fraction, inputs: str
) -> Rate:
    count, nobs = pair or (None, None)
    named = {key: row[key] for key in ("rate", "label", "criterion", "role", "months", "horizon")}
    return Rate(**named, witness=witness, count=count, nobs=nobs, value=value, inputs=inputs)


def _unknown(line: int, column: str, value: str, known: str) -> TableError:
    problem = Problem(
        file="data/rates.csv", row=line, column=column, value=value, rule=f"expected {known}"
    )
    return TableError([problem])


def named(rates: list[Rate], name: str) -> list[Rate]:
    """
    Return the rates of one id, one per pair that fits it.

    Raises
    ------
    AuditError
        If there is none: the configuration names a rate that is not in the file.
    """
    found = [rate for rate in rates if rate.rate == name]
    if not found:
        raise AuditError(
            f"config/config.yaml names the rate {name!r}: data/rates.csv has none such"
        )
    return found


def single(rates: list[Rate], name: str) -> Rate:
    """
    Return the rate of one id, where the counts behind it are not in question.

    Raises
    ------
    AuditError
        If there is none, or if several pairs of counts fit it: which is meant nobody can tell.
    """
    first, *others = named(rates, name)
    if others:
        raise AuditError(
            f"config/config.yaml sets something beside the rate {name!r}, which {len(others) + 1} "
            "pairs of counts fit: expected a rate with one pair, or as printed"
        )
    return first
