"""The Word styles of the paper: pandoc's own, with the measures of a printed article.

Pandoc writes every paragraph in a named style and leaves to a reference file how the style looks.
Only looks are set here, so whoever receives the paper can restyle it in Word as usual. Line
lengths and type sizes follow ``paper/template.typ``.
"""

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile, ZipInfo

__all__ = ["reference_file", "with_set_layout"]

FONT = "Times New Roman"
FIXED_FONT = "Courier New"
INK = "1C1C1C"
LINK = "1D4470"

# A table of at most this many rows, with its header, stays on one page.
SHORT_TABLE = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How one style of paragraph looks."""

    size: float  #: of the type [pt]
    before: float = 0  #: room above [pt]
    after: float = 0  #: room below [pt]
    weight: str = ""  #: "b" bold, "i" italic, "plain" neither, where the parent is bold
    flow: str = ""  #: "keepNext" on the page of what follows, "keepLines" in one piece
    indent: str = ""  #: attributes of `w:ind`
    level: int | None = None  #: of a heading in the outline, from 0


LOOKS = {
    "Title": Look(size=20, after=8, weight="b", flow="keepNext keepLines"),
    "Subtitle": Look(size=13, after=8, weight="plain", flow="keepNext keepLines"),
    "Author": Look(size=11.5, after=2, weight="plain", flow="keepNext keepLines"),
    "Date": Look(size=10, after=10, weight="plain", flow="keepNext keepLines"),
    "AbstractTitle": Look(size=10, before=10, after=3, weight="b", flow="keepNext"),
    "Abstract": Look(size=10, after=5),
    "Heading1": Look(size=14, before=18, after=6, weight="b", flow="keepNext keepLines", level=0),
    "Heading2": Look(size=12, before=14, after=5, weight="b", flow="keepNext keepLines", level=1),
    "Heading3": Look(size=11, before=12, after=4, weight="i", flow="keepNext keepLines", level=2),
    "BodyText": Look(size=11, after=7),
    # What follows a table or a heading, whose own room below counts where it is larger.
    "FirstParagraph": Look(size=11, before=7, after=7),
    "BlockText": Look(size=10.5, after=7, indent='w:left="480" w:right="480"'),
    "FootnoteText": Look(size=9),
    "Bibliography": Look(size=10, after=4, indent='w:left="340" w:hanging="340"'),
    "Compact": Look(size=8, before=1.5, after=1.5),
    "Entry": Look(size=8, before=7, after=1.5, flow="keepNext keepLines"),
    "EntryLine": Look(size=8, before=1.5, after=1.5, flow="keepNext keepLines"),
    "Caption": Look(size=9),
    "TableCaption": Look(size=9, before=12, after=4, flow="keepNext keepLines"),
    "ImageCaption": Look(size=9, before=4, after=14, flow="keepLines"),
    "CaptionedFigure": Look(size=11, before=12, flow="keepNext"),
}

# The lines of an entry of the appendix, which pandoc knows nothing of; the last is in Compact.
ENTRY = "".join(
    f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
    '<w:basedOn w:val="Compact"/><w:next w:val="Compact"/></w:style>'
    for name in ("Entry", "EntryLine")
)

# The rules of a printed table: heavy above and below, light under the header and between rows.
TABLE = f"""
<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>
<w:tblPr><w:tblInd w:type="dxa" w:w="0"/><w:tblBorders>
<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:insideH w:val="single" w:sz="2" w:space="0" w:color="D4D4D4"/>
</w:tblBorders><w:tblCellMar><w:top w:type="dxa" w:w="0"/><w:left w:type="dxa" w:w="60"/>
<w:bottom w:type="dxa" w:w="0"/><w:right w:type="dxa" w:w="60"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{INK}"/>
</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
"""

# A4 with the margins of the printed paper, in twentieths of a point. The last section of the file
# has no pages of its own when an appendix in columns comes before, hence continuous.
PAGE = """
<w:footerReference w:type="default" r:id="rIdFooter"/>
<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr><w:type w:val="continuous"/>
<w:pgSz w:w="11906" w:h="16838"/>
<w:pgMar w:top="1531" w:right="1588" w:bottom="1474" w:left="1588" w:header="709" w:footer="709"
w:gutter="0"/>
"""

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
FOOTER = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:ftr {NAMESPACES}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>
<w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="17"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>
</w:p></w:ftr>"""
FOOTER_RELATION = (
    '<Relationship Id="rIdFooter" Target="footer1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"/>'
)
FOOTER_TYPE = (
    '<Override PartName="/word/footer1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
)


