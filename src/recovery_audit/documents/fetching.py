"""Copies of the openly licensed documents, fetched from their addresses.

The checksum of a first fetch is recorded beside the copy, in ``<key>.sha256``, and every later
look at the copy is checked against it. Broken downloads go on where they broke off, as far as the
server lets them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from recovery_audit.documents.readers import ENDINGS, MOST_MEGABYTES, DocumentError

if TYPE_CHECKING:
    import requests

ATTEMPTS = 3  #: for one document
TIMEOUT = 30  #: seconds without an answer
_CHUNK = 2**13


class Fetched(NamedTuple):
    """A copy at hand."""

    path: Path
    sha256: str
    remark: str  #: what the reader should know, a sentence; blank if nothing


def openly_licensed(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the addresses of the documents that may be redistributed, by key."""
    return {key: entry["url"] for key, entry in documents.items() if entry["redistributable"]}


def fetch(
    key: str, url: str, sha256: str | None, folder: Path, *, timeout: float = TIMEOUT
) -> Fetched:
    """
    Return the copy of a document, fetched if it is not at hand.

    Parameters
    ----------
    key : str
        Key of the document; the copy is called ``<key>.pdf``, ``.html`` or ``.txt`` by what it
        holds.
    url : str
        Its address.
    sha256 : str or None
        Checksum of what the address gives, where it is known; otherwise the recorded one, if any.
    folder : Path
        Where the copies are.
    timeout : float
        Time without an answer after which an attempt ends. [s]

    Raises
    ------
    DocumentError
        If the network is away, the address gives nothing, or something else than the checksum
        says; also if the copy at hand has changed since it was fetched.
    """
    record = folder / f"{key}.sha256"
    recorded = record.read_text(encoding="utf-8").strip() if record.exists() else None
    known = sha256 or recorded
    for ending in ENDINGS:
        copy = folder / f"{key}{ending}"
        if copy.exists():
            return _at_hand(copy, known)
    fetched = _download(key, url, known, folder, timeout)
    found = checksum(fetched)
    record.write_text(found + "\n", encoding="utf-8")
    copy = folder / f"{key}{_ending(fetched)}"
    fetched.replace(copy)
    return Fetched(copy, found, "" if known else _FIRST.format(key=key, found=found))


_FIRST = (
    "No checksum of {key} was known; that of this first fetch, {found}, is recorded beside it "
    "and will be asked for from now on."
)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _at_hand(copy: Path, known: str | None) -> Fetched:
    found = checksum(copy)
    if known is None:
        return Fetched(copy, found, f"{copy.name} is your own copy and was left as it is.")
    if found != known:
        raise DocumentError(
            f"The copy {copy.name} is not what was fetched: its checksum is {found}, expected "
            f"{known}. Remove it to fetch it again; to keep it, remove {copy.stem}.sha256."
        )
    return Fetched(copy, found, "")


def _ending(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096).lower()
    if b"%pdf-" in start:
        return ".pdf"
    return ".html" if b"<html" in start or b"<!doctype html" in start else ".txt"


# --- downloading ----------------------------------------------------------------------------------


def _download(key: str, url: str, known: str | None, folder: Path, timeout: float) -> Path:
    """Fetch into a hidden file of the folder; pooch checks it and tries again."""
    import pooch

    name = f".{key}.fetched"
    pooch.get_logger().setLevel("ERROR")
    (folder / name).unlink(missing_ok=True)
    shelf = pooch.create(
        path=folder,
        base_url="",
        registry={name: known},
        urls={name: url},
        retry_if_failed=ATTEMPTS - 1,
    )
    with _plainly(key, url, known, timeout):
        shelf.fetch(name, downloader=_Resuming(folder / f".{key}.part", timeout))
    return folder / name


@contextmanager
def _plainly(key: str, url: str, known: str | None, timeout: float) -> Iterator[None]:
    """Turn what goes wrong on the way into one sentence."""
    import requests

    try:
        yield
    except requests.Timeout:
        said = f"{url} did not answer within {timeout:g} seconds, {ATTEMPTS} times"
    except requests.exceptions.ChunkedEncodingError:
        said = f"{url} broke off {ATTEMPTS} times; the next call goes on from there"
    except requests.ConnectionError:
        said = f"the network is away, or {urlsplit(url).netloc} cannot be reached"
    except requests.RequestException as error:
        said = f"{url} cannot be asked for ({error})"
    except _AnswerError as error:
        said = f"{url} {error}"
    except ValueError:  # from pooch, whose message names a temporary file
        said = f"{url} gives something else than the document with the checksum {known}"
    else:
        return
    raise DocumentError(f"{key} was not fetched: {said}.")


class _AnswerError(Exception):
    """The server answers, and asking again would not help."""


class _Resuming:
    """A downloader for pooch that goes on where the last attempt broke off.

    It goes on only if the server confirms by its validator (ETag or date) that the document is
    still the same; otherwise it starts over.
    """

    def __init__(self, part: Path, timeout: float) -> None:
        self.part, self.timeout = part, timeout
        self.validator = part.with_suffix(".validator")

    def __call__(self, url: str, output_file: str, _: object) -> None:
        import requests

        with requests.get(
            url, headers=self._going_on(), stream=True, timeout=self.timeout
        ) as answer:
            self._save(answer)
        shutil.move(self.part, output_file)
        self.validator.unlink(missing_ok=True)

    def _going_on(self) -> dict[str, str]:
        plain = {"Accept-Encoding": "identity"}  # ranges count the bytes that travel
        if not (self.part.exists() and self.validator.exists()):
            return plain
        validator = self.validator.read_text(encoding="utf-8")
        return plain | {"Range": f"bytes={self.part.stat().st_size}-", "If-Range": validator}

    def _save(self, answer: requests.Response) -> None:
        if (
            answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        ):  # nothing is left, or all is different
            self.part.unlink()
            raise ValueError
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise _AnswerError(f"answers {answer.status_code} {answer.reason}")
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        if not goes_on:
            self._remember(answer)
        with self.part.open("ab" if goes_on else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                if file.tell() > MOST_MEGABYTES[".pdf"] * 2**20:
                    raise _AnswerError(f"gives more than {MOST_MEGABYTES['.pdf']} MB")

    def _remember(self, answer: requests.Response) -> None:
        validator = answer.headers.get("ETag", "")
        if not validator or validator.startswith("W/"):  # a weak one does not vouch for bytes
            validator = answer.headers.get("Last-Modified", "")
        self.validator.unlink(missing_ok=True)
        if validator:
            self.validator.write_text(validator, encoding="utf-8")
