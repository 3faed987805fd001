"""Which files of the package a script reaches, so that an edit reruns just what it concerns.

Standard library only: the Snakefile imports this before anything else is known to be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def sources_of(script: str) -> list[str]:
    """
    Return the files of the package that a script reaches by its imports.

    Parameters
    ----------
    script : str
        Path of a Python file.

    Returns
    -------
    list of str
        Sorted paths, relative to the working folder where they lie below it. Each parent's
        ``__init__.py`` counts, since Python runs it; imports for type checkers do not.
    """
    found: set[Path] = set()
    waiting = list(_imports(Path(script).resolve()))
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imports(file)
    here = Path.cwd()
    return sorted(
        str(file.relative_to(here) if file.is_relative_to(here) else file) for file in found
    )


#: An import on lines of its own, as the formatter leaves it; names may stand in brackets.
_IMPORT = re.compile(r"^ *(?:from ([\w.]+) import (\([^)]*\)|.+)|import (.+))$", re.MULTILINE)
#: What is there for type checkers alone, and never runs.
_FOR_TYPES = re.compile(r"^( *)if [\w.]*TYPE_CHECKING:\n(?:(?:\1 +.*)?\n)+", re.MULTILINE)


@cache
def _imports(file: Path) -> tuple[Path, ...]:
    """Files that a file imports, found without parsing it: two hundred are read at every start."""
    text = _FOR_TYPES.sub("", file.read_text(encoding="utf-8") + "\n")
    statements = (found.groups("") for found in _IMPORT.finditer(text))
    names = (name for parts in statements for name in _named(file, *parts))
    return tuple(path for name in names for path in _files(name))


def _named(file: Path, base: str, members: str, modules: str) -> Iterator[str]:
    """Dotted names that an import may load; `from a import b` may load module a.b."""
    if modules:
        yield from (name.split()[0] for name in modules.split(","))
        return
    level = len(base) - len(base.lstrip("."))
    if level and file.is_relative_to(PACKAGE):
        folder = file.parents[level - 1].relative_to(PACKAGE.parent)
        base = ".".join((*folder.parts, *filter(None, [base[level:]])))
    yield base
    yield from (f"{base}.{name}" for name in re.findall(r"(\w+)(?: as \w+)?", members))


def _files(name: str) -> Iterator[Path]:
    """Files that importing a dotted name runs: the module, and each parent package's own."""
    first, *rest = name.split(".")
    if first != PACKAGE.name:
        return
    folder = PACKAGE
    yield folder / "__init__.py"
    for part in rest:
        if (folder / part).is_dir():
            folder /= part
            yield folder / "__init__.py"
        elif (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        else:
            return  # a name inside the module found before


#: Tables whose schema has another name than the file: the claims exist in three states.
_SCHEMAS = {"clean/claims": "clean_claims", "extract/claims": "extracted_claims"}


#: What is computed again when a published figure is changed: typed tables, beside the claims.
TYPED = (
    "clean/bases", "clean/flow_counts", "clean/ladders", "clean/comparators", "clean/rates",
    "clean/bridge_groups", "clean/effects", "clean/analytic_choices", "clean/synthesis",
    "clean/annual_totals", "clean/annual_groups", "clean/monthly_core", "clean/therapy_outcomes",
    "clean/series_breaks",
)  # fmt: skip
#: What is held fixed then.
HELD = (
    "extract/locations", "provenance/flips", "counterfactual/null_calibration",
    "counterfactual/null_scenarios", "counterfactual/null_simulation",
    "counterfactual/null_indices",
)  # fmt: skip


def schema_of(name: str) -> str:
    """
    Return the schema of a table of the results.

    Examples
    --------
    >>> schema_of("recompute/flow"), schema_of("clean/claims")
    ('workflow/schemas/flow.schema.yaml', 'workflow/schemas/clean_claims.schema.yaml')
    """
    return f"workflow/schemas/{_SCHEMAS.get(name, name.rpartition('/')[2])}.schema.yaml"


def tables(*names: str) -> dict[str, str]:
    """
    Return tables of the results as named inputs of a rule, each with its schema.

    Examples
    --------
    >>> tables("recompute/flow")
    {'flow': 'results/recompute/flow.csv', 'flow_schema': 'workflow/schemas/flow.schema.yaml'}
    """
    inputs: dict[str, str] = {}
    for name in names:
        table = name.rpartition("/")[2]
        inputs[table] = f"results/{name}.csv"
        inputs[f"{table}_schema"] = schema_of(name)
    return inputs


def schemas(*names: str) -> dict[str, str]:
    """
    Return the schemas of the tables that a rule writes, as named inputs.

    Examples
    --------
    >>> schemas("bridge")
    {'bridge_schema': 'workflow/schemas/bridge.schema.yaml'}
    """
    return {f"{name}_schema": f"workflow/schemas/{name}.schema.yaml" for name in names}
