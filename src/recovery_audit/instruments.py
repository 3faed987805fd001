"""Outcome instruments: their range, the score that makes a case, and the change that is reliable.

Thresholds are data. They come from a table as they are, or from the statistics of an instrument by
the method of Jacobson and Truax; everything is exact, so that no rounding decides who recovered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor, isqrt, sqrt
from typing import TYPE_CHECKING, Any

from recovery_audit.errors import Problem, TableError

if TYPE_CHECKING:
    import pandas as pd

#: Jacobson and Truax call a change reliable beyond this many standard errors of the difference.
RELIABLE_BEYOND = Fraction(196, 100)

#: Highest score an instrument may have: the difference of two scores must fit 16 bits.
HIGHEST_SCORE = 16_000


class Direction(StrEnum):
    """Where the scores of an instrument go when a person gets better."""

    DOWN = "down"
    UP = "up"


class Criterion(StrEnum):
    """The three cut-offs of Jacobson and Truax."""

    A = "a"  # two standard deviations from the clinical mean
    B = "b"  # within two standard deviations of the functional mean
    C = "c"  # nearer to the functional than to the clinical mean


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """One outcome instrument. Scores are whole points."""

    name: str  #: as its authors write it: PHQ-9
    lowest: int  #: lowest possible score [points]
    highest: int  #: highest possible score [points]
    cut_off: int  #: a case at this score or a worse one [points]
    reliable_change: int | None  #: smallest reliable change [points]; None where it has no source
    direction: Direction  #: where scores go with improvement
    source: str  #: where the thresholds come from

    @property
    def stem(self) -> str:
        """The name as columns write it.

        >>> stem_of("PHQ-9")
        'phq9'
        """
        return stem_of(self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The published scores of a group of people."""

    mean: Fraction  #: [points]
    sd: Fraction  #: standard deviation [points]


