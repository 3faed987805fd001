"""The lists of packages agree: pyproject.toml, environment.yml, and the locks."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-lab.lock", "requirements-cluster.lock")
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

# Where the conda package with just the Python library has another name.
CONDA_NAMES = {
    "matplotlib-base": "matplotlib",
    "python-duckdb": "duckdb",
    "snakemake-minimal": "snakemake",
}

NAMED = [
    Requirement(text)
    for text in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])
]


def lock_entries(lock: str = "requirements.lock") -> list[str]:
    """One line per package: the name, version and marker, and the hashes."""
    lines = LOCKS[lock].replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def versions(lock: str = "requirements.lock") -> dict[str, Version]:
    named = (re.split("==| ", entry, maxsplit=2)[:2] for entry in lock_entries(lock))
    return {canonicalize_name(name): Version(version) for name, version in named}


LOCKED = versions()


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


@pytest.mark.parametrize("group", ["lab", "cluster"])
def test_what_is_added_to_the_environment_changes_nothing_in_it(group):
    added = versions(f"requirements-{group}.lock")
    for named in map(Requirement, PROJECT["dependency-groups"][group]):
        assert added[canonicalize_name(named.name)] in named.specifier
        assert canonicalize_name(named.name) not in LOCKED
    both = added.keys() & LOCKED.keys()
    assert {name: added[name] for name in both} == {name: LOCKED[name] for name in both}


@pytest.mark.parametrize(
    "entry",
    [entry for lock in LOCKS for entry in lock_entries(lock)],
    ids=lambda entry: entry.split("==")[0],
)
def test_each_locked_package_has_its_hashes(entry):
    assert re.fullmatch(r"[a-z0-9-]+==\S+( ; [^-]*?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert "://" not in LOCKS[lock]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_each_package_once(lock):
    assert len(versions(lock)) == len(lock_entries(lock))


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
