"""What journals and archives expect of JATS beyond what pandoc writes.

Pandoc's output follows the JATS Archiving DTD [1]_ but leaves journal fields empty, prints the
number of a figure within its caption, names a table where readers look for its wrapper, and copies
alternative text as if it were markup. Each function below mends one of these; all work on pandoc's
own layout of the file, and leave the document type and the prefixes of names as they are.

References
----------
.. [1] NISO, "JATS: Journal Article Tag Suite, version 1.2," ANSI/NISO Z39.96-2019.
"""

import re
from xml.sax.saxutils import escape

__all__ = ["completed"]

#: What a cross-reference leads to, by the beginning of the identifier.
REFERENCE_TYPES = {"fig": "fig", "tbl": "table", "sec": "sec", "fn": "fn"}


def completed(article: bytes) -> bytes:
    """Return pandoc's JATS article as archives expect it."""
    text = article.decode()
    mends = (
        _alternatives_escaped,
        _typed,
        _without_empty_fields,
        _tables_named,
        _captions_labelled,
        _links_typed,
    )
    for mend in mends:
        text = mend(text)
    return text.encode()


def _alternatives_escaped(text: str) -> str:
    """
    Write alternative text as text; an ampersand in it would make the file unreadable.

    >>> _alternatives_escaped("<alt-text>A & B < C</alt-text>")
    '<alt-text>A &amp; B &lt; C</alt-text>'
    """
    words = r"(<alt-text>)(.*?)(</alt-text>)"
    return re.sub(words, lambda m: m[1] + escape(m[2]) + m[3], text, flags=re.DOTALL)


def _typed(text: str) -> str:
    return text.replace('article-type="other"', 'article-type="research-article"', 1)


def _without_empty_fields(text: str) -> str:
    """
    Drop the journal, which there is none of, and whatever else pandoc leaves empty in the front.

    >>> _without_empty_fields("<journal-meta>\\n<issn></issn>\\n</journal-meta>\\n<front>x</front>")
    '<front>x</front>'
    """
    text = re.sub(r"<journal-meta>.*?</journal-meta>\n?", "", text, count=1, flags=re.DOTALL)
    return re.sub(r"<permissions>\s*</permissions>\n?", "", text, count=1)


def _tables_named(text: str) -> str:
    """
    Move the identifier of a table to its wrapper, which holds the caption as well.

    >>> _tables_named('<table-wrap><caption/><table id="tbl-a"></table>')
    '<table-wrap id="tbl-a"><caption/><table></table>'
    """
    wrapped = r'<table-wrap>((?:(?!<table-wrap).)*?)<table id="([^"]+)"'
    return re.sub(wrapped, r'<table-wrap id="\2">\1<table', text, flags=re.DOTALL)


def _captions_labelled(text: str) -> str:
    """
    Move the number of a figure or table out of its caption.

    >>> _captions_labelled("<caption><p><bold>Table\\u00a01.</bold> Rates.</p></caption>")
    '<label>Table\\xa01</label><caption><p>Rates.</p></caption>'
    """
    numbered = r"<caption>(\s*<p>)<bold>((?:Figure|Table)\u00a0\d+)\.</bold> "
    return re.sub(numbered, r"<label>\2</label><caption>\1", text)


def _links_typed(text: str) -> str:
    """
    Say of each cross-reference what it leads to; pandoc does so for citations only.

    >>> _links_typed('<xref alt="Figure 1" rid="fig-a">')
    '<xref alt="Figure 1" rid="fig-a" ref-type="fig">'
    """

    def typed(link: re.Match[str]) -> str:
        kind = REFERENCE_TYPES.get(link[2].partition("-")[0], "other")
        return f'{link[1]} ref-type="{kind}">'

    return re.sub(r'(<xref(?![^>]*ref-type)[^>]* rid="([^"]+)")>', typed, text)