def stem_of(name: str) -> str:
    """Return a name in lower case, letters and digits only."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def standard_error_of_difference(sd: Fraction, reliability: Fraction) -> float:
    """
    Return the standard error of the difference of two scores of one unchanged person.

    Parameters
    ----------
    sd : Fraction
        Standard deviation of the scores. [points]
    reliability : Fraction
        Test-retest reliability, 0 to 1.

    Returns
    -------
    float
        ``sd * sqrt(2 * (1 - reliability))``. [points]

    Raises
    ------
    ValueError
        If the standard deviation is not positive or the reliability not within 0 to 1.

    References
    ----------
    .. [1] N. S. Jacobson and P. Truax, "Clinical Significance: A Statistical Approach to Defining
       Meaningful Change in Psychotherapy Research," J. Consult. Clin. Psychol., vol. 59, no. 1,
       pp. 12-19, 1991.

    Examples
    --------
    >>> round(standard_error_of_difference(Fraction("7.5"), Fraction("0.80")), 2)
    4.74
    """
    return sqrt(_difference_variance(sd, reliability))


def reliable_change_index(
    first: Fraction, last: Fraction, *, sd: Fraction, reliability: Fraction
) -> float:
    """
    Return a change in standard errors of the difference; beyond 1.96 it is called reliable.

    Parameters
    ----------
    first, last : Fraction
        Scores before and after. [points]
    sd, reliability : Fraction
        As for `standard_error_of_difference`; a reliability of 1 has no index.

    Examples
    --------
    >>> index = reliable_change_index(
    ...     Fraction("32.5"), Fraction("47.5"), sd=Fraction("7.5"), reliability=Fraction("0.80")
    ... )
    >>> round(index, 2)
    3.16
    """
    return float(last - first) / standard_error_of_difference(sd, reliability)


def smallest_reliable_change(sd: Fraction, reliability: Fraction) -> int:
    """
    Return the smallest whole change that is more than 1.96 standard errors of the difference.

    Parameters
    ----------
    sd, reliability : Fraction
        As for `standard_error_of_difference`.

    Returns
    -------
    int
        At least 1. A change of exactly 1.96 standard errors is not yet reliable. [points]

    Notes
    -----
    Compared are squares, so that no root is rounded: of the whole numbers k, ``k**2 > q`` holds for
    those above ``isqrt(floor(q))``.

    Examples
    --------
    >>> smallest_reliable_change(Fraction("7.5"), Fraction("0.80"))   # 1.96 * 4.74 = 9.30
    10
    """
    limit = RELIABLE_BEYOND**2 * _difference_variance(sd, reliability)
    return isqrt(floor(limit)) + 1


def _difference_variance(sd: Fraction, reliability: Fraction) -> Fraction:
    if not (sd > 0 and 0 <= reliability <= 1):
        msg = (
            "a standard error needs a positive standard deviation and a reliability from 0 to 1, "
            f"got {sd} and {reliability}"
        )
        raise ValueError(msg)
    return 2 * sd**2 * (1 - reliability)


def exact_cut_off(
    criterion: Criterion,
    direction: Direction,
    *,
    clinical: Group | None = None,
    functional: Group | None = None,
) -> Fraction:
    """
    Return the point between the clinical and the functional range.

    Parameters
    ----------
    criterion : Criterion
        a: two clinical standard deviations from the clinical mean towards the functional side;
        b: two *functional* standard deviations from the functional mean towards the clinical side;
        c: as many functional standard deviations from the one mean as clinical ones from the other.
    direction : Direction
        Where scores go with improvement.
    clinical, functional : Group, optional
        Those who need help and those who do not; a needs the first, b the second, c both.

    Returns
    -------
    Fraction
        [points]

    Raises
    ------
    ValueError
        If a group that the criterion needs is not given.

    References
    ----------
    .. [1] N. S. Jacobson and P. Truax, "Clinical Significance: A Statistical Approach to Defining
       Meaningful Change in Psychotherapy Research," J. Consult. Clin. Psychol., vol. 59, no. 1,
       pp. 12-19, 1991.

    Examples
    --------
    >>> groups = {
    ...     "clinical": Group(mean=Fraction(40), sd=Fraction("7.5")),
    ...     "functional": Group(mean=Fraction(60), sd=Fraction("7.5")),
    ... }
    >>> [int(exact_cut_off(criterion, Direction.UP, **groups)) for criterion in Criterion]
    [55, 45, 50]
    """
    better = 1 if direction is Direction.UP else -1
    if criterion is Criterion.A:
        group = _given(clinical, "clinical")
        return group.mean + 2 * better * group.sd
    if criterion is Criterion.B:
        group = _given(functional, "functional")
        return group.mean - 2 * better * group.sd
    ill, well = _given(clinical, "clinical"), _given(functional, "functional")
    return (well.sd * ill.mean + ill.sd * well.mean) / (well.sd + ill.sd)


def _given(group: Group | None, name: str) -> Group:
    if group is None:
        msg = f"this cut-off needs the mean and the standard deviation of the {name} group"
        raise ValueError(msg)
    return group


def whole_cut_off(exact: Fraction, direction: Direction) -> int:
    """
    Return the mildest whole score on the clinical side of an exact cut-off, or on it.

    >>> whole_cut_off(Fraction(29, 3), Direction.DOWN), whole_cut_off(Fraction(29, 3), Direction.UP)
    (10, 9)
    """
    return -floor(-exact) if direction is Direction.DOWN else floor(exact)


#: Columns of a table of instruments. The last eight serve the method of Jacobson and Truax.
REQUIRED = ("instrument", "lowest", "highest", "direction", "source")
THRESHOLDS = ("cut_off", "reliable_change")
NORMS = ("sd", "reliability", "clinical_mean", "clinical_sd", "functional_mean", "functional_sd")
OPTIONAL = ("measures", "cut_off_claim", "reliable_change_claim", *THRESHOLDS, "criterion", *NORMS)


def instruments_by_name(
    frame: pd.DataFrame, file: str = "data/instruments.csv"
) -> dict[str, Instrument]:
    """
    Return the instruments of a table by name.

    Parameters
    ----------
    frame : DataFrame
        Typed or all text, indexed by line of the file: `instrument`, `lowest`, `highest`,
        `direction`, `source`, and `cut_off` with `reliable_change`; or, in their place, `criterion`
        (a, b or c) with the statistics that it needs, and `sd` with `reliability`. An instrument
        without a reliable change is kept: it can be named, but `outcomes.classify` will not judge
        by it.
    file : str
        Name for the messages.

    Raises
    ------
    TableError
        With every bad cell.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"instrument": "PHQ-9", "lowest": 0, "highest": 27, "cut_off": 10,
    ...        "reliable_change": 6, "direction": "down", "source": "the service"}
    >>> instruments_by_name(pd.DataFrame([row]))["PHQ-9"].cut_off
    10
    """
    problems = list(_columns(frame, file))
    if problems:
        raise TableError(problems)
    read: dict[str, Instrument] = {}
    lines: dict[str, str] = {}
    for line, *cells in frame.itertuples():
        row = {name: _text(cell) for name, cell in zip(map(str, frame.columns), cells, strict=True)}
        faults = [*_faults(row), *_repeated(row["instrument"], lines)]
        for column, rule in faults:
            value = row.get(column, "")
            problems.append(
                Problem(file=file, row=_line(line), column=column, value=value, rule=rule)
            )
        if not faults:
            read[row["instrument"]] = _instrument(row)
        lines.setdefault(stem_of(row["instrument"]), row["instrument"])
    if problems:
        raise TableError(problems)
    return read


def _line(index: Any) -> int:
    return int(index) if isinstance(index, int) else 0


def _text(cell: Any) -> str:
    """Return a cell as text; pandas' marks for a missing one are blank."""
    text = "" if cell is None else str(cell).strip()
    return "" if text in ("<NA>", "nan", "NaN") else text


