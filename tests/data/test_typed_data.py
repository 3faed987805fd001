"""The typed data against the documents they were read in, and against each other."""

import csv
import hashlib
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
DOCUMENTS = {
    "geraghty-scott-2020": SOURCES / "geraghty-scott-2020.txt",
    "cbtwatch-posts": SOURCES / "cbtwatch-iapt-mus-posts.txt",
}


def rows(path):
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLAIMS = [row for path in sorted((ROOT / "data/claims").glob("*.csv")) for row in rows(path)]


def text_of(document):
    path = DOCUMENTS[document]
    if not path.exists():
        pytest.skip(f"the text of {document} is not on this machine")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_claim_is_printed_in_its_document(document):
    words = " ".join(text_of(document).split())
    absent = [
        row["claim_id"]
        for row in CLAIMS
        if row["document"] == document
        and not re.search(rf"(?<![\d.,]){re.escape(row['printed'])}(?![\d])", words, re.IGNORECASE)
    ]
    assert absent == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_recorded_checksum_is_that_of_the_text(document):
    sources = yaml.safe_load((ROOT / "data/sources.yaml").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text_of(document).encode()).hexdigest()
    assert sources["documents"][document]["sha256"] == digest


#: Passages about the two studies, by their first and last words, and the figures in them that are
#: no claims: references, section and step numbers, and the names of instruments.
PASSAGES = {
    "geraghty-scott-2020": [
        ("A Kellett et al. IAPT service review", "the specific types of conditions"),
        ("IAPT recently publicised", "In response, Binnie"),
        ("We see in Kellet et al.", "a tiny number"),
    ],
    "cbtwatch-posts": [
        ("A recent study by Dr. Michael Scott", "Dr Scott, Consultant Psychologist"),
    ],
}
NO_CLAIM = [
    r"\[\d+(, \d+)*\]",  # references
    r"(PHQ|GAD|SF|Questionnaire)-\s?\d+",  # instruments
    r"[Ff]igs?\. \d( and \d)?",
    r"steps? \d(\s?[–&]\s?\d)?",
    r"step 3–4",
    r"[\w/.:]*doi[\w/.:]*",  # addresses
]


@pytest.mark.parametrize("document", PASSAGES)
def test_no_figure_of_the_passages_is_left_out(document):
    words = " ".join(re.sub(r"-\n", "", text_of(document)).split())
    printed = {row["printed"] for row in CLAIMS if row["document"] == document}
    known = {part for figure in printed for part in (figure, *re.split("[–-]", figure))}
    missing = set()
    for start, end in PASSAGES[document]:
        passage = words[words.index(start) : words.index(end)]
        for pattern in NO_CLAIM:
            passage = re.sub(pattern, " ", passage)
        missing |= set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", passage)) - known
    assert missing == set()


def test_documents_and_registry_agree_on_the_instruments():
    printed = {row["claim_id"]: row["printed"] for row in CLAIMS}
    for row in rows("data/instruments.csv"):
        assert printed[row["cut_off_claim"]] == row["cut_off"]
        assert printed[row["reliable_change_claim"]] == row["reliable_change"]


def test_national_totals_are_those_of_the_published_files():
    path = ROOT.parent / "shared/data/derived/national_annual_totals.csv"
    if not path.exists():
        pytest.skip("the published national tables are not on this machine")
    with path.open(encoding="utf-8", newline="") as file:
        published = {row["reporting_period"]: row for row in csv.DictReader(file)}
    names = {
        "referrals": "count_referrals_received",
        "finished": "count_finished_course_treatment",
        "at_caseness": "count_at_caseness",
        "not_at_caseness": "count_not_at_caseness",
        "recovery": "count_recovery",
        "reliable_recovery": "count_reliable_recovery",
        "printed_recovery": "pct_recovery",
        "printed_reliable_recovery": "pct_reliable_recovery",
    }
    for row in rows("data/national/annual_totals.csv"):
        theirs = published.pop(row["year"])
        assert {name: row[name] for name in names} == {
            name: theirs[column] for name, column in names.items()
        }
    assert published == {}
