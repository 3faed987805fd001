"""The dossier: one page, for a browser without a network, with every figure and its verdict."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from recovery_audit.rendering.dossier.claim_pages import (
    GRAVEST_FIRST,
    MEANINGS,
    claim_pages,
)
from recovery_audit.rendering.dossier.names import Names
from recovery_audit.rendering.dossier.percent_rules import percent_rules
from recovery_audit.rendering.dossier.systems_together import (
    STATUS_MEANINGS,
    systems_together,
)

if TYPE_CHECKING:
    import pandas as pd

#: Files of the page's folder that become modules, by the name that they are imported under.
MODULES = (
    "address", "claims-table", "copy-button", "datatables", "explorers", "percent", "percent-table",
    "strips",
)  # fmt: skip
#: What another paper's page does without.
_NO_ANALYSES: dict[str, Any] = {
    "specifications": [], "no_effect": None, "figures": [], "numbers": {},
}  # fmt: skip
#: What is out of view is laid out once, after what is in view (`page.js` ends the loading).
#: Should a script fail until then, all that can be read without scripts is shown.
_EARLY = """const page = document.documentElement.classList;
page.add("js", "loading");
addEventListener("error", () => page.contains("loading") && page.remove("js", "loading"), true);
"""
#: The page's only programs: whatever else a text might smuggle in is not run.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; script-src data: {hashes}"
)


def dossier(
    parts: Mapping[str, str],
    title: str,
    tables: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Any],
    analyses: Mapping[str, Any] | None = None,
) -> str:
    """
    Return the page of an audit, self-contained.

    Parameters
    ----------
    parts : mapping of str to str
        The files of `paper/dossier/` by name: `page.html` with Jinja expressions, `style.css`, and
        the scripts. What the tables hold enters it escaped.
    title : str
        Name of the paper.
    tables : mapping of str to DataFrame
        What `audit.run_ledger` returns, and `bases`; where they exist `systems` and `flips`.
    sources : mapping
        The content of `sources.yaml`.
    analyses : mapping, optional
        What only this project has: `specifications` and `no_effect` (see `explorers`), `figures`
        (dicts with `name`, `svg`, `alt`, `takeaway`) and `numbers` (the ledger as JSON).

    Returns
    -------
    str
        HTML.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined

    environment = Environment(
        loader=DictLoader(dict(parts)),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = Names(tables["claims"], sources)
    groups = dict(zip(tables["bases"]["base"], tables["bases"]["note"], strict=True))
    pages = list(claim_pages(tables, names, groups))
    verdicts = Counter(verdict for page in pages for verdict in page["verdicts"])
    analyses = _NO_ANALYSES | dict(analyses or {})
    scripts = {
        "early": _EARLY,
        "imports": _imports(parts),
        "main": parts["page.js"],
    }
    return environment.get_template("page.html").render(
        title=_name(title),
        claims=pages,
        explored=_explored(analyses),
        meanings=MEANINGS | (STATUS_MEANINGS if "systems" in tables else {}),
        verdicts=sorted(verdicts.items(), key=lambda pair: (-pair[1], pair[0])),
        gravest_first=[(word, verdicts[word]) for word in GRAVEST_FIRST if verdicts[word]],
        studies=sorted({page["study"] for page in pages}, key=str.casefold),
        documents=_documents(pages, sources["documents"]),
        systems=(systems_together(tables["systems"], names, groups) if "systems" in tables else []),
        analyses=analyses,
        figures=[figure | _drawing(figure["svg"]) for figure in analyses["figures"]],
        data={
            "percent-rules": _json(percent_rules()),
            "specifications": _json(analyses["specifications"]),
            "no-effect": _json(analyses["no_effect"]),
            "numbers": _json(_uses(analyses["numbers"], pages)),
        },
        style=parts["style.css"],
        policy=_POLICY.format(hashes=" ".join(map(_hash, scripts.values()))),
        **scripts,
    )


def _name(title: str) -> str:
    return (title[:1].upper() + title[1:]).replace("-", " ")


def _documents(
    pages: list[dict[str, Any]], documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the documents that figures were read in, with how many."""
    counts = Counter(page["document_id"] for page in pages)
    unsaid = {"url": None, "doi": None, "read": None}
    return [
        {**unsaid, **documents[key], "id": key, "figures": count} for key, count in counts.items()
    ]


def _uses(numbers: Mapping[str, Any], pages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return which numbers of the paper descend from each claim: places in a list.

    What rests on few figures comes first: a total of the audit rests on all, and says least of one.
    """
    claims = {page["claim_id"] for page in pages}
    ids = [number_id for number_id in numbers if number_id not in claims]
    ids.sort(key=lambda number_id: len(numbers[number_id]["ancestors"]))
    formulas = list(dict.fromkeys(numbers[number_id]["formula"] for number_id in ids))
    of: dict[str, list[int]] = {page["claim_id"]: [] for page in pages}
    for place, number_id in enumerate(ids):
        for claim_id in numbers[number_id]["ancestors"]:
            if claim_id in of:
                of[claim_id].append(place)
    return {
        "numbers": [
            [number_id, numbers[number_id]["text"], formulas.index(numbers[number_id]["formula"])]
            for number_id in ids
        ],
        "formulas": formulas,
        "of": {claim_id: places for claim_id, places in of.items() if places},
    }


def _explored(analyses: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return which explorers show what was computed from each claim: addresses and names."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for rate in analyses["specifications"]:
        for claim_id in rate["inputs"]:
            found[claim_id].append({"id": f"specification-{rate['id']}", "name": rate["label"]})
    for claim_id in (analyses["no_effect"] or {"inputs": []})["inputs"]:
        found[claim_id].append({"id": "no-effect", "name": "what no effect would report"})
    return found


def _imports(parts: Mapping[str, str]) -> str:
    """Return the import map: each module as an address that holds the module itself."""
    addresses = {name: f"data:text/javascript,{_address(parts[f'{name}.js'])}" for name in MODULES}
    return _json({"imports": addresses})


def _address(text: str) -> str:
    """Escape what ends, or is dropped from, an address."""
    return re.sub(r"[%#\n\r\t]", lambda found: quote(found[0]), text)


def _drawing(svg: str) -> dict[str, Any]:
    """Return a drawing as an address, with its size.

    A hundredth of a point shows on no screen; of a scale it would: letters are drawn by it.
    """
    width, height = re.findall(r'\b(?:width|height)="([\d.]+)pt"', svg)[:2]
    svg = re.sub(r"<metadata>.*?</metadata>|<!.*?>|<\?.*?\?>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"scale\([^)]*\)|(\d\.\d\d)\d+", lambda found: found[1] or found[0], svg)
    svg = re.sub(r"\s+", " ", svg).replace('"', "'").replace("> <", "><").strip()
    url = "data:image/svg+xml," + quote(svg, safe=" '=:/;,.()!-<>")
    return {"url": url, "width": _pixels(width), "height": _pixels(height)}


def _pixels(points: str) -> int:
    return round(float(points) * 96 / 72)


def _json(content: Any) -> str:
    """Return JSON that cannot end the element which holds it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