def reference_file() -> bytes:
    """Return the file that gives pandoc the looks of its Word styles, the same bytes each time."""
    parts = {name: text.decode() for name, text in _pandocs_own().items()}
    parts["word/styles.xml"] = _styled(parts["word/styles.xml"])
    parts["word/document.xml"] = _replaced(
        parts["word/document.xml"], r"<w:sectPr>.*?</w:sectPr>", f"<w:sectPr>{PAGE}</w:sectPr>"
    )
    parts["word/footer1.xml"] = FOOTER
    relations = "word/_rels/document.xml.rels"
    parts[relations] = _replaced(parts[relations], r"(?=</Relationships>)", FOOTER_RELATION)
    types = "[Content_Types].xml"
    parts[types] = _replaced(parts[types], r"(?=</Types>)", FOOTER_TYPE)
    return _zipped(parts)


def with_set_layout(document: bytes) -> bytes:
    """Return pandoc's Word file with what its styles cannot say of tables and pictures."""
    packed = BytesIO()
    with ZipFile(BytesIO(document)) as source, ZipFile(packed, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "word/document.xml":
                content = _laid_out(content.decode()).encode()
            target.writestr(part, content)  # with the date that pandoc gave it
    return packed.getvalue()


def _laid_out(text: str) -> str:
    return _flush(_room_below(_in_one_piece(_unsplit(text))))


def _unsplit(text: str) -> str:
    """
    Forbid to split each row, a header row or one without properties.

    >>> _unsplit("<w:tr><w:trPr><w:tblHeader/></w:trPr></w:tr><w:tr><w:tc/></w:tr>")
    '<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr></w:tr>\
<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc/></w:tr>'
    """
    text = re.sub(r"<w:tr>(?!\s*<w:trPr>)", "<w:tr><w:trPr></w:trPr>", text)
    return text.replace("<w:trPr>", "<w:trPr><w:cantSplit/>")


def _in_one_piece(text: str) -> str:
    """Keep every row of a short table but the last on the page of the next row."""
    return re.sub(r"<w:tbl>.*?</w:tbl>", lambda table: _kept(table[0]), text, flags=re.DOTALL)


def _kept(table: str) -> str:
    """
    Return a table of Word with its rows kept together if they are few.

    >>> row = '<w:tr><w:p><w:pPr><w:pStyle w:val="Compact" /></w:pPr></w:p></w:tr>'
    >>> _kept(2 * row).split("</w:tr>")[:2]
    ['<w:tr><w:p><w:pPr><w:pStyle w:val="Compact" /><w:keepNext/></w:pPr></w:p>', \
'<w:tr><w:p><w:pPr><w:pStyle w:val="Compact" /></w:pPr></w:p>']
    >>> _kept(14 * row) == 14 * row
    True
    """
    *rows, last = table.split("<w:tr>")
    if len(rows) > SHORT_TABLE:
        return table
    kept = [re.sub(r"<w:pStyle [^>]*/>", r"\g<0><w:keepNext/>", row) for row in rows]
    return "<w:tr>".join([*kept, last])


def _flush(text: str) -> str:
    """
    Let no picture keep a distance from the text: without a word on it LibreOffice takes 9 points.

    >>> _flush("<wp:inline><wp:extent/></wp:inline>")
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent/></wp:inline>'
    """
    none = " ".join(f'dist{side}="0"' for side in "TBLR")
    return text.replace("<wp:inline>", f"<wp:inline {none}>")


def _room_below(text: str) -> str:
    """
    Give what follows a table the style of a first paragraph, which pandoc misses behind an anchor.

    >>> _room_below('</w:tbl> <w:bookmarkEnd w:id="1" /><w:p><w:pPr><w:pStyle w:val="BodyText" />')
    '</w:tbl> <w:bookmarkEnd w:id="1" /><w:p><w:pPr><w:pStyle w:val="FirstParagraph" />'
    """
    anchors = r"(?:\s*<w:bookmark\w+ [^>]*/>)*"
    following = rf'(</w:tbl>{anchors}\s*<w:p><w:pPr><w:pStyle w:val=)"BodyText"'
    return re.sub(following, r'\1"FirstParagraph"', text)


def _pandocs_own() -> dict[str, bytes]:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    default = subprocess.run(command, capture_output=True, check=True).stdout
    with ZipFile(BytesIO(default)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: dict[str, str]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name), text)  # dated 1980, not today
    return packed.getvalue()


