"""`recovery-audit bounds`: what a rate can be when some outcomes were never seen."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.errors import FigureError

if TYPE_CHECKING:
    from recovery_audit.missing_outcomes import AdjustedRate, SingleArm, TippingPoint


def bounds(
    recovered: Annotated[int, typer.Argument(help="People observed to have recovered.")],
    of: Annotated[int, typer.Option(help="People with an outcome.")],
    missing: Annotated[int, typer.Option(help="People without one.")],
    imor: Annotated[
        str, typer.Option(help="Odds of the missing over those of the observed, with commas.")
    ] = "0.5,1,2",
    threshold: Annotated[str, typer.Option(help="A rate to reach, between 0 and 1.")] = "0.5",
    level: Annotated[float, typer.Option(help="Coverage of the interval.")] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """
    Say what a rate can be when some outcomes are missing.

    Examples:

      recovery-audit bounds 27 --of 92 --missing 80

      recovery-audit bounds 27 --of 92 --missing 80 --imor 0.5,1,2 --threshold 0.4 --json
    """
    from recovery_audit.missing_outcomes import (
        SingleArm,
        imbens_manski,
        imor_adjusted,
        manski_bounds,
        tipping_point,
    )

    arm = SingleArm(recovered=recovered, observed=of, missing=missing)
    interval = imbens_manski(arm, level)
    content: dict[str, Any] = {
        "complete_case": float(arm.rate),
        "manski": [float(bound) for bound in manski_bounds(arm)],
        "imbens_manski": [interval.lower, interval.upper],
        "imbens_manski_note": interval.note,
        "imor": {
            text: _as_dict(imor_adjusted(arm, _number(text, "--imor"))) for text in imor.split(",")
        },
        "tipping_point": _tipping(tipping_point(arm, _number(threshold, "--threshold"))),
    }
    print(json.dumps(content, indent=1) if as_json else "\n".join(_lines(arm, content, level)))


def _number(text: str, option: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise FigureError(
            f"{option}: {text!r} is no number: expected one as in 0.5, or a fraction as in 1/2"
        ) from None


def _as_dict(found: AdjustedRate) -> dict[str, float]:
    return {
        "p": float(found.rate),
        "se": found.standard_error,
        "p_missing": float(found.missing_rate),
    }


def _tipping(found: TippingPoint) -> dict[str, Any]:
    def number(value: Fraction | None) -> float | None:
        return None if value is None else float(value)

    return {
        "threshold": float(found.threshold),
        "standing": found.standing,
        "p_missing": number(found.missing_rate),
        "imor": number(found.imor),
        "count": found.count,
    }


def _lines(arm: SingleArm, content: dict[str, Any], level: float) -> list[str]:
    low, high = content["manski"]
    lower, upper = content["imbens_manski"]
    lines = [
        f"{arm.recovered} of {arm.observed} with an outcome is "
        f"{_percent(content['complete_case'])}; {arm.missing} of {arm.nobs} have none.",
        f"Whatever became of them, the rate is {_percent(low)} to {_percent(high)} "
        f"({level:.0%} interval for it: {_percent(lower)} to {_percent(upper)}).",
    ]
    if content["imbens_manski_note"]:
        lines.append(f"  ({content['imbens_manski_note']})")
    lines += [
        f"If the odds of the missing are {odds} times those of the observed: "
        f"{_percent(found['p'])} (standard error {100 * found['se']:.1f} points)."
        for odds, found in content["imor"].items()
    ]
    return [*lines, _tipping_line(arm, content["tipping_point"])]


def _tipping_line(arm: SingleArm, found: dict[str, Any]) -> str:
    threshold = _percent(found["threshold"])
    if found["count"] is None:
        return f"{threshold} is unreachable, even if all {arm.missing} missing had recovered."
    if not found["count"]:
        return f"{threshold} is reached already, even if none of the missing recovered."
    odds = "" if found["imor"] is None else f", odds {found['imor']:.2f} times the observed"
    return (
        f"{threshold} is reached if at least {found['count']} of the {arm.missing} missing "
        f"recovered ({_percent(found['p_missing'])}{odds})."
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}%"
