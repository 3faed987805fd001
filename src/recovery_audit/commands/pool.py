"""`recovery-audit pool`: what several rates of the same kind come to, if they may be pooled."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from recovery_audit.synthesis import Pooled, Study, Synthesis

POOLED, OPEN = 0, 3


class MethodName(StrEnum):
    """The methods by name; `synthesis.Method` itself would load numpy for --help."""

    dl = "dl"
    reml = "reml"
    glmm = "glmm"


_NAMES = {
    "dl": "DerSimonian-Laird",
    "reml": "REML",
    "glmm": "binomial-normal",
}


def pool(
    file: Annotated[str, typer.Argument(help="CSV with study, events and n, one study a row.")],
    method: Annotated[
        list[MethodName] | None, typer.Option(help="Only this method; may be repeated.")
    ] = None,
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
    truncated: Annotated[
        bool, typer.Option("--truncated", help="Let Hartung and Knapp's factor only widen.")
    ] = False,
    prediction_df_lost: Annotated[
        int, typer.Option(help="Degrees of freedom of the prediction: k less 1 or 2.")
    ] = 1,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Pool without each study in turn as well.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """
    Pool rates of single groups on the logit scale, or say why they are not pooled.

    Columns `group` (only studies of one group are pooled), `source_population` (studies that share
    one are not pooled) and `year` may be added. Exit status 3 if nothing is pooled.

    Examples:

      recovery-audit pool studies.csv

      recovery-audit pool studies.csv --method reml --method glmm --json
    """
    from recovery_audit.study_table import read_studies
    from recovery_audit.synthesis import Choices, Method, pool_groups
    from recovery_audit.synthesis import leave_one_out as leave_out

    choices = Choices(level=level, truncated=truncated, prediction_df_lost=prediction_df_lost)
    methods = [Method(name) for name in dict.fromkeys(method or MethodName)]
    studies = read_studies(_table(file), file)
    found = pool_groups(studies, methods, choices)
    left = {
        group: leave_out(one.studies, methods, choices) if leave_one_out else {}
        for group, one in found.items()
    }
    if as_json:
        groups = {name: _as_dict(one, methods, left[name]) for name, one in found.items()}
        content = groups[""] if [*groups] == [""] else {"groups": groups}
        print(json.dumps(content, indent=1))
    else:
        blocks = ["\n".join(_lines(name, one, left[name], level)) for name, one in found.items()]
        print("\n\n".join(blocks))
    raise typer.Exit(OPEN if all(one.refused for one in found.values()) else POOLED)


def _table(file: str) -> Any:
    from recovery_audit import io

    return io.read_text_table(file)


def _as_dict(
    found: Synthesis, methods: list[Any], left_out: dict[str, Synthesis]
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "k": len(found.studies),
        "refused": found.refused,
        "notes": list(found.notes),
    }
    content |= {str(method): _numbers(found.by(method)) for method in methods}
    if left_out:
        content["leave_one_out"] = {
            name: _as_dict(one, methods, {}) for name, one in left_out.items()
        }
    return content


def _numbers(one: Pooled | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "mu": one.mu,
        "se": one.se,
        "tau2": one.tau2,
        "rate": one.rate,
        "mean_rate": one.mean_rate,
        "ci": one.ci,
        "prediction": one.prediction,
        "notes": list(one.notes),
    }


def _lines(group: str, found: Synthesis, left_out: dict[str, Synthesis], level: float) -> list[str]:
    heading = [f"{group}:"] if group else []
    studies = [_study_line(study, level) for study in found.studies]
    if found.refused:
        return [*heading, *studies, "", f"Not pooled. {found.refused}."]
    lines = [*heading, *studies, ""]
    for one in found.pooled:
        lines += _method_lines(one, level)
    lines += [f"Note: {note}." for note in found.notes]
    for name, without in left_out.items():
        lines.append(f"Without {name}: {_in_short(without)}.")
    return lines


def _study_line(study: Study, level: float) -> str:
    from recovery_audit.proportions import wilson

    lower, upper = wilson(study.events, study.nobs, level)
    rate = _percent(study.events / study.nobs)
    return (
        f"{study.study}: {study.events} of {study.nobs} is {rate} "
        f"({_percent(lower)} to {_percent(upper)})"
    )


def _method_lines(one: Pooled, level: float) -> list[str]:
    name = _NAMES[str(one.method)]
    if one.rate is None or one.ci is None or one.prediction is None:
        return [f"{name}: {note}." for note in one.notes]
    return [
        f"{name}: median rate {_percent(one.rate)} ({level:.0%} interval {_span(one.ci)}), "
        f"mean rate {_percent(one.mean_rate or 0)}.",
        f"  Another study: {_span(one.prediction)}. "
        f"Logit {one.mu:.4f}, standard error {one.se:.4f}, "
        f"variance between studies {one.tau2:.4f}.",
        *(f"  Note: {note}." for note in one.notes),
    ]


def _in_short(without: Synthesis) -> str:
    if without.refused:
        return f"not pooled ({without.refused})"
    return ", ".join(
        f"{_NAMES[str(one.method)]} "
        + ("no estimate" if one.rate is None else f"{_percent(one.rate)}")
        for one in without.pooled
    )


def _span(ends: tuple[float, float]) -> str:
    return f"{_percent(ends[0])} to {_percent(ends[1])}"


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}%"
