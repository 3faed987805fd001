"""The reader's own copies of the documents: bytes in, normalised text by page out.

A place in a document is a page and two character offsets in that page's normalised text; it is
the same on every machine for the same bytes, and `Document.sha256` says which bytes. What
`normalise` changes is listed there; nothing else of the text is touched.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from recovery_audit.documents import raw_pages
from recovery_audit.errors import AuditError
from recovery_audit.number_words import is_number_word

ENDINGS = (".txt", ".pdf", ".html")
#: Larger files are refused unread, so that reading stays within its time and memory.
MOST_MEGABYTES = {".txt": 5, ".pdf": 64, ".html": 5}


class DocumentError(AuditError):
    """A copy of a document cannot be read, fetched or trusted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One copy of one document."""

    key: str  #: its key in sources.yaml
    sha256: str  #: checksum of the copy
    pages: tuple[str, ...]  #: normalised text of each page
    paged: bool  #: whether the pages have numbers; otherwise there is one page, of no number
    notes: tuple[str, ...] = ()  #: what the reader of the results should know, in sentences

    def page_number(self, index: int) -> int | None:
        """Return the number of a page, the first being 1; None where pages have none."""
        return index + 1 if self.paged else None


class Shelf(NamedTuple):
    """All copies that are at hand."""

    documents: dict[str, Document]  #: by key
    unreadable: dict[str, str]  #: why each other copy cannot be read, by key

    def remarks(self) -> list[str]:
        """Return what the reader should know about the copies, in sentences."""
        notes = [f"{key}: {note}" for key, one in self.documents.items() for note in one.notes]
        return [*self.unreadable.values(), *notes]


def read_documents(copies: Mapping[str, bytes]) -> Shelf:
    """
    Read every copy; one that cannot be read does not keep the others from being read.

    Parameters
    ----------
    copies : mapping of str to bytes
        Content by file name, ``<key>.txt``, ``<key>.pdf`` or ``<key>.html``.
    """
    shelf = Shelf({}, {})
    names: dict[str, list[str]] = {}
    for name in sorted(copies):
        names.setdefault(name.rpartition(".")[0], []).append(name)
    for key, same in names.items():
        try:
            name = _only(key, same)
            shelf.documents[key] = read(key, "." + name.rpartition(".")[2], copies[name])
        except DocumentError as error:
            shelf.unreadable[key] = str(error)
    return shelf


def _only(key: str, names: Sequence[str]) -> str:
    if len(names) > 1:
        raise DocumentError(
            f"There are {len(names)} copies of {key}, {' and '.join(names)}: keep one of them."
        )
    return names[0]


def read(key: str, ending: str, content: bytes) -> Document:
    """
    Read one copy.

    Parameters
    ----------
    key : str
        Key of the document, for the messages.
    ending : str
        ``.txt``, ``.pdf`` or ``.html``.
    content : bytes
        The file.

    Raises
    ------
    DocumentError
        If it is none of these, damaged, encrypted, without text, or beyond the limits of size,
        time or memory.
    """
    if ending not in ENDINGS:
        raise _cannot(key, ending, f"expected a file ending with {', '.join(ENDINGS)}")
    if len(content) > MOST_MEGABYTES[ending] * 2**20:
        raise _cannot(key, ending, f"it is larger than {MOST_MEGABYTES[ending]} MB")
    notes: list[str] = []
    try:
        raw = [_decode(content, notes)] if ending == ".txt" else _in_own_process(ending, content)
    except raw_pages.UnreadableError as error:
        raise _cannot(key, ending, str(error)) from None
    pages = normalise_pages(raw, notes)
    if not any(pages):
        raise _cannot(key, ending, "there is no text in it")
    return Document(
        key=key,
        sha256=sha256(content).hexdigest(),
        pages=tuple(pages),
        paged=ending == ".pdf",
        notes=tuple(notes),
    )


def _cannot(key: str, ending: str, reason: str) -> DocumentError:
    return DocumentError(f"The copy {key}{ending} cannot be read: {reason}.")


def _in_own_process(ending: str, content: bytes) -> list[str]:
    program = [sys.executable, "-P", raw_pages.__file__, ending]
    try:
        run = subprocess.run(
            program, input=content, capture_output=True, timeout=raw_pages.SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise raw_pages.UnreadableError(raw_pages.TOO_LARGE) from None
    if run.returncode < 0:  # ended by the system, at a limit
        raise raw_pages.UnreadableError(raw_pages.TOO_LARGE)
    if run.returncode:
        last = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise raw_pages.UnreadableError(f"it is malformed ({last})")
    found = json.loads(run.stdout)
    if "error" in found:
        raise raw_pages.UnreadableError(found["error"])
    return list(found["pages"])


# --- plain text -------------------------------------------------------------------------------

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def _decode(content: bytes, notes: list[str]) -> str:
    """Return text in UTF-8, UTF-16 with its mark, or the one-byte code of Western Europe."""
    for mark, code in _MARKS.items():
        if content.startswith(mark):
            return _decode_marked(content, code)
    if _CONTROLS.search(content):
        raise raw_pages.UnreadableError("it is no text file, whatever its name says")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _require_one_byte_code(content, error)
    code = "cp1252" if re.search(rb"[\x80-\x9f]", content) else "latin-1"
    try:
        text = content.decode(code)
    except UnicodeDecodeError:
        raise raw_pages.UnreadableError("its letters are in no code known here") from None
    notes.append(f"It is not in UTF-8 and was read as {code}.")
    return text


def _decode_marked(content: bytes, code: str) -> str:
    try:
        return content.decode(code)
    except UnicodeDecodeError as error:
        rule = f"it begins as {code.upper()} and breaks off at byte {error.start}"
        raise raw_pages.UnreadableError(rule) from None


def _require_one_byte_code(content: bytes, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a broken byte, which would turn `3–10` into `3â€“10`."""
    lenient = content.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    whole = sum(ord(letter) > 127 for letter in lenient) - broken
    if whole >= broken:
        raise raw_pages.UnreadableError(f"its UTF-8 is damaged at byte {error.start}")


