"""Pack the project and its results into one file for a deposit: `make archive`.

The same commit and the same results give the same bytes: names are sorted, owners and modes are
plain, and the only time in it is that of the commit. Refuses a working tree that differs from the
commit, and results that are not of it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUMS = "results/provenance/SHA256SUMS"
CRATE = "results/provenance/ro-crate-metadata.json"
ALSO = (SUMS, CRATE, "results/provenance/run.json")
NAME = "recovery-audit"
REFUSED = 2


class NotReadyError(Exception):
    """The folder is in no state to be deposited."""


def main(target: str) -> None:
    """Write the archive, or say in one line why not."""
    try:
        require_committed(ROOT)
        require_built(ROOT)
        content = pack(members(ROOT), committed_at(ROOT))
    except NotReadyError as error:
        print(f"No archive: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    Path(target).write_bytes(content)
    print(f"{hashlib.sha256(content).hexdigest()}  {target}")


def require_committed(root: Path) -> None:
    """Refuse a working tree that differs from the commit."""
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        raise NotReadyError(
            f"{len(changed)} files differ from the last commit, {changed[0][3:]} first; commit them"
        )


def require_built(root: Path) -> None:
    """Refuse results that a build would make anew."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--nolock", "--quiet", "rules"]
    dry = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if dry.returncode or "Nothing to be done" not in dry.stdout + dry.stderr:
        raise NotReadyError("the results are not up to date; run `make paper`")


def members(root: Path) -> dict[str, tuple[bytes, bool]]:
    """
    Return what is packed: name to content, and whether it can be run.

    Raises
    ------
    NotReadyError
        If a result is missing or is not the one whose checksum was written down.
    """
    tracked = _git(root, "ls-files", "-z").split("\0")
    names = {name for name in tracked if name}
    for checksum, name in _sums(root):
        names.add(name)
        if not (root / name).is_file():
            raise NotReadyError(f"{name} is missing; run `make paper`")
        if hashlib.sha256((root / name).read_bytes()).hexdigest() != checksum:
            raise NotReadyError(f"{name} is not the file that {SUMS} names; run `make paper`")
    names |= set(ALSO)
    found = {
        name: ((root / name).read_bytes(), bool((root / name).stat().st_mode & 0o100))
        for name in sorted(names)
    }
    # A crate's metadata stands at its root, and the paths in it start there.
    found["ro-crate-metadata.json"] = found[CRATE]
    found["DEPOSIT.md"] = found["docs/deposit.md"]
    return found


def pack(files: Mapping[str, tuple[bytes, bool]], time: int) -> bytes:
    """Return files as a compressed tar whose bytes depend on them and the time given alone."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, (content, runs) in sorted(files.items()):
            entry = tarfile.TarInfo(f"{NAME}/{name}")
            entry.size, entry.mtime, entry.mode = len(content), time, 0o755 if runs else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def committed_at(root: Path) -> int:
    """Return when the commit was made, in seconds."""
    return int(_git(root, "log", "-1", "--format=%ct"))


def _sums(root: Path) -> list[tuple[str, str]]:
    if not (root / SUMS).is_file():
        raise NotReadyError(f"{SUMS} is missing; run `make paper`")
    lines = (root / SUMS).read_text(encoding="utf-8").splitlines()
    return [(line[:64], line[66:]) for line in lines]


def _git(root: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main(sys.argv[1])
