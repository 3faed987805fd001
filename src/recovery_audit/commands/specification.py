"""`recovery-audit specification`: one way to compute a headline rate, computed alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.commands.project import AsJson, Folder, read_results

if TYPE_CHECKING:
    from recovery_audit.multiverse.specifications import Multiverse, Specification

#: What it is computed from: tables of results/.
TABLES = (
    "clean/analytic_choices",
    "clean/rates",
    "clean/claims",
    "clean/bases",
    "recompute/intervals",
    "clean/annual_totals",
)


def specification(
    spec_id: Annotated[str, typer.Argument(help="Id, as in results/sensitivity/multiverse.csv.")],
    folder: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """
    Compute one specification of a headline rate: its choices, counts and result.

    It is computed from the clean tables, not looked up among the results.

    Example:

      recovery-audit specification scott-63b595ee
    """
    found = _multiverse(folder).find(spec_id)
    content = _content(found)
    print(json.dumps(content, indent=1, ensure_ascii=False) if as_json else _text(found, content))


def _multiverse(folder: Path) -> Multiverse:
    import yaml

    from recovery_audit.multiverse.specifications import Multiverse

    tables = read_results(folder, TABLES)
    config = yaml.safe_load((folder / "config/config.yaml").read_text(encoding="utf-8"))
    return Multiverse(tables, config["interval_level"])


def _content(found: Specification) -> dict[str, Any]:
    return {
        "spec_id": found.spec_id,
        "study": found.study.study,
        "choices": {option.dimension: option.option for option in found.options},
        "recovered": found.start.recovered if found.start else None,
        "of": found.start.nobs if found.start else None,
        "group_size": found.group_size,
        "estimate": found.estimate,
        "interval": list(found.limits) if found.limits else None,
        "standing": found.standing,
        "plausible": found.plausible,
        "changes_estimand": list(found.changed),
        "inputs": list(found.inputs),
    }


def _text(found: Specification, content: dict[str, Any]) -> str:
    wide = max(len(name) for name in content["choices"])
    lines = [f"{found.spec_id}: {found.study.label}"]
    lines += [f"  {name:<{wide}}  {option}" for name, option in content["choices"].items()]
    if found.start is None or found.estimate is None:
        return "\n".join([*lines, f"It {found.standing}."])
    wider = f", in a group of {found.group_size:,}" if found.group_size else ""
    lines.append(f"Counts: {found.start.recovered:,} of {found.start.nobs:,}{wider}.")
    lines.append(f"Result: {100 * found.estimate:.2f}%{_interval(found)}; {found.standing}.")
    if not found.plausible:
        lines.append("It marks an end of what is possible; no one is expected to defend it.")
    if found.changed:
        lines.append(
            f"It is of something else than the printed figure: {', '.join(found.changed)}."
        )
    return "\n".join([*lines, f"From: {', '.join(found.inputs)}."])


def _interval(found: Specification) -> str:
    if not found.limits:
        return ""
    lower, upper = found.limits
    return f" ({100 * lower:.2f}% to {100 * upper:.2f}%)"
