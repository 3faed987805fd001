"""Text of the pages of a PDF or HTML file, in a process that cannot outgrow its limits.

`readers` runs this file as a program: the document comes in on standard input, the pages go out
as JSON. A document made to exhaust memory or time then ends this process only.
"""

from __future__ import annotations

import io
import json
import logging
import re
import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

#: Wall time, and processor time, that a document may take. Two hundred pages of a journal take a
#: quarter of it on a slow and busy machine: the limit is for what would never end.
SECONDS = 60
MEGABYTES = 768  #: memory that it may take
TOO_LARGE = f"it needs more than {SECONDS} seconds or {MEGABYTES} MB"

Pages = list[str]


class UnreadableError(Exception):
    """The document cannot be read; the message continues "cannot be read: "."""


# --- PDF --------------------------------------------------------------------------------------


def pdf_pages(content: bytes) -> Pages:
    """Return the text of each page of a PDF, columns in the order in which they were set."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    damage = _Damage()
    logging.getLogger("pypdf").addHandler(damage)
    logging.getLogger("pypdf").propagate = False
    _require_whole(content)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("it is encrypted; save a copy without a password")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damage.reason() or _malformed(error) from None
    if reason := damage.reason():
        raise reason
    _require_text(pages)
    return pages


def _malformed(error: Exception) -> UnreadableError:
    if type(error).__name__ == "DependencyError":  # a cipher that needs a further library
        return UnreadableError("it is encrypted; save a copy without a password")
    return UnreadableError(f"it is malformed ({str(error) or type(error).__name__})")


class _Damage(logging.Handler):
    """Keeps what the PDF library only remarks on when it drops a part of a page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def reason(self) -> UnreadableError | None:
        """Return what is to be said, if anything was dropped."""
        first = self.messages[0] if self.messages else None
        return UnreadableError(f"a part of it is damaged ({first})") if first else None

    def emit(self, record: logging.LogRecord) -> None:
        if "decompress" in record.getMessage():
            self.messages.append(record.getMessage())


def _require_whole(content: bytes) -> None:
    if b"%PDF-" not in content[:1024]:
        raise UnreadableError("it is no PDF, whatever its name says")
    if b"%%EOF" not in content[-2048:]:
        raise UnreadableError("it is truncated: the mark that ends a PDF is missing")


def _require_text(pages: Pages) -> None:
    """Refuse scans, and fonts whose letters are known by number only."""
    if not pages:
        raise UnreadableError("it is malformed (it has no page)")
    printed = "".join("".join(pages).split())
    if not printed:
        raise UnreadableError("it has no text layer, only images; recognise its text first")
    strange = sum(not letter.isprintable() or letter == "\ufffd" for letter in printed)
    if 10 * strange > len(printed):
        raise UnreadableError("its text layer does not say which letters its signs stand for")


# --- HTML -------------------------------------------------------------------------------------

_DROPPED = ["script", "style", "template", "noscript", "head", "svg"]
_BREAKS = [
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "table",
    "ul",
    "ol",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "caption",
]
_BREAK = "\ue000"  # stands for a line break while the white space of the source is squeezed


def html_pages(content: bytes) -> Pages:
    """Return the text of an HTML file as one page; scripts, styles and hidden parts are dropped."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(content, "html.parser")
    for tag in [*soup.find_all(_DROPPED), *soup.find_all(hidden=True)]:
        tag.decompose()
    for tag in soup.find_all("sup"):
        _set_apart(tag)
    for tag in soup.find_all(_BREAKS):
        tag.insert_before(_BREAK)
        tag.insert_after(_BREAK)
    for tag in soup.find_all(["td", "th"]):
        tag.insert_after(" ")
    return [" ".join(soup.get_text().split()).replace(_BREAK, "\n")]


def _set_apart(tag: Tag) -> None:
    """Keep a raised figure from running into the figure before it: `2013 [12]`, `10^6`."""
    text = tag.get_text().strip()
    if not re.fullmatch(r"\d[\d\s,–-]*", text):
        return
    reference = tag.find("a") or tag.find_parent("a")
    tag.replace_with(f" [{text}]" if reference else f"^{text}")


# --- the process ------------------------------------------------------------------------------

READERS: dict[str, Callable[[bytes], Pages]] = {".pdf": pdf_pages, ".html": html_pages}


def answer(ending: str, content: bytes) -> dict[str, Pages | str]:
    """Return `pages`, or `error` with the rest of a sentence that begins "cannot be read: "."""
    try:
        return {"pages": READERS[ending](content)}
    except UnreadableError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": TOO_LARGE}


def _limit() -> None:
    memory = MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    _limit()
    json.dump(answer(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)
