"""Published figures as data: one row per printed figure, document and reading of its base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import AuditError, FigureError, Problem, TableError
from recovery_audit.hedges import AboutWidth, Hedge, hedged_set, share_set
from recovery_audit.number_words import NUMBER_WORDS, value_of_words
from recovery_audit.rounding import Figure, Interval, RoundingRule, admissible, read_figure

if TYPE_CHECKING:
    import pandas as pd

#: Units of which only whole numbers exist and which are printed exactly.
COUNTED = (
    "persons", "referrals", "courses", "disorders", "diagnoses", "sessions", "reasons",
    "trials", "studies", "journals", "papers", "sites", "consultations", "years", "months",
)  # fmt: skip
PERCENT = "percent"
CHANGE = "percent-change"
SHARE = "share"
POINTS = "percentage-points"
#: What may differ between two readings of one claim.
PER_READING = ("reading", "base", "note")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedClaim:
    """One figure printed in one document."""

    claim_id: str  #: kebab-case study-population-outcome
    study: str  #: what the figure is about
    document: str  #: where it was read
    table: str  #: table or passage of the document
    printed: str  #: the figure as printed
    figure: Figure  #: the same in digits; the lower one of a range, the part of a share
    other: Figure | None  #: upper end, whole of a share, or what a `closer_to` is closer than
    unit: str  #: percent, share, or what is counted or measured
    hedge: Hedge  #: the word before it

    @property
    def text(self) -> str:
        """The figure with its unit sign."""
        if self.unit not in (PERCENT, CHANGE):
            return self.printed
        return f"{self.printed}%" if self.in_digits else f"{self.printed} per cent"

    @property
    def value(self) -> Fraction:
        """The printed value itself, a share as a percentage."""
        if self.unit == SHARE and self.other is not None:
            return 100 * self.figure.value / self.other.value
        return self.figure.value

    @property
    def in_digits(self) -> bool:
        """Whether the figure was printed in digits."""
        return self.printed[:1].isdigit()

    def values(self, rule: RoundingRule, about: AboutWidth = AboutWidth.HALF_PLACE) -> Interval:
        """Return the exact values this figure may stand for; an unhedged count is only itself."""
        if self.unit == SHARE and self.other is not None:
            return share_set(self.hedge, self.figure.digits, self.other.digits, about)
        if self.hedge is not Hedge.NONE:
            most = 100 if self.unit == PERCENT else None
            return hedged_set(self.hedge, self.figure, self.other, about=about, most=most)
        if self.unit in COUNTED:
            return Interval.point(self.figure.value)
        return admissible(self.figure, rule)


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """The group that a percentage is of."""

    base: str  #: kebab-case id
    unit: str  #: what is counted
    n_claims: tuple[str, ...]  #: claims whose sum is its size, if known
    n_max_claims: tuple[str, ...]  #: claims whose sum bounds its size, if known
    inferred: bool  #: the source does not state it
    pooled_from: tuple[str, ...]  #: bases and claims whose sums and differences may be its size

    def size(self, claims: Mapping[str, PublishedClaim]) -> int | None:
        """Return its size where a claim gives it."""
        return _total(self.n_claims, claims)

    def bound(self, claims: Mapping[str, PublishedClaim]) -> int | None:
        """Return an upper bound of its size where a claim gives one."""
        return _total(self.n_max_claims, claims)


def _total(ids: tuple[str, ...], claims: Mapping[str, PublishedClaim]) -> int | None:
    return sum(claims[claim].figure.digits for claim in ids) if ids else None


def claims_by_id(frame: pd.DataFrame) -> dict[str, PublishedClaim]:
    """Return one claim per id from a clean claims table; readings share everything but the base."""
    rows = {row["claim_id"]: row for row in records(frame)}
    return _Claims({claim: _claim(row, rows) for claim, row in rows.items()})


class _Claims(dict[str, PublishedClaim]):
    """Claims by id, where asking for one that does not exist says so in words."""

    def __missing__(self, claim_id: str) -> PublishedClaim:
        raise AuditError(
            f"no claim of data/claims is called {claim_id!r}: the configuration, or a table of "
            "data/, names one that does not exist"
        )


def bases_by_id(frame: pd.DataFrame) -> dict[str, Base]:
    """Return the bases of a clean bases table."""
    return {
        row["base"]: Base(
            base=row["base"],
            unit=row["unit"],
            n_claims=tuple(row["n_claim"].split()),
            n_max_claims=tuple(row["n_max_claim"].split()),
            inferred=row["inferred"] == "yes",
            pooled_from=tuple(row["pooled_from"].split()),
        )
        for row in records(frame)
    }


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dictionaries, a missing whole number as None.

    None is false and equal to itself, which pandas' own mark is not.
    """
    import pandas as pd

    # By way of one array: several times as fast as pandas' own `to_dict`.
    names = [str(column) for column in frame]
    whole = [place for place, dtype in enumerate(frame.dtypes) if dtype.kind in "iu"]
    for cells in frame.to_numpy(dtype=object).tolist():
        for place in whole:
            if cells[place] is pd.NA:
                cells[place] = None
        yield dict(zip(names, cells, strict=True))