def _styled(styles: str) -> str:
    font = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    styles = _replaced(styles, r"<w:rFonts [^>]*/>", font)
    styles = _replaced(styles, r"(?=</w:styles>)", ENTRY)
    for name, look in LOOKS.items():
        styles = _with_looks(styles, name, _paragraph(look) + _type(look))
    styles = _with_looks(styles, "Table", TABLE)
    styles = _with_looks(
        styles,
        "VerbatimChar",
        f'<w:rPr><w:rFonts w:ascii="{FIXED_FONT}" w:hAnsi="{FIXED_FONT}"/></w:rPr>',
    )
    return _with_looks(styles, "Hyperlink", f'<w:rPr><w:color w:val="{LINK}"/></w:rPr>')


def _with_looks(styles: str, name: str, looks: str) -> str:
    """Put `looks` in the place of those that a style has; its name and parent stay."""
    found = re.search(rf'<w:style [^>]*w:styleId="{name}".*?</w:style>', styles, re.DOTALL)
    assert found, name  # a style of pandoc's that is gone
    looked = r"<w:(pPr|rPr|tblPr|tblStylePr)\b[^>]*?(/>|>.*?</w:\1>)"
    bare = re.sub(looked, "", found[0], flags=re.DOTALL).removesuffix("</w:style>")
    return styles[: found.start()] + bare + looks + "</w:style>" + styles[found.end() :]


def _paragraph(look: Look) -> str:
    """
    Return the properties of the paragraph, in the order that the format asks for.

    >>> _paragraph(Look(size=9, after=4, flow="keepNext"))
    '<w:pPr><w:keepNext/><w:spacing w:before="0" w:after="80"/><w:jc w:val="left"/></w:pPr>'
    """
    flow = "".join(f"<w:{word}/>" for word in look.flow.split())
    spacing = (
        f'<w:spacing w:before="{_twentieths(look.before)}" w:after="{_twentieths(look.after)}"/>'
    )
    indent = f"<w:ind {look.indent}/>" if look.indent else ""
    level = "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>'
    return f'<w:pPr>{flow}{spacing}{indent}<w:jc w:val="left"/>{level}</w:pPr>'


def _type(look: Look) -> str:
    """
    Return the properties of the type; Word's sizes are in half points.

    >>> _type(Look(size=10.5, weight="b"))
    '<w:rPr><w:b/><w:bCs/><w:color w:val="1C1C1C"/><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr>'
    """
    weight = {"b": "<w:b/><w:bCs/>", "i": "<w:i/><w:iCs/>", "plain": '<w:b w:val="0"/>', "": ""}
    size = round(2 * look.size)
    return (
        f'<w:rPr>{weight[look.weight]}<w:color w:val="{INK}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _twentieths(points: float) -> int:
    return round(20 * points)


def _replaced(text: str, pattern: str, new: str) -> str:
    changed, count = re.subn(pattern, lambda _: new, text, count=1, flags=re.DOTALL)
    assert count, pattern  # something of pandoc's that is gone
    return changed
