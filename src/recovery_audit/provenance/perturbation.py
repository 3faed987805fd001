"""Provenance by intervention: change one published figure, and see what moves.

A number says which figures it comes from; here each figure is changed in turn, everything that
follows is computed again, and what moved is written down. What is declared and what is seen must
agree: see `undeclared` and `never_moved`.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records, table_of
from recovery_audit.errors import AuditError, LedgerError
from recovery_audit.ledger import DERIVED, Entry, register, sources_of_numbers
from recovery_audit.predicates import judge_predicates
from recovery_audit.provenance.misprints import moved, numerals
from recovery_audit.provenance.recomputation import Recomputation, Tables

if TYPE_CHECKING:
    import pandas as pd

#: How far a figure is moved, in units of its last decimal: further only if something that is said
#: to come from it has not moved yet. Down where the checks of the pipeline refuse up.
DISTANCES = (1, 10, 100)
#: National tables with the columns that name a row, and the document they were typed from.
NATIONAL: dict[str, tuple[tuple[str, ...], str]] = {
    "annual_totals": (("year",), "nhs-annual-totals"),
    "annual_groups": (("year", "breakdown", "group"), "nhs-annual-totals"),
    "monthly_core": (("month",), "nhs-annual-totals"),
    "therapy_outcomes": (("year", "problem", "therapy"), "nhs-annual-totals"),
}
#: Tables with verdicts, and the columns that name what is judged.
VERDICTS: dict[str, tuple[str, ...]] = {
    "verdicts": ("claim_id", "reading"),
    "relations": ("relation_id",),
    "fidelity": ("relation_id",),
    "systems": ("system_id",),
    "national": ("series", "period", "group", "rate"),
}
_JUDGED = {"systems": "status"}  # the other tables have a column `verdict`
COLUMNS = (
    "table", "row", "column", "place", "printed", "source", "outcome", "name", "changed_to",
    "units", "before", "after",
)  # fmt: skip
GONE = "gone"  #: what a number is whose row is not there
NUMBER, PREDICATE, STOPS = "number", "predicate", "stops the pipeline"
Outcome = tuple[str, str]  #: kind and name


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One published number as it was typed."""

    table: str
    row: str  #: what names its row: a claim, or the columns of a national table
    column: str
    place: int  #: which number of a range
    printed: str
    source: str  #: the claim or document that numbers name as their origin


def cells_of(tables: Tables, names: Sequence[str]) -> Iterator[Cell]:
    """
    Yield every cell that holds a published number.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The typed tables; `typed_claims` are the claims as extracted.
    names : sequence of str
        Which of them: `typed_claims` and those of `NATIONAL`.
    """
    for name in names:
        yield from (
            _claims(tables[name]) if name == "typed_claims" else _national(name, tables[name])
        )


def _claims(frame: pd.DataFrame) -> Iterator[Cell]:
    for row in records(frame.drop_duplicates("claim_id")):
        for place in range(numerals(row["printed"])):
            yield Cell(
                table="claims",
                row=row["claim_id"],
                column="printed",
                place=place,
                printed=row["printed"],
                source=row["claim_id"],
            )


def _national(name: str, frame: pd.DataFrame) -> Iterator[Cell]:
    keys, document = NATIONAL[name]
    for row in records(frame):
        for column, cell in row.items():
            if column not in keys and str(cell).replace(".", "", 1).isdigit():
                named = ": ".join(str(row[key]) for key in keys)
                yield Cell(
                    table=name,
                    row=named,
                    column=column,
                    place=0,
                    printed=str(cell),
                    source=document,
                )