def table_of(rows: Iterable[Row], columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return rows as a table whose whole numbers stay whole beside blanks.

    `columns` are those that a table without rows has, for whoever asks for them.
    """
    import pandas as pd

    found = list(rows)
    return pd.DataFrame(found, columns=None if found else list(columns), dtype=object)


def _claim(row: Row, rows: Mapping[str, Row]) -> PublishedClaim:
    other = rows[row["hedge_against"]]["figure"] if row["hedge_against"] else row["upper"]
    copied = ("claim_id", "study", "document", "table", "printed", "unit")
    return _read_claim(tuple(row[key] for key in copied), row["figure"], other, row["hedge"])


@cache
def _read_claim(copied: tuple[str, ...], figure: str, other: str, hedge: str) -> PublishedClaim:
    """Read the cells of one claim; steps that look claims up read the same ones many times."""
    claim_id, study, document, table, printed, unit = copied
    return PublishedClaim(
        claim_id=claim_id,
        study=study,
        document=document,
        table=table,
        printed=printed,
        unit=unit,
        figure=read_figure(figure, signed=True),
        other=read_figure(other, signed=True) if other else None,
        hedge=Hedge(hedge),
    )


# --- cleaning ---------------------------------------------------------------------------------


def clean_claims(
    extracted: pd.DataFrame,
    bases: pd.DataFrame,
    documents: Iterable[str],
    studies: Iterable[str],
    second_keys: Mapping[str, pd.DataFrame],
    found: Sequence[Problem] = (),
) -> pd.DataFrame:
    """
    Check what no single cell shows, and add each figure in digits.

    Parameters
    ----------
    extracted : DataFrame
        Claims of all documents as text, with the `file` and `row` they were typed in.
    bases : DataFrame
        The table of bases.
    documents, studies : iterable of str
        Keys of `sources.yaml`.
    second_keys : mapping of str to DataFrame
        Figures and bases typed a second time, by name of their file, indexed by its lines.
    found : sequence of Problem
        Cells that break their own rule, to be reported together with what is found here.

    Returns
    -------
    DataFrame
        The same rows, sorted by claim and reading, with `keyed` (`twice` or `once`), `figure` and
        `upper` (of a range; the whole of a share) as plain decimals: ``10,469`` gives ``10469``,
        ``Seventy-eight`` gives ``78``.

    Raises
    ------
    TableError
        With every broken rule, each with file, row, column and value.
    """
    known = {
        "document": set(documents),
        "study": set(studies),
        "base": {"", *bases["base"]},
        "hedge_against": {"", *extracted["claim_id"]},
    }
    rows, second_rows = list(records(extracted)), list(_second_rows(second_keys))
    problems = list(found)
    for row in rows:
        problems += _unknown_keys(row, known)
        problems += _figure_problems(row)
    problems += _repeated_rows(rows)
    problems += _disagreeing_readings(rows)
    problems += _disagreeing_keys(rows, second_rows)
    if problems:
        raise TableError(problems)
    figures = [_digits(row["printed"], row["hedge"], row["unit"]) for row in rows]
    twice = {_key(row) for row in second_rows}
    cleaned = extracted.assign(
        keyed=["twice" if _key(row) in twice else "once" for row in rows],
        figure=[str(low) for low, _ in figures],
        upper=["" if high is None else str(high) for _, high in figures],
        decimals=extracted["decimals"].astype(int),
    )
    return cleaned.sort_values(["claim_id", "reading"], ignore_index=True)


def _problem(row: Row, column: str, rule: str) -> Problem:
    return Problem(file=row["file"], row=row["row"], column=column, value=row[column], rule=rule)


def _unknown_keys(row: Row, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    homes = {
        "document": "a document of data/sources.yaml",
        "study": "a study of data/sources.yaml",
        "base": "a base of data/bases.csv, or blank",
        "hedge_against": "a claim id, or blank",
    }
    for column, valid in known.items():
        if row[column] not in valid:
            yield _problem(row, column, f"expected {homes[column]}")


def _figure_problems(row: Row) -> Iterator[Problem]:
    try:
        figure, upper = _digits(row["printed"], row["hedge"], row["unit"])
    except FigureError as error:
        yield _problem(row, "printed", str(error).partition(": ")[2])
        return
    if str(figure.decimals) != row["decimals"]:
        rule = f"`printed` is {row['printed']!r} with {figure.decimals} decimals; a lost zero?"
        yield _problem(row, "decimals", rule)
    if row["unit"] == PERCENT and (upper or figure).value > 100:
        yield _problem(row, "printed", "a percentage of a part lies between 0 and 100")
    if row["unit"] in COUNTED and figure.decimals:
        yield _problem(row, "printed", f"a count of {row['unit']} is a whole number")
    if row["base"] and row["unit"] not in (PERCENT, SHARE):
        yield _problem(row, "base", "only a percentage or a share has a base")
    if row["unit"] == SHARE and row["hedge"] not in (Hedge.ABOUT, Hedge.AT_LEAST, Hedge.AT_MOST):
        yield _problem(row, "hedge", "a share is about, at_least or at_most what it says")
    if (row["hedge"] == Hedge.CLOSER_TO) != bool(row["hedge_against"]):
        yield _problem(row, "hedge_against", "given with the hedge `closer_to`, and only with it")


def _key(row: Row) -> tuple[str, str]:
    return row["claim_id"], row["reading"]


def _repeated_rows(rows: Iterable[Row]) -> Iterator[Problem]:
    rule = "each claim and reading stands once, in one document"
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if _key(row) in seen:
            yield _problem(row, "claim_id", rule)
        seen.add(_key(row))


def _disagreeing_readings(rows: Iterable[Row]) -> Iterator[Problem]:
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(row["claim_id"], row)
        for column in (name for name in row if row[name] != known[name]):
            if column not in (*PER_READING, "file", "row"):
                rule = f"readings of one claim agree; row {known['row']} has {known[column]!r}"
                yield _problem(row, column, rule)


def _second_rows(second_keys: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    for file, table in second_keys.items():
        for line, row in zip(table.index, records(table), strict=True):
            yield {**row, "file": file, "row": int(str(line))}


def _disagreeing_keys(rows: Iterable[Row], second_rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield where two people who read the same document typed something else."""
    first = {_key(row): row for row in rows}
    for second in second_rows:
        typed = first.get(_key(second))
        if typed is None:
            yield _problem(second, "claim_id", "expected a claim and reading of data/claims")
            continue
        for column in ("printed", "base"):
            if typed[column] != second[column]:
                rule = (
                    f"typed the same way twice; {second['file']}, row {second['row']}, has "
                    f"{second[column]!r}: read the document again and correct the wrong one"
                )
                yield _problem(typed, column, rule)


@cache
def _digits(printed: str, hedge: str, unit: str) -> tuple[Figure, Figure | None]:
    """Return a figure, or both ends of a range, or part and whole of a share."""
    printed = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ",", printed.replace("\N{MINUS SIGN}", "-"))
    signed = unit not in (PERCENT, SHARE, *COUNTED)
    if unit == SHARE:
        return part_and_whole(printed)
    if hedge == Hedge.RANGE:
        low, high = _ends(printed)
        return read_figure(low, signed=signed), read_figure(high, signed=signed)
    if printed[:1].isalpha():
        return _words(printed), None
    scale, _, counted = unit.partition("-")
    plain = re.sub(rf"(?: {scale}|{scale[0]})$", "", printed) if counted else printed
    return read_figure(plain, signed=signed), None


