"""Write the pages of docs/ that follow from the data: `make pages`.

docs/assumptions.md lists everything that is assumed or chosen, from the files that hold it;
docs/data-dictionary.md every column of every result, from the schemas. A test compares them.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
#: Tables whose schema has another name than the file.
NAMED_OTHERWISE = {
    "data/claims/*": "claims",
    "data/second_key/*": "second_key",
    "data/receipts/*": "receipts",
    "results/extract/claims": "extracted_claims",
    "results/clean/claims": "clean_claims",
    "results/clean/providers": "providers",
    "results/counterfactual/chunks/*": "null_chunk",
    "results/cohorts/<name>/rates": "cohort_rates",
    "results/cohorts/<name>/flow": "cohort_flow",
    "results/cohorts/<name>/bounds": "cohort_bounds",
    "results/manifest": "manifest",
}
NOTE = "<!-- Written by `make pages` from {}; change those. -->"


def main() -> None:
    """Write both pages as they follow from the data now."""
    for name, text in pages(ROOT).items():
        (ROOT / name).write_text(text, encoding="utf-8")


def pages(root: Path) -> dict[str, str]:
    """Return each generated page by its path."""
    return {
        "docs/assumptions.md": assumptions(root),
        "docs/data-dictionary.md": data_dictionary(root),
    }


def assumptions(root: Path) -> str:
    """Return the page of everything that is assumed: its range, its reason, and where it acts."""
    config = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    parts = [
        "# What is assumed",
        NOTE.format("config/config.yaml and data/"),
        "Nothing here is known, so nothing here is settled: each entry is varied over the values "
        "listed, and the results say what follows from each. A single value is a convention or "
        "the size of a computation. Names in code are those of the file; words are explained in "
        "[GLOSSARY.md](../GLOSSARY.md), formulas in [methods](methods.md). Whoever disagrees "
        "changes the file and runs `make paper` again.",
        "## Ranges",
        "From `assumptions` in config/config.yaml.",
        table(["Assumption", "Values", "Why", "Acts on"], _ranges(root, config["assumptions"])),
        "## A treatment without effect",
        "From `counterfactual` in config/config.yaml.",
        table(["Setting", "Values", "Why"], _settings(config["counterfactual"])),
        "## Choices of an analyst",
        "From data/analytic_choices.csv; each combination that is possible is computed. "
        "*Extreme* options are shown and counted apart; *another thing* says that the rate would "
        "then be of something else.",
        *_choices(_rows(root, "analytic_choices"), _labels(root)),
        "## Groups that a percentage may be of",
        "From data/claims. Where a source does not name the group, each reading is judged by "
        "itself.",
        table(["Figure", "Printed", "May be of"], _readings(root)),
        "## Biases whose size nobody knows",
        "From data/biases.csv. They have a direction and no number, and enter no computation.",
        table(
            ["Bias", "Of which rate", "Pulls it", "Why"],
            (
                [row[column] for column in ("label", "rate", "direction", "why")]
                for row in _rows(root, "biases")
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _ranges(root: Path, ranges: Mapping[str, Any]) -> Iterator[list[str]]:
    acts_on = _uses(root / "src/recovery_audit/sensitivity")
    for name, entry in ranges.items():
        yield [f"`{name}`", ", ".join(entry["values"]), entry["reason"], acts_on.get(name, "")]


def _uses(folder: Path) -> dict[str, str]:
    """Return what each assumption acts on: the first lines of the modules that read it."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        read = {
            node.attr
            for node in ast.walk(module)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "assumptions"
        }
        for name in read:
            found.setdefault(name, []).append((ast.get_docstring(module) or "").splitlines()[0])
    return {name: " ".join(lines) for name, lines in found.items()}


def _settings(model: Mapping[str, Any], prefix: str = "") -> Iterator[list[str]]:
    """Return every entry of the model that has values and a reason."""
    for name, entry in model.items():
        if isinstance(entry, dict) and {"values", "reason"} <= entry.keys():
            values = ", ".join(_words(value) for value in entry["values"])
            yield [f"`{prefix}{name}`", values, entry["reason"]]
        elif isinstance(entry, dict):
            yield from _settings(entry, f"{prefix}{name}.")


