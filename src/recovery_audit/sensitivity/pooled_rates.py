"""What the published rates come to together, by the group that they are of.

Which rates go together is data (`data/synthesis.csv`). Where several counts may stand behind a
rate, each enters in turn, and the results are ranges over them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import bases_by_id, claims_by_id, records, table_of
from recovery_audit.errors import Problem, TableError
from recovery_audit.grim import witnesses
from recovery_audit.proportions import wilson
from recovery_audit.rounding import ORDINARY
from recovery_audit.sensitivity.rates import OFFICIAL, decimal
from recovery_audit.synthesis import Choices, Method, Pooled, Study, pool

if TYPE_CHECKING:
    import pandas as pd

    from recovery_audit.claims import PublishedClaim

#: The groups in which nobody without an outcome can have recovered, as far as the count says.
BOUNDED = ("treated or ended", "referred")
LOWER_BOUND = "nobody without an outcome counts as recovered, so these are lower bounds"
POOLED, FLAGGED, NOT_POOLED = "pooled", "pooled under a warning", "not pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rate:
    """A row of `data/synthesis.csv` with the counts that may stand behind it."""

    row: Mapping[str, Any]  #: as typed
    pairs: tuple[tuple[int, int], ...]  #: empty where no size is known
    printed: Fraction | None  #: the printed rate where no counts are known [proportion]
    inputs: str  #: claims, or the official table

    def study(self, pair: tuple[int, int]) -> Study:
        return Study(
            study=self.row["study"],
            events=pair[0],
            nobs=pair[1],
            group=self.row["denominator"],
            source_population=self.row["source_population"],
            year=self.row["year"],
        )


def pool_rates(tables: Mapping[str, pd.DataFrame], level: float) -> dict[str, pd.DataFrame]:
    """
    Pool the published rates by denominator, all and without each in turn.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `synthesis`, `claims` and `bases`, `denominator_ladder`, `national_ladder`.
    level : float
        Coverage of the intervals.

    Returns
    -------
    dict of str to DataFrame
        `synthesis_studies`: one row per rate and pair of counts that may stand behind it, with
        Wilson's interval, or the reason why it is not pooled. `pooled_rates`: one row per
        denominator, method and study left out (blank: none); `rate_low` to `rate_high` is the
        median rate over all choices of counts, `lower` to `upper` the hull of its intervals,
        `prediction_lower` to `prediction_upper` that of the intervals for another study.

    Raises
    ------
    TableError
        If a row names a rung or claim that does not exist.
    """
    finder = _Finder(tables)
    lines = zip(tables["synthesis"].index, records(tables["synthesis"]), strict=True)
    rates = [finder.find(int(str(line)), row) for line, row in lines]
    choices = Choices(level=level)
    return {
        "pooled_rates": table_of(_pooled_rows(rates, choices)),
        "synthesis_studies": table_of(row for rate in rates for row in _study_rows(rate, level)),
    }


# --- finding the counts -------------------------------------------------------------------------


class _Finder:
    """Looks counts up, the tables indexed once."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._claims = claims_by_id(tables["claims"])
        bases = bases_by_id(tables["bases"])
        self._sizes = {
            (row["claim_id"], row["reading"]): (
                bases[row["base"]].size(self._claims),
                bases[row["base"]].n_claims,
            )
            for row in records(tables["claims"])
            if row["base"]
        }
        self._rungs: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in records(tables["denominator_ladder"]):
            self._rungs.setdefault((row["ladder"], row["rung"]), []).append(row)
        # Sums of months hold the referrals that ended; the annual tables hold all other rungs.
        self._national = {
            (row["rate"], row["year"], row["rung"]): row
            for row in records(tables["national_ladder"].sort_values("source", ascending=False))
        }

    def find(self, line: int, row: Mapping[str, Any]) -> _Rate:
        if row["ladder"]:
            rungs = self._rungs.get((row["ladder"], row["rung"]))
            if rungs is None:
                raise _unknown(line, "rung", f"{row['ladder']}: {row['rung']}")
            return _rate(row, [(int(r["k"]), int(r["n"])) for r in rungs], rungs[0]["inputs"])
        if row["national"]:
            found = self._national.get((row["national"], row["year"], row["rung"]))
            if found is None:
                raise _unknown(line, "rung", f"{row['year']}: {row['rung']}")
            return _rate(row, [(int(found["k"]), int(found["n"]))], OFFICIAL)
        claim = self._claims.get(row["claim"])
        if claim is None:
            raise _unknown(line, "claim", row["claim"])
        nobs, sized_by = self._sizes.get((row["claim"], row["reading"]), (None, ()))
        return _published(row, claim, nobs, " ".join([claim.claim_id, *sized_by]))


def _published(
    row: Mapping[str, Any], claim: PublishedClaim, nobs: int | None, inputs: str
) -> _Rate:
    """Return a figure with the least and the most people that print so."""
    if nobs is None:
        return _rate(row, [], inputs, claim.value / 100)
    counts = witnesses(claim.figure, nobs, ORDINARY)
    ends = sorted({min(counts), max(counts)}) if counts else []
    return _rate(row, [(count, nobs) for count in ends], inputs, claim.value / 100)


