"""Draw the stages of the pipeline into README.md, folded from Snakemake's own graph of the rules.

`python workflow/diagram.py` writes; a test compares. One node for each file of rules, one arrow
where a rule of one file needs a rule of another, unless other arrows lead there as well.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- stages: begin -->", "<!-- stages: end -->"


def main() -> None:
    """Write the diagram of the rules as they are now."""
    page = ROOT / "README.md"
    drawn = diagram(rule_graph(ROOT), stages(ROOT))
    page.write_text(put(page.read_text(encoding="utf-8"), drawn), encoding="utf-8")


def rule_graph(root: Path) -> str:
    """Return what Snakemake draws of the rules; nothing is run and nothing fetched."""
    command = [sys.executable, "-m", "snakemake", "--nolock", "--rulegraph", "mermaid-js"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def stages(root: Path) -> dict[str, str]:
    """Return the file that each rule stands in, in the order in which the files are read."""
    read = re.findall(
        r"workflow/rules/(\w+)\.smk", (root / "Snakefile").read_text(encoding="utf-8")
    )
    return {
        rule: stage
        for stage in read
        for rule in re.findall(
            r"^rule (\w+):",
            (root / f"workflow/rules/{stage}.smk").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }


def diagram(graph: str, stage_of: dict[str, str]) -> str:
    """
    Fold a graph of rules into one of stages.

    Examples
    --------
    >>> nodes = "id0[all] id1[draw] id2[judge] id3[clean]"
    >>> graph = f"{nodes} id3 --> id2 id2 --> id1 id1 --> id0"
    >>> print(diagram(graph, {"clean": "check", "judge": "check", "draw": "figures"}))
    flowchart LR
        check["check (2 rules)"]
        figures["figures (1 rule)"]
        check --> figures
    """
    names = dict(re.findall(r"(id\d+)\[(\w+)\]", graph))
    order = list(dict.fromkeys(stage_of.values()))
    folded = {
        (stage_of[names[first]], stage_of[names[second]])
        for first, second in re.findall(r"(id\d+) --> (id\d+)", graph)
        if names[first] in stage_of and names[second] in stage_of
    }
    folded = without_detours({pair for pair in folded if pair[0] != pair[1]})
    lines = ["flowchart LR"]
    for stage in order:
        count = sum(stage_of.get(name) == stage for name in names.values())
        if count:
            lines.append(f'    {stage}["{stage} ({count} rule{"s" * (count > 1)})"]')
    arrows = sorted(folded, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    return "\n".join([*lines, *(f"    {first} --> {second}" for first, second in arrows)])


def without_detours(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """
    Drop each arrow that leads where others lead as well.

    Examples
    --------
    >>> sorted(without_detours({("a", "b"), ("b", "c"), ("a", "c")}))
    [('a', 'b'), ('b', 'c')]
    """

    def reaches(first: str, last: str, known: set[tuple[str, str]]) -> bool:
        below = {second for start, second in known if start == first}
        return last in below or any(reaches(one, last, known) for one in below)

    return {pair for pair in arrows if not reaches(*pair, arrows - {pair})}


def put(page: str, drawn: str) -> str:
    """Return a page with a diagram between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n```mermaid\n{drawn}\n```\n{END}{after}"


if __name__ == "__main__":
    main()
