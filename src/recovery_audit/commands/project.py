"""What commands on a built project share: its results, its ids, and one message where they lack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.errors import AuditError

if TYPE_CHECKING:
    import pandas as pd

Folder = Annotated[Path, typer.Option(help="The project's folder, built once.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsTable = Annotated[bool, typer.Option("--table", help="Print a table, a line for each finding.")]

MOST_NAMED = 12  #: ids that a message lists


def read_results(folder: Path, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """
    Read tables of the results.

    Parameters
    ----------
    folder : Path
        Of the project.
    names : sequence of str
        Tables below `results/`, without their ending.

    Returns
    -------
    dict of str to DataFrame
        By the last part of the name.

    Raises
    ------
    AuditError
        If the project has not been built there.
    """
    from recovery_audit import io
    from recovery_audit.lineage import schema_of

    paths = {name: require(folder / f"results/{name}.csv", folder) for name in names}
    return {
        name.rpartition("/")[2]: io.read_table(path, folder / schema_of(name))
        for name, path in paths.items()
    }


def require(path: Path, folder: Path) -> Path:
    """Return a path if it is there; otherwise say what to do."""
    if not path.is_file():
        raise AuditError(
            f"{folder}: {path.relative_to(folder)} is missing; expected the project's folder after "
            "a run of `snakemake`, or its path as --folder"
        )
    return path


def unknown(kind: str, name: str, known: Iterable[str]) -> AuditError:
    """Return the error for an id that does not exist, with those that look like it."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.4)
    also = f"; did you mean {' or '.join(near)}?" if near else ""
    return AuditError(f"no {kind} {name!r}{also}")


def id_of(kind: str, asked: str, texts: Mapping[str, str]) -> str:
    """
    Return the id that is asked for, by itself or by what is printed.

    Parameters
    ----------
    kind : str
        What it is an id of, for messages.
    asked : str
        An id, or a figure as it is printed, with or without its per cent sign.
    texts : mapping of str to str
        What is printed, by id.

    Raises
    ------
    AuditError
        If there is no such id and nothing printed so, or if several are: then with their ids.

    Examples
    --------
    >>> id_of("claim", "45.25%", {"drop-out": "45.25", "clients": "90"})
    'drop-out'
    """
    same = ids_of(kind, asked, texts)
    if len(same) > 1:
        more = f" and {len(same) - MOST_NAMED} more" if len(same) > MOST_NAMED else ""
        listed = ", ".join(same[:MOST_NAMED])
        raise AuditError(
            f"{asked} is what {len(same)} {kind}s print; ask for one of them: {listed}{more}"
        )
    return same[0]


def ids_of(kind: str, asked: str, texts: Mapping[str, str]) -> list[str]:
    """
    Return the ids of all that are asked for: the one of that id, or whatever is printed so.

    The parameters are those of `id_of`.

    Raises
    ------
    AuditError
        If there is no such id and nothing printed so.

    Examples
    --------
    >>> ids_of("claim", "50%", {"target": "50", "clients": "90", "recovered": "50"})
    ['target', 'recovered']
    """
    if asked in texts:
        return [asked]
    same = [name for name, text in texts.items() if text.rstrip(" %") == asked.rstrip(" %")]
    if not same and asked[:1].isdigit():
        figure = asked.rstrip(" %")
        raise AuditError(
            f"no {kind} is printed as {asked}; `recovery-audit percent {figure} --of N` judges any "
            "percentage of N"
        )
    if not same:
        raise unknown(kind, asked, texts)
    return same


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """
    Return rows as lines with their columns below each other.

    Examples
    --------
    >>> aligned([["figure", "verdict"], ["45.25", "inconsistent"]])
    ['figure  verdict', '45.25   inconsistent']
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def shown(content: Any, text: str, rows: Sequence[Sequence[str]], form: str) -> str:
    """Return an answer in the form asked for: `text`, `table` or `json`."""
    if form == "json":
        return json.dumps(content, indent=1, ensure_ascii=False)
    return "\n".join(aligned(rows)) if form == "table" else text


def form_of(as_json: bool, as_table: bool) -> str:
    """Return the form that two flags ask for."""
    if as_json and as_table:
        raise AuditError("give --json or --table, not both")
    return "json" if as_json else "table" if as_table else "text"


def ids_of_numbers(incomplete: str) -> list[str]:
    """Complete the id of a number of the paper, for the shell."""
    return _beginning(incomplete, _numbers())


def ids_of_claims(incomplete: str) -> list[str]:
    """Complete the id of a claim, for the shell."""
    import csv

    path = Path("results/clean/claims.csv")
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return _beginning(incomplete, {row["claim_id"]: None for row in csv.DictReader(file)})


def _numbers() -> Mapping[str, Any]:
    path = Path("results/numbers.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content


def _beginning(incomplete: str, known: Iterable[str]) -> list[str]:
    return [name for name in known if name.startswith(incomplete)]