def _columns(frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    for name in REQUIRED:
        if name not in frame:
            yield Problem(file=file, row=1, column=name, value="", rule="this column is missing")
    known = (*REQUIRED, *OPTIONAL)
    for name in map(str, frame.columns):
        if name not in known:
            rule = f"no such column; expected {', '.join(known)}"
            yield Problem(file=file, row=1, column=name, value=name, rule=rule)


def _repeated(name: str, seen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    other = seen.get(stem_of(name))
    if other is not None:
        yield "instrument", f"a name that columns can tell from {other!r}"


def _faults(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return column and rule of each bad cell; later rules are tried where earlier ones hold."""
    for check in (_text_faults, _range_faults, _number_faults, _choice_faults):
        faults = list(check(row))
        if faults:
            return faults
    return list(_threshold_faults(row))


def _text_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not stem_of(row["instrument"]):
        yield "instrument", "a name with letters or digits"
    if not row["source"]:
        yield "source", "where the thresholds come from"
    if row["direction"] not in set(Direction):
        yield "direction", "down or up, where scores go with improvement"


def _range_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column in ("lowest", "highest"):
        if not _is_whole(row[column]) or int(row[column]) > HIGHEST_SCORE:
            yield column, f"a whole number from 0 to {HIGHEST_SCORE}"
            return
    if int(row["lowest"]) >= int(row["highest"]):
        yield "highest", f"more than the lowest score, {row['lowest']}"


def _number_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column in THRESHOLDS:
        if row.get(column) and not _is_whole(row[column]):
            yield column, "a whole number of points, or blank"
    for column in NORMS:
        text = row.get(column, "")
        if text and not _is_decimal(text):
            yield column, "a plain decimal number, or blank"
        elif text and column.endswith("sd") and Fraction(text) <= 0:
            yield column, "a standard deviation above 0"
        elif text and column == "reliability" and Fraction(text) > 1:
            yield column, "a reliability from 0 to 1"


def _choice_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each threshold comes from one place: as it is, or from the statistics."""
    criterion = row.get("criterion", "")
    if bool(row.get("cut_off")) == bool(criterion):
        yield "cut_off", "a cut-off, or in its place a criterion a, b or c; not both"
    elif criterion and criterion not in set(Criterion):
        yield "criterion", "a, b or c, or blank"
    elif criterion:
        groups = {"a": ["clinical"], "b": ["functional"], "c": ["clinical", "functional"]}
        for column in (f"{g}_{part}" for g in groups[criterion] for part in ("mean", "sd")):
            if not row.get(column):
                yield column, f"needed for criterion {criterion}"
    if row.get("reliable_change") and row.get("sd"):
        yield "reliable_change", "a reliable change, or in its place sd and reliability; not both"
    elif bool(row.get("sd")) != bool(row.get("reliability")):
        missing = "reliability" if row.get("sd") else "sd"
        yield missing, "sd and reliability go together"


def _threshold_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    one = _instrument(row)
    low, high = one.lowest, one.highest
    down = one.direction is Direction.DOWN
    if not (low < one.cut_off <= high if down else low <= one.cut_off < high):
        column = "cut_off" if row.get("cut_off") else "criterion"
        yield column, f"a cut-off with scores on both sides of it; this one is {one.cut_off}"
    change = one.reliable_change
    if change is not None and not 1 <= change <= high - low:
        column = "reliable_change" if row.get("reliable_change") else "sd"
        yield column, f"a reliable change from 1 to {high - low} points; this one is {change}"


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _is_decimal(text: str) -> bool:
    whole, _, decimals = text.partition(".")
    return (whole + decimals).isascii() and whole.isdigit() and (decimals or "0").isdigit()


def _instrument(row: Mapping[str, str]) -> Instrument:
    direction = Direction(row["direction"])
    return Instrument(
        name=row["instrument"],
        lowest=int(row["lowest"]),
        highest=int(row["highest"]),
        cut_off=_cut_off(row, direction),
        reliable_change=_reliable_change(row),
        direction=direction,
        source=row["source"],
    )


def _cut_off(row: Mapping[str, str], direction: Direction) -> int:
    if row.get("cut_off"):
        return int(row["cut_off"])
    exact = exact_cut_off(
        Criterion(row["criterion"]),
        direction,
        clinical=_group(row, "clinical"),
        functional=_group(row, "functional"),
    )
    return whole_cut_off(exact, direction)


def _group(row: Mapping[str, str], name: str) -> Group | None:
    mean, sd = row.get(f"{name}_mean"), row.get(f"{name}_sd")
    return Group(mean=Fraction(mean), sd=Fraction(sd)) if mean and sd else None


def _reliable_change(row: Mapping[str, str]) -> int | None:
    if row.get("sd"):
        return smallest_reliable_change(Fraction(row["sd"]), Fraction(row["reliability"]))
    return int(row["reliable_change"]) if row.get("reliable_change") else None
