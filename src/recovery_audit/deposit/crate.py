"""The results as an RO-Crate: every file and every number, with where it comes from.

References
----------
.. [1] P. Sefton et al., "RO-Crate Metadata Specification 1.1," doi:10.5281/zenodo.5841615.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
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


def crate(
    *,
    run: Json,
    checksums: Mapping[str, str],
    rules: Mapping[str, Json],
    numbers: Mapping[str, Json],
    claims: Iterable[Json],
    sources: Mapping[str, Json],
    citation: Json,
    explained: str,
) -> Json:
    """
    Return the metadata file of the crate whose root is the project's folder.

    Parameters
    ----------
    run : dict
        `provenance/run.json`: the configuration, and the checksums of the inputs.
    checksums : mapping
        Of the results, by path.
    rules : mapping
        As `rule_graph.describe` gives them.
    numbers : mapping
        The number ledger.
    claims : iterable of dict
        Rows of the checked figures; of a figure with several readings the first is taken.
    sources : mapping
        Documents by key, as in `data/sources.yaml`.
    citation : dict
        `CITATION.cff`.
    explained : str
        `results/README.md`: what each file is.

    Returns
    -------
    dict
        JSON-LD; the same bytes for the same results, since the date is the paper's.
    """
    made = ROCrate(version=VERSION)
    date = run["config"]["paper_date"]
    made.root_dataset.properties().update(_root(citation, date))
    described = dict(_explanations(explained))
    for path, checksum in sorted((run["inputs"] | checksums).items()):
        made.add(_file(made, path, checksum, _described(path, described, rules)))
    for entity in _context(run, checksums, rules, numbers, claims, sources, citation):
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


def _context(
    run: Json,
    checksums: Mapping[str, str],
    rules: Mapping[str, Json],
    numbers: Mapping[str, Json],
    claims: Iterable[Json],
    sources: Mapping[str, Json],
    citation: Json,
) -> Iterator[Json]:
    yield from _people(citation)
    yield from _workflow(run, checksums)
    for name, document in sorted(sources.items()):
        yield _document(name, document)
    for name, claim in sorted({row["claim_id"]: row for row in reversed([*claims])}.items()):
        yield _claim(name, claim)
    for name, entry in sorted(numbers.items()):
        yield _number(name, entry, rules, checksums, sources)


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


def _number(
    name: str,
    entry: Json,
    rules: Mapping[str, Json],
    checksums: Mapping[str, str],
    sources: Mapping[str, Json],
) -> Json:
    tables = [
        path
        for path in rules.get(entry["rule"], {"outputs": []})["outputs"]
        if path.endswith(f"/{entry['table']}.csv") and path in checksums
    ]
    claims = [
        f"#document-{one}" if one in sources else f"#claim-{one}" for one in entry["ancestors"]
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
    """Return the crate's JSON with the Snakefile as workflow, in an order that is always the same."""
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
