"""The command `recovery-audit`: can a printed percentage be what it says it is?

Exit status: 0 the figure holds, 1 it does not (or only under a rounding rule that was not named),
2 wrong use, 3 nothing can be said.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.commands.bounds import bounds
from recovery_audit.commands.outcomes import outcomes
from recovery_audit.commands.pool import pool
from recovery_audit.commands.project import aligned
from recovery_audit.commands.specification import specification
from recovery_audit.commands.trace import trace
from recovery_audit.commands.verdict import verdict
from recovery_audit.commands.what_if import what_if
from recovery_audit.errors import AuditError, FigureError

if TYPE_CHECKING:
    from recovery_audit.rounding import RoundingRule
    from recovery_audit.shared_denominators import SharedDenominators
    from recovery_audit.verdicts import Judgement

HOLDS, FAILS, WRONG_USE, OPEN = 0, 1, 2, 3

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Can a printed percentage be what it says it is? Answers come from exact integers.",
)


class Rule(StrEnum):
    """The rounding rules by name; `rounding.RoundingRule` itself would load numpy for --help."""

    half_up = "half_up"
    half_down = "half_down"
    half_even = "half_even"
    either_tie = "either_tie"
    truncated = "truncated"
    ceiling = "ceiling"


Rounding = Annotated[
    Rule | None,
    typer.Option(help="The rounding rule, if known. Without it half up or half to even will do."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> None:
    """Run the command; the one place where an error becomes an exit status."""
    try:
        app()
    except AuditError as error:
        print(error, file=sys.stderr)
        sys.exit(WRONG_USE)


@app.command()
def percent(
    figures: Annotated[list[str], typer.Argument(help="Percentages exactly as printed: 33.70")],
    of: Annotated[int | None, typer.Option(help="Size of the group, if published.")] = None,
    n_max: Annotated[int | None, typer.Option(help="Upper bound of its size.")] = None,
    same_base: Annotated[
        bool, typer.Option("--same-base", help="All figures are of one group.")
    ] = False,
    rounding: Rounding = None,
    unit: Annotated[str, typer.Option(help="What the group counts.")] = "persons",
    as_json: AsJson = False,
) -> None:
    """
    Say whether percentages can be what they are.

    Examples:

      recovery-audit percent 45.25 --of 172

      recovery-audit percent 4.6 --of 172 --rounding truncated

      recovery-audit percent 29.35 33.70 17.39 --same-base --n-max 172
    """
    _check_use(figures, of, n_max, same_base)
    rule = _rule(rounding)
    if same_base and n_max is not None:
        status, lines, content = _together(figures, n_max, rule, unit)
    else:
        status, lines, content = _one_by_one(figures, of, n_max, rule, unit)
    _print(content | {"exit_status": status}, lines, as_json=as_json)
    raise typer.Exit(status)


@app.command()
def percents(
    table: Annotated[str, typer.Argument(help="CSV with `printed` and `n`, if wanted `rounding`.")],
    rounding: Rounding = None,
    out: Annotated[str | None, typer.Option(help="Write here instead of printing.")] = None,
) -> None:
    """
    Judge a whole table; other columns are kept.

    Adds consistent, k_min, k_max, verdict and explanation. Exit status 1 if a row is inconsistent.

    Example:

      recovery-audit percents table.csv --out checked.csv
    """
    from recovery_audit import io
    from recovery_audit.percent_table import check_percents

    checked = check_percents(io.read_text_table(table), table, _rule(rounding))
    text = checked.to_csv(index=False, lineterminator="\n")
    if out is None:
        sys.stdout.write(text)
    else:
        io.write_text(text, out)
    raise typer.Exit(FAILS if (checked["consistent"] == "false").any() else HOLDS)


app.command()(outcomes)
app.command()(bounds)
app.command()(specification)
app.command()(verdict)
app.command()(trace)
app.command()(what_if)
app.command()(pool)


def _rule(rounding: Rule | None) -> RoundingRule | None:
    from recovery_audit.rounding import RoundingRule

    return None if rounding is None else RoundingRule(rounding)


def _check_use(figures: Sequence[str], of: int | None, n_max: int | None, same_base: bool) -> None:
    from recovery_audit.rounding import read_figure

    if of is not None and n_max is not None:
        raise AuditError("give --of where the size of the group is known, else --n-max; not both")
    for name, size in (("--of", of), ("--n-max", n_max)):
        if size is not None and not 1 <= size <= 10**9:
            raise AuditError(f"{name} must be a whole number from 1 to 1000000000, got {size}")
    if same_base and of is None and n_max is None:
        raise AuditError("--same-base needs --n-max, the largest size the group can have, or --of")
    for figure in figures:
        if read_figure(figure).value > 100:
            raise FigureError(f"a percentage of a part lies between 0 and 100, got {figure}")


Answer = tuple[int, list[str], dict[str, Any]]


def _one_by_one(
    figures: Sequence[str], of: int | None, n_max: int | None, rule: RoundingRule | None, unit: str
) -> Answer:
    from recovery_audit.percent_table import case_of
    from recovery_audit.verdicts import judge

    judged = {f: judge(case_of(f, of, rule, n_max=n_max, unit=unit)) for f in figures}
    other = {f: other_sizes(f, one, (of, n_max), rule) for f, one in judged.items()}
    lines = [f"{one.explanation}{said_of(other[f])}" for f, one in judged.items()]
    rows = [["figure", "verdict", "rounding", "counts", "power"]]
    rows += [_row(figure, one) for figure, one in judged.items()]
    content = {"figures": [_as_dict(f, one) | other[f] for f, one in judged.items()]}
    status = _worst(_status(one) for one in judged.values())
    return status, [*lines, "", *aligned(rows)], content


def other_sizes(
    figure: str,
    judgement: Judgement,
    size: tuple[int | None, int | None],
    rule: RoundingRule | None,
) -> dict[str, Any]:
    """Return what would print so near the size given, where no count of that size does.

    Where neither the size nor a bound of it is given, what would at the smallest size.
    """
    from recovery_audit.grim import nearest_fits, smallest_fit
    from recovery_audit.rounding import ORDINARY, read_figure

    read, rules = read_figure(figure), ORDINARY if rule is None else (rule,)
    known, bound = size
    return {
        "nearest_fits": nearest_fits(read, known, rules)
        if known and not judgement.witnesses
        else [],
        "smallest_fit": None if known or bound else smallest_fit(read, rules),
    }


def said_of(other: Mapping[str, Any]) -> str:
    """Say which other sizes a figure would fit, as the end of its explanation."""
    if other["smallest_fit"]:
        count, nobs = other["smallest_fit"]
        return f" It fits {count:,} of {nobs:,}, and no smaller group."
    near = [f"{count:,} of {nobs:,}" for count, nobs in other["nearest_fits"]]
    return f" It would fit {' or '.join(near)}." if near else ""


def _status(judgement: Judgement) -> int:
    verdict = str(judgement.verdict)
    if verdict in ("consistent", "approximate"):
        return HOLDS
    return OPEN if verdict in ("undetermined", "uninformative") else FAILS


def _worst(statuses: Any) -> int:
    """Return the status of several figures: failing before open before holding."""
    found = set(statuses)
    return next(status for status in (FAILS, OPEN, HOLDS) if status in found)


_MOST_PAIRS = 6


def _row(figure: str, judgement: Judgement) -> list[str]:
    pairs = [f"{count}/{nobs}" for count, nobs in judgement.witnesses]
    shown = " ".join(pairs[:_MOST_PAIRS]) + (" ..." if len(pairs) > _MOST_PAIRS else "")
    power = judgement.power_ordinary
    return [
        figure,
        str(judgement.verdict),
        judgement.rounding_rule or "-",
        shown or "-",
        "-" if power is None else f"{float(power):.3f}",
    ]


def _as_dict(figure: str, judgement: Judgement) -> dict[str, Any]:
    return {
        "printed": figure,
        "verdict": str(judgement.verdict),
        "rounding_rule": judgement.rounding_rule,
        "witnesses": [list(pair) for pair in judgement.witnesses],
        "power_ordinary": _number(judgement.power_ordinary),
        "power_any": _number(judgement.power_any),
        "explanation": judgement.explanation,
    }


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)


def _together(figures: Sequence[str], n_max: int, rule: RoundingRule | None, unit: str) -> Answer:
    from recovery_audit.grim import denominators_up_to, witnesses
    from recovery_audit.rounding import ORDINARY, read_figure
    from recovery_audit.shared_denominators import search

    rules = ORDINARY if rule is None else (rule,)
    read = {figure: read_figure(figure) for figure in figures}
    found = search(read, denominators_up_to(n_max), rules)
    counts = {n: [witnesses(figure, n, rules)[0] for figure in read.values()] for n in found.found}
    rows = [["size", *read], *([str(n), *map(str, found)] for n, found in counts.items())]
    sentence = _search_sentence(found, n_max, unit)
    near = f"Sizes that would fit if one figure moved by one last digit: {found.near_misses}."
    lines = [sentence, near, "", *aligned(rows)] if counts else [sentence, near]
    content = {
        "explanation": sentence,
        "sizes": [{"n": n, "counts": dict(zip(read, k, strict=True))} for n, k in counts.items()],
        "tried": found.tried,
        "expected_fits": _number(found.expected_fits),
        "chance_fit": _number(found.chance_fit.value if found.chance_fit else None),
        "near_misses": found.near_misses,
        "leave_one_out": found.leave_one_out,
    }
    return _search_status(found), lines, content


def _search_status(found: SharedDenominators) -> int:
    if not found.found:
        return FAILS
    return HOLDS if found.deduced is not None else OPEN


def _search_sentence(found: SharedDenominators, n_max: int, unit: str) -> str:
    from recovery_audit.shared_denominators import CHANCE_FIT_LIMIT
    from recovery_audit.verdicts import listed

    if not found.found:
        return f"No group of up to {n_max:,} {unit} has counts that print as all of these figures."
    sizes = listed(found.found)
    verb = "fits" if found.forced else "fit"
    chance = found.chance_fit
    if chance is None:
        return f"Of the sizes up to {n_max:,} {unit}, {sizes} {verb} all figures."
    said = f"chance of a fit with random figures {float(chance.value):.3f}"
    if chance.value > CHANCE_FIT_LIMIT:
        said = f"a fit was to be expected anyway: {said}"
    return f"Of the sizes up to {n_max:,} {unit}, {sizes} {verb} all figures ({said})."


def _print(content: dict[str, Any], lines: Sequence[str], *, as_json: bool) -> None:
    import json

    print(json.dumps(content, indent=1) if as_json else "\n".join(lines))
