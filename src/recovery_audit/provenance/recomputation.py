"""The audit again from changed tables, doing only what the change can reach.

What a step reads is observed, not declared: the first run hands each step its tables through a
mapping that takes note. A step that finds figures by their ids is run again only if a row changed
whose id stands in another of its tables.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from recovery_audit.audit import STEPS, Step, renamed

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, Any]
Key = tuple[str, ...]

#: Tables whose rows are found by name, and the columns that name them.
KEYS: dict[str, Key] = {
    "bases": ("base",),
    "claims": ("claim_id",),
    "verdicts": ("claim_id",),
    "witnesses": ("claim_id",),
    "intervals": ("claim_id",),
    "fidelity": ("claim_id",),
    "shared_denominators": ("base",),
    "annual_totals": ("year",),
    "annual_groups": ("year", "group"),
    "national": ("period", "group"),
}


#: Of those, the columns that name rows of others.
LINKS: dict[str, Key] = {
    "bases": ("n_claim", "n_max_claim", "pooled_from"),
    "claims": ("base", "hedge_against"),
}


class Noting(Mapping[str, Any]):
    """Tables by name that remember which were asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one step depends on, as seen in the first run."""

    step: Step
    reads: frozenset[str]  #: tables
    names: frozenset[
        str
    ]  #: every word in those not found by name, and in the links of the rows they name
    makes: tuple[str, ...]

    def is_reached_by(self, changes: Mapping[str, Change]) -> bool:
        """Whether a change may alter what the step makes."""
        return any(self._notices(name, change) for name, change in changes.items())

    def _notices(self, name: str, change: Change) -> bool:
        if name not in self.reads:
            return False
        if not self.step.looks_up or name not in KEYS:
            return True
        return any(all(word in self.names for word in key if word) for key in change.rows)


@dataclass(frozen=True, slots=True)
class Change:
    """A table that is no longer what it was."""

    table: Any
    rows: frozenset[Key]  #: keys of the rows that differ, where rows have a key


class Recomputation:
    """
    The audit of some tables, and of the same tables changed.

    Parameters
    ----------
    tables : mapping of str to table
        As for `audit.run`.
    steps : sequence of Step
        Which to run.
    """

    def __init__(self, tables: Tables, steps: Sequence[Step] = STEPS) -> None:
        self.tables = renamed(tables)
        self._rows: dict[str, set[Key]] = {}  # of those found by name, as they were
        self._reaches = [self._first_run(step) for step in steps]

    def _first_run(self, step: Step) -> Reach:
        noting = Noting(self.tables)
        made = step.run(noting)
        started = step.goes_through(self.tables)
        names = frozenset(self._names(noting.asked, started)) if step.looks_up else frozenset[str]()
        self.tables |= made
        return Reach(step, frozenset(noting.asked), names, tuple(made))

    def _names(self, reads: Set[str], started: Collection[str]) -> set[str]:
        """Return every word a step can come across: in what it reads, and in the rows so named."""
        names = words_of([self.tables[name] for name in reads if name not in KEYS]) | {*started}
        waiting = [
            (set(key), linked)
            for name in reads & LINKS.keys()
            for key, linked in zip(
                _rows(self.tables[name][list(KEYS[name])]),
                _rows(self.tables[name][list(LINKS[name])]),
                strict=True,
            )
        ]
        while named := [linked for key, linked in waiting if key <= names]:
            waiting = [(key, linked) for key, linked in waiting if not key <= names]
            names |= words_of(named)
        return names

    def again(self, changed: Tables) -> dict[str, Any]:
        """
        Return the tables that differ once some typed tables have been changed.

        Parameters
        ----------
        changed : mapping of str to table
            Typed tables, by the names of `audit.renamed`, in place of the original ones.

        Returns
        -------
        dict of str to table
            The changed ones and all that follow from them; a result that stays the same is not
            among them.

        Raises
        ------
        AuditError
            If the checks of the pipeline refuse the change.
        """
        changes = {name: self._change(name, table) for name, table in changed.items()}
        now = self.tables | dict(changed)
        for reach in self._reaches:
            if not reach.is_reached_by(changes):
                continue
            for name, table in reach.step.run(now).items():
                if not table.equals(self.tables[name]):
                    changes[name] = self._change(name, table)
                    now[name] = table
        return {name: change.table for name, change in changes.items()}

    def _change(self, name: str, table: Any) -> Change:
        if name not in KEYS:
            return Change(table, frozenset())
        if name not in self._rows:
            self._rows[name] = set(_rows(self.tables[name]))
        return Change(table, changed_rows(self._rows[name], table, KEYS[name]))

    def what_a_step_needs(self, step: Step) -> dict[str, Any]:
        """Return all tables, of those found by name only the rows that a step could name."""
        reach = next(reach for reach in self._reaches if reach.step is step)
        return {
            name: _only(table, KEYS[name], reach.names) if name in KEYS else table
            for name, table in self.tables.items()
        }


def changed_rows(before: Set[Key], after: pd.DataFrame, key: Key) -> frozenset[Key]:
    """
    Return the keys of the rows that differ between two states of a table.

    Examples
    --------
    >>> import pandas as pd
    >>> after = pd.DataFrame({"claim_id": ["b", "c"], "k": [2, 4]})
    >>> sorted(changed_rows({("a", "1"), ("b", "2"), ("c", "3")}, after, ("claim_id",)))
    [('a',), ('c',)]
    """
    places = [list(after.columns).index(column) for column in key]
    differing = before ^ set(_rows(after))
    return frozenset(tuple(row[place] for place in places) for row in differing)


def _rows(frame: pd.DataFrame) -> Iterable[Key]:
    return zip(*(map(str, frame[column]) for column in frame), strict=True)


def words_of(content: Any) -> set[str]:
    """
    Return every text in nested tables, mappings and lists, whole and word by word.

    Examples
    --------
    >>> sorted(words_of({"size": ["a-claim b-claim"]}))
    ['a-claim', 'a-claim b-claim', 'b-claim', 'size']
    """
    found: set[str] = set()
    for text in _texts(content):
        found.add(text)
        found.update(re.findall(r"[\w.-]+", text))
    return found


def _texts(content: Any) -> Iterator[str]:
    import pandas as pd

    if isinstance(content, str):
        yield content
    elif isinstance(content, pd.DataFrame):
        cells: set[str] = set(chain.from_iterable(_rows(content)))
        yield from cells
    elif isinstance(content, Mapping):
        yield from _texts(list(content))
        yield from _texts(list(content.values()))
    elif isinstance(content, Iterable):
        for part in content:
            yield from _texts(part)


def _only(table: pd.DataFrame, key: Key, names: Collection[str]) -> pd.DataFrame:
    named = [all(word in names for word in row if word) for row in _rows(table[list(key)])]
    return table[named]
