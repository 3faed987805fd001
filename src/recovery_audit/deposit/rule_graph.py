"""The rules of the pipeline and what each needs, as data for whoever asks without Snakemake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    return {
        rule.name: {
            "file": str(Path(str(rule.snakefile)).relative_to(folder)),
            "doc": " ".join((rule.docstring or "").split()),
            "inputs": _paths(rule.input),
            "outputs": _paths(rule.output),
            "after": sorted(
                {
                    other.name
                    for other in listed
                    for path in _paths(rule.input)
                    if makes(other, path)
                }
                - {rule.name}
            ),
        }
        for rule in listed
    }


def makes(rule: Any, path: str) -> bool:
    """Whether a path, or a pattern of paths, is an output of a rule."""
    return path in _paths(rule.output) or ("{" not in path and bool(rule.is_producer(path)))


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
