"""Which files of the package a script reaches, so that an edit reruns just what it concerns.

Standard library only: the Snakefile imports this before anything else is known to be there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
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


@cache
def _imports(file: Path) -> tuple[Path, ...]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = (name for node in _run(tree.body) for name in _named(node, file))
    return tuple(path for name in names for path in _files(name))


def _run(block: Iterable[ast.AST]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Walk the imports that run; those under ``if TYPE_CHECKING`` never do."""
    for statement in block:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.If) and _is_for_type_checkers(statement.test):
            yield from _run(statement.orelse)
        else:  # expressions, most of a tree, hold no imports
            for name in ("body", "handlers", "orelse", "finalbody", "cases"):
                inner = getattr(statement, name, ())
                yield from _run(inner if isinstance(inner, list) else ())


def _is_for_type_checkers(test: ast.expr) -> bool:
    """Whether it is `TYPE_CHECKING`, or that of a module."""
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def _named(node: ast.Import | ast.ImportFrom, file: Path) -> Iterator[str]:
    """Dotted names that an import may load; `from a import b` may load module a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level and file.is_relative_to(PACKAGE):
        folder = file.parents[node.level - 1].relative_to(PACKAGE.parent)
        base = ".".join((*folder.parts, *(base.split(".") if base else ())))
    yield base
    yield from (f"{base}.{alias.name}" for alias in node.names)


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
