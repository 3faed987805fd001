"""A reader's own cohort: from a text table to typed records, with every bad cell named.

Two layouts are understood. Wide: one row per record, with first and last scores. Long: one row per
attended session, from which the first and last scores are derived; a table with a column `session`
or `date` is long. A blank cell is a missing value and nothing else is, unless the reader says which
texts stand for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import Problem, TableError
from recovery_audit.instruments import Instrument, stem_of
from recovery_audit.outcome_rules import OFFICIAL_MEASURES, REPLACEABLE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: More sessions than anybody attends, and dates outside the life of any service, are slips.
MOST_SESSIONS = 1000
YEARS = range(1990, 2100)

ORDER_COLUMNS = ("session", "date")
SPECIFIC_WIDE = ("instrument", "instrument_first", "instrument_last")
SPECIFIC_LONG = ("instrument", "instrument_score")


class OnInvalid(StrEnum):
    """What becomes of a cell that breaks its rule."""

    STOP = "stop"  # nothing is computed
    DROP = "drop"  # its record is left out
    MISSING = "missing"  # the cell counts as blank


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How to read a cohort."""

    registry: Mapping[str, Instrument]  #: instruments by name
    measures: tuple[str, ...] = OFFICIAL_MEASURES  #: instruments that every record is judged on
    columns: Mapping[str, str] = field(default_factory=dict)  #: our name of a column to theirs
    ignored: frozenset[str] = frozenset()  #: columns of theirs that are nobody's business
    blanks: frozenset[str] = frozenset()  #: texts that stand for a missing value
    date_format: str = "%Y-%m-%d"  #: of all dates, as `datetime.strptime` has it
    on_invalid: OnInvalid = OnInvalid.STOP  #: what becomes of a bad cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Records ready for `outcomes.classify`, and what was wrong with the rest."""

    records: pd.DataFrame  #: indexed by line of the file (in the long layout, the first one)
    read: int  #: records in the file
    problems: tuple[Problem, ...]  #: every cell or column that broke its rule
    long: bool  #: one row per session

    @property
    def dropped(self) -> int:
        """How many records were left out."""
        return self.read - len(self.records)


#: A parsed cell, or the rule that the text breaks.
Parsed = Any


class _Broken(str):
    """The rule that a text breaks."""

    __slots__ = ()


_NOT_NAMED = _Broken("blank, as no specific instrument is named")


def read_cohort(table: pd.DataFrame, file: str, reading: Reading) -> Cohort:
    """
    Read a cohort from a text table.

    Parameters
    ----------
    table : DataFrame
        All text, blank for missing, indexed by line of the file, as `io.read_text_table` gives it.
    file : str
        Name for the messages.
    reading : Reading
        Instruments, names of columns, and what to do with a bad cell.

    Returns
    -------
    Cohort
        Under `drop` without every record that has a bad cell; under `missing` with such cells
        blank, and without the records whose sessions can no longer be put in order.

    Raises
    ------
    TableError
        With every problem, if a column is missing or repeated or there is no record; under `stop`
        also for any bad cell and any unknown column.

    Examples
    --------
    >>> import pandas as pd
    >>> from recovery_audit.instruments import Direction, Instrument
    >>> phq9 = Instrument(name="PHQ-9", lowest=0, highest=27, cut_off=10, reliable_change=6,
    ...                   direction=Direction.DOWN, source="the service")
    >>> table = pd.DataFrame({"phq9_first": ["15", "9"], "phq9_last": ["9", ""]}, index=[2, 3])
    >>> read = read_cohort(table, "a.csv", Reading(registry={"PHQ-9": phq9}, measures=("PHQ-9",)))
    >>> read.records["phq9_last"].tolist()
    [9.0, nan]
    """
    named, unknown = _named_columns(table, file, reading)
    long = _is_long(named, reading)
    cells = _Cells(named, file, reading)
    _parse_all(cells, reading, long=long)
    records = _from_sessions(cells, reading) if long else _from_rows(cells)
    problems = (*unknown, *cells.problems)
    if problems and reading.on_invalid is OnInvalid.STOP:
        raise TableError(problems)
    read = int(named["id"].nunique()) if long else len(named)
    return Cohort(records=records, read=read, problems=tuple(sorted(set(problems))), long=long)


