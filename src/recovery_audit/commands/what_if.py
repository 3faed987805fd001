"""`recovery-audit what-if`: what would follow if a published figure had been another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recovery_audit.commands.project import (
    AsJson,
    AsTable,
    Folder,
    form_of,
    id_of,
    ids_of_claims,
    read_results,
    require,
    shown,
)
from recovery_audit.lineage import HELD, TYPED

if TYPE_CHECKING:
    from recovery_audit.provenance.perturbation import Experiment

#: What is listed under which words, in this order.
TITLES = {
    "verdict verdicts": "verdicts on percentages",
    "verdict relations": "verdicts on sums, differences and other relations",
    "verdict fidelity": "verdicts on quotations",
    "verdict systems": "verdicts on figures taken together",
    "verdict national": "verdicts on national rates",
    "predicate": "said in the paper",
    "number": "numbers of the paper",
}
IF_GONE = "gone: what it stands in could not be computed, or would not be there."
FIXED = (
    "Held fixed: the model without effect, the places in the documents, and which single misprint "
    "would settle a verdict."
)


def what_if(
    claim: Annotated[
        str,
        typer.Argument(
            help="Id, as in data/claims, or a figure as printed.", autocompletion=ids_of_claims
        ),
    ],
    printed: Annotated[str, typer.Argument(help="What it may have been, as it would be printed.")],
    folder: Folder = Path(),
    as_table: AsTable = False,
    as_json: AsJson = False,
) -> None:
    """
    Say what would follow if a published figure had been another.

    All that rests on it is computed again in memory, which takes some ten seconds: each verdict,
    each number of the paper and each statement in words that would change is named. No file is
    changed.

    Examples:

      recovery-audit what-if gs2020-mus-not-completed 45.35

      recovery-audit what-if 45.25% 45.35 --table
    """
    form = form_of(as_json, as_table)
    tables = read_results(folder, ["extract/claims", *TYPED, *HELD])
    texts = dict(zip(tables["claims"]["claim_id"], tables["claims"]["printed"], strict=True))
    claim_id = id_of("claim", claim, texts)
    changes = _experiment(tables, folder).what_if(claim_id, printed)
    found = {
        "claim": claim_id,
        "printed": texts[claim_id],
        "what_if": printed,
        "changes": [
            {"kind": kind, "name": name, "before": before, "after": after}
            for (kind, name), (before, after) in sorted(changes.items())
        ],
    }
    header = ["kind", "name", "before", "after"]
    rows = [header, *([change[key] for key in header] for change in found["changes"])]
    print(shown(found, _text(found), rows, form))


def _experiment(tables: dict[str, Any], folder: Path) -> Experiment:
    from recovery_audit import io
    from recovery_audit.provenance.perturbation import Experiment

    schema = folder / "workflow/schemas/second_key.schema.yaml"
    yaml = {
        name: io.read_yaml(require(folder / path, folder))
        for name, path in (
            ("relations", "data/relations.yaml"),
            ("systems", "data/systems.yaml"),
            ("sources", "data/sources.yaml"),
            ("config", "config/config.yaml"),
        )
    }
    second = io.read_tables(sorted((folder / "data/second_key").glob("*.csv")), schema)
    return Experiment(
        {**tables, **yaml, "second_keys": second},
        io.read_yaml(folder / "paper/numbers.yaml"),
        io.read_yaml(folder / "paper/predicates.yaml"),
    )


def _text(found: dict[str, Any]) -> str:
    from recovery_audit.provenance.perturbation import GONE

    lines = [f"{found['claim']}: “{found['printed']}”, were it “{found['what_if']}”", ""]
    for kind, title in TITLES.items():
        changes = [change for change in found["changes"] if change["kind"] == kind]
        if changes:
            lines += [f"{title}: {len(changes)}"]
            lines += [f"  {one['name']}: {one['before']} → {one['after']}" for one in changes]
            lines += [""]
    if not found["changes"]:
        lines += ["Nothing would change: no verdict, number or statement of the paper.", ""]
    notes = [FIXED]
    if any(change["after"] == GONE for change in found["changes"]):
        notes.insert(0, IF_GONE)
    return "\n".join([*lines, *notes])