def _ends(printed: str) -> tuple[str, str]:
    for between in (" to ", " and ", ", ", "–", "-"):
        low, found, high = printed.partition(between)
        if found:
            return low, high
    raise FigureError(f"{printed!r} is not a figure: a range has two ends, as in 3–10 or -4 to -1")


def part_and_whole(printed: str) -> tuple[Figure, Figure]:
    """Read `one in ten`, `a quarter` and `1/3rd` as part and whole."""
    text = re.sub(r"(?<=\d)(?:st|nd|rd|ths?)$", "", printed.lower())
    part, whole = map(_amount, re.split(r"\s?/\s?|\s(?:in|out of)\s", text + "/1")[:2])
    share = part / whole if whole else Fraction(2)
    if not 0 <= share <= 1:
        raise FigureError(f"{printed!r} is not a figure: a share lies between nothing and all")
    return Figure(share.numerator, 0), Figure(share.denominator, 0)


def _words(printed: str) -> Figure:
    value = _amount(printed)
    if value.denominator > 1:
        raise FigureError(f"{printed!r} is not a figure: a part of a whole has the unit `share`")
    return Figure(value.numerator, 0)


def _amount(text: str) -> Fraction:
    if text.isdigit():
        return Fraction(int(text))
    if not NUMBER_WORDS.fullmatch(text):
        raise FigureError(f"{text!r} is not a figure: expected digits, or a number in words")
    return value_of_words(text)
