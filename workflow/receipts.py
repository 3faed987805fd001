"""Write data/receipts for `make receipts`: where each claim stands in the documents at hand."""

import sys
from pathlib import Path

import pandas as pd

from recovery_audit import io
from recovery_audit.documents.readers import ENDINGS, read_documents
from recovery_audit.documents.receipts import make_receipts
from recovery_audit.errors import AuditError

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path) -> None:
    """Read claims, copies and earlier receipts; write the receipts of every copy at hand."""
    schemas, data = root / "workflow/schemas", root / "data"
    tables = io.read_tables(sorted((data / "claims").glob("*.csv")), schemas / "claims.schema.yaml")
    earlier = sorted((data / "receipts").glob("*.csv"))
    known = io.read_tables(earlier, schemas / "receipts.schema.yaml")
    copies = {
        copy.name: copy.read_bytes()
        for copy in (data / "documents").iterdir()
        if copy.suffix in ENDINGS
    }
    shelf = read_documents(copies)
    print("".join(f"{remark}\n" for remark in shelf.remarks()), end="", file=sys.stderr)
    receipts = {Path(file).stem: table for file, table in known.items()}
    made = make_receipts(shelf.documents, pd.concat(tables.values()), receipts)
    for document, table in made.items():
        target = data / "receipts" / f"{document}.csv"
        io.write_table(table, target, schemas / "receipts.schema.yaml")
        print(f"{target.relative_to(root)}: {len(table)} claims located")
    if not made:
        print("data/documents holds no copy that claims are attributed to.")


if __name__ == "__main__":
    try:
        main(ROOT)
    except AuditError as error:
        sys.exit(str(error))