# --- normalising ------------------------------------------------------------------------------

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_QUOTES = dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("“”„‟″", '"')
_DASHES = {"‐": "-", "‑": "-", "−": "-", "‒": "–", "―": "—"}
_SPACES = dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a", " ")
_GONE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")
_SIGNS = str.maketrans(_LIGATURES | _QUOTES | _DASHES | _SPACES | _GONE)
_NARROW = "\u2009\u202f"  # group the thousands in some countries


def normalise_pages(raw: Sequence[str], notes: list[str]) -> list[str]:
    """Normalise each page, without running heads; a word broken by a page end joins the first."""
    kept, dropped = _without_running_heads([page.splitlines() for page in raw])
    if dropped:
        notes.append(f"{dropped} lines were taken for running heads and page numbers.")
    pages = [normalise("\n".join(lines)) for lines in kept]
    for number, page in enumerate(pages):
        if not page and any(pages):
            notes.append(f"Page {number + 1} holds no text.")
    return _joined(pages)


def normalise(text: str) -> str:
    """
    Return text whose figures and words stand as they are read aloud.

    Ligatures become letters; typographic quotes straight ones; odd hyphens and minus signs plain
    hyphens, odd dashes an en or em dash (`3–10` keeps its en dash); every odd space a plain one,
    but a narrow space that groups thousands a comma. A word broken at a line end is joined
    (`seventy-` and `eight` keep their hyphen, which belongs to the number), also across a blank
    line; so is a figure broken after its dash or slash. Lines lose their outer spaces; one blank
    line at most stays.

    >>> normalise("It fell by 3–\\n10% in ﬁve treat-\\nments.")
    'It fell by 3–10% in five treatments.'
    """
    text = re.sub(r"\u00ad(\s*?\n|\s*\Z)?", _soft_hyphen, unicodedata.normalize("NFC", text))
    text = re.sub(rf"(?<=\d)[{_NARROW}](?=\d{{3}}(?!\d))", ",", text)
    text = re.sub(rf"[{_NARROW}\t\v\f]", " ", text.translate(_SIGNS).replace("\f", "\n\n"))
    text = re.sub(r"\r\n?|[\u0085\u2028\u2029]", "\n", text)
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    text = re.sub(r"(?<![^\W\d_])([^\W\d_]+)-\n+([a-z]+)", _join_word, text)
    text = re.sub(r"(?<=\w)([-–/])\n+(?=\d)", r"\1", text)
    text = re.sub(r"(?<!\S)([\w(]+/)\n(?=\w)", r"\1", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _soft_hyphen(found: re.Match[str]) -> str:
    """Keep a hyphen that breaks a line; drop one that only says where a line might be broken."""
    return "" if found[1] is None else f"-{found[1]}"


def _join_word(broken: re.Match[str]) -> str:
    first, second = broken.groups()
    hyphen = "-" if is_number_word(first) and is_number_word(second) else ""
    return f"{first}{hyphen}{second}"


def _joined(pages: list[str]) -> list[str]:
    """Move the rest of a word or figure that a page end breaks to the page where it begins."""
    pages = list(pages)
    for here in range(len(pages) - 1):
        if not re.search(r"\w[-–/]$", pages[here]):
            continue
        rest, _, remainder = pages[here + 1].partition(" ")
        joined = normalise(f"{pages[here]}\n{rest}")
        if joined.count("\n") == pages[here].count("\n"):  # it did join
            pages[here], pages[here + 1] = joined, remainder.lstrip()
    return pages


# --- running heads ----------------------------------------------------------------------------

_EDGE = 3  # lines at the top and at the bottom of a page that may be a running head or foot
_RECURRING = 3  # pages on which it must recur, or all pages of a shorter document, and
_SHARE = 3  # at least one page in so many; a head left in does less harm than a figure left out
_MOST_NUMBERS = 6  # in a running head
_MOST_DIGITS = 9  # of each

Lines = list[str]
Place = tuple[int, int]  # page, line


def _without_running_heads(pages: Sequence[Lines]) -> tuple[list[Lines], int]:
    """Drop lines at page edges that recur, their numbers the same or counting the pages."""
    heads = _running_heads(pages) if len(pages) > 1 else set()
    kept = [
        [line for place, line in enumerate(page) if (number, place) not in heads]
        for number, page in enumerate(pages)
    ]
    return kept, len(heads)


def _running_heads(pages: Sequence[Lines]) -> set[Place]:
    places: dict[str, set[Place]] = {}
    for number, page in enumerate(pages):
        for place in _edges(page):
            for pattern in _patterns(page[place], number):
                places.setdefault(pattern, set()).add((number, place))
    needed = max(2, min(_RECURRING, len(pages)), -(-len(pages) // _SHARE))
    return {
        place
        for same in places.values()
        if len({number for number, _ in same}) >= needed
        for place in same
    }


def _edges(page: Lines) -> set[int]:
    printed = [place for place, line in enumerate(page) if line.strip()]
    return {*printed[:_EDGE], *printed[-_EDGE:]}


def _patterns(line: str, page: int) -> Iterator[str]:
    """Yield the line with each number as it is, and as counted from this page.

    A line without letters must count the pages, or it may be a row of a table.
    """
    words = re.split(r"(\d+)", "".join(line.split()))
    numbers = words[1::2]
    if len(numbers) > _MOST_NUMBERS or len(max(numbers, key=len, default="")) > _MOST_DIGITS:
        return
    bare = not any(letter.isalpha() for letter in line)
    for counted in itertools.product([False, True], repeat=len(numbers)):
        if bare and not any(counted):
            continue
        words[1::2] = [
            f"page{int(number) - page:+d}" if moves else number
            for number, moves in zip(numbers, counted, strict=True)
        ]
        yield " ".join(words)
