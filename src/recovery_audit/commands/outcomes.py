"""`recovery-audit outcomes`: the official outcome rules on a reader's own cohort.

What is printed are counts and rates. A record's values leave this module only for the file that
`--flags` names, and in messages about cells that break their rule, on the reader's own terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.cohorts import OnInvalid, Reading, read_cohort, read_date
from recovery_audit.disclosure import SMALLEST_SHOWN, withheld
from recovery_audit.errors import AuditError, Problem
from recovery_audit.instruments import Instrument, instruments_by_name, stem_of
from recovery_audit.outcome_rules import RATES, REPLACEABLE, Conflict, MissingLast, OutcomeRules

if TYPE_CHECKING:
    import pandas as pd

    from recovery_audit.cohorts import Cohort
    from recovery_audit.outcome_rates import Rate, Tally

REGISTRY = "instruments.csv"

#: Columns of the file that `--flags` writes.
FLAGS = ("at_caseness", *RATES)

#: Bad cells of which the message gives the place, one kind at a time.
MOST_PLACES = 10


def outcomes(
    cohort: Annotated[
        str, typer.Argument(help="CSV: one row per record, or one per attended session.")
    ],
    instruments: Annotated[
        str, typer.Option(help="Instruments every record is judged on, with commas.")
    ] = "phq9,gad7",
    registry: Annotated[
        str | None, typer.Option(help="CSV with instruments of your own; see docs.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="A column under another name: phq9_first=PHQ_pre")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="YAML with such names, one `phq9_first: PHQ_pre` a line.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column to leave alone; may be repeated.")
    ] = None,
    blank: Annotated[
        list[str] | None, typer.Option(help="A text that means missing, as NA; may be repeated.")
    ] = None,
    date_format: Annotated[
        str, typer.Option(help="How dates are written: %d/%m/%Y for 31/12/2024.")
    ] = "%Y-%m-%d",
    on_invalid: Annotated[
        OnInvalid,
        typer.Option(help="A bad cell stops, drops its record, or counts as missing."),
    ] = OnInvalid.STOP,
    min_sessions: Annotated[
        int, typer.Option(help="Attended sessions that make a finished course.", min=0)
    ] = 2,
    start: Annotated[
        str | None, typer.Option("--from", help="First day of discharge, YYYY-MM-DD.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last day of discharge, YYYY-MM-DD.")
    ] = None,
    strict_cut_off: Annotated[
        bool, typer.Option("--strict-cut-off", help="A score at the cut-off is no case.")
    ] = False,
    strict_change: Annotated[
        bool, typer.Option("--strict-change", help="A change must exceed the reliable change.")
    ] = False,
    conflict: Annotated[
        Conflict, typer.Option(help="One measure reliably better and another worse is this.")
    ] = Conflict.NO_CHANGE,
    missing_last: Annotated[
        MissingLast, typer.Option(help="A record without a last score is this.")
    ] = MissingLast.FAILURE,
    fallback: Annotated[
        bool, typer.Option(help="GAD-7 decides where a specific instrument is not paired.")
    ] = True,
    suppress: Annotated[
        bool,
        typer.Option("--suppress", help="Hold back counts under 5 and what would give them away."),
    ] = False,
    flags: Annotated[
        str | None, typer.Option(help="Write the flags of each record to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """
    Compute the official outcome rates of a cohort of your own.

    Columns: phq9_first, phq9_last, gad7_first, gad7_last; if wanted id, sessions, discharged (a
    date), and instrument, instrument_first, instrument_last for a specific anxiety measure. Or one
    row per attended session: id, session or date, phq9, gad7; if wanted discharged, instrument,
    instrument_score. A blank cell is a missing value. Without sessions or discharged, every record
    counts as finished. Nothing is sent anywhere, and single records are written to --flags alone.

    Examples:

      recovery-audit outcomes cohort.csv

      recovery-audit outcomes cohort.csv --json --missing-last bounds

      recovery-audit outcomes cohort.csv --instruments phq9 --column phq9_first=PHQ_pre
    """
    known = _registry(registry)
    measures = _measures(instruments, known)
    rules = OutcomeRules(
        measures=measures,
        inclusive_cut_off=not strict_cut_off,
        inclusive_change=not strict_change,
        conflict=conflict,
        missing_last=missing_last,
        fallback=fallback,
        min_sessions=min_sessions,
        period_start=None if start is None else _day("--from", start),
        period_end=None if end is None else _day("--to", end),
    )
    reading = Reading(
        registry=known,
        measures=measures,
        columns=_names(columns, column or []),
        ignored=frozenset(ignore or ()),
        blanks=frozenset(blank or ()),
        date_format=date_format,
        on_invalid=on_invalid,
    )
    answer = _judge(cohort, reading, rules, flags)
    for line in _warnings(answer.cohort, on_invalid):
        print(line, file=sys.stderr)
    _print(answer, suppress=suppress, as_json=as_json)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """Everything that is printed comes from here."""

    cohort: Cohort
    rules: OutcomeRules
    counted: Tally
    on_invalid: OnInvalid
    has_sessions: bool
    has_discharge: bool


def _judge(file: str, reading: Reading, rules: OutcomeRules, flags_file: str | None) -> _Answer:
    from recovery_audit import io
    from recovery_audit.outcome_rates import tally
    from recovery_audit.outcomes import classify

    cohort = read_cohort(io.read_text_table(_existing(file)), file, reading)
    if flags_file is not None and _same(file, flags_file):
        raise AuditError(f"--flags would write over the cohort, {file}")
    flags = classify(cohort.records, reading.registry, rules)
    if flags_file is not None:
        table = flags_table(cohort.records, flags, rules)
        _write(table.to_csv(index=False, lineterminator="\n"), flags_file)
    return _Answer(
        cohort=cohort,
        rules=rules,
        counted=tally(flags),
        on_invalid=reading.on_invalid,
        has_sessions="sessions" in cohort.records,
        has_discharge="discharged" in cohort.records,
    )


def _existing(file: str) -> str:
    from pathlib import Path

    if not Path(file).is_file():
        raise AuditError(f"there is no file {file}")
    return file


def _same(file: str, other: str) -> bool:
    from pathlib import Path

    return Path(file).resolve() == Path(other).resolve()


def _write(text: str, file: str) -> None:
    from recovery_audit import io

    try:
        io.write_text(text, file)
    except OSError as error:
        raise AuditError(f"{file} cannot be written: {error.strerror}") from None


def _registry(file: str | None) -> dict[str, Instrument]:
    """Return the instruments of the service, and the reader's own in their place or beside them."""
    from recovery_audit import io

    known = instruments_by_name(io.read_text_table(io.shipped_table(REGISTRY)))
    if file is None:
        return known
    own = instruments_by_name(io.read_text_table(_existing(file)), file)
    stems = {one.stem for one in own.values()}
    return {name: one for name, one in known.items() if one.stem not in stems} | own


