"""The rules of the pipeline and what each needs, as data for whoever asks without Snakemake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

#: What of a rule is written down.
Rules = dict[str, dict[str, Any]]


def describe(rules: Iterable[Any], folder: Path) -> Rules:
    """
    Describe the rules of a workflow by what they declare.

    Parameters
    ----------
    rules : iterable of snakemake.rules.Rule
        All of one workflow.
    folder : Path
        Of the project; files of rules are named relative to it.

    Returns
    -------
    dict of str to dict
        By name: `file`, `doc`, `inputs`, `outputs` (paths, wildcards unfilled) and `after` (the
        rules that make the inputs). An input that depends on a wildcard by a function is left out.
    """
    listed = sorted(rules, key=lambda rule: str(rule.name))
    makers = _Makers(listed)
    return {
        rule.name: {
            "file": str(Path(str(rule.snakefile)).relative_to(folder)),
            "doc": " ".join((rule.docstring or "").split()),
            "inputs": (inputs := _paths(rule.input)),
            "outputs": makers.outputs[rule.name],
            "after": sorted({name for path in inputs for name in makers[path]} - {rule.name}),
        }
        for rule in listed
    }


class _Makers(dict[str, set[str]]):
    """The rules that make a path, or a pattern of paths; looked for once, since code is shared."""

    def __init__(self, rules: Sequence[Any]) -> None:
        self.outputs = {rule.name: _paths(rule.output) for rule in rules}
        self._with_wildcards = [
            rule for rule in rules if any("{" in path for path in self.outputs[rule.name])
        ]

    def __missing__(self, path: str) -> set[str]:
        found = {name for name, paths in self.outputs.items() if path in paths}
        if "{" not in path:
            found |= {rule.name for rule in self._with_wildcards if rule.is_producer(path)}
        self[path] = found
        return found


def _paths(files: Iterable[Any]) -> list[str]:
    """Return paths as a reader knows them: a wildcard without the pattern it must match."""
    # An input by a function may come as text that holds its address in memory.
    named = (str(file) for file in files if not callable(file) and "<function" not in str(file))
    return sorted({re.sub(r"\{(\w+),[^{}]*(\{[^{}]*\}[^{}]*)*\}", r"{\1}", name) for name in named})


def upstream(rules: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    """
    Return a rule and all that it rests on, the nearest first.

    Examples
    --------
    >>> rules = {"judge": {"after": ["clean"]}, "clean": {"after": ["type"]}, "type": {"after": []}}
    >>> upstream(rules, "judge")
    ['judge', 'clean', 'type']
    """
    found = [name]
    for rule in found:
        found += [other for other in rules[rule]["after"] if other not in found]
    return found
