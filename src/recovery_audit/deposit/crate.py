"""The results as an RO-Crate: every file and every number, with where it comes from.

References
----------
.. [1] P. Sefton et al., "RO-Crate Metadata Specification 1.1," doi:10.5281/zenodo.5841615.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

Json = dict[str, Any]

ENCODINGS = {
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".tex": "text/x-tex",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
}
VERSION = "1.1"
LICENCE = "https://spdx.org/licenses/MIT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """What a crate is made of."""

    run: Json  #: `provenance/run.json`: the configuration, and the checksums of the inputs
    checksums: Mapping[str, str]  #: of the results, by path
    rules: Mapping[str, Json]  #: as `rule_graph.describe` gives them
    numbers: Mapping[str, Json]  #: the number ledger
    claims: Sequence[Json]  #: checked figures; of several readings of one the first is taken
    sources: Mapping[str, Json]  #: documents by key, as in `data/sources.yaml`
    citation: Json  #: `CITATION.cff`
    explained: str  #: `results/README.md`: what each file is


def crate(held: Holdings) -> Json:
    """
    Return the metadata file of the crate whose root is the project's folder.

    Parameters
    ----------
    held : Holdings
        Everything that is described.

    Returns
    -------
    dict
        JSON-LD; the same bytes for the same results, since the date is the paper's.
    """
    made = ROCrate(version=VERSION)
    date = held.run["config"]["paper_date"]
    made.root_dataset.properties().update(_root(held.citation, date))
    described = dict(_explanations(held.explained))
    for path, checksum in sorted((held.run["inputs"] | dict(held.checksums)).items()):
        made.add(_file(made, path, checksum, _described(path, described, held.rules)))
    for entity in _context(held):
        made.add(ContextEntity(made, entity.pop("@id"), properties=entity))
    return _settled(made, date)


def _root(citation: Json, date: str) -> Json:
    return {
        "name": citation["title"],
        "description": citation["abstract"],
        "datePublished": date,
        "license": {"@id": LICENCE},
        "author": [{"@id": "#author-1"}],
        "version": citation["version"],
        "mainEntity": {"@id": "Snakefile"},
        "mentions": [{"@id": "#run"}],
    }


def _file(made: ROCrate, path: str, checksum: str, description: str) -> File:
    properties = {
        "name": path.rpartition("/")[2],
        "encodingFormat": encoding(path),
        "sha256": checksum,
    }
    if description:
        properties["description"] = description
    return File(made, None, path, properties=properties)


def encoding(path: str) -> str:
    """
    Return the media type of a file by its ending.

    Examples
    --------
    >>> encoding("results/numbers.json"), encoding("results/paper/paper.pdf")
    ('application/json', 'application/pdf')
    """
    ending = "." + path.rpartition(".")[2]
    return ENCODINGS.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def _explanations(page: str) -> Iterator[tuple[str, str]]:
    """Yield from the table of a page each file with its line; patterns as they are written."""
    for files, meaning in re.findall(r"^\| (`.+?) \| (.+) \|$", page, re.MULTILINE):
        yield from ((f"results/{file}", meaning) for file in re.findall(r"`([^`]+)`", files))


def _described(path: str, described: Mapping[str, str], rules: Mapping[str, Json]) -> str:
    if path in described:
        return described[path]
    return next((rule["doc"] for rule in rules.values() if path in rule["outputs"]), "")


def _context(held: Holdings) -> Iterator[Json]:
    yield from _people(held.citation)
    yield from _workflow(held.run, held.checksums)
    for name, document in sorted(held.sources.items()):
        yield _document(name, document)
    claims = {row["claim_id"]: row for row in reversed(held.claims)}
    for name, claim in sorted(claims.items()):
        yield _claim(name, claim)
    for name, entry in sorted(held.numbers.items()):
        yield _number(name, entry, held)


def _people(citation: Json) -> Iterator[Json]:
    for place, author in enumerate(citation["authors"], start=1):
        yield {"@id": f"#author-{place}", "@type": "Organization", "name": author["name"]}
    yield {"@id": LICENCE, "@type": "CreativeWork", "name": f"{citation['license']} licence"}


def _workflow(run: Json, checksums: Mapping[str, str]) -> Iterator[Json]:
    yield {
        "@id": "#snakemake",
        "@type": "ComputerLanguage",
        "name": "Snakemake",
        "url": {"@id": "https://snakemake.readthedocs.io"},
    }
    yield {
        "@id": "https://snakemake.readthedocs.io",
        "@type": "WebSite",
        "name": "Snakemake's documentation",
    }
    yield {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "The run that made the results",
        "endTime": run["config"]["paper_date"],
        "instrument": {"@id": "Snakefile"},
        "object": [{"@id": path} for path in sorted(run["inputs"])],
        "result": [{"@id": path} for path in sorted(checksums)],
    }


def _document(name: str, document: Json) -> Json:
    entity = {
        "@id": f"#document-{name}",
        "@type": "CreativeWork",
        "name": document["short"],
        "citation": document["citation"],
        "usageInfo": document["licence"],
    }
    return entity | ({"url": document["url"]} if document["url"] else {})


def _claim(name: str, claim: Json) -> Json:
    return {
        "@id": f"#claim-{name}",
        "@type": "Claim",
        "name": name,
        "text": claim["printed"],
        "description": f"{claim['outcome']}, {claim['population']}; {claim['locator']}",
        "isPartOf": {"@id": f"#document-{claim['document']}"},
    }


def _number(name: str, entry: Json, held: Holdings) -> Json:
    tables = [
        path
        for path in held.rules.get(entry["rule"], {"outputs": []})["outputs"]
        if path.endswith(f"/{entry['table']}.csv") and path in held.checksums
    ]
    claims = [
        f"#document-{one}" if one in held.sources else f"#claim-{one}" for one in entry["ancestors"]
    ]
    return {
        "@id": f"#number-{name}",
        "@type": "PropertyValue",
        "name": name,
        "value": entry["value"],
        "unitText": entry["unit"],
        "description": entry["formula"],
        "isBasedOn": [{"@id": target} for target in [*tables, *claims]],
    }


def _settled(made: ROCrate, date: str) -> Json:
    """Return the crate's JSON with the Snakefile as workflow, sorted."""
    content: Json = made.metadata.generate()
    graph = content["@graph"]
    for entity in graph:
        if entity["@id"] == "./":
            entity["hasPart"] = sorted(
                [*entity["hasPart"], {"@id": "Snakefile"}], key=lambda part: part["@id"]
            )
            entity["datePublished"] = date
    graph.append(
        {
            "@id": "Snakefile",
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": "From published figures to a paper",
            "programmingLanguage": {"@id": "#snakemake"},
            "encodingFormat": "text/plain",
        }
    )
    content["@graph"] = sorted(graph, key=lambda entity: entity["@id"])
    return content