def _measures(text: str, known: Mapping[str, Instrument]) -> tuple[str, ...]:
    by_stem = {one.stem: name for name, one in known.items()}
    wanted = [part.strip() for part in text.split(",")]
    for part in wanted:
        if stem_of(part) not in by_stem:
            raise AuditError(
                f"--instruments: {part!r} is not in the registry; it has {', '.join(known)}"
            )
    found = tuple(by_stem[stem_of(part)] for part in wanted)
    if len(set(found)) < len(found):
        raise AuditError(f"--instruments: each instrument once, got {text!r}")
    return found


def _day(option: str, text: str) -> Any:
    found = read_date(text)
    if isinstance(found, str):
        raise AuditError(f"{option}: expected {found}, got {text!r}")
    return found


def _names(file: str | None, pairs: Sequence[str]) -> dict[str, str]:
    """Return our name of each renamed column to theirs; an option overrides the file."""
    from recovery_audit import io

    names: dict[str, str] = {}
    if file is not None:
        content = io.read_yaml(_existing(file))
        if not isinstance(content, dict) or not all(
            isinstance(text, str) for pair in content.items() for text in pair
        ):
            raise AuditError(f"{file}: expected lines like `phq9_first: PHQ_pre`")
        names |= content
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not (ours and equals and theirs):
            raise AuditError(f"--column: expected phq9_first=PHQ_pre, got {pair!r}")
        names[ours] = theirs
    return names


