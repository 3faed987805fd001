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
        rules that make inputs, and which). An input that depends on a wildcard by a function is
        left out.
    """
    listed = sorted(rules, key=lambda rule: str(rule.name))
    makers = _Makers(listed)
    return {
        rule.name: {
            "file": str(Path(str(rule.snakefile)).relative_to(folder)),
            "doc": " ".join((rule.docstring or "").split()),
            "inputs": (inputs := _paths(rule.input)),
            "outputs": makers.outputs[rule.name],
            "after": _after(rule.name, inputs, makers),
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


def _after(
    rule: str, inputs: Iterable[str], makers: Mapping[str, set[str]]
) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for path in inputs:
        for maker in makers[path] - {rule}:
            made.setdefault(maker, []).append(path)
    return dict(sorted(made.items()))


def _paths(files: Iterable[Any]) -> list[str]:
    """Return paths as a reader knows them: a wildcard without the pattern it must match."""
    # An input by a function may come as text that holds its address in memory.
    named = (str(file) for file in files if not callable(file) and "<function" not in str(file))
    return sorted({re.sub(r"\{(\w+),[^{}]*(\{[^{}]*\}[^{}]*)*\}", r"{\1}", name) for name in named})


def jobs_behind(rules: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    """
    Return a rule and every job that it rests on, the nearest first.

    Parameters
    ----------
    rules : mapping of str to mapping
        As `describe` returns.
    name : str
        Of the rule.

    Returns
    -------
    dict of str to dict
        By rule, with the values of its wildcards: the `rule`, what it `makes`, which files it takes
        that were `typed`, and the jobs that it comes `after`.

    Examples
    --------
    >>> rules = {
    ...     "judge": {"inputs": [], "outputs": ["v.csv"], "after": {"clean": ["clean/bases.csv"]}},
    ...     "clean": {"inputs": ["data/{t}.csv"], "outputs": ["clean/{t}.csv"], "after": {}},
    ... }
    >>> behind = jobs_behind(rules, "judge")
    >>> list(behind), behind["clean (bases)"]["typed"]
    (['judge', 'clean (bases)'], ['data/bases.csv'])
    """
    waiting: list[tuple[str, dict[str, str]]] = [(name, {})]
    found: dict[str, dict[str, Any]] = {}
    for rule, values in waiting:
        job = rules[rule]
        before = [
            (maker, _values(rules[maker]["outputs"], path))
            for maker, paths in job["after"].items()
            for path in _filled(paths, values)
        ]
        waiting += [one for one in before if _label(*one) not in found]
        found[_label(rule, values)] = {
            "rule": rule,
            "makes": _filled(job["outputs"], values),
            "typed": [path for path in _filled(job["inputs"], values) if path.startswith("data/")],
            "after": list(dict.fromkeys(_label(*one) for one in before)),
        }
    return found


def _label(rule: str, values: Mapping[str, str]) -> str:
    return f"{rule} ({', '.join(values.values())})" if values else rule


def _filled(paths: Iterable[str], values: Mapping[str, str]) -> list[str]:
    return [re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), path) for path in paths]


def _values(patterns: Iterable[str], path: str) -> dict[str, str]:
    """Return what the wildcards of an output must be for it to be this path."""
    for pattern in patterns:
        named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(pattern))
        match = re.fullmatch(named, path)
        if match:
            return match.groupdict()
    return {}