def _named_columns(
    table: pd.DataFrame, file: str, reading: Reading
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the table under our names, and the columns that nobody knows."""

    def problem(column: str, rule: str) -> Problem:
        return Problem(file=file, row=1, column=column, value=column, rule=rule)

    theirs = [str(name) for name in table.columns]
    repeated = sorted({name for name in theirs if theirs.count(name) > 1})
    fatal = [problem(name, "a name that no other column has") for name in repeated]
    fatal += _mapping_problems(theirs, file, reading)
    if fatal:
        raise TableError(fatal)
    ours = {theirs_: ours_ for ours_, theirs_ in reading.columns.items()}
    kept = table.loc[:, [name not in reading.ignored for name in theirs]].rename(columns=ours)
    long = _is_long(kept, reading)
    needed, known = _expected(reading, kept, long=long)
    missing = [replace(problem(name, "this column is missing"), value="") for name in needed]
    missing = [one for one in missing if one.column not in kept]
    unknown = [
        problem(name, f"no such column; expected {', '.join(known)}")
        for name in map(str, kept.columns)
        if name not in known
    ]
    if missing:
        raise TableError([*missing, *unknown])
    if kept.empty:
        nothing = Problem(file=file, row=0, column="", value="", rule="at least one record")
        raise TableError([nothing, *unknown])
    return kept[[name for name in known if name in kept]], unknown


def _is_long(columns: Any, reading: Reading) -> bool:
    wide = (f"{stem_of(name)}_first" for name in reading.measures)
    return any(name in columns for name in ORDER_COLUMNS) and not any(n in columns for n in wide)


def _mapping_problems(theirs: Sequence[str], file: str, reading: Reading) -> Iterator[Problem]:
    """Yield what is wrong with the reader's own names for columns."""
    every = {*_all_columns(reading)}
    for ours, name in reading.columns.items():
        if ours not in every:
            rule = f"to be renamed to one of {', '.join(sorted(every))}"
            yield Problem(file=file, row=1, column=name, value=ours, rule=rule)
        elif name not in theirs:
            rule = f"this column is missing; it was to be {ours}"
            yield Problem(file=file, row=1, column=name, value="", rule=rule)
        elif ours in theirs and ours != name and ours not in reading.ignored:
            rule = f"only one column to be {ours}; {name!r} was to be it"
            yield Problem(file=file, row=1, column=ours, value=ours, rule=rule)
        if list(reading.columns.values()).count(name) > 1:
            rule = "one name, not several"
            yield Problem(file=file, row=1, column=name, value=ours, rule=rule)


def _all_columns(reading: Reading) -> Iterator[str]:
    for long in (False, True):
        yield from _expected(reading, (), long=long)[1]


def _expected(reading: Reading, present: Any, *, long: bool) -> tuple[list[str], list[str]]:
    """Return the columns that must be there, and those that may."""
    stems = [stem_of(name) for name in reading.measures]
    specific: tuple[str, ...]
    if long:
        scores, specific = stems, SPECIFIC_LONG
        needed, others = ["id", *scores], [*ORDER_COLUMNS, "discharged"]
    else:
        scores = [f"{stem}_{place}" for stem in stems for place in ("first", "last")]
        specific = SPECIFIC_WIDE
        needed, others = [*scores], ["id", "sessions", "discharged"]
    if REPLACEABLE not in reading.measures:
        specific = ()
    if any(name in present for name in specific):
        needed += specific
    return needed, list(dict.fromkeys([*needed, *others, *specific]))


class _Cells:
    """The parsed cells of a table, the bad ones among them noted and blank."""

    def __init__(self, table: pd.DataFrame, file: str, reading: Reading) -> None:
        import numpy as np

        self.text = table
        self.file = file
        self.blanks = reading.blanks
        self.dropping = reading.on_invalid is OnInvalid.DROP
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.bad = np.zeros(len(table), dtype=bool)  # rows of records that cannot be kept

    def __contains__(self, column: str) -> bool:
        return column in self.text

    def parse(self, column: str, parse: Callable[[str], Parsed]) -> None:
        """Parse a column, each different text once."""
        import numpy as np
        import pandas as pd

        codes, texts = pd.factorize(self.text[column])
        parsed = [self._one(text, parse) for text in texts]
        broken = np.array([isinstance(one, _Broken) for one in parsed], dtype=bool)
        values = np.array([None if isinstance(one, _Broken) else one for one in parsed], object)
        self.values[column] = values[codes]
        for row in np.flatnonzero(broken[codes]):
            self.fault(int(row), column, parsed[codes[row]])

    def _one(self, text: str, parse: Callable[[str], Parsed]) -> Parsed:
        return None if self.is_blank(text) else parse(text.strip())

    def is_blank(self, text: str) -> bool:
        """Whether a text stands for a missing value."""
        return text.strip() == "" or text.strip() in self.blanks

    def fault(self, row: int, column: str, rule: str, *, lost: bool = False) -> None:
        """Note a bad cell and blank it; `lost` if its record is of no use without it."""
        value = self.text[column].iloc[row]
        line = int(self.text.index[row])
        self.problems.append(
            Problem(file=self.file, row=line, column=column, value=value, rule=str(rule))
        )
        self.values[column][row] = None
        if self.dropping or lost:
            self.bad[row] = True

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column of whole numbers, blank as NaN."""
        import numpy as np

        return np.array(self.values[column], dtype=np.float64)

    def dates(self, column: str) -> NDArray[np.datetime64]:
        """Return a column of dates, blank as NaT."""
        import numpy as np

        return np.array(self.values[column], dtype="datetime64[D]")


def _parse_all(cells: _Cells, reading: Reading, *, long: bool) -> None:
    """Parse every column that is there."""
    if "id" in cells:
        cells.parse("id", str)
        for row, value in enumerate(cells.values["id"]):
            if value is None:
                cells.fault(row, "id", "an id, not blank", lost=long)
    for name in reading.measures:
        one = reading.registry[name]
        columns = [one.stem] if long else [f"{one.stem}_first", f"{one.stem}_last"]
        for column in columns:
            cells.parse(column, _score_parser(one.name, one.lowest, one.highest))
    for column in ("sessions", "session"):
        if column in cells:
            cells.parse(column, _parse_sessions)
    for column in ("discharged", "date"):
        if column in cells:
            cells.parse(column, _date_parser(reading.date_format))
    if "instrument" in cells:
        _parse_specific(cells, reading, SPECIFIC_LONG[1:] if long else SPECIFIC_WIDE[1:])


_PERCENT = re.compile(r"[\d.,]+\s*%")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_FRACTION = re.compile(r"-?(\d+\.\d*|\.\d+)")
_NEGATIVE = re.compile(r"-\d+")


def whole_number(text: str) -> int | str:
    """
    Return the whole number that a text is, or what is wrong with it.

    >>> whole_number("12"), whole_number("12.0")
    (12, 12)
    >>> whole_number("12.5")
    'a whole number, not a fraction'
    """
    plain = re.sub(r"\.0+$", "", text)
    if plain.isascii() and plain.isdigit() and len(plain) < 10:
        return int(plain)
    for pattern, rule in (
        (_PERCENT, "a whole number, not a percentage"),
        (_DECIMAL_COMMA, "a whole number; a comma has no place in it"),
        (_FRACTION, "a whole number, not a fraction"),
        (_NEGATIVE, "a whole number, not a negative one"),
    ):
        if pattern.fullmatch(text):
            return rule
    return "a whole number, or blank where it is missing"


def _score_parser(name: str, lowest: int, highest: int) -> Callable[[str], Parsed]:
    def parse(text: str) -> Parsed:
        found = whole_number(text)
        if isinstance(found, str):
            return _Broken(found)
        if lowest <= found <= highest:
            return found
        return _Broken(f"a score of {name} lies between {lowest} and {highest}")

    return parse


def _parse_sessions(text: str) -> Parsed:
    found = whole_number(text)
    if isinstance(found, str):
        return _Broken(found)
    return found if found <= MOST_SESSIONS else _Broken(f"at most {MOST_SESSIONS} sessions")


def _date_parser(pattern: str) -> Callable[[str], Parsed]:
    def parse(text: str) -> Parsed:
        found = read_date(text, pattern)
        return _Broken(found) if isinstance(found, str) else found

    return parse


def read_date(text: str, pattern: str = "%Y-%m-%d") -> date | str:
    """
    Return the day that a text names, or what is wrong with it.

    >>> read_date("31/12/2024", "%d/%m/%Y")
    datetime.date(2024, 12, 31)
    >>> read_date("31/12/2024")
    'a date as YYYY-MM-DD'
    """
    try:
        found = datetime.strptime(text, pattern).date()
    except ValueError:
        shown = re.sub("%([a-zA-Z])", lambda part: _DATE_PARTS.get(part[1], part[0]), pattern)
        return f"a date as {shown}"
    return found if found.year in YEARS else f"a date from {YEARS.start} to {YEARS.stop - 1}"


_DATE_PARTS = {"Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "b": "Mon", "B": "Month"}


def _parse_specific(cells: _Cells, reading: Reading, columns: Sequence[str]) -> None:
    """Parse the specific instruments, and their scores by the range of each."""
    by_stem = {one.stem: one for one in reading.registry.values()}

    def parse_name(text: str) -> Parsed:
        stem = stem_of(text)
        if stem == stem_of(REPLACEABLE):
            return None  # named or not, it is what applies
        if stem in map(stem_of, reading.measures):
            return _Broken(f"an instrument that stands in for {REPLACEABLE}, or blank")
        if stem in by_stem:
            return by_stem[stem].name
        return _Broken(f"an instrument of the registry ({', '.join(reading.registry)}), or blank")

    cells.parse("instrument", parse_name)
    faulty = {problem.row for problem in cells.problems if problem.column == "instrument"}
    parsers = {
        one.name: _score_parser(one.name, one.lowest, one.highest) for one in by_stem.values()
    }
    for column in columns:
        cells.values[column] = _empty(len(cells.text))
        named = zip(cells.text.index, cells.values["instrument"], cells.text[column], strict=True)
        for row, (line, name, text) in enumerate(named):
            # a score of an instrument that was itself reported goes with it
            if cells.is_blank(text) or (name is None and line in faulty):
                continue
            parsed = parsers[name](text.strip()) if name is not None else _NOT_NAMED
            cells.values[column][row] = parsed
            if isinstance(parsed, _Broken):
                cells.fault(row, column, parsed)


def _empty(size: int) -> NDArray[np.object_]:
    import numpy as np

    return np.full(size, None, dtype=object)


def _from_rows(cells: _Cells) -> pd.DataFrame:
    """Return the records of a wide table."""
    import pandas as pd

    if "id" in cells:
        for row in _repeated_rows(cells.values["id"]):
            cells.fault(int(row), "id", "an id that no other record has")
    typed: dict[str, Any] = {}
    for column in cells.values:
        if column == "discharged":
            typed[column] = cells.dates(column)
        elif column in ("id", "instrument"):
            typed[column] = ["" if value is None else value for value in cells.values[column]]
        else:
            typed[column] = cells.numbers(column)
    return pd.DataFrame(typed, index=cells.text.index)[~cells.bad]


def _repeated_rows(values: Any) -> NDArray[np.intp]:
    """Return the places of all values that occur more than once; blanks may."""
    import numpy as np
    import pandas as pd

    series = pd.Series(values, dtype=object)
    return np.flatnonzero(series.duplicated(keep=False) & series.notna())


def _from_sessions(cells: _Cells, reading: Reading) -> pd.DataFrame:
    """Return the records of a long table: the first and last known score of each id."""
    import numpy as np
    import pandas as pd

    _check_order(cells)
    ids = cells.values["id"]
    codes, names = pd.factorize(ids)
    for column in ("discharged", "instrument"):
        if column in cells:
            _check_constant(cells, codes, column)
    if "discharged" in cells and "date" in cells:
        _check_discharge(cells, codes)
    lost = np.zeros(len(names), dtype=bool)
    lost[codes[cells.bad & (codes >= 0)]] = True  # a record goes whole
    order = _order(cells)
    frame = pd.DataFrame({"code": codes, "line": cells.text.index})
    by_record = frame[codes >= 0].groupby("code")
    typed: dict[str, Any] = {"id": names, "sessions": by_record.size().to_numpy()}
    scores = {stem_of(name): stem_of(name) for name in reading.measures}
    if "instrument" in cells:
        scores["instrument_score"] = "instrument"
        typed["instrument"] = [
            value or "" for value in _one_each(cells.values["instrument"], codes, len(names))
        ]
    for column, stem in scores.items():
        first, last = _ends(cells.numbers(column)[order], codes[order], len(names))
        typed |= {f"{stem}_first": first, f"{stem}_last": last}
    if "discharged" in cells:
        found = _one_each(cells.values["discharged"], codes, len(names))
        typed["discharged"] = np.array(found, dtype="datetime64[D]")
    return pd.DataFrame(typed, index=by_record["line"].first().to_numpy())[~lost]


def _order(cells: _Cells) -> NDArray[np.intp]:
    """Return the rows in the order of the sessions."""
    import numpy as np

    column = "session" if "session" in cells else "date"
    keys = cells.numbers(column) if column == "session" else cells.dates(column)
    return np.argsort(keys, kind="stable")


def _check_order(cells: _Cells) -> None:
    """Note sessions that cannot be put in order: no place, one place twice, or dates against it."""
    column = "session" if "session" in cells else "date"
    reported = {problem.row for problem in cells.problems if problem.column == column}
    for row, value in enumerate(cells.values[column]):
        if value is None:
            if int(cells.text.index[row]) in reported:
                cells.bad[row] = True
            else:
                rule = "the number of the session" if column == "session" else "its date"
                cells.fault(row, column, f"{rule}, not blank", lost=True)
    pairs = _empty(len(cells.text))
    for row, pair in enumerate(zip(cells.values["id"], cells.values[column], strict=True)):
        pairs[row] = None if None in pair else pair
    for row in _repeated_rows(pairs):
        cells.fault(int(row), column, f"one {column} of a record only once", lost=True)
    if column == "session" and "date" in cells:
        _check_dates(cells)


def _check_dates(cells: _Cells) -> None:
    """Note dates that go back while the number of the session goes on."""
    latest: dict[Any, date] = {}
    for row in _order(cells):
        one, place, day = (cells.values[name][row] for name in ("id", "session", "date"))
        if None in (one, place, day):
            continue
        if day < latest.get(one, day):
            cells.fault(int(row), "date", "no earlier than the session before", lost=True)
        latest[one] = max(day, latest.get(one, day))


def _check_constant(cells: _Cells, codes: NDArray[np.intp], column: str) -> None:
    """Note what differs from the first known value of its record."""
    first: dict[int, Any] = {}
    for row, (code, value) in enumerate(zip(codes, cells.values[column], strict=True)):
        if value is not None and first.setdefault(int(code), value) != value:
            cells.fault(row, column, f"the same for all sessions of a record, {first[int(code)]}")


def _check_discharge(cells: _Cells, codes: NDArray[np.intp]) -> None:
    """Note sessions after the discharge."""
    found = _one_each(cells.values["discharged"], codes, int(codes.max(initial=-1)) + 1)
    for row, (code, day) in enumerate(zip(codes, cells.values["date"], strict=True)):
        end = found[code] if code >= 0 else None
        if day is not None and end is not None and day > end:
            cells.fault(row, "date", f"no later than the discharge, {end}")


def _one_each(values: Any, codes: NDArray[np.intp], size: int) -> list[Any]:
    """Return the first known value of each record."""
    found: list[Any] = [None] * size
    for code, value in zip(codes, values, strict=True):
        if code >= 0 and found[code] is None:
            found[code] = value
    return found


def _ends(
    scores: NDArray[np.float64], codes: NDArray[np.intp], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return first and last known score of each record; with one score only, there is no last."""
    import numpy as np

    known = ~np.isnan(scores) & (codes >= 0)
    codes, scores = codes[known], scores[known]
    first, last = np.full(size, np.nan), np.full(size, np.nan)
    first[codes[::-1]] = scores[::-1]  # of several, numpy keeps the one assigned last
    last[codes] = scores
    last[np.bincount(codes, minlength=size) < 2] = np.nan
    return first, last