def flags_table(records: pd.DataFrame, flags: pd.DataFrame, rules: OutcomeRules) -> pd.DataFrame:
    """
    Return the flags of each record as `true`, `false` or blank.

    Parameters
    ----------
    records, flags : DataFrame
        As read, and as `outcomes.classify` judged them.
    rules : OutcomeRules
        Those of the flags.

    Returns
    -------
    DataFrame
        `id` (or the line of the file, where there is none) and the six flags. Blank are all flags
        of a record that did not finish, `at_caseness` where the known first scores do not tell,
        and, unless a missing last score is a failure, the rates of a record that lacks one.
    """
    import numpy as np
    import pandas as pd

    ids = records["id"] if "id" in records else records.index.astype(str)
    applies = flags["finished"]
    told = applies & (flags["at_caseness"] | flags["not_at_caseness"])
    if rules.missing_last is not MissingLast.FAILURE:
        applies = applies & flags["last_scores"]
    text = {
        name: np.where(
            told if name == "at_caseness" else applies, np.where(flags[name], "true", "false"), ""
        )
        for name in FLAGS
    }
    return pd.DataFrame({"id": np.asarray(ids, dtype=object)} | text)


Kinds = dict[tuple[str, str], list[Problem]]


def _kinds(cohort: Cohort) -> Kinds:
    """Return the problems by column and rule."""
    kinds: Kinds = {}
    for problem in cohort.problems:
        kinds.setdefault((problem.column, problem.rule), []).append(problem)
    return kinds


def _warnings(cohort: Cohort, policy: OnInvalid) -> list[str]:
    """Say what was wrong and what became of it, each kind with its first places."""
    lines = []
    for problems in _kinds(cohort).values():
        lines += [str(problem) for problem in problems[:MOST_PLACES]]
        if len(problems) > MOST_PLACES:
            lines.append(f"  and {len(problems) - MOST_PLACES:,} more of this kind")
    if not lines:
        return []
    became = "no record with one is kept" if policy is OnInvalid.DROP else "such cells are missing"
    dropped = f"{cohort.dropped:,} of {_counted(cohort.read, 'record')} dropped"
    return [*lines, f"{_counted(len(cohort.problems), 'problem')}; {became}; {dropped}."]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _print(answer: _Answer, *, suppress: bool, as_json: bool) -> None:
    import json

    content = _content(answer, suppress=suppress)
    print(json.dumps(content, indent=1) if as_json else "\n".join(_lines(content)))


def _content(answer: _Answer, *, suppress: bool) -> dict[str, Any]:
    """Return everything that is printed, as JSON has it; None stands for what is held back."""
    from recovery_audit.outcome_rates import LADDER, ladder, rates

    counted = answer.counted
    found = rates(counted, answer.rules)
    counts = _counts(counted)
    extra = {rate.group: rate.denominator for rate in found.values()}
    hidden = withheld(counts | _numerators(found) | extra) if suppress else frozenset()
    content: dict[str, Any] = {
        name: None if name in hidden else count for name, count in counts.items()
    }
    content |= {name: _rate_content(rate, hidden, bare=suppress) for name, rate in found.items()}
    content["missing_last"] = str(answer.rules.missing_last)
    content["measures"] = list(answer.rules.measures)
    content["notes"] = _notes(answer, suppress=suppress)
    content["invalid"] = _invalid(answer.cohort, answer.on_invalid)
    if suppress:
        content["withheld"] = sorted(hidden)
    else:
        content["ladder"] = [
            {"rate": rung.rate, "group": rung.group, "of": LADDER[rung.group]}
            | _rate_content(rung, hidden)
            for rung in ladder(counted)
        ]
    return content


def _counts(counted: Tally) -> dict[str, int]:
    return {
        "records": counted.sizes["records"],
        "finished": counted.sizes["finished"],
        **{
            name: counted.counts[name, "finished"]
            for name in ("at_caseness", "not_at_caseness", "paired")
        },
    }


def _numerators(found: Mapping[str, Rate]) -> dict[str, int]:
    return {name: rate.numerator for name, rate in found.items()}


def _rate_content(rate: Rate, hidden: frozenset[str], *, bare: bool = False) -> dict[str, Any]:
    """Return a rate as JSON has it; without both its counts it would give one of them away."""
    numerator = None if rate.rate in hidden else rate.numerator
    denominator = None if rate.group in hidden else rate.denominator
    shown = numerator is not None and denominator is not None and rate.value is not None
    content: dict[str, Any] = {
        "numerator": numerator,
        "denominator": denominator,
        "value": float(rate.value) if shown and rate.value is not None else None,
        "percent": rate.percent if shown else None,
        "interval": list(rate.interval) if shown and rate.interval is not None else None,
    }
    if rate.least is not None and rate.most is not None and not bare:
        content["bounds"] = {"least": rate.least, "most": rate.most}
    return content


