"""What a treatment without effect would report, and what the reported recovery is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.counterfactual.model import PLAYERS
from recovery_audit.counterfactual.scenarios import GROSS, NET, NONE
from recovery_audit.figures.ranges import Panel, Row, draw, in_words, layout_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alt_text", "draw", "layout", "takeaway"]

KEY = {
    "mark": "the default setting",
    "bar": "over all settings of reliability and selection",
}
HEADINGS = {
    NET: "Published remission includes regression",
    GROSS: "Published remission comes on top of it",
    NONE: "No natural remission",
}


def layout(null_scenarios: pd.DataFrame, default: Mapping[str, Any]) -> pd.DataFrame:
    """
    Return everything the figure shows.

    Parameters
    ----------
    null_scenarios : DataFrame
        As the counterfactual stage writes it.
    default : mapping
        `default` of the configuration: the setting that is marked.

    Returns
    -------
    DataFrame
        As `ranges` draws it: the null rate by rule and horizon, then the parts of the model's
        recovery; bars over reliability and selection, marks at the default.
    """
    published = 100 * float(null_scenarios["published_recovery"].iloc[0])
    first = Panel(
        axis="% of cases recovered under a treatment without effect",
        rows=list(_null_rows(null_scenarios, default)),
        references=[(published, f"published, {published:.1f}%")],
        limits=(0, 60),
    )
    chosen = null_scenarios[
        (null_scenarios["rule"] == default["rule"])
        & (null_scenarios["months"] == default["months"])
    ]
    parts = [
        _row(f"by {name}" if name != "effect" else "left to the treatment", chosen, default, column)
        for name in PLAYERS
        for column in (f"part_{name.replace(' ', '_')}",)
    ]
    heading = Row(label="What the model's recovery is made of", heading=True)
    second = Panel(axis="% of cases", rows=[heading, *parts], references=[], limits=(0, 60))
    return layout_of([first, second], KEY)


def _null_rows(scenarios: pd.DataFrame, default: Mapping[str, Any]) -> Iterator[Row]:
    for rule, of_rule in scenarios.groupby("rule", sort=False):
        yield Row(label=HEADINGS[str(rule)], heading=True)
        for months in sorted(set(of_rule["months"]), key=float):
            label = "at any horizon" if rule == NONE else f"{months} months"
            yield _row(label, of_rule[of_rule["months"] == months], default, "null_recovery")


def _row(label: str, found: pd.DataFrame, default: Mapping[str, Any], column: str) -> Row:
    values = [100 * float(value) for value in found[column]]
    mark = next(100 * float(row[column]) for row in records(found) if is_default(row, default))
    low, high = min(values), max(values)
    text = f"{mark:.1f}; {low:.1f} to {high:.1f}%"
    return Row(label=label, low=low, high=high, mark=mark, text=text)


def is_default(row: Mapping[str, Any], default: Mapping[str, Any]) -> bool:
    """Whether a row of scenarios has the default's reliability and selection."""
    return [row["reliability_depression"], row["reliability_anxiety"]] == list(
        default["reliability"]
    ) and (row["selection"], row["strength"]) == (default["selection"], default["strength"])


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Rates that a treatment without effect would report, by how published remission is read "
        "and by horizon, beside the published rate; below, the parts of recovery. "
        f"{in_words(layout)} {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    ranges = [row for row in records(layout) if row["kind"] == "range" and row["panel"] == 0]
    published = next(row["mark"] for row in records(layout) if row["kind"] == "reference")
    low, high = min(row["low"] for row in ranges), max(row["high"] for row in ranges)
    *parts, last = [
        f"{row['mark']:.1f} points {row['label']}"
        for row in records(layout)
        if row["kind"] == "range" and row["panel"] == 1
    ]
    return (
        f"By horizon, setting and reading of remission a treatment without effect would report "
        f"{low:.1f}% to {high:.1f}%, where {published:.1f}% is published; in the default setting "
        f"the model's recovery is made up of {', '.join(parts)} and {last}."
    )
