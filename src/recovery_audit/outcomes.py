"""The official outcome rules on records: from first and last scores to flags.

The measure in force. Every record is judged on the measures of the rules, officially PHQ-9 and
GAD-7. Where a record names a specific instrument that is *paired* (first and last score known), the
specific instrument takes the place of GAD-7 for everything: caseness, recovery and change. Where it
is not paired, GAD-7 decides everything, so a specific first score whose last is missing does not
make a case: one measure never lends its first score to another's last. PHQ-9 has no stand-in.

An instrument without a reliable change cannot be in force: it could call a record recovered but
not improved or unchanged, and improved, unchanged and deteriorated would no longer add up to the
paired. Such a record is judged on GAD-7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recovery_audit.errors import AuditError
from recovery_audit.instruments import Direction, Instrument, stem_of
from recovery_audit.outcome_rules import (
    RATES,
    REPLACEABLE,
    Conflict,
    MissingLast,
    OutcomeRules,
)

if TYPE_CHECKING:
    import pandas as pd

BoolArray = NDArray[np.bool_]
ScoreArray = NDArray[np.int16] | NDArray[np.int8]
Threshold = int | NDArray[np.int16]

#: Stands for a missing score; below every score, since no instrument goes below 0.
MISSING = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """First and last scores of all records on one measure, turned so that more is worse."""

    first: ScoreArray  #: [points], `MISSING` where unknown
    last: ScoreArray  #: [points], `MISSING` where unknown
    cut_off: Threshold  #: a case from this score on, one for all or one per record [points]
    change: Threshold  #: smallest reliable change, likewise [points]
    lowest: Threshold = 0  #: best possible score, likewise [points]
    highest: Threshold = 0  #: worst possible score, likewise; only completions look at both


def judge_scores(
    measures: Sequence[Scores], conflict: Conflict = Conflict.NO_CHANGE
) -> dict[str, BoolArray]:
    """
    Judge arrays of scores by the official rules.

    Parameters
    ----------
    measures : sequence of Scores
        One per measure in force, all of the same length.
    conflict : Conflict
        What one measure reliably better and another reliably worse is called.

    Returns
    -------
    dict of str to bool array
        `at_caseness` (some known first score is a case), `not_at_caseness` (all are known, none is
        a case), `first_score` (some is known), `last_scores` (all last scores are known), `paired`
        (all scores are known) and the five rates. No record is both recovered and lacking a last
        score, or improved and not paired.

    Examples
    --------
    >>> phq9 = Scores(first=np.array([15], np.int8), last=np.array([9], np.int8),
    ...               cut_off=10, change=6)
    >>> gad7 = Scores(first=np.array([6], np.int8), last=np.array([6], np.int8),
    ...               cut_off=8, change=4)
    >>> flags = judge_scores([phq9, gad7])
    >>> [name for name in flags if flags[name][0]]  # doctest: +NORMALIZE_WHITESPACE
    ['at_caseness', 'first_score', 'last_scores', 'paired', 'recovery', 'reliable_recovery',
     'reliable_improvement']
    """
    case, first_known, last_known, below, fell, rose, some_first = _signs(measures[0])
    for measure in measures[1:]:
        signs = _signs(measure)
        case |= signs[0]
        first_known &= signs[1]
        last_known &= signs[2]
        below &= signs[3]
        fell |= signs[4]
        rose |= signs[5]
        some_first |= signs[6]
    paired = first_known & last_known
    improved = paired & fell & ~rose
    worse = paired & rose
    if conflict is Conflict.NO_CHANGE:
        worse &= ~fell
    recovered = case & below
    return {
        "at_caseness": case,
        "not_at_caseness": first_known & ~case,
        "first_score": some_first,
        "last_scores": last_known,
        "paired": paired,
        "recovery": recovered,
        "reliable_recovery": recovered & improved,
        "reliable_improvement": improved,
        "reliable_deterioration": worse,
        "no_reliable_change": paired & ~improved & ~worse,
    }


def _signs(scores: Scores) -> tuple[BoolArray, ...]:
    """Return case, first known, last known, last below, fell, rose, and again first known."""
    first_known, last_known = scores.first > MISSING, scores.last > MISSING
    fall = scores.first - scores.last
    pair = first_known & last_known
    return (
        scores.first >= scores.cut_off,
        first_known,
        last_known,
        last_known & (scores.last < scores.cut_off),
        pair & (fall >= scores.change),
        pair & (fall <= -scores.change),
        first_known.copy(),
    )


def classify(
    records: pd.DataFrame, instruments: Mapping[str, Instrument], rules: OutcomeRules
) -> pd.DataFrame:
    """
    Judge a table of records by the official rules.

    Parameters
    ----------
    records : DataFrame
        One row per record: `phq9_first`, `phq9_last`, `gad7_first`, `gad7_last` [points] (or those
        of the measures of the rules: the name in lower case, letters and digits only), missing as
        NaN or NA. Optional: `sessions` (attended), `discharged` (date); `instrument` (a specific
        one, or blank) with `instrument_first` and `instrument_last` [points].
    instruments : mapping of str to Instrument
        Registry by name; see `instruments.instruments_by_name`.
    rules : OutcomeRules
        The switches. A table may be judged in chunks; the flags of a record depend on it alone.

    Returns
    -------
    DataFrame
        The flags of `judge_scores`, and `finished` (enough sessions, and discharged in the period;
        a column that is absent is taken as fulfilled), `specific` (judged on the specific
        instrument). The flags say what the scores are, finished or not. Under the switch `bounds`
        also `<rate>_possible` and `<rate>_certain`: true for some, for all scores that the missing
        last ones can have.

    Raises
    ------
    AuditError
        If a column or an instrument is missing, or a score is not a whole number in its range.

    Examples
    --------
    >>> import pandas as pd
    >>> from recovery_audit.instruments import Direction, Instrument
    >>> phq9 = Instrument(name="PHQ-9", lowest=0, highest=27, cut_off=10, reliable_change=6,
    ...                   direction=Direction.DOWN, source="the service")
    >>> records = pd.DataFrame({"phq9_first": [15, 9], "phq9_last": [9, 3]})
    >>> flags = classify(records, {"PHQ-9": phq9}, OutcomeRules(measures=("PHQ-9",)))
    >>> flags[["at_caseness", "recovery", "reliable_improvement"]].values.tolist()
    [[True, True, True], [False, False, True]]
    """
    import pandas as pd

    measures, specific = _measures(records, instruments, rules)
    flags = judge_scores(measures, rules.conflict)
    if rules.missing_last is MissingLast.BOUNDS:
        flags |= _bounds(measures, flags, rules.conflict)
    flags |= {"finished": _finished(records, rules), "specific": specific}
    return pd.DataFrame(flags, index=records.index, copy=False)


def _measures(
    records: pd.DataFrame, instruments: Mapping[str, Instrument], rules: OutcomeRules
) -> tuple[list[Scores], BoolArray]:
    """Return the scores on each measure in force, and where that is a specific instrument."""
    specific = np.zeros(len(records), dtype=bool)
    measures = []
    for name in rules.measures:
        one = _registered(name, instruments)
        if one.reliable_change is None:
            msg = f"{name} has no reliable change in the registry, so no record can be judged by it"
            raise AuditError(msg)
        scores = _scores(records, one, one.stem, rules)
        if name == REPLACEABLE and "instrument" in records:
            scores = _replaced(scores, records, instruments, rules, specific)
        measures.append(scores)
    return measures, specific


def _registered(name: str, instruments: Mapping[str, Instrument]) -> Instrument:
    if name not in instruments:
        msg = f"{name!r} is no instrument of the registry; it has {', '.join(instruments)}"
        raise AuditError(msg)
    return instruments[name]


def _scores(
    records: pd.DataFrame, one: Instrument, stem: str, rules: OutcomeRules, rows: Any = slice(None)
) -> Scores:
    """Read the columns of one measure, turned so that more is worse."""
    first, last = (
        _points(records, f"{stem}_{place}", one, rows=rows) for place in ("first", "last")
    )
    cut_off = one.cut_off
    if one.direction is Direction.UP:
        turn = one.lowest + one.highest
        first, last = (np.where(s > MISSING, turn - s, s).astype(np.int16) for s in (first, last))
        cut_off = turn - cut_off
    return Scores(
        first=first,
        last=last,
        cut_off=cut_off + (not rules.inclusive_cut_off),
        change=(one.reliable_change or 0) + (not rules.inclusive_change),
        lowest=one.lowest,
        highest=one.highest,
    )


def _points(records: pd.DataFrame, column: str, one: Instrument, rows: Any) -> NDArray[np.int16]:
    """Return scores as small integers, after a check of each."""
    if column not in records:
        raise AuditError(f"the records have no column `{column}`")
    values = records[column].to_numpy(dtype=np.float64, na_value=np.nan)[rows]
    missing = np.isnan(values)
    known = np.where(missing, one.lowest, values)
    bad = (known < one.lowest) | (known > one.highest) | (known != np.floor(known))
    if bad.any():
        msg = (
            f"column `{column}`: scores of {one.name} are whole numbers from {one.lowest} to "
            f"{one.highest} or missing; {np.count_nonzero(bad)} are not"
        )
        raise AuditError(msg)
    known[missing] = MISSING
    return known.astype(np.int16)


def _replaced(
    general: Scores,
    records: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    rules: OutcomeRules,
    specific: BoolArray,
) -> Scores:
    """Put specific instruments in the place of the general measure; `specific` marks where."""
    named = list(_named(records, instruments))
    if not named:
        return general
    first, last = general.first.copy(), general.last.copy()
    limits = {
        name: np.full(len(records), getattr(general, name), np.int16)
        for name in ("cut_off", "change", "lowest", "highest")
    }
    for one, rows in named:
        own = _scores(records, one, "instrument", rules, rows)
        usable = one.reliable_change is not None
        if rules.fallback:
            in_force = (own.first > MISSING) & (own.last > MISSING) & usable
        else:
            in_force = np.ones(len(rows), dtype=bool)
        chosen = rows[in_force]
        first[chosen] = own.first[in_force] if usable else MISSING
        last[chosen] = own.last[in_force] if usable else MISSING
        for name, limit in limits.items():
            limit[chosen] = getattr(own, name)
        specific[chosen] = usable
    return Scores(first=first, last=last, **limits)


def _named(
    records: pd.DataFrame, instruments: Mapping[str, Instrument]
) -> Iterator[tuple[Instrument, NDArray[np.intp]]]:
    """Return each specific instrument with the rows that name it."""
    import pandas as pd

    by_stem = {one.stem: one for one in instruments.values()}
    codes, names = pd.factorize(records["instrument"])
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    for place, name in enumerate(names):
        stem = stem_of(str(name))
        if stem in ("", stem_of(REPLACEABLE)):
            continue
        if stem not in by_stem:
            _registered(str(name), instruments)
        yield by_stem[stem], order[ends[place] : ends[place + 1]]


def _finished(records: pd.DataFrame, rules: OutcomeRules) -> BoolArray:
    """Return who had enough sessions and was discharged in the period, as far as columns say."""
    finished = np.ones(len(records), dtype=bool)
    if "sessions" in records:
        sessions = records["sessions"].to_numpy(dtype=np.float64, na_value=np.nan)
        finished &= sessions >= rules.min_sessions  # an unknown number is not enough
    if "discharged" in records:
        discharged = records["discharged"].to_numpy(dtype="datetime64[D]")
        finished &= ~np.isnat(discharged)
        if rules.period_start is not None:
            finished &= discharged >= np.datetime64(rules.period_start)
        if rules.period_end is not None:
            finished &= discharged <= np.datetime64(rules.period_end)
    elif rules.period_start is not None or rules.period_end is not None:
        raise AuditError("a period of discharge needs the column `discharged`")
    return finished


def _bounds(
    measures: Sequence[Scores], flags: Mapping[str, BoolArray], conflict: Conflict
) -> dict[str, BoolArray]:
    """Return each rate's flag under some, and under all, values of the missing last scores."""
    open_rows = np.flatnonzero(~flags["last_scores"])
    cut = [_rows(measure, open_rows) for measure in measures]
    some = {rate: np.zeros(len(open_rows), dtype=bool) for rate in RATES}
    every = {rate: np.ones(len(open_rows), dtype=bool) for rate in RATES}
    for completed in product(*(_completions(measure) for measure in cut)):
        judged = judge_scores(completed, conflict)
        for rate in RATES:
            some[rate] |= judged[rate]
            every[rate] &= judged[rate]
    bounds = {}
    for ending, found in (("possible", some), ("certain", every)):
        for rate in RATES:
            bounds[f"{rate}_{ending}"] = flags[rate].copy()
            bounds[f"{rate}_{ending}"][open_rows] = found[rate]
    return bounds


def _rows(scores: Scores, rows: NDArray[np.intp]) -> Scores:
    """Return some records of a measure."""
    parts = {name: getattr(scores, name) for name in Scores.__slots__}
    return Scores(
        **{name: part[rows] if np.ndim(part) else part for name, part in parts.items()},
    )


def _completions(scores: Scores) -> list[Scores]:
    """
    Return a measure with its missing last scores at their best, unchanged, and at their worst.

    These three do for every value between: the best falls reliably and is below the cut-off if any
    value does and is, the worst likewise rises and is a case, and no change is always possible.
    """
    unknown = scores.last == MISSING
    unchanged = np.where(scores.first > MISSING, scores.first, scores.lowest)
    values = (scores.lowest, unchanged, scores.highest)
    return [
        replace(scores, last=np.where(unknown, value, scores.last).astype(np.int16))
        for value in values
    ]