def _rate(
    row: Mapping[str, Any],
    pairs: Sequence[tuple[int, int]],
    inputs: str,
    printed: Fraction | None = None,
) -> _Rate:
    return _Rate(row=row, pairs=tuple(pairs), printed=printed, inputs=inputs)


def _unknown(line: int, column: str, value: str) -> TableError:
    rule = "expected a rung of a ladder, or a claim of data/claims"
    problem = Problem(file="data/synthesis.csv", row=line, column=column, value=value, rule=rule)
    return TableError([problem])


# --- studies ------------------------------------------------------------------------------------


def _study_rows(rate: _Rate, level: float) -> Iterator[dict[str, Any]]:
    named = ("study", "label", "denominator", "criterion", "source_population")
    first = {key: rate.row[key] for key in named}
    last = {"reason": rate.row["reason"], "inputs": rate.inputs}
    if not rate.pairs:
        blank = {"witness": 1, "k": None, "n": None, "rate": decimal(rate.printed)}
        yield first | blank | {"lower": "", "upper": ""} | last
    for witness, (count, nobs) in enumerate(rate.pairs, start=1):
        lower, upper = wilson(count, nobs, level)
        numbers = {"witness": witness, "k": count, "n": nobs, "rate": decimal(count / nobs)}
        yield first | numbers | {"lower": decimal(lower), "upper": decimal(upper)} | last


# --- pooling ------------------------------------------------------------------------------------


def _pooled_rows(rates: Sequence[_Rate], choices: Choices) -> Iterator[dict[str, Any]]:
    for denominator in dict.fromkeys(rate.row["denominator"] for rate in rates):
        together = [
            rate
            for rate in rates
            if rate.row["denominator"] == denominator and rate.pairs and not rate.row["reason"]
        ]
        yield from _all_methods(together, denominator, "", choices)
        for left in together if len(together) > 1 else []:
            others = [rate for rate in together if rate is not left]
            yield from _all_methods(others, denominator, left.row["study"], choices)


def _all_methods(
    rates: Sequence[_Rate], denominator: str, left_out: str, choices: Choices
) -> Iterator[dict[str, Any]]:
    """Yield one row per method, over all choices of counts."""
    found = [
        pool([rate.study(pair) for rate, pair in zip(rates, pairs, strict=True)], choices=choices)
        for pairs in product(*(rate.pairs for rate in rates))
    ]
    shared = [found[0].refused] if found[0].refused else [*found[0].notes, *_cautions(rates)]
    for method in Method:
        ones = [one for one in (each.by(method) for each in found) if one is not None]
        notes = [*shared, *_own_notes(ones)]
        yield {
            "denominator": denominator,
            "method": str(method),
            "left_out": left_out,
            "k": len(rates),
            "choices": len(found),
            **_ranges(ones),
            "standing": _standing(ones, shared),
            "notes": "; ".join(notes),
            "inputs": " ".join(dict.fromkeys(" ".join(rate.inputs for rate in rates).split())),
        }


def _own_notes(ones: Sequence[Pooled]) -> Iterator[str]:
    """Yield the notes of a method once each; those of only some choices of counts say so."""
    for note in dict.fromkeys(note for one in ones for note in one.notes):
        yield note if all(note in one.notes for one in ones) else f"for some counts {note}"


def _cautions(rates: Sequence[_Rate]) -> Iterator[str]:
    criteria = list(dict.fromkeys(rate.row["criterion"] for rate in rates))
    if len(criteria) > 1:
        yield f"recovery is judged in different ways: {', '.join(criteria)}"
    services = [rate.row["service"] for rate in rates if rate.row["service"]]
    for service in dict.fromkeys(one for one in services if services.count(one) > 1):
        yield f"{services.count(service)} of the {len(rates)} groups are of {service}"
    if any(rate.row["denominator"] in BOUNDED for rate in rates):
        yield LOWER_BOUND


def _standing(ones: Sequence[Pooled], notes: Sequence[str]) -> str:
    if not any(one.rate is not None for one in ones):
        return NOT_POOLED
    return FLAGGED if notes else POOLED


def _ranges(ones: Sequence[Pooled]) -> dict[str, str]:
    """Return the hull of each number over all choices of counts."""
    intervals = [one.ci for one in ones if one.ci is not None]
    predictions = [one.prediction for one in ones if one.prediction is not None]
    values = {
        "rate": [one.rate for one in ones if one.rate is not None],
        "mean_rate": [one.mean_rate for one in ones if one.mean_rate is not None],
        "tau2": [one.tau2 for one in ones if one.tau2 is not None],
    }
    hulls = {
        f"{name}_{end}": decimal(pick(found, default=None))
        for name, found in values.items()
        for end, pick in (("low", min), ("high", max))
    }
    return hulls | {
        "lower": decimal(min((low for low, _ in intervals), default=None)),
        "upper": decimal(max((high for _, high in intervals), default=None)),
        "prediction_lower": decimal(min((low for low, _ in predictions), default=None)),
        "prediction_upper": decimal(max((high for _, high in predictions), default=None)),
    }
