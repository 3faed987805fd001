"""The three lists of packages agree: pyproject.toml, requirements.lock and environment.yml."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK_TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

# Where the conda package with just the Python library has another name.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}

NAMED = [
    Requirement(text)
    for text in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])
]


def lock_entries() -> list[str]:
    """One line per package: the name, version and marker, and the hashes."""
    lines = LOCK_TEXT.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


LOCKED = {
    canonicalize_name(name): Version(version)
    for name, version in (re.split("==| ", entry, maxsplit=2)[:2] for entry in lock_entries())
}


def conda_requirements() -> dict[str, Requirement]:
    """Python's name of each package to what environment.yml asks of it, from conda or from pip."""
    *conda, by_pip = CONDA["dependencies"]
    texts = [text for text in conda + by_pip["pip"] if text not in ("pip", "-e .")]
    requirements = [Requirement(text) for text in texts]
    return {CONDA_NAMES.get(asked.name, asked.name): asked for asked in requirements}


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.name)
def test_the_lock_satisfies_what_the_project_asks_for(named):
    assert LOCKED[canonicalize_name(named.name)] in named.specifier


def test_the_build_backend_is_locked():
    """It is installed from the lock: nothing is fetched to build the project itself."""
    assert set(PROJECT["build-system"]["requires"]) <= set(LOCKED)


@pytest.mark.parametrize("entry", lock_entries(), ids=lambda entry: entry.split("==")[0])
def test_each_locked_package_has_its_hashes(entry):
    assert re.fullmatch(r"[a-z0-9-]+==\S+( ; [^-]*?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry)


def test_the_lock_names_no_address():
    assert "http" not in LOCK_TEXT


def test_the_lock_names_each_package_once():
    assert len(LOCKED) == len(lock_entries())


def test_conda_asks_for_the_same_packages_and_versions_as_the_project():
    asked = {name: str(requirement.specifier) for name, requirement in conda_requirements().items()}
    expected = {named.name: str(named.specifier) for named in NAMED}
    assert asked == {"python": PROJECT["project"]["requires-python"], **expected}


@pytest.mark.parametrize("name", sorted(set(conda_requirements()) - {"python"}))
def test_conda_admits_the_locked_version(name):
    assert LOCKED[canonicalize_name(name)] in conda_requirements()[name].specifier


def test_conda_installs_the_project_itself_last():
    assert CONDA["name"] == PROJECT["project"]["name"]
    assert CONDA["dependencies"][-1]["pip"][-1] == "-e ."
