"""Words that compare or count, and whether they are bound to what they say.

The manuscript prints such a word through `holds`, or a waiver says why it asserts nothing about
results: it belongs to a method, a definition, a name or a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Comparatives and quantifiers. Articles, `some`, `several` and `between` claim too little.
_WORDS = (
    "most", "mostly", "majority", "minority", "nearly", "almost", "hardly", "barely", "half",
    "halves", "thirds?", "quarters?", "twice", "double", "below", "above", "beyond", r"exceed\w*",
    r"exclud\w+", "more", "less", "fewer", "fewest", "least", "larger?", "largest", "smaller",
    "smallest", "small", "higher", "highest", "high", "lower", "lowest", "low", "greater",
    "greatest", "wider", "widest", "wide", "closer?", "far", "little", "modest", "few", "many",
    "none", "nobody", "everybody", "all", "every", "only", "exactly", "no", "never", "always",
)  # fmt: skip
WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
#: What is no prose, in the order of removal, and what is left of it.
_NO_PROSE = {
    r"\{##.*?##\}": "",  # comments
    r"\{\{.*?\}\}": "…",  # numbers, and words that are bound
    r"\{%.*?%\}": "",  # loops
    r"\{[#.][^}]*\}": "",  # identifiers and attributes
    r"\]\([^)]*\)": "",  # targets of links and pictures
    r"\[?-?@[\w-]+(?:[;,] ?@[\w-]+)*\]?": "",  # citations and cross-references
    r"\$[^$]*\$": "…",  # formulas
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Loose:
    """A word that compares, in a sentence that binds it to nothing."""

    word: str
    section: str
    sentence: str


def loose_words(template: str, waivers: Sequence[Mapping[str, str]]) -> Iterator[Loose]:
    """
    Yield the comparing and counting words of a manuscript that nothing answers for.

    Parameters
    ----------
    template : str
        The manuscript with its template expressions.
    waivers : sequence of mapping
        `phrase` (as it stands in the text) or `section` (its heading), and `reason`.

    Examples
    --------
    >>> text = "# Results\\nMost {{ num('a') }} fit. It is {{ holds('b', 'far below') }} all."
    >>> [(one.word, one.sentence) for one in loose_words(text, [{"phrase": "all", "reason": ""}])]
    [('Most', 'Most … fit.')]
    """
    phrases = sorted((one["phrase"] for one in waivers if "phrase" in one), key=len, reverse=True)
    waived = {one["section"] for one in waivers if "section" in one}
    for section, prose in sections(template):
        if section in waived:
            continue
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", prose):
            left = sentence
            for phrase in phrases:
                left = left.replace(phrase, "…")
            for found in WORD.finditer(left):
                yield Loose(word=found.group(), section=section, sentence=sentence.strip())


def stale_waivers(template: str, waivers: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the phrases and sections that are waived and no longer there."""
    found = dict(sections(template))
    text = "\n".join(found.values())
    return [
        name
        for one in waivers
        for name in [one.get("phrase") or one["section"]]
        if (name not in text if "phrase" in one else name not in found)
    ]


def sections(template: str) -> list[tuple[str, str]]:
    """Return the headings of a manuscript, each with its prose; what comes before is "front"."""
    for pattern, replacement in _NO_PROSE.items():
        template = re.sub(pattern, replacement, template, flags=re.DOTALL)
    found: dict[str, list[str]] = {"front": []}
    current = "front"
    for line in template.splitlines():
        if line.startswith("#"):
            current = line.strip("# ").strip()
            found.setdefault(current, [])
        else:
            found[current].append(line)
    return [(heading, "\n".join(lines)) for heading, lines in found.items()]
