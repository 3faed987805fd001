"""Documents fetched from a server of our own on the loopback address."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from recovery_audit.documents.fetching import ATTEMPTS, fetch, openly_licensed
from recovery_audit.documents.readers import DocumentError

PAGE = b"<!DOCTYPE html><html><body><p>" + b"Only 45% of them. " * 9000 + b"</p></body></html>"
SHA256 = hashlib.sha256(PAGE).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves one page, badly if told so."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.status, self.delay = PAGE, 200, 0
        self.breaks = 0  # how many answers break off half way
        self.etag = '"1"'
        self.asked = []  # the ranges asked for

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/paper"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        asked = self.headers["Range"]
        server.asked.append(asked)
        threading.Event().wait(server.delay)
        goes_on = asked and self.headers["If-Range"] == server.etag
        start = int(asked[len("bytes=") : -1]) if goes_on else 0
        body = server.content[start:]
        self.send_response(206 if goes_on else server.status)
        self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.breaks:
            server.breaks -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)  # between attempts
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def failure(*arguments, **options):
    with pytest.raises(DocumentError) as caught:
        fetch(*arguments, **options)
    return str(caught.value)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_unknown_checksum_is_recorded_with_a_warning_and_checked_ever_after(server, tmp_path):
    first = fetch("paper", server.url, None, tmp_path)
    assert first.path.read_bytes() == PAGE
    assert first.remark == (
        f"No checksum of paper was known; that of this first fetch, {SHA256}, is recorded beside "
        "it and will be asked for from now on."
    )
    assert names(tmp_path) == ["paper.html", "paper.sha256"]
    assert fetch("paper", server.url, None, tmp_path) == first._replace(remark="")
    assert len(server.asked) == 1  # the second time nothing was fetched
    first.path.write_bytes(b"<html>changed</html>")
    found = hashlib.sha256(b"<html>changed</html>").hexdigest()
    assert failure("paper", server.url, None, tmp_path) == (
        f"The copy paper.html is not what was fetched: its checksum is {found}, expected {SHA256}. "
        "Remove it to fetch it again; to keep it, remove paper.sha256."
    )
    first.path.unlink()
    server.content = b"<html>something else</html>"
    assert failure("paper", server.url, None, tmp_path) == (
        f"paper was not fetched: {server.url} gives something else than the document with the "
        f"checksum {SHA256}."
    )
    assert names(tmp_path) == ["paper.sha256"]


def test_a_known_checksum_is_asked_for(server, tmp_path):
    assert fetch("paper", server.url, SHA256, tmp_path).remark == ""
    wrong = "0" * 64
    (tmp_path / "other").mkdir()
    assert failure("paper", server.url, wrong, tmp_path / "other") == (
        f"paper was not fetched: {server.url} gives something else than the document with the "
        f"checksum {wrong}."
    )
    assert names(tmp_path / "other") == []


def test_a_broken_download_goes_on_where_it_broke_off(server, tmp_path):
    server.breaks = 1
    assert fetch("paper", server.url, SHA256, tmp_path).path.read_bytes() == PAGE
    first, second = server.asked
    assert first is None
    assert 0.4 * len(PAGE) < int(second[len("bytes=") : -1]) <= len(PAGE) // 2


def test_the_next_call_goes_on_where_the_last_gave_up(server, tmp_path):
    server.breaks = ATTEMPTS
    assert failure("paper", server.url, None, tmp_path) == (
        f"paper was not fetched: {server.url} broke off {ATTEMPTS} times; the next call goes on "
        "from there."
    )
    assert fetch("paper", server.url, None, tmp_path).sha256 == SHA256
    assert names(tmp_path) == ["paper.html", "paper.sha256"]


def test_a_document_that_has_changed_meanwhile_is_fetched_anew(server, tmp_path):
    server.breaks = ATTEMPTS
    failure("paper", server.url, None, tmp_path)
    server.content, server.etag = PAGE.replace(b"45%", b"54%"), '"2"'
    assert fetch("paper", server.url, None, tmp_path).path.read_bytes() == server.content


def test_a_missing_page_is_asked_for_once(server, tmp_path):
    server.status = 404
    assert failure("paper", server.url, None, tmp_path) == (
        f"paper was not fetched: {server.url} answers 404 Not Found."
    )
    assert (len(server.asked), names(tmp_path)) == (1, [])


def test_a_server_that_does_not_answer(server, tmp_path):
    server.delay = 0.5
    assert failure("paper", server.url, None, tmp_path, timeout=0.1) == (
        f"paper was not fetched: {server.url} did not answer within 0.1 seconds, {ATTEMPTS} times."
    )


def test_without_a_network_it_says_so(server, tmp_path):
    server.shutdown()
    server.server_close()
    assert failure("paper", server.url, None, tmp_path) == (
        f"paper was not fetched: the network is away, or 127.0.0.1:{server.server_port} cannot be "
        "reached."
    )


def test_the_readers_own_copy_is_left_alone(server, tmp_path):
    (tmp_path / "paper.txt").write_text("my own", encoding="utf-8")
    assert fetch("paper", server.url, None, tmp_path).remark == (
        "paper.txt is your own copy and was left as it is."
    )
    assert server.asked == []


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"%PDF-1.7\n", "paper.pdf"), (b"<html></html>", "paper.html"), (b"words", "paper.txt")],
)
def test_a_copy_is_named_by_what_it_holds(server, tmp_path, content, name):
    server.content = content
    assert fetch("paper", server.url, None, tmp_path).path.name == name


def test_only_what_may_be_redistributed_is_fetched():
    documents = {
        "open": {"url": "https://example.org/open", "redistributable": True},
        "closed": {"url": "https://example.org/closed", "redistributable": False},
    }
    assert openly_licensed(documents) == {"open": "https://example.org/open"}
