"""`recovery-audit trace`: where a number of the paper comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from recovery_audit.commands.project import (
    AsJson,
    AsTable,
    Folder,
    form_of,
    id_of,
    ids_of_numbers,
    read_results,
    require,
    shown,
)

RULES = Path("results/provenance/rules.json")


def trace(
    number: Annotated[
        str,
        typer.Argument(
            help="Id, as in Appendix C, or a number as printed.", autocompletion=ids_of_numbers
        ),
    ],
    folder: Folder = Path(),
    as_table: AsTable = False,
    as_json: AsJson = False,
) -> None:
    """
    Show where a number of the paper comes from, down to the printed figures.

    Below the rule that computes it stand the rules and tables that this one rests on.

    Examples:

      recovery-audit trace scott2018-overall-recovery-all-clients-below

      recovery-audit trace 45.35%

      recovery-audit trace null-net-3 --table
    """
    from recovery_audit import io

    form = form_of(as_json, as_table)

    numbers = io.read_json(require(folder / "results/numbers.json", folder))
    number = id_of("number", number, {name: entry["text"] for name, entry in numbers.items()})
    claims = read_results(folder, ["clean/claims"])["claims"]
    documents = io.read_yaml(folder / "data/sources.yaml")["documents"]
    content = {"number": number, **numbers[number]}
    rows = claims.drop_duplicates("claim_id").set_index("claim_id")
    content["ancestors"] = [
        _ancestor(name, rows, documents) for name in numbers[number]["ancestors"]
    ]
    content["beside"] = _beside(number, numbers)
    content["jobs"] = _jobs(content["rule"], folder / RULES)
    print(shown(content, _text(content), _rows(content), form))


def _ancestor(name: str, claims: Any, documents: Any) -> dict[str, Any]:
    if name not in claims.index:
        entry = documents[name]
        return {"id": name, "printed": None, "document": entry["citation"], "url": entry["url"]}
    claim = claims.loc[name]
    entry = documents[claim["document"]]
    return {
        "id": name,
        "printed": claim["printed"],
        "unit": claim["unit"],
        "document": entry["citation"],
        "url": entry["url"],
        "locator": claim["locator"],
        "seen": claim["seen"],
        "typed": f"{claim['file']}, row {claim['row']}",
    }


def _beside(number: str, numbers: dict[str, Any]) -> list[str]:
    """Return the other numbers that come from exactly the same figures."""
    mine = numbers[number]["ancestors"]
    return [
        name for name, entry in numbers.items() if entry["ancestors"] == mine and name != number
    ]


def _jobs(rule: str, path: Path) -> dict[str, Any]:
    """Return the rule of a number and all it rests on, nearest first; none if not written yet."""
    from recovery_audit import io
    from recovery_audit.deposit.rule_graph import jobs_behind

    return jobs_behind(io.read_json(path), rule) if rule and path.is_file() else {}


def _rows(content: dict[str, Any]) -> list[list[str]]:
    """Return a row per figure that the number comes from: what is printed where."""
    return [["number", "from", "printed", "place", "document"]] + [
        [
            content["text"],
            row["id"],
            row["printed"] or "",
            row.get("locator", ""),
            row["document"].partition(". ")[0],
        ]
        for row in content["ancestors"]
    ]


MOST = 12  #: ancestors written out


def _text(content: dict[str, Any]) -> str:
    exact = f", exactly {content['fraction']}" if content["fraction"] else ""
    lines = [
        f"{content['text']}  {content['number']}",
        f"├─ is {content['formula']}{exact}",
        f"├─ stands in {content['table']}: {content['row']}",
    ]
    if content["function"]:
        lines.append(f"├─ computed by {content['function']} (rule {content['rule']})")
    if content["jobs"]:
        lines += _branches(content["jobs"], content["rule"], trunk="│  ", drawn=set())
    shown = content["ancestors"][:MOST]
    for place, row in enumerate(shown, start=1):
        last = place == len(shown) and len(content["ancestors"]) <= MOST
        branch, trunk = ("└─", "   ") if last else ("├─", "│  ")
        lines += [f"{branch} from {_named(row)}", *(f"{trunk}  {line}" for line in _place(row))]
    if len(content["ancestors"]) > MOST:
        lines.append(f"└─ and {len(content['ancestors']) - MOST} more figures (--json names all)")
    if not shown:
        lines.append("└─ a convention of the paper")
    return "\n".join(lines)


def _branches(jobs: dict[str, dict[str, Any]], name: str, trunk: str, drawn: set[str]) -> list[str]:
    """Draw what a job rests on; a job met before is named, and not opened again."""
    below = [
        (f"rule {jobs[other]['rule']}: {_listed(jobs[other]['makes'])}", other)
        for other in jobs[name]["after"]
    ]
    below += [(f"typed: {_listed(jobs[name]['typed'])}", "")] if jobs[name]["typed"] else []
    lines = []
    for place, (words, other) in enumerate(below, start=1):
        branch, deeper = ("└─", "   ") if place == len(below) else ("├─", "│  ")
        again = " (see above)" if other in drawn else ""
        lines.append(f"{trunk}{branch} {words}{again}")
        if other and not again:
            drawn.add(other)
            lines += _branches(jobs, other, trunk + deeper, drawn)
    return lines


def _listed(paths: list[str], most: int = 3) -> str:
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more


def _named(row: dict[str, Any]) -> str:
    return row["id"] if row["printed"] is None else f"{row['id']}, printed “{row['printed']}”"


def _place(row: dict[str, Any]) -> list[str]:
    lines = [row["document"]]
    if row["printed"] is not None:
        access = ", as quoted there" if row["seen"] == "secondary" else ""
        lines += [f"{row['locator']}{access}", f"typed in {row['typed']}"]
    if row["url"]:
        lines.append(row["url"])
    return lines
