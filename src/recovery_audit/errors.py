"""What goes wrong because of what somebody typed, as opposed to a fault of ours."""

from collections.abc import Iterable
from dataclasses import dataclass


class AuditError(Exception):
    """An input cannot be used as it stands; the message says where and why."""


class FigureError(AuditError):
    """A printed figure cannot be read."""


class LedgerError(AuditError):
    """The paper asks for a number that is not in the ledger, or leaves one unused."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One cell that breaks one rule."""

    file: str  #: the file as the reader knows it
    row: int  #: line of the file, the header being line 1; 0 for the file as a whole
    column: str  #: column or key; empty for the row as a whole
    value: str  #: what stands there
    rule: str  #: what would be valid

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "")
        where = f", column `{self.column}`" if self.column else ""
        return f"{place}{where}: got {self.value!r}; {self.rule}"


class TableError(AuditError):
    """One or more cells break their rule; every one of them is listed.

    >>> print(TableError([Problem(file="a.csv", row=3, column="n", value="-1", rule="at least 1")]))
    1 problem in the tables:
      a.csv, row 3, column `n`: got '-1'; at least 1
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{count} {noun} in the tables:{lines}")
