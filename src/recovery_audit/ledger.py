"""The number ledger: every number that the paper may print, and where it comes from.

A number is defined by the cell it stands in, never typed: table, row, column, and how to print
it. The paper asks for it by id; one that is missing, or never asked for, stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PERCENT, records, table_of
from recovery_audit.errors import LedgerError
from recovery_audit.judging import points_off
from recovery_audit.rounding import print_fraction
from recovery_audit.shared_denominators import CHANCE_FIT_LIMIT

if TYPE_CHECKING:
    import pandas as pd


#: How the row of a number ends that counts rows.
ROWS = " rows"
#: How a blank cell of a table reads.
BLANK = ("", "<NA>", "None", "nan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One number with its origin."""

    text: str  #: as the paper prints it
    value: str  #: plain decimal, exact or to the digits of its table
    fraction: str  #: exact fraction a/b where there is one, else empty
    unit: str  #: unit of `value`
    decimals: int  #: decimals of `text`
    formula: str  #: in words
    function: str  #: function of the package that computed it
    rule: str  #: rule of the pipeline that wrote it
    table: str  #: table it stands in
    row: str  #: what picks the row out
    ancestors: tuple[str, ...]  #: claims, or documents, it comes from

    @property
    def counts_rows(self) -> bool:
        """Whether it says how many rows there are of a kind, and so rests on all of them."""
        return self.row.endswith(ROWS)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table that numbers are taken from."""

    frame: pd.DataFrame
    function: str
    rule: str

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table; many numbers are taken from one."""
        return list(records(self.frame))

    def where(self, cells: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows with these cells; where a list is asked for, with one of it."""
        wanted = {
            column: value if isinstance(value, list) else [value] for column, value in cells.items()
        }
        return [
            row
            for row in self.rows
            if all(row[column] in values for column, values in wanted.items())
        ]


def register(
    definitions: Sequence[Mapping[str, Any]], sources: Mapping[str, Source]
) -> dict[str, Entry]:
    """
    Look every defined number up.

    Parameters
    ----------
    definitions : sequence of mapping
        As in `paper/numbers.yaml`; see `numbers.schema.yaml` for the keys.
    sources : mapping of str to Source
        The tables by name.

    Returns
    -------
    dict of str to Entry
        By id, in the order of the definitions.

    Raises
    ------
    LedgerError
        If a definition finds no row, or two numbers share an id.
    """
    entries: dict[str, Entry] = {}
    for definition in definitions:
        found = list(_entries(definition, sources[definition["table"]]))
        if not found:
            msg = f"number {definition['id']!r}: no row of {definition['table']} fits its `where`"
            raise LedgerError(msg)
        for number, entry in found:
            if number in entries:
                raise LedgerError(f"number {number!r} is defined twice")
            entries[number] = entry
    return entries


def as_json(entries: Mapping[str, Entry]) -> dict[str, dict[str, Any]]:
    """Return the ledger as `numbers.json` holds it."""
    return {number: asdict(entry) for number, entry in entries.items()}


def from_json(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Entry]:
    """Return the ledger from `numbers.json`."""
    return {
        number: Entry(**{**entry, "ancestors": tuple(entry["ancestors"])})
        for number, entry in content.items()
    }


def _entries(definition: Mapping[str, Any], source: Source) -> Iterator[tuple[str, Entry]]:
    rows = source.where(definition.get("where", {}))
    if definition["as"] == "rows":
        if rows:
            everything = source.rows  # any row may come to be counted, or cease to
            number = _counted(definition, rows)
            yield definition["id"], _entry(definition, source, number, everything)
        return
    for row in rows:
        found = _number(definition, row)
        if found is not None:
            yield _id(definition["id"], row), _entry(definition, source, found, [row])


def _id(template: str, row: Mapping[str, Any]) -> str:
    """Fill an id's template; a blank cell leaves no trace.

    >>> _id("{claim}-{reading}-k", {"claim": "a", "reading": ""})
    'a-k'
    """
    return slug(template.format_map({key: str(value) for key, value in row.items()}))


def slug(text: str) -> str:
    """Return a text as the id of a number has it.

    >>> slug("Flip: a, one-base")
    'flip-a-one-base'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Number:
    text: str
    value: Fraction
    decimals: int
    exact: bool


def _counted(definition: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> _Number:
    """Count the rows, or the different values in the column that the definition names."""
    column = definition.get("distinct")
    count = len({row[column] for row in rows} if column else rows)
    return _Number(text=f"{count:,}", value=Fraction(count), decimals=0, exact=True)


def _number(definition: Mapping[str, Any], row: Mapping[str, Any]) -> _Number | None:
    """Return the number of one row; None where its cell is blank."""
    kind = definition["as"]
    if kind == "figure":
        return _figure(row)
    if kind == "period":
        return _period(str(row[definition["value"]]))
    value = _value(definition, row)
    if value is None:
        return None
    if kind in ("share", "points"):
        value *= 100
    decimals = definition.get("decimals", 0)
    sign = "%" if kind in ("share", "percent") else ""
    text = _grouped(print_fraction(value, decimals)).replace("-", "−") + sign
    exact = kind == "count" or "ratio" in definition or definition.get("value") == "exact"
    return _Number(text=text, value=value, decimals=decimals, exact=exact)


def _figure(row: Mapping[str, Any]) -> _Number:
    printed = str(row["printed"])
    sign = "%" if row["unit"] == PERCENT and printed[:1].isdigit() else ""
    return _Number(
        text=printed + sign,
        value=Fraction(str(row["figure"])),
        decimals=int(row["decimals"]),
        exact=False,
    )


def _period(year: str) -> _Number:
    """Return a financial year, to be printed as it is written.

    >>> _period("2017-18").value
    Fraction(2017, 1)
    """
    return _Number(text=year, value=Fraction(year.partition("-")[0]), decimals=0, exact=False)


def _value(definition: Mapping[str, Any], row: Mapping[str, Any]) -> Fraction | None:
    columns = definition.get("ratio") or [definition["value"]]
    cells = [str(row[column]) for column in columns]
    if any(cell in BLANK for cell in cells):
        return None
    if len(cells) == 2:
        return Fraction(100 * int(cells[0]), int(cells[1]))
    return Fraction(cells[0])


def _grouped(text: str) -> str:
    whole, point, part = text.partition(".")
    return f"{int(whole):,}" + point + part if whole not in ("-0",) else text


def _entry(
    definition: Mapping[str, Any],
    source: Source,
    number: _Number,
    rows: Sequence[Mapping[str, Any]],
) -> Entry:
    fraction = f"{number.value.numerator}/{number.value.denominator}" if number.exact else ""
    return Entry(
        text=number.text,
        value=print_fraction(number.value, max(number.decimals, 6) if number.decimals else 0),
        fraction=fraction if number.value.denominator != 1 else "",
        unit=definition["unit"].format_map(rows[0]),
        decimals=number.decimals,
        formula=definition["formula"],
        function=source.function,
        rule=source.rule,
        table=definition["table"],
        row=f"{number.text}{ROWS}" if definition["as"] == "rows" else _row_key(rows[0]),
        ancestors=tuple(dict.fromkeys(name for row in rows for name in _ancestors(row))),
    )


_KEYS = (
    "claim_id", "relation_id", "system_id", "base", "ladder", "series", "period", "year", "group",
    "rate", "study", "denominator", "left_out", "players", "outcome", "input", "variant",
    "reliability_depression", "reliability_anxiety", "selection", "strength", "rule", "months",
    "effect", "adjustment", "scale", "condition", "kind", "name", "test",
    "threshold", "reference", "case_share", "imor", "true_case", "misdiagnosed", "correlation",
    "key", "reading", "spread", "omega_id", "step", "node", "role", "rung", "scope", "witness",
    "method", "k", "n",
)  # fmt: skip


def _row_key(row: Mapping[str, Any]) -> str:
    """Name a row by the cells that pick it out of its table."""
    found = [f"{key} {row[key]}" for key in _KEYS if str(row.get(key, "")) not in BLANK]
    return ", ".join(found)


def _ancestors(row: Mapping[str, Any]) -> list[str]:
    if "inputs" in row:
        return str(row["inputs"]).split()
    return [str(row["claim_id"])] if "claim_id" in row else []


class Printer:
    """Prints numbers of the ledger into a manuscript, and remembers where."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self.uses: dict[str, int] = {}

    def num(self, number: str) -> str:
        """
        Return a number as Markdown: a link to its entry, and a target for the way back.

        Raises
        ------
        LedgerError
            If the ledger has no such number.
        """
        if number not in self._entries:
            raise LedgerError(f"the manuscript asks for number {number!r}: not in the ledger")
        return self.link(number, self._entries[number].text)

    def link(self, number: str, text: str) -> str:
        """Return text as a link to an entry of the appendix, and a target for the way back."""
        use = self.uses[number] = self.uses.get(number, 0) + 1
        return f"[[{text}](#num-{number})]{{#use-{number}-{use}}}"

    def require_all_used(self, besides: Collection[str] = ()) -> None:
        """Raise `LedgerError` if a number of the ledger was never printed, nor stands in words."""
        printed = {*self.uses, *besides}
        unused = [number for number in self._entries if number not in printed]
        if unused:
            raise LedgerError(f"numbers in the ledger that the paper never prints: {unused}")


# --- tables that numbers are taken from ---------------------------------------------------------

#: Table -> (function, rule) that made it.
ORIGINS: dict[str, tuple[str, str]] = {
    "figures": ("claims.clean_claims", "clean_claims"),
    "verdicts": ("judging.judge_claims", "judge_claims"),
    "shared_denominators": ("judging.search_bases", "search_bases"),
    "searches": ("judging.search_bases", "search_bases"),
    "systems": ("systems.solve_systems", "solve_systems"),
    "intervals": ("judging.estimate_intervals", "estimate_intervals"),
    "relations": ("relations.check_relations", "check_relations"),
    "fidelity": ("fidelity.compare_quotations", "compare_quotations"),
    "locations": ("documents.receipts.verify_receipts", "verify_receipts"),
    "flow": ("flow.follow_flow", "follow_flow"),
    "national": ("official_statistics.recompute_national", "recompute_national"),
    "national_ladder": ("official_statistics.climb_national", "climb_national"),
    "comparator_rates": ("official_statistics.compare_with_national", "compare_with_national"),
    "denominator_ladder": ("denominators.climb_denominators", "climb_denominators"),
    "witness_choice": ("sensitivity.witness_choice.vary_witnesses", "vary_witnesses"),
    "interval_methods": (
        "sensitivity.interval_methods.compare_interval_methods",
        "compare_interval_methods",
    ),
    "missing_outcomes": ("sensitivity.missing.bound_missing", "bound_missing"),
    "imor_rates": ("sensitivity.missing.bound_missing", "bound_missing"),
    "tipping_points": ("sensitivity.missing.bound_missing", "bound_missing"),
    "detectability": ("sensitivity.detectability.detect", "detect_differences"),
    "test_accuracy": ("sensitivity.questionnaire.correct_for_accuracy", "correct_for_accuracy"),
    "test_accuracy_draws": (
        "sensitivity.questionnaire.correct_for_accuracy",
        "correct_for_accuracy",
    ),
    "blinding": ("sensitivity.unblinded.adjust_for_blinding", "adjust_for_blinding"),
    "misdiagnosis": ("sensitivity.misdiagnosis.bound_misdiagnosis", "bound_misdiagnosis"),
    "construct_gap": ("sensitivity.construct_gap.compare_criteria", "compare_criteria"),
    "untreated_remission": (
        "sensitivity.untreated.set_beside_untreated",
        "set_beside_untreated",
    ),
    "horizon_and_unit": (
        "sensitivity.horizon.change_horizon_and_unit",
        "change_horizon_and_unit",
    ),
    "audit_error_rates": ("sensitivity.audit_errors.count_audit_errors", "count_audit_errors"),
    "bridge": ("bridge.build_bridge", "build_bridge"),
    "multiverse_counts": (
        "multiverse.summaries.enumerate_specifications",
        "enumerate_specifications",
    ),
    "summary": ("sensitivity.summary.summarise", "summarise_headlines"),
    "pooled_rates": ("sensitivity.pooled_rates.pool_rates", "pool_studies"),
    "null_calibration": ("counterfactual.scenarios.calibrations", "calibrate_null"),
    "null_scenarios": ("counterfactual.scenarios.run_scenarios", "vary_null"),
    "null_simulation": ("counterfactual.scenarios.gather_chunks", "gather_chunks"),
    "null_indices": ("counterfactual.indices.sobol_indices", "index_null"),
    "flips": ("provenance.flips.find_flips", "find_flips"),
    "conventions": ("", ""),
}


#: Tables of `sources_of_numbers` that are other views of a result.
DERIVED = {"figures": "claims", "searches": "shared_denominators"}


def sources_of_numbers(tables: Mapping[str, pd.DataFrame], level: float) -> dict[str, Source]:
    """
    Return the tables that numbers are taken from, with what made each.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The results by name, and the clean claims as `claims`.
    level : float
        Coverage of the intervals, itself a number of the paper.

    Returns
    -------
    dict of str to Source
        Beside the results: `figures` (one row per claim), `searches` (one per base) and
        `conventions` (what we chose).
    """
    conventions = [
        {"key": "interval_level", "value": str(level)},
        {"key": "chance_fit_limit", "value": str(CHANCE_FIT_LIMIT)},
    ]
    frames = {
        **tables,
        "figures": tables["claims"]
        .drop_duplicates("claim_id")
        .assign(
            is_percentage=lambda figures: (
                figures["unit"].eq(PERCENT).map({True: "yes", False: "no"})
            )
        ),
        "systems": tables["systems"].drop_duplicates("system_id"),
        "searches": tables["shared_denominators"].drop_duplicates("base"),
        "national": tables["national"].assign(inputs="nhs-annual-totals"),
        "national_ladder": tables["national_ladder"].assign(inputs="nhs-annual-totals"),
        "comparator_rates": tables["comparator_rates"].assign(inputs="nhs-annual-totals"),
        "conventions": table_of(conventions),
        "verdicts": tables["verdicts"].assign(
            points_off=list(map(points_off, records(tables["verdicts"])))
        ),
    }
    return {
        name: Source(frame=frames[name], function=function, rule=rule)
        for name, (function, rule) in ORIGINS.items()
        if name in frames
    }
