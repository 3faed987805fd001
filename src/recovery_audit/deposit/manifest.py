"""Which file is which figure, and which results stand in which table, of the finished paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from recovery_audit.errors import AuditError

COLUMNS = ("number", "identifier", "caption", "files", "rule", "inputs")
_FIGURE = re.compile(
    r"^!\[(?P<caption>.*)\]\((?P<file>[\w./-]+)\)\{#(?P<identifier>fig-[\w-]+)[ }]", re.MULTILINE
)
_TABLE = re.compile(r"^: (?P<caption>.*) \{#(?P<identifier>tbl-[\w-]+)\}$", re.MULTILINE)


def manifest(
    manuscript: str, rules: Mapping[str, Any], numbers: Mapping[str, Any], results: list[str]
) -> pd.DataFrame:
    """
    List the figures and tables of the paper, in order.

    Parameters
    ----------
    manuscript : str
        With its numbers in it; figures and tables are numbered as they come, as every format does.
    rules : mapping
        As `rule_graph.describe` gives them.
    numbers : mapping
        The number ledger: what stands in a table says where the table comes from.
    results : list of str
        Paths of all results.

    Returns
    -------
    DataFrame
        `number` (Figure 1), `identifier`, `caption`, `files`, `rule`, and `inputs`: of a figure,
        the data that its rule reads; of a table, the results that its numbers stand in. Lists are
        separated by spaces.

    Raises
    ------
    AuditError
        If no rule makes a figure.
    """
    rows = [*_figures(manuscript, rules, results), *_tables(manuscript, numbers, results)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _figures(
    manuscript: str, rules: Mapping[str, Any], results: list[str]
) -> Iterator[tuple[str, ...]]:
    for place, found in enumerate(_FIGURE.finditer(manuscript), start=1):
        stem = f"results/{found['file']}."
        files = [path for path in results if path.startswith(stem)]
        name = _maker(rules, stem)
        inputs = [path for path in rules[name]["inputs"] if path.startswith(("results/", "data/"))]
        yield (
            f"Figure {place}",
            found["identifier"],
            found["caption"],
            " ".join(files),
            name,
            " ".join(inputs),
        )


def _maker(rules: Mapping[str, Any], stem: str) -> str:
    for name, rule in rules.items():
        if any(path.startswith(stem) for path in rule["outputs"]):
            return name
    raise AuditError(f"results/paper/manuscript.md: no rule makes the figure {stem}*")


def _tables(
    manuscript: str, numbers: Mapping[str, Any], results: list[str]
) -> Iterator[tuple[str, ...]]:
    paths = {path.rpartition("/")[2].removesuffix(".csv"): path for path in reversed(results)}
    for place, found in enumerate(_TABLE.finditer(manuscript), start=1):
        names = _numbers_of(manuscript[: found.start()].rstrip().rpartition("\n\n")[2])
        # The ledger calls the checked claims by what they are: figures.
        named = {numbers[name]["table"].replace("figures", "claims") for name in names}
        inputs = sorted(paths[table] for table in named if table in paths)
        yield (
            f"Table {place}",
            found["identifier"],
            found["caption"],
            "results/paper/manuscript.md",
            "write_manuscript",
            " ".join(inputs),
        )


def _numbers_of(block: str) -> set[str]:
    """
    Return the numbers that a block links to.

    Examples
    --------
    >>> _numbers_of("| Recovery | [[9.2%](#num-scott-rate)]{#use-scott-rate-1} |")
    {'scott-rate'}
    """
    return set(re.findall(r"\]\(#num-([\w-]+)\)", block))