class Experiment:
    """
    The audit, ready to be asked what a changed cell would change.

    Parameters
    ----------
    tables : mapping of str to table
        The typed tables, as for `audit.run`, and the results that are held fixed (the
        counterfactual, the places in the documents).
    definitions : sequence of mapping
        The numbers of the paper (`paper/numbers.yaml`).
    predicates : sequence of mapping
        What the paper says of them in words (`paper/predicates.yaml`).
    waivers : sequence of mapping
        Which numbers need not follow which origin (`paper/unmoved.yaml`).
    """

    def __init__(
        self,
        tables: Tables,
        definitions: Sequence[Mapping[str, Any]],
        predicates: Sequence[Mapping[str, str]] = (),
        waivers: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self.audit = Recomputation(tables)
        self._definitions = definitions
        self._predicates = predicates
        self._waivers = waivers
        self._level = float(tables["config"]["interval_level"])
        everything = {*self.audit.tables, *DERIVED}
        self.entries = self._numbers(self.audit.tables, everything)
        self._truths = judge_predicates(predicates, self.entries)
        self._before = {**self._texts(self.entries), **_verdicts(self.audit.tables)}

    def _numbers(self, tables: Tables, names: Collection[str]) -> dict[str, Entry]:
        """Look up the numbers that stand in some tables; one whose row is gone is left out."""
        sources = sources_of_numbers(tables, self._level)
        found: dict[str, Entry] = {}
        for definition in self._definitions:
            if definition["table"] in names:
                with suppress(LedgerError):
                    found |= register([definition], sources)
        return found

    def _texts(self, entries: Mapping[str, Entry]) -> dict[Outcome, str]:
        return {(NUMBER, number): entry.text for number, entry in entries.items()}

    @cached_property
    def declared(self) -> dict[str, set[Outcome]]:
        """The numbers that name a claim or document as an origin, by it, save what is waived."""
        found: dict[str, set[Outcome]] = {}
        for number, entry in self.entries.items():
            for ancestor in () if entry.counts_rows else entry.ancestors:
                if not is_waived(ancestor, number, entry.table, self._waivers):
                    found.setdefault(ancestor, set()).add((NUMBER, number))
        return found

    def perturb(self, cell: Cell) -> list[dict[str, Any]]:
        """
        Move a cell by one unit of its last decimal, and further if something has not moved yet.

        Returns
        -------
        list of dict
            One row per number, verdict and predicate that moved, with the smallest distance tried
            at which it did; one row with a blank `outcome` where nothing did.
        """
        waiting = set(self.declared.get(cell.source, ())) if cell.table == "claims" else set()
        seen: dict[Outcome, dict[str, Any]] = {}
        refused = ""
        for distance in DISTANCES:
            printed, moves, refusal = self._either_way(cell, distance)
            if refusal:
                refused = refusal
                break
            for outcome, (before, after) in moves.items():
                seen.setdefault(
                    outcome,
                    {"changed_to": printed, "units": distance, "before": before, "after": after},
                )
            if seen and not waiting - set(seen):
                break
        rows = [
            {"outcome": kind, "name": name, **how} for (kind, name), how in sorted(seen.items())
        ]
        if refused:
            rows.append({"outcome": STOPS, "name": refused})
        return [{**_named(cell), **row} for row in rows or [{"outcome": "", "name": ""}]]

    def _either_way(
        self, cell: Cell, distance: int
    ) -> tuple[str, dict[Outcome, tuple[str, str]], str]:
        """Move a cell up, or down where the checks refuse up; both refused is a finding too."""
        refusal = ""
        for units in (distance, -distance):
            try:
                printed = moved(cell.printed, units, cell.place)
                return printed, self._moves(self._changed(cell, printed)), ""
            except AuditError as error:
                refusal = refusal or str(error)
        return "", {}, refusal

    def _changed(self, cell: Cell, printed: str) -> dict[str, Any]:
        """Return the typed tables with the cell changed; of a claim, both typings of its figure."""
        if cell.table != "claims":
            frame = self.audit.tables[cell.table].copy()
            whole = frame[cell.column].dtype.kind == "i"
            frame.loc[_row_of(frame, cell), cell.column] = int(printed) if whole else printed
            return {cell.table: frame}
        return changed_claim(self.audit.tables, cell.row, printed)

    def what_if(self, claim_id: str, printed: str) -> dict[Outcome, tuple[str, str]]:
        """
        Print a claim otherwise, and return what would be other than it is, before and after.

        Raises
        ------
        AuditError
            If the figure cannot be read, or a check of the pipeline refuses it.
        """
        return self._moves(changed_claim(self.audit.tables, claim_id, printed))

    def _moves(self, changed: Tables) -> dict[Outcome, tuple[str, str]]:
        tables = self.audit.again(changed)
        names = {*tables, *(name for name, origin in DERIVED.items() if origin in tables)}
        now = {**self.audit.tables, **tables}
        numbers = self._numbers(now, names)
        after = {**self._texts(numbers), **_verdicts(tables)}
        touched = {
            outcome for outcome in self._before if outcome in after or self._home(outcome) in names
        }
        moves = {
            outcome: (self._before[outcome], after.get(outcome, GONE))
            for outcome in touched
            if self._before[outcome] != after.get(outcome, GONE)
        }
        return moves | self._turned(numbers, names)

    def _home(self, outcome: Outcome) -> str:
        kind, name = outcome
        return self.entries[name].table if kind == NUMBER else kind.partition(" ")[2]

    def _turned(
        self, numbers: Mapping[str, Entry], names: Collection[str]
    ) -> dict[Outcome, tuple[str, str]]:
        kept = {name: entry for name, entry in self.entries.items() if entry.table not in names}
        truths = judge_predicates(self._predicates, {**kept, **numbers})
        return {
            (PREDICATE, name): (_word(truth), _word(truths[name]))
            for name, truth in self._truths.items()
            if truth != truths[name]
        }


def changed_claim(tables: Tables, claim_id: str, printed: str) -> dict[str, Any]:
    """Return the typed claims and second keys with one figure printed otherwise in both."""
    claims = tables["typed_claims"].copy()
    claims.loc[claims["claim_id"] == claim_id, "printed"] = printed
    keys = dict(tables["second_keys"])
    for file, keyed in keys.items():
        mine = keyed["claim_id"] == claim_id
        if mine.any():
            keys[file] = keyed.assign(printed=keyed["printed"].mask(mine, printed))
    return {"typed_claims": claims, "second_keys": keys}


def _word(truth: bool) -> str:
    return "holds" if truth else "does not hold"


def _verdicts(tables: Tables) -> dict[Outcome, str]:
    found: dict[Outcome, str] = {}
    for name, key in VERDICTS.items():
        column = _JUDGED.get(name, "verdict")
        if name in tables:
            for row in records(tables[name]):
                judged = ": ".join(str(row[part]) for part in key if row[part])
                found[f"verdict {name}", judged] = str(row[column])
    return found


def _row_of(frame: pd.DataFrame, cell: Cell) -> Any:
    keys = NATIONAL[cell.table][0]
    named = frame[list(keys)].astype(str).agg(": ".join, axis=1)
    return named == cell.row


def _named(cell: Cell) -> dict[str, Any]:
    return {
        "table": cell.table,
        "row": cell.row,
        "column": cell.column,
        "place": cell.place,
        "printed": cell.printed,
        "source": cell.source,
    }


def is_waived(origin: str, number: str, table: str, waivers: Sequence[Mapping[str, str]]) -> bool:
    """
    Say whether a number need not be seen to follow an origin.

    Examples
    --------
    >>> is_waived("a", "some-power", "verdicts", [{"numbers": "*-power", "reason": "..."}])
    True
    """
    return any(
        fnmatchcase(number, one.get("numbers", "*"))
        and fnmatchcase(table, one.get("table", "*"))
        and fnmatchcase(origin, one.get("origins", "*"))
        for one in waivers
    )


def undeclared(moves: pd.DataFrame, entries: Mapping[str, Entry]) -> list[tuple[str, str]]:
    """Return origins and the numbers that follow them without naming them."""
    seen = moves[moves["outcome"] == NUMBER]
    pairs = dict.fromkeys(zip(seen["source"], seen["name"], strict=True))
    return [(source, name) for source, name in pairs if source not in entries[name].ancestors]


def never_moved(
    moves: pd.DataFrame, entries: Mapping[str, Entry], waivers: Sequence[Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Return origins and the numbers that name them but follow none of the changes tried."""
    seen = moves[moves["outcome"] == NUMBER]
    moved_by = set(zip(seen["source"], seen["name"], strict=True))
    stopping = set(moves.loc[moves["outcome"] == STOPS, "source"])
    return [
        (origin, number)
        for number, entry in entries.items()
        if not entry.counts_rows
        for origin in entry.ancestors
        if origin not in stopping  # without it there is no paper, hence no such number
        if (origin, number) not in moved_by and not is_waived(origin, number, entry.table, waivers)
    ]


def unexplained(
    moves: pd.DataFrame, waivers: Sequence[Mapping[str, str]]
) -> list[tuple[str, str, str]]:
    """Return the cells that nothing follows and that are not declared context: table, row, column.

    Examples
    --------
    >>> import pandas as pd
    >>> moves = pd.DataFrame(
    ...     [["totals", "2020", "referrals", ""], ["totals", "2020", "rate", ""]],
    ...     columns=["table", "row", "column", "outcome"],
    ... )
    >>> unexplained(moves, [{"table": "totals", "column": "ref*", "reason": "..."}])
    [('totals', '2020', 'rate')]
    """
    still = moves[moves["outcome"] == ""]
    return [
        (table, row, column)
        for table, row, column in zip(still["table"], still["row"], still["column"], strict=True)
        if not any(
            fnmatchcase(table, one["table"]) and fnmatchcase(column, one["column"])
            for one in waivers
        )
    ]


def only_themselves(moves: pd.DataFrame) -> list[str]:
    """Return the claims that move nothing but their own printed number: context."""
    claims = moves[moves["table"] == "claims"]
    beyond = claims[(claims["outcome"] != NUMBER) | (claims["name"] != claims["row"])]
    return sorted(set(claims["row"]) - set(beyond["row"]))


def report(
    moves: pd.DataFrame,
    entries: Mapping[str, Entry],
    waivers: Mapping[str, Sequence[Mapping[str, str]]],
) -> str:
    """
    Return how many cells, edges and waivers there are, in sentences.

    Parameters
    ----------
    moves : DataFrame
        As `perturb_all` returns.
    entries : mapping of str to Entry
        The number ledger.
    waivers : mapping of str to sequence
        The `edges` and `cells` of `paper/unmoved.yaml`.
    """
    cells = moves.drop_duplicates(["table", "row", "column", "place"])
    moved = moves[~moves["outcome"].isin(["", STOPS])]
    stopping = moves[moves["outcome"] == STOPS]
    edges = moves[moves["outcome"] == NUMBER].drop_duplicates(["source", "name"])
    declared = sum(len(e.ancestors) for e in entries.values() if not e.counts_rows)
    unseen = len(never_moved(moves, entries, waivers["edges"]))
    waived = len(never_moved(moves, entries, ())) - unseen
    return (
        f"{len(cells)} cells changed: {len(moved)} numbers, verdicts and predicates moved; "
        f"{len(stopping)} cells stop the pipeline; {len(edges)} edges seen of {declared} "
        f"declared, {waived} others waived by {len(waivers['edges'])} rules; "
        f"{len(only_themselves(moves))} claims are context. Without a reason: "
        f"{len(undeclared(moves, entries))} edges not declared, {unseen} declared and not seen, "
        f"{len(unexplained(moves, waivers['cells']))} cells that move nothing"
    )


def perturb_all(experiment: Experiment, cells: Sequence[Cell], processes: int) -> pd.DataFrame:
    """
    Perturb every cell, in so many processes.

    Returns
    -------
    DataFrame
        One row per cell and outcome that moved; see `perturbation.schema.yaml`.
    """
    from multiprocessing import get_context

    # Forked, so that the first run and what it remembers are shared and not made again. What is
    # remembered is never garbage, and searching it for garbage would take a quarter of the time.
    global _at_hand  # noqa: PLW0603
    _at_hand = experiment
    with get_context("fork").Pool(processes, initializer=gc.disable) as pool:
        found = pool.map(_perturb, cells, chunksize=1)
    table = table_of([row for rows in found for row in rows], columns=COLUMNS)
    text = table[["changed_to", "before", "after"]].fillna("")
    return table.assign(**text, units=table["units"].astype("Int64"))[list(COLUMNS)]


_at_hand: Experiment


def _perturb(cell: Cell) -> list[dict[str, Any]]:
    return _at_hand.perturb(cell)
