"""Fetch the openly licensed documents for `make documents`, into data/documents."""

import sys
from pathlib import Path

from recovery_audit import io
from recovery_audit.documents.fetching import fetch, openly_licensed
from recovery_audit.documents.readers import DocumentError
from recovery_audit.errors import AuditError

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path) -> int:
    """Fetch each document that has claims; return how many could not be had.

    The checksums of sources.yaml are of the editions that the figures were read in, which need not
    be what the addresses give; what was fetched first is what is asked for ever after.
    """
    sources = io.read_yaml(
        root / "data/sources.yaml", root / "workflow/schemas/sources.schema.yaml"
    )
    failed = 0
    for key, url in openly_licensed(sources["documents"]).items():
        if not (root / f"data/claims/{key}.csv").exists():
            continue
        try:
            fetched = fetch(key, url, None, root / "data/documents")
            print(f"{fetched.path.relative_to(root)} is at hand. {fetched.remark}".rstrip())
        except DocumentError as error:
            print(error, file=sys.stderr)
            failed += 1
    return failed


if __name__ == "__main__":
    try:
        sys.exit(1 if main(ROOT) else 0)
    except AuditError as error:
        sys.exit(str(error))
