"""What journals and archives expect of JATS beyond what pandoc writes.

Pandoc's output follows the JATS Archiving DTD [1]_ but leaves journal fields empty, prints the
number of a figure within its caption, names a table where readers look for its wrapper, copies
alternative text as if it were markup, and knows neither the parts of an abstract nor an author that
is a group. Each function below mends one of these; all work on pandoc's
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

#: What a section is for, by its identifier.
SECTION_TYPES = {
    "sec-introduction": "intro",
    "sec-methods": "methods",
    "sec-results": "results",
    "sec-discussion": "discussion",
    "data-and-code": "data-availability",
    "supplement": "supplementary-material",
}


def completed(article: bytes) -> bytes:
    """Return pandoc's JATS article as archives expect it."""
    text = article.decode()
    mends = (
        _alternatives_escaped,
        _typed,
        _without_empty_fields,
        _groups_named,
        _abstract_in_sections,
        _key_points_in_front,
        _sections_typed,
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


def _groups_named(text: str) -> str:
    """
    Name an author that is a group as one: its name begins with an article.

    >>> _groups_named("<string-name>The Cohort Study Group</string-name>")
    '<collab>The Cohort Study Group</collab>'
    >>> _groups_named("<string-name>Theo Smith</string-name>")
    '<string-name>Theo Smith</string-name>'
    """
    return re.sub(r"<string-name>(The .*?)</string-name>", r"<collab>\1</collab>", text)


def _abstract_in_sections(text: str) -> str:
    """
    Make a section of each paragraph of the abstract that begins with a heading in bold.

    >>> _abstract_in_sections("<abstract>\\n<p><bold>Methods.</bold> We counted.</p>\\n</abstract>")
    '<abstract>\\n<sec><title>Methods</title><p>We counted.</p></sec>\\n</abstract>'
    """
    headed = r"<p><bold>([^<]*)\.</bold> (.*?)</p>"
    return re.sub(
        r"<abstract>.*?</abstract>",
        lambda one: re.sub(
            headed, r"<sec><title>\1</title><p>\2</p></sec>", one[0], flags=re.DOTALL
        ),
        text,
        count=1,
        flags=re.DOTALL,
    )


def _key_points_in_front(text: str) -> str:
    """
    Move the key points to the front, where they are an abstract of their own.

    >>> article = (
    ...     "<abstract><p>A.</p></abstract><body>"
    ...     '<sec id="key-points"><title>Key points</title><p>B.</p></sec></body>'
    ... )
    >>> _key_points_in_front(article)
    '<abstract><p>A.</p></abstract>\\n<abstract abstract-type="key-points" id="key-points">\
<title>Key points</title><p>B.</p></abstract><body></body>'
    """
    found = re.search(r'<sec id="key-points">(.*?)</sec>\n?', text, flags=re.DOTALL)
    if found is None:
        return text
    points = (
        f'</abstract>\n<abstract abstract-type="key-points" id="key-points">{found[1]}</abstract>'
    )
    return text.replace(found[0], "", 1).replace("</abstract>", points, 1)


def _sections_typed(text: str) -> str:
    """
    Say what the usual sections of an article are for.

    >>> _sections_typed('<sec id="sec-methods">')
    '<sec id="sec-methods" sec-type="methods">'
    """
    for identifier, kind in SECTION_TYPES.items():
        opening = f'<sec id="{identifier}"'
        text = text.replace(f"{opening}>", f'{opening} sec-type="{kind}">', 1)
    return text


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
