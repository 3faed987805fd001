"""From the official rate to the interview study's: what criterion, denominator and mix explain.

Three differences between the two rates can be computed: whether improvement must be reliable, whom
the rate is of, and the mix of problems. What each brings depends on which came before, so each is
averaged over every order (Shapley). What is left is a remainder, not a finding: who assessed, whom,
when and why are differences without a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PublishedClaim, claims_by_id, records, table_of
from recovery_audit.errors import AuditError, Problem, TableError
from recovery_audit.sensitivity.rates import OFFICIAL, Rate, decimal, named, rates_of
from recovery_audit.shapley import marginal_orders, shapley_values

if TYPE_CHECKING:
    import pandas as pd

#: The steps of the bridge, as the tables name them.
RELIABLE, DENOMINATOR, MIX = STEPS = ("reliable", "denominator", "mix")
STATED, SPREAD = "stated", "spread"
ALL_REFERRALS = "all referrals"
WITNESS = "witness"

Mixture = tuple[Fraction, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One group of problems in the official statistics of a year."""

    referrals: Fraction  #: received in the year
    eligible: Fraction  #: courses finished less those not at caseness
    recovered: Fraction  #: of them
    reliably: Fraction  #: recovered and reliably improved


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """One way to carry the official rate towards the study's."""

    groups: tuple[Group, ...]
    mixture: Mixture  #: shares of the groups in the study
    engaged: Fraction | None  #: of the study's clients; None takes all referrals, group by group

    def rate(self, taken: frozenset[str]) -> Fraction:
        """
        Return the rate after some of the steps. [proportion]

        Examples
        --------
        >>> group = Group(referrals=Fraction(100), eligible=Fraction(40), recovered=Fraction(20),
        ...               reliably=Fraction(18))
        >>> alone = Alignment(groups=(group,), mixture=(Fraction(1),), engaged=None)
        >>> [str(alone.rate(frozenset(steps))) for steps in ((), ["reliable"], ["denominator"])]
        ['1/2', '9/20', '1/5']
        """
        return sum(
            (
                weight * self._kept(group, taken) * _quality(group, taken)
                for weight, group in zip(self._weights(taken), self.groups, strict=True)
            ),
            Fraction(0),
        )

    def _kept(self, group: Group, taken: frozenset[str]) -> Fraction:
        """Return the share of the wider group that is in the official denominator."""
        if DENOMINATOR not in taken:
            return Fraction(1)
        return group.eligible / group.referrals if self.engaged is None else self.engaged

    def _weights(self, taken: frozenset[str]) -> Mixture:
        if MIX in taken:
            return self.mixture
        wider = DENOMINATOR in taken and self.engaged is None
        sizes = [group.referrals if wider else group.eligible for group in self.groups]
        return tuple(size / sum(sizes) for size in sizes)


def _quality(group: Group, taken: frozenset[str]) -> Fraction:
    return (group.reliably if RELIABLE in taken else group.recovered) / group.eligible


def mixtures(rates: Sequence[Fraction], overall: Fraction) -> list[Mixture]:
    """
    Return the ends of the segment of mixes of three groups whose rates average to the overall one.

    Every mix between the ends does so too; nothing published picks one.

    Parameters
    ----------
    rates : sequence of three Fractions
        Of the groups.
    overall : Fraction
        Of everybody.

    Returns
    -------
    list of mixtures
        Two of them, or one where the overall rate is that of a single group only, or none where it
        lies beyond all the rates.

    Examples
    --------
    >>> [[str(share) for share in mix]
    ...  for mix in mixtures([Fraction(16), Fraction(14), Fraction(2)], Fraction(9))]
    [['1/2', '0', '1/2'], ['0', '7/12', '5/12']]
    """
    found: list[Mixture] = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        apart = rates[one] - rates[other]
        if not apart:
            continue
        share = (overall - rates[other]) / apart
        if 0 <= share <= 1:
            mix = [Fraction(0)] * 3
            mix[one], mix[other] = share, 1 - share
            found.append(tuple(mix))
    return list(dict.fromkeys(found))


#: What a bridge without any way across still has: where no counts meet the study's figures.
_COLUMNS = ("year", "reading", "spread", "omega_id", "step", "aligned", "inputs")


