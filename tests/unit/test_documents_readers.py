"""Copies of documents: what is read, what is put right, and what cannot be read."""

import io
import json
import random
import subprocess
import sys
import zlib

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import EncodedStreamObject, NameObject

from recovery_audit.documents import raw_pages
from recovery_audit.documents.raw_pages import html_pages
from recovery_audit.documents.readers import DocumentError, normalise, read, read_documents

PARAGRAPH = (
    "Of the {n} ofﬁcial patients, who had been asked about their unexplained tiredness and their "
    "treatments, 3–10% said “yes” and {n}.25 per cent dropped out of it altogether. "
)
PAPER = """
#set page(
  paper: "a5", columns: 2,
  header: [Writer and Other _Journal of Things_ (2020) 8:13 #h(1fr)
           Page #context counter(page).display() of 4],
  footer: align(center, context counter(page).display()),
)
#set par(justify: true)
#set text(hyphenate: true, size: 9pt, lang: "en")
= Results
"""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    """A paper of several two-column pages with a running head and page numbers."""
    source = tmp_path_factory.mktemp("paper") / "paper.typ"
    paragraphs = "\n\n".join(PARAGRAPH.format(n=n) for n in range(100, 140))
    source.write_text(PAPER + paragraphs, encoding="utf-8")
    return typst.compile(source, format="pdf", ignore_system_fonts=True)


