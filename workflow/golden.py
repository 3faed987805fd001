"""Write the numbers of the paper, a line each, to compare with what a change does: `make golden`.

The file is committed, so that a number that changes is a line in a review.
"""

import csv
import io
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests/golden/numbers.csv"
COLUMNS = ("number", "text", "value", "fraction", "unit", "table", "row")


def lines_of(ledger: Path) -> str:
    """Return the ledger as a table, sorted by number."""
    numbers = json.loads(ledger.read_text(encoding="utf-8"))
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows({"number": name, **entry} for name, entry in sorted(numbers.items()))
    return text.getvalue()


if __name__ == "__main__":
    built = ROOT / "results/numbers.json"
    if not built.is_file():
        sys.exit("results/numbers.json is not there: run `make paper` first.")
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(lines_of(built), encoding="utf-8")
    print(f"{GOLDEN.relative_to(ROOT)}: {len(GOLDEN.read_text().splitlines()) - 1} numbers")