def _words(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _labels(root: Path) -> dict[str, str]:
    """Return what each rate is called in words."""
    return {row["rate"]: row["label"] for row in _rows(root, "rates")}


def _choices(rows: list[dict[str, str]], labels: Mapping[str, str]) -> Iterator[str]:
    for study, of_study in groupby(rows, key=lambda row: row["study"]):
        yield f"### {labels[study]} (`{study}`)"
        yield table(
            ["Choice", "Option", "Why", "Standing"],
            (
                [row["dimension"].replace("_", " "), row["option"], row["reason"], _standing(row)]
                for row in of_study
            ),
        )


def _standing(row: Mapping[str, str]) -> str:
    marks = ["extreme"] * (row["plausible"] == "no")
    return ", ".join(marks + ["another thing"] * (row["changes_estimand"] == "yes"))


def _readings(root: Path) -> Iterator[list[str]]:
    groups = {row["base"]: row["note"] for row in _rows(root, "bases")}
    for path in sorted((root / "data/claims").glob("*.csv")):
        for claim, found in groupby(_read(path), key=lambda row: row["claim_id"]):
            readings = list(found)
            if len(readings) > 1:
                may_be_of = "; ".join(groups[row["base"]] for row in readings)
                yield [f"`{claim}`", readings[0]["printed"], may_be_of]


def data_dictionary(root: Path) -> str:
    """Return the page of every column of every table of results."""
    schemas = root / "workflow/schemas"
    parts = [
        "# Data dictionary",
        NOTE.format("workflow/schemas/"),
        "Every typed table below data/ and every table below results/ with its columns; those of "
        "results/clean/ but the claims are the typed ones, checked. Numbers are plain decimals or "
        "whole numbers, text is UTF-8, an empty cell means unknown or not applicable, and each "
        "table is checked against its schema before it is written. What each file is for stands in "
        "results/README.md; the terms in GLOSSARY.md.",
    ]
    for path, schema in sorted(_tables(root).items()):
        text = (schemas / f"{schema}.schema.yaml").read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        parts += [
            f"## {path}",
            table(
                ["Column", "Type", "Meaning"],
                (
                    [f"`{name}`", _type(column), column["description"]]
                    for name, column in content["columns"].items()
                ),
            ),
        ]
    return "\n\n".join(parts) + "\n"


def _tables(root: Path) -> dict[str, str]:
    """Return each typed table and each that results/README.md names, and its schema."""
    named = re.findall(
        r"`((?:extract|clean|recompute|sensitivity|counterfactual|provenance)/[\w/]+)\.csv`",
        (root / "results/README.md").read_text(encoding="utf-8"),
    )
    known = {path.name.split(".")[0] for path in (root / "workflow/schemas").glob("*.yaml")}
    found = {f"results/{name}": name.rpartition("/")[2] for name in named} | NAMED_OTHERWISE
    for path in (*root.glob("data/*.csv"), *root.glob("data/national/*.csv")):
        found[str(path.relative_to(root).with_suffix(""))] = path.stem
    return {f"{name}.csv": schema for name, schema in found.items() if schema in known}


def _type(column: Mapping[str, Any]) -> str:
    names = {"str": "text", "Int64": "whole number", "int64": "whole number"}
    kind = names.get(str(column.get("dtype")), str(column.get("dtype")))
    options = (column.get("checks") or {}).get("isin")
    return f"{kind}: {', '.join(map(str, options))}" if options and len(options) <= 8 else kind


def _rows(root: Path, name: str) -> list[dict[str, str]]:
    return _read(root / f"data/{name}.csv")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """
    Return a Markdown table; a bar in a cell is escaped.

    Examples
    --------
    >>> print(table(["a", "b"], [["1|2", "x"]]))
    | a | b |
    |---|---|
    | 1\\|2 | x |
    """

    def line(cells: Iterable[str]) -> str:
        texts = (str(cell).strip().replace("|", r"\|").replace("\n", " ") for cell in cells)
        return f"| {' | '.join(texts)} |"

    return "\n".join([line(header), "|" + "---|" * len(header), *map(line, rows)])


if __name__ == "__main__":
    main()