def _invalid(cohort: Cohort, policy: OnInvalid) -> dict[str, Any]:
    """Return how many cells broke which rule and where; not what stands in them."""
    return {
        "policy": str(policy),
        "problems": len(cohort.problems),
        "records_dropped": cohort.dropped,
        "kinds": [
            {
                "column": column,
                "rule": rule,
                "count": len(problems),
                "rows": [problem.row for problem in problems],
            }
            for (column, rule), problems in _kinds(cohort).items()
        ],
    }


def _notes(answer: _Answer, *, suppress: bool) -> list[str]:
    """Say what was assumed, and how many it concerns."""
    notes = []
    if not answer.has_sessions:
        notes.append("No column `sessions`: every record counts as having had enough.")
    if not answer.has_discharge:
        notes.append("No column `discharged`: every record counts as discharged in the period.")
    if "instrument" in answer.cohort.records and REPLACEABLE in answer.rules.measures:
        notes += _specific_notes(answer, suppress=suppress)
    if suppress:
        notes.append(
            f"Counts under {SMALLEST_SHOWN}, and others that would give them away, are held back "
            "(*), and so are the bounds and the ladder."
        )
    return notes


def _specific_notes(answer: _Answer, *, suppress: bool) -> list[str]:
    named = int((answer.cohort.records["instrument"] != "").sum())
    used = answer.counted.counts["specific", "finished"]
    if suppress:
        return [f"Specific instruments take the place of {REPLACEABLE} where they are in force."]
    return [
        f"{_counted(named, 'record')} named a specific instrument; {used:,} of the finished were "
        f"judged on it in place of {REPLACEABLE}."
    ]


_SAID = {
    "records": "records",
    "finished": "finished",
    "at_caseness": "at caseness at the start",
    "not_at_caseness": "not at caseness",
    "paired": "all first and last scores known",
}


def _lines(content: Mapping[str, Any]) -> list[str]:
    """Return the answer as a reader sees it."""
    flow = [[text, _shown(content[name])] for name, text in _SAID.items()]
    lines = [*_table(flow), "", *_table(_rate_rows(content))]
    if "ladder" in content:
        lines += ["", "The same outcomes over other groups, in percent:", ""]
        lines += _table(_ladder_rows(content["ladder"]))
    if content["notes"]:
        lines += ["", *content["notes"]]
    return lines


def _rate_rows(content: Mapping[str, Any]) -> list[list[str]]:
    bounded = "bounds" in content[RATES[0]]
    rows = [["rate", "count", "of", "%", "95% interval", *(["least", "most"] * bounded)]]
    for name in RATES:
        rate = content[name]
        row = [name.replace("_", " "), _shown(rate["numerator"]), _shown(rate["denominator"])]
        row += [rate["percent"] or "-", _interval(rate["interval"])]
        if bounded:
            row += [_percent(rate["bounds"][end], rate["denominator"]) for end in ("least", "most")]
        rows.append(row)
    return rows


def _ladder_rows(rungs: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    groups = list(dict.fromkeys(rung["group"] for rung in rungs))
    cells = {(rung["group"], rung["rate"]): rung["percent"] or "-" for rung in rungs}
    said = {rung["group"]: (rung["of"], rung["denominator"]) for rung in rungs}
    rows = [["of", "n", *(name.replace("_", " ") for name in RATES)]]
    return rows + [
        [said[group][0], _shown(said[group][1]), *(cells[group, rate] for rate in RATES)]
        for group in groups
    ]


def _shown(count: int | None) -> str:
    return "*" if count is None else f"{count:,}"


def _interval(limits: Sequence[float] | None) -> str:
    return "-" if limits is None else " to ".join(f"{100 * limit:.1f}" for limit in limits)


def _percent(count: int, nobs: int) -> str:
    from recovery_audit.rounding import print_percent

    return print_percent(count, nobs, decimals=1) if nobs else "-"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns, the first to the left and the rest to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
