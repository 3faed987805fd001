"""The RO-Crate keeps what its specification says a crate MUST keep."""

import copy
import json

import pytest

from recovery_audit.deposit.crate import Holdings, crate

RUN = {"config": {"paper_date": "2026-01-02"}, "inputs": {"data/claims/a.csv": "aa"}}
GIVEN = {
    "run": RUN,
    "checksums": {"results/numbers.json": "bb", "results/recompute/verdicts.csv": "cc"},
    "rules": {"judge": {"doc": "Judge.", "outputs": ["results/recompute/verdicts.csv"]}},
    "numbers": {
        "rate": {
            "value": "9.2",
            "unit": "percent",
            "formula": "the figure as the document prints it",
            "rule": "judge",
            "table": "verdicts",
            "ancestors": ["claim-a", "document-a"],
        }
    },
    "claims": [
        {
            "claim_id": "claim-a",
            "printed": "9.2",
            "outcome": "recovered",
            "population": "clients",
            "locator": "abstract",
            "document": "document-a",
        }
    ],
    "sources": {
        "document-a": {
            "short": "A",
            "citation": "A, 2018.",
            "licence": "CC BY 4.0",
            "url": "https://example.org/a",
        }
    },
    "citation": {
        "title": "T",
        "abstract": "What it is.",
        "version": "1",
        "license": "MIT",
        "authors": [{"name": "We"}],
    },
    "explained": "| `numbers.json` | every number |\n",
}


@pytest.fixture
def made():
    return crate(Holdings(**GIVEN))


@pytest.fixture
def folder(tmp_path):
    for path in ("Snakefile", *RUN["inputs"], *GIVEN["checksums"]):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def entity(made, identifier):
    return next(one for one in made["@graph"] if one["@id"] == identifier)


def references(value):
    if isinstance(value, dict):
        found = [value["@id"]] if set(value) == {"@id"} else []
        return found + [one for part in value.values() for one in references(part)]
    return [one for part in value for one in references(part)] if isinstance(value, list) else []


def problems(made, folder):
    """Return the broken MUSTs of RO-Crate 1.1: sections 2.1, 3.1, 4.1 and 4.2."""
    graph = {one["@id"]: one for one in made["@graph"]}
    found = [] if len(graph) == len(made["@graph"]) else ["an @id is given twice"]
    if made["@context"] not in ("https://w3id.org/ro/crate/1.1/context",):
        found.append("no context of RO-Crate 1.1")
    descriptor = graph.get("ro-crate-metadata.json", {})
    if descriptor.get("conformsTo") != {"@id": "https://w3id.org/ro/crate/1.1"}:
        found.append("the descriptor conforms to nothing")
    if descriptor.get("about") != {"@id": "./"} or graph.get("./", {}).get("@type") != "Dataset":
        found.append("no root")
    root = graph.get("./", {})
    found += [
        f"the root lacks {key}"
        for key in ("name", "description", "datePublished", "license")
        if key not in root
    ]
    files = {name for name, one in graph.items() if "File" in one["@type"]}
    parts = {part["@id"] for part in root.get("hasPart", [])}
    found += [f"{name} is no part of the root" for name in sorted(files - parts)]
    found += [f"{name} is not on disk" for name in sorted(files) if not (folder / name).exists()]
    outside = {"https://w3id.org/ro/crate/1.1"}
    led = set(references(made["@graph"]))
    return found + [f"{name} is no entity" for name in sorted(led - graph.keys() - outside)]


def test_the_crate_keeps_every_must(made, folder):
    assert problems(made, folder) == []


def test_a_number_says_what_it_is_and_what_it_is_based_on(made):
    assert entity(made, "#number-rate") == {
        "@id": "#number-rate",
        "@type": "PropertyValue",
        "name": "rate",
        "value": "9.2",
        "unitText": "percent",
        "description": "the figure as the document prints it",
        "isBasedOn": [
            {"@id": "results/recompute/verdicts.csv"},
            {"@id": "#claim-claim-a"},
            {"@id": "#document-document-a"},
        ],
    }


def test_a_file_carries_its_checksum_and_what_the_page_or_the_rule_says(made):
    assert entity(made, "results/numbers.json")["description"] == "every number"
    verdicts = entity(made, "results/recompute/verdicts.csv")
    assert (verdicts["description"], verdicts["sha256"]) == ("Judge.", "cc")


def test_the_run_names_workflow_inputs_and_results(made):
    run = entity(made, "#run")
    assert run["instrument"] == {"@id": "Snakefile"}
    assert run["object"] == [{"@id": "data/claims/a.csv"}]
    assert run["result"] == [
        {"@id": "results/numbers.json"},
        {"@id": "results/recompute/verdicts.csv"},
    ]


def test_the_same_results_give_the_same_bytes(made):
    assert json.dumps(crate(Holdings(**GIVEN))) == json.dumps(made)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda graph: graph.pop("#claim-claim-a"), "#claim-claim-a is no entity"),
        (lambda graph: graph["./"].pop("license"), "the root lacks license"),
        (lambda graph: graph["./"]["hasPart"].clear(), "Snakefile is no part of the root"),
        (
            lambda graph: graph["ro-crate-metadata.json"].pop("conformsTo"),
            "the descriptor conforms to nothing",
        ),
        (
            lambda graph: graph["results/numbers.json"].update({"@id": "results/gone.json"}),
            "results/gone.json is not on disk",
        ),
    ],
)
def test_a_planted_mistake_is_found(made, folder, mistake, said):
    graph = {one["@id"]: one for one in copy.deepcopy(made["@graph"])}
    mistake(graph)
    assert said in problems(made | {"@graph": [*graph.values()]}, folder)