def saved(writer):
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def with_content(pdf, compressed):
    """Put a content stream of our own on the first page."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    stream = EncodedStreamObject()
    stream._data = compressed
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    return saved(writer)


def reason(ending, content):
    """Return why a copy cannot be read."""
    with pytest.raises(DocumentError) as caught:
        read("paper", ending, content)
    start, _, rest = str(caught.value).partition("cannot be read: ")
    assert start == f"The copy paper{ending} "
    return rest


# --- what is put right ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("treat-\nment", "treatment"),
        ("treat-\n\nment", "treatment"),  # a column ends there
        ("seventy-\neight", "seventy-eight"),
        ("seven-\nteen", "seventeen"),
        ("two-\nthirds", "two-thirds"),
        ("3–\n10%", "3–10%"),
        ("PHQ-\n9", "PHQ-9"),
        ("about 1/\n3rd", "about 1/3rd"),
        ("ME/\nCFS", "ME/CFS"),
        ("http://a.org/4.0/\nhttp://b.org", "http://a.org/4.0/\nhttp://b.org"),
        ("MUS –\na 45% rate", "MUS –\na 45% rate"),
        ("ofﬁcial aﬄuent", "official affluent"),
        ("‘so’ “so”", "'so' \"so\""),
        ("−4 and non‑stop and soft\u00adly", "-4 and non-stop and softly"),
        ("10\u202f469 patients", "10,469 patients"),
        ("£173\u00a0million", "£173 million"),
        ("one\r\n\r\n\r\n\r\ntwo \t three ", "one\n\ntwo three"),
    ],
)
def test_text_is_put_as_it_is_read_aloud(raw, normal):
    assert normalise(raw) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("café 3–10%".encode(), ()),
        ("café 3–10%".encode("utf-8-sig"), ()),
        ("café 3–10%".encode("utf-16"), ()),
        ("café 3–10%".encode("cp1252"), ("It is not in UTF-8 and was read as cp1252.",)),
    ],
)
def test_a_text_is_read_in_its_own_code(content, note):
    document = read("paper", ".txt", content)
    assert (document.pages, document.notes, document.paged) == (("café 3–10%",), note, False)
    assert document.page_number(0) is None


def test_a_latin_1_text_is_read():
    document = read("paper", ".txt", "café £5".encode("latin-1"))
    assert document.pages == ("café £5",)
    assert document.notes == ("It is not in UTF-8 and was read as latin-1.",)


def test_html_is_read_without_its_machinery():
    content = """<html><head><title>9</title><style>p {width: 1px}</style></head><body>
      <script>var a = 2;</script><p>Only 4<b>5.25</b>% of
      them<sup><a href="#r12">12</a></sup> in 2013<sup>3</sup>.</p><p hidden>77</p>
      <table><tr><td>61</td><td>28</td></tr></table><p>treat-<br>ment</p></body></html>"""
    (page,) = read("paper", ".html", content.encode()).pages
    assert page == "Only 45.25% of them [12] in 2013^3.\n\n61 28\n\ntreatment"


def test_the_process_and_the_function_give_the_same():
    content = b"<p>one</p><p>two</p>"
    assert read("paper", ".html", content).pages == (normalise(html_pages(content)[0]),)


def test_two_columns_are_read_in_order_without_heads_and_page_numbers(pdf):
    document = read("paper", ".pdf", pdf)
    words = " ".join(" ".join(document.pages).split())
    expected = " ".join(normalise(PARAGRAPH.format(n=n)).strip() for n in range(100, 140))
    assert words == f"Results {expected}"
    assert len(document.pages) > 2
    assert document.page_number(1) == 2
    assert document.notes == (
        f"{2 * len(document.pages)} lines were taken for running heads and page numbers.",
    )


def test_a_table_row_at_the_edge_of_pages_is_no_running_head(tmp_path):
    source = tmp_path / "rows.typ"
    pages = "#pagebreak()\n".join(f"45.25\n\nWords of page {word}\n" for word in "ABC")
    source.write_text(pages, encoding="utf-8")
    document = read("rows", ".pdf", typst.compile(source, format="pdf"))
    assert [page.split()[0] for page in document.pages] == ["45.25"] * 3


def test_a_pdf_that_only_restricts_printing_is_read(pdf):
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt("", "owner")
    assert read("paper", ".pdf", saved(writer)).pages == read("paper", ".pdf", pdf).pages


# --- what cannot be read --------------------------------------------------------------------------


def test_unreadable_copies_say_why(pdf):
    encrypted = PdfWriter(clone_from=io.BytesIO(pdf))
    encrypted.encrypt("secret")
    blank = PdfWriter()
    blank.add_blank_page(100, 100)
    noise = random.Random(1).randbytes(4000)
    truncated = "it is truncated: the mark that ends a PDF is missing."
    assert {
        "encrypted": reason(".pdf", saved(encrypted)),
        "half": reason(".pdf", pdf[: len(pdf) // 2]),
        "almost": reason(".pdf", pdf[:-9]),
        "blank": reason(".pdf", saved(blank)),
        "text": reason(".pdf", b"Only 45% of them."),
        "noise": reason(".pdf", b"%PDF-1.7\n" + noise + b"\n%%EOF"),
        "binary": reason(".txt", pdf),
        "broken": reason(".txt", "3–10% of".encode() + "café".encode("latin-1")),
        "white": reason(".txt", b" \n\t\n"),
        "no text": reason(".html", b"<html><script>var a = 1;</script></html>"),
        "other": reason(".docx", b"PK"),
    } == {
        "encrypted": "it is encrypted; save a copy without a password.",
        "half": truncated,
        "almost": truncated,
        "blank": "it has no text layer, only images; recognise its text first.",
        "text": "it is no PDF, whatever its name says.",
        "noise": "it is malformed (startxref not found).",
        "binary": "it is no text file, whatever its name says.",
        "broken": "its UTF-8 is damaged at byte 13.",
        "white": "there is no text in it.",
        "no text": "there is no text in it.",
        "other": "expected a file ending with .txt, .pdf, .html.",
    }


def test_a_damaged_page_is_not_passed_over(pdf):
    content = PdfReader(io.BytesIO(pdf)).pages[1]["/Contents"]._data
    place = pdf.index(content) + len(content) // 2
    damaged = pdf[:place] + bytes(60) + pdf[place + 60 :]
    assert reason(".pdf", damaged).startswith("a part of it is damaged (")


def test_a_file_beyond_the_limit_is_not_read():
    assert reason(".txt", b"a " * 3 * 2**20) == "it is larger than 5 MB."


def test_a_process_that_takes_too_long_is_ended(pdf, monkeypatch):
    monkeypatch.setattr("recovery_audit.documents.raw_pages.SECONDS", 0.01)
    assert reason(".pdf", pdf) == "it needs more than 60 seconds or 768 MB."


def bomb(pdf):
    """A page of 400 MB in less than one."""
    squeeze = zlib.compressobj(9)
    return with_content(
        pdf, b"".join(squeeze.compress(bytes(2**20)) for _ in range(400)) + squeeze.flush()
    )


def fifty_megabytes(pdf):
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_attachment("noise.bin", random.Random(1).randbytes(50 * 2**20))
    return saved(writer)


def two_hundred_pages(pdf):
    writer = PdfWriter()
    while len(writer.pages) < 200:
        writer.append(PdfReader(io.BytesIO(pdf)))
    return saved(writer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "readable"), [(bomb, False), (fifty_megabytes, True), (two_hundred_pages, True)]
)
def test_a_hostile_pdf_costs_neither_time_nor_memory(pdf, make, readable):
    content = make(pdf)
    # In a process of its own: the peak of all children would be that of any test before this one.
    run = subprocess.run(
        [sys.executable, "-c", READ_ONE], input=content, capture_output=True, check=True
    )
    seconds, peak, *found = json.loads(run.stdout)
    assert seconds <= raw_pages.SECONDS
    assert peak < 2**20  # KB
    assert found == [readable, not readable]


READ_ONE = """
import json, resource, sys
from recovery_audit.documents.readers import read_documents
shelf = read_documents({"paper.pdf": sys.stdin.buffer.read()})
used = resource.getrusage(resource.RUSAGE_CHILDREN)
found = ["paper" in shelf.documents, "paper" in shelf.unreadable]
print(json.dumps([used.ru_utime, used.ru_maxrss, *found]))
"""


# --- several copies -------------------------------------------------------------------------------


def test_one_bad_copy_does_not_keep_the_others_from_being_read():
    shelf = read_documents(
        {"a.txt": b"One of 10.", "b.txt": b"\x00", "c.txt": b"x", "c.html": b"<p>x</p>"}
    )
    assert list(shelf.documents) == ["a"]
    assert shelf.remarks() == [
        "The copy b.txt cannot be read: it is no text file, whatever its name says.",
        "There are 2 copies of c, c.html and c.txt: keep one of them.",
    ]


def test_the_answer_of_the_process_is_plain_json():
    from recovery_audit.documents.raw_pages import answer

    assert json.loads(json.dumps(answer(".html", b"<p>3</p>"))) == {"pages": ["\n3\n"]}
