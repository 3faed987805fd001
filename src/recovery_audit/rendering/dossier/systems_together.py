"""The findings on systems of figures, with names where the tables have ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.rendering.dossier.names import Link, Names

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
Part = dict[str, Any]
#: What is found of a system, and what it means.
STATUS_MEANINGS = {
    "infeasible": "of figures taken together: no whole numbers give all of them at once",
    "feasible": "of figures taken together: some whole numbers give all of them at once",
}
_ID = "[a-z0-9][a-z0-9-]*"
#: The sentence of a system: what is supposed, and what was found.
_SENTENCE = re.compile(
    r"If (?P<premise>.+?), "
    r"(?P<finding>(?:no whole numbers meet|the (?:\d+ )?percentages? can hold) .+)"
)
#: How that sentence names a percentage, a size, a constraint and a forced number.
_NAMED = re.compile(
    rf"[\d.]+% \((?P<claim>{_ID})\)"
    rf"|the size of (?P<base>{_ID})"
    rf"|the constraint (?P<constraint>{_ID})"
    rf"|(?P<level>[kn]) of (?P<variable>{_ID}) = (?P<value>\d+(?:,\d+)*)"
)


def systems_together(
    systems: pd.DataFrame, names: Names, groups: Mapping[str, str]
) -> list[dict[str, Any]]:
    """
    Return each system of figures that must hold together, and what was found.

    Parameters
    ----------
    systems : DataFrame
        One row per system and variable.
    names : Names
        The claims.
    groups : mapping of str to str
        Each base in words.

    Returns
    -------
    list of dict
        Per system `id`, `status`, `study`, `premise`, `finding` (parts: `text`, and where it
        names one a `claim` or a `group`), and `claims`.
    """
    by_system: dict[str, list[Row]] = {}
    for row in records(systems):  # none where a paper has no systems, and then no columns either
        by_system.setdefault(row["system_id"], []).append(row)
    return [_system(rows, names, groups) for rows in by_system.values()]


def premise_of(summary: str) -> tuple[str, str]:
    """
    Return what a system supposes, and what was found if so.

    Examples
    --------
    >>> premise_of("If all are of one group, no whole numbers meet 9.2% (a) and 4% (b) together.")
    ('all are of one group', 'No whole numbers meet 9.2% (a) and 4% (b) together.')
    >>> premise_of("The percentage can hold in 1 way; no count or size is forced.")
    ('', 'The percentage can hold in 1 way; no count or size is forced.')
    """
    found = _SENTENCE.fullmatch(summary)
    if found is None:
        return "", summary
    finding = found["finding"]
    return found["premise"], finding[0].upper() + finding[1:]


def _system(rows: list[Row], names: Names, groups: Mapping[str, str]) -> dict[str, Any]:
    first = rows[0]
    inputs = [one for one in first["inputs"].split() if one in names.claims]
    percentages = [row["variable"] for row in rows if row["kind"] == "k"]
    links = {
        one: names.by_outcome(one, percentages if one in percentages else ()) for one in inputs
    }
    premise, finding = premise_of(first["summary"])
    return {
        "id": first["system_id"],
        "status": first["status"],
        "study": names.study(inputs[0]),
        "premise": premise,
        "finding": list(_parts(finding, links, groups)),
        "claims": list(links.values()),
    }


def _parts(finding: str, links: Mapping[str, Link], groups: Mapping[str, str]) -> Iterator[Part]:
    """Yield a finding in parts, of which those that were ids are claims, groups and words."""
    end = 0
    for found in _NAMED.finditer(finding):
        yield {"text": finding[end : found.start()]}
        yield from _named(found, links, groups)
        end = found.end()
    yield {"text": finding[end:]}


def _named(
    found: re.Match[str], links: Mapping[str, Link], groups: Mapping[str, str]
) -> Iterator[Part]:
    if found["claim"]:
        yield {"claim": links[found["claim"]]}
    elif found["base"]:
        yield {"text": "the size of the group "}
        yield {"group": groups[found["base"]]}
    elif found["constraint"]:
        yield {"text": f"the condition “{found['constraint'].replace('-', ' ')}”"}
    elif found["variable"] in groups:
        yield {"text": f"{found['value']} in the group "}
        yield {"group": groups[found["variable"]]}
    else:
        behind = "behind" if found["level"] == "k" else "in the group of"
        yield {"text": f"{found['value']} {behind} "}
        yield {"claim": links[found["variable"]]}
