"""Compile results/paper/paper.tex for `make check-latex`, with the TeX of this machine."""

import sys
import tempfile
from pathlib import Path

from recovery_audit.errors import AuditError
from recovery_audit.rendering.latex import ENGINES, compile_latex, complaints, engine_here

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path) -> bool:
    """Compile the paper; tell whether TeX was content, or could not be asked."""
    source = root / "results/paper/paper.tex"
    if not source.exists():
        print("skipped: there is no results/paper/paper.tex yet; `make paper` writes it")
        return True
    engine = engine_here()
    if engine is None:
        print(f"skipped: this machine has none of {', '.join(ENGINES)}")
        return True
    with tempfile.TemporaryDirectory() as folder:
        found = complaints(compile_latex(source, Path(folder) / "paper.pdf", engine=engine))
    print(f"results/paper/paper.tex: {engine} has {len(found) or 'no'} complaints")
    print("".join(f"  {complaint}\n" for complaint in found), end="")
    return not found


if __name__ == "__main__":
    try:
        sys.exit(not main(ROOT))
    except AuditError as error:
        sys.exit(str(error))