def build_bridge(
    tables: Mapping[str, pd.DataFrame], choices: Mapping[str, Any], level: float
) -> dict[str, pd.DataFrame]:
    """
    Carry the official rate towards the study's, under every combination of what is not known.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `bridge_groups`, `systems`, and what `rates_of` needs.
    choices : mapping
        `years`; `target` (a rate of data/rates.csv); `target_claim`; `engagement`: per reading of
        the study's table its `label`, the claims `without` whom, and the `system` that forces their
        counts `of` a group, where one does; `system` whose forced sizes give a mix.
    level : float
        Coverage of the interval of the target.

    Returns
    -------
    dict of str to DataFrame
        `bridge`: one row per combination and step, contributions averaged over the orders with
        their least and greatest [percentage points]. `bridge_orders`: every order.

    Raises
    ------
    TableError
        If a group or a year is not in the official statistics.
    AuditError
        If the choices name a rate, a claim or a system that does not exist, a rate without counts,
        or a count that the system does not force.

    References
    ----------
    .. [1] L. S. Shapley, "A Value for n-Person Games," in Contributions to the Theory of Games,
       vol. 2, Princeton University Press, 1953, pp. 307-317.
    """
    claims = claims_by_id(tables["claims"])
    rates = named(rates_of(tables), choices["target"])
    target = _Target.of(claims[choices["target_claim"]].value / 100, rates, level)
    mixes = _mixes(tables, claims, choices)
    engaged = _engaged(tables, claims, choices)
    steps: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    for year in choices["years"]:
        for spread in (SPREAD, STATED):
            groups = _groups(tables, year, spread)
            for reading, share in engaged.items():
                for mix_id, mixture in mixes.items():
                    keys = {
                        "year": year,
                        "reading": reading,
                        "spread": spread,
                        "omega_id": mix_id,
                    }
                    way = Alignment(groups=groups, mixture=mixture, engaged=share)
                    steps += _steps(keys, way, target)
                    orders += _orders(keys, way.rate)
    used = [claim for entry in choices["engagement"] for claim in entry["without"]]
    used += [claim for claim in tables["bridge_groups"]["claim"] if claim]
    solved = {choices["system"], *(entry.get("system") for entry in choices["engagement"])}
    systems = tables["systems"]
    for inputs_of_one in systems.loc[systems["system_id"].isin(solved), "inputs"]:
        used += inputs_of_one.split()
    inputs = " ".join(dict.fromkeys([OFFICIAL, choices["target_claim"], *used]))
    return {
        "bridge": table_of([row | {"inputs": inputs} for row in steps], columns=_COLUMNS),
        "bridge_orders": table_of(orders, columns=_COLUMNS),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """The study's rate: as printed, and the reach of the intervals of the pairs that fit it."""

    value: Fraction
    lower: float
    upper: float

    @classmethod
    def of(cls, value: Fraction, rates: list[Rate], level: float) -> _Target:
        limits = [limit for rate in rates if (limit := rate.wilson(level))]
        if not limits:
            raise AuditError(
                f"config/config.yaml leads the bridge to the rate {rates[0].rate!r}, of which no "
                "pair of counts is known: its interval cannot be said"
            )
        return cls(
            value=value,
            lower=min(low for low, _ in limits),
            upper=max(high for _, high in limits),
        )


def _steps(keys: Mapping[str, str], way: Alignment, target: _Target) -> Iterator[dict[str, Any]]:
    official, aligned = way.rate(frozenset()), way.rate(frozenset(STEPS))
    left = target.value - aligned
    rows = [
        ("official", official, official, official),
        *_contributions(way),
        ("unexplained", left, left, left),
    ]
    inside = "yes" if target.lower <= aligned <= target.upper else "no"
    for step, value, low, high in rows:
        yield {
            **keys,
            "step": step,
            "contribution": _points(value),
            "lower": _points(low),
            "upper": _points(high),
            "aligned": _points(aligned),
            "unexplained": _points(aligned - target.value),
            "target": _points(target.value),
            "target_lower": _points(target.lower),
            "target_upper": _points(target.upper),
            "inside": inside,
        }


@cache
def _contributions(way: Alignment) -> list[tuple[str, Fraction, Fraction, Fraction]]:
    """Return what each step contributes: on average over the orders, at least and at most."""
    shares = shapley_values(STEPS, way.rate)
    ranges: dict[str, list[Fraction]] = {step: [] for step in STEPS}
    for order, gains in marginal_orders(STEPS, way.rate):
        for step, gain in zip(order, gains, strict=True):
            ranges[step].append(gain)
    return [(step, shares[step], min(ranges[step]), max(ranges[step])) for step in STEPS]


def _orders(
    keys: Mapping[str, str], rate: Callable[[frozenset[str]], Fraction]
) -> Iterator[dict[str, Any]]:
    for order, gains in marginal_orders(STEPS, rate):
        for place, (step, gain) in enumerate(zip(order, gains, strict=True), start=1):
            row = {"order": " ".join(order), "place": place, "step": step}
            yield {**keys, **row, "contribution": _points(gain)}


def _points(value: Fraction | float) -> str:
    return decimal(100 * value)


def _groups(tables: Mapping[str, pd.DataFrame], year: str, spread: str) -> tuple[Group, ...]:
    """Return the groups of a year; the last is whatever is neither named nor not stated."""
    frame = tables["annual_groups"]
    rows = {
        row["group"]: _counts(row)
        for row in records(frame[(frame["year"] == year) & (frame["breakdown"] == "problem")])
        if row["recovery"]
    }
    totals = tables["annual_totals"]
    whole = [_counts(row) for row in records(totals[totals["year"] == year])]
    names = [row["official"] for row in records(tables["bridge_groups"])]
    needed = dict.fromkeys([*names, NOT_STATED])
    missing = [name for name in needed if name and name not in rows] or ([] if whole else [year])
    if missing:
        rule = f"expected a group of data/national/annual_groups.csv in {year}"
        raise TableError(
            [Problem(file="data/bridge_groups.csv", row=0, column="official", value=n, rule=rule)
             for n in missing]
        )  # fmt: skip
    stated = [rows[name] for name in names if name and name != NOT_STATED]
    unknown = rows[NOT_STATED]
    rest = _less(whole[0], [*stated, unknown])
    groups = [*stated, rest]
    return (
        tuple(_with_share(group, groups, unknown) for group in groups)
        if spread == SPREAD
        else (tuple(groups))
    )


#: What the official statistics call referrals without a recorded problem.
NOT_STATED = "Not stated/Not known/Invalid"


def _counts(row: Mapping[str, Any]) -> Group:
    return Group(
        referrals=Fraction(int(row["referrals"])),
        eligible=Fraction(int(row["finished"]) - int(row["not_at_caseness"])),
        recovered=Fraction(int(row["recovery"])),
        reliably=Fraction(int(row["reliable_recovery"])),
    )


def _less(whole: Group, parts: Sequence[Group]) -> Group:
    return Group(
        referrals=whole.referrals - sum(part.referrals for part in parts),
        eligible=whole.eligible - sum(part.eligible for part in parts),
        recovered=whole.recovered - sum(part.recovered for part in parts),
        reliably=whole.reliably - sum(part.reliably for part in parts),
    )


def _with_share(group: Group, groups: Sequence[Group], unknown: Group) -> Group:
    """Give a group its part of those without a recorded problem."""
    referred = group.referrals / sum(other.referrals for other in groups)
    finished = group.eligible / sum(other.eligible for other in groups)
    return Group(
        referrals=group.referrals + referred * unknown.referrals,
        eligible=group.eligible + finished * unknown.eligible,
        recovered=group.recovered + finished * unknown.recovered,
        reliably=group.reliably + finished * unknown.reliably,
    )


def _mixes(
    tables: Mapping[str, pd.DataFrame],
    claims: Mapping[str, PublishedClaim],
    choices: Mapping[str, Any],
) -> dict[str, Mixture]:
    """Return both ends of the segment, and the mix that one system of figures forces."""
    groups = [row for row in records(tables["bridge_groups"]) if row["claim"]]
    groups.sort(key=lambda row: not row["official"])  # the others last, as among the counts
    rates = [claims[row["claim"]].value for row in groups]
    ends = mixtures(rates, claims[choices["target_claim"]].value)
    found = {_words(mix, groups): mix for mix in ends}
    forced = _forced(tables["systems"], choices["system"])
    sizes = [forced.get(("n", row["base"])) for row in groups]
    if all(sizes):
        known = [Fraction(size) for size in sizes if size]
        found[WITNESS] = tuple(size / sum(known) for size in known)
    return found


def _words(mix: Mixture, groups: Sequence[Mapping[str, Any]]) -> str:
    """Name an end of the segment by the group that it is without."""
    return "no " + " or ".join(
        row["label"] for share, row in zip(mix, groups, strict=True) if not share
    )


def _engaged(
    tables: Mapping[str, pd.DataFrame],
    claims: Mapping[str, PublishedClaim],
    choices: Mapping[str, Any],
) -> dict[str, Fraction | None]:
    """Return the share kept of the study's clients, by reading of its table on engagement."""
    found: dict[str, Fraction | None] = {ALL_REFERRALS: None}
    for entry in choices["engagement"]:
        gone = [claims[claim].value / 100 for claim in entry["without"]]
        if "system" in entry:
            size, *counts = _forced_counts(tables["systems"], entry)
            gone = [Fraction(count, size) for count in counts]
        found[entry["label"]] = 1 - sum(gone, Fraction(0))
    return found


def _forced_counts(systems: pd.DataFrame, entry: Mapping[str, Any]) -> Iterator[int]:
    """Yield the size that a reading counts of, then how many it leaves out by each claim."""
    forced = _forced(systems, entry["system"])
    for wanted in (("n", entry["of"]), *(("k", claim) for claim in entry["without"])):
        if wanted not in forced:
            raise AuditError(
                f"config/config.yaml, reading {entry['label']!r}: the system {entry['system']!r} "
                f"forces no value of {wanted[1]!r}"
            )
        yield forced[wanted]


def _forced(systems: pd.DataFrame, name: str) -> dict[tuple[str, str], int]:
    """Return what a system leaves one value for: counts `k` by claim, sizes `n` by base."""
    own = systems[systems["system_id"] == name]
    if own.empty:
        raise AuditError(
            f"config/config.yaml names the system {name!r}: it is not among those solved"
        )
    forced = records(own[own["forced"] == "yes"])
    return {(row["kind"], row["variable"]): int(row["lower"]) for row in forced}
