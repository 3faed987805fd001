"""CITATION.cff keeps the rules of its format, version 1.2.0, and agrees with the package."""

import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# https://github.com/citation-file-format/citation-file-format, schema-guide.md of 1.2.0:
# the keys that a file must have, and all it may have.
REQUIRED = {"authors", "cff-version", "message", "title"}
ALLOWED = REQUIRED | {
    "abstract",
    "commit",
    "contact",
    "date-released",
    "doi",
    "identifiers",
    "keywords",
    "license",
    "license-url",
    "preferred-citation",
    "references",
    "repository",
    "repository-artifact",
    "repository-code",
    "type",
    "url",
    "version",
}


def problems(citation):
    """Return the rules that a citation file breaks."""
    found = [f"{key} is missing" for key in sorted(REQUIRED - citation.keys())]
    found += [f"{key} is no key" for key in sorted(citation.keys() - ALLOWED)]
    if citation.get("cff-version") != "1.2.0":
        found.append("the version of the format is not 1.2.0")
    if citation.get("type", "software") not in ("software", "dataset"):
        found.append("the type is neither software nor dataset")
    if not citation.get("authors"):
        found.append("nobody is named as author")
    for author in citation.get("authors", []):
        if not {"name", "family-names", "given-names", "alias"} & author.keys():
            found.append("an author has no name")
    keywords = citation.get("keywords", ["-"])
    if not keywords or len(set(keywords)) < len(keywords):
        found.append("keywords are empty or repeated")
    return found


def test_the_citation_keeps_the_rules_of_its_format():
    assert problems(CITATION) == []


def test_version_and_licence_are_those_of_the_package():
    assert CITATION["version"] == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cff-version": "1.1.0"}, "the version of the format is not 1.2.0"),
        ({"authors": []}, "nobody is named as author"),
        ({"licence": "MIT"}, "licence is no key"),
        ({"type": "article"}, "the type is neither software nor dataset"),
    ],
)
def test_a_planted_mistake_is_found(change, said):
    assert said in problems(CITATION | change)
