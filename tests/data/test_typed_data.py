"""The typed data against the documents they were read in, and against each other."""

import csv
import hashlib
import re
from decimal import Decimal
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
def test_the_recorded_checksum_is_that_of_the_text(document):
    sources = yaml.safe_load((ROOT / "data/sources.yaml").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text_of(document).encode()).hexdigest()
    assert sources["documents"][document]["sha256"] == digest


#: Studies by the names that the published figures were collected under, and where a name is not
#: built like author-year: the documents or studies of the ledger.
NAMES = {
    "Marks 2018 editorial": ["marks-2018", "iapt-national"],
    "Scott 2018b reply": ["scott-2018-reply"],
    "Geraghty & Scott 2020": ["geraghty-scott-2020"],
    "CBT Watch posts": ["cbtwatch-posts"],
    "IAPT measures": ["iapt-measures", "oxford-health"],
    "Clark 2018 Annu Rev": ["clark-2018-review"],
    "Clark 2018 Lancet": ["clark-2018-lancet"],
    "FOI 2012-18": ["cbtwatch-other-posts"],
    "Chinese MDD sample": ["sun-2020"],
    "WYLOW cohort": ["wylow-cohort"],
    "Nuffield Trust": ["nuffield-trust-2024"],
}
#: Rates by problem and by long-term condition, left out of the claims as data/omitted.csv says.
IN_TABLES = ("PD-", "PC-", "LT-")
IN_WORDS = {"Seventy-eight": "78", "Forty-two": "42", "Nineteen": "19", "Thirteen": "13",
            "three": "3", "one": "1", "two-thirds": "", "a quarter": ""}  # fmt: skip


def in_full(match):
    return str(int(Decimal(match[1]) * 10**6))


def numbers(text):
    plain = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", IN_WORDS.get(text, text))
    millions = re.sub(r"(\d+\.\d+)(?: million|m)$", in_full, plain)
    return set(re.findall(r"\d+(?:\.\d+)?", f"{plain} {millions}"))


def test_every_collected_figure_is_in_the_ledger_or_left_out_with_a_reason():
    path = ROOT.parent / "shared/facts/published_figures.csv"
    if not path.exists():
        pytest.skip("the collection of published figures is not on this machine")
    known: dict[str, set[str]] = {}
    for row in CLAIMS:
        for key in (row["study"], row["document"]):
            known.setdefault(key, set()).update(numbers(row["printed"]))
    omitted = {(row["document"], row["printed"]) for row in rows("data/omitted.csv")}
    missing = []
    with path.open(encoding="utf-8", newline="") as file:
        for fact in csv.DictReader(file):
            if fact["unit"] == "text" or fact["fact_id"].startswith(IN_TABLES):
                continue
            for key_figures in [numbers(fact[c]) for c in ("value", "numerator", "denominator")]:
                keys = keys_of(fact["study"])
                have = set().union(*(known.get(key, set()) for key in keys))
                left = {f for f in key_figures - have if (keys[0], f) not in omitted}
                missing += [(fact["fact_id"], figure) for figure in left]
    assert missing == []


def keys_of(study):
    if study.startswith("England"):
        return ["iapt-national"]
    return NAMES.get(study) or ["-".join(re.findall(r"\w+", study.lower()))]


def test_documents_and_registry_agree_on_the_instruments():
    printed = {row["claim_id"]: row["printed"] for row in CLAIMS}
    for row in rows("data/instruments.csv"):
        assert printed[row["cut_off_claim"]] == row["cut_off"]
        assert printed[row["reliable_change_claim"]] == row["reliable_change"]


def test_a_verdict_says_whether_every_reading_of_its_claim_shares_it(audited):
    """The columns against a count by hand; a claim refuted under each reading is refuted."""
    verdicts = audited["verdicts"]
    reached = {
        claim: set(rows["verdict"]) for claim, rows in verdicts.groupby("claim_id", sort=False)
    }
    for row in verdicts.to_dict("records"):
        assert (row["every_reading"] == "yes") == (len(reached[row["claim_id"]]) == 1)
    refuted = {claim for claim, found in reached.items() if found == {"inconsistent"}}
    assert refuted >= {"gs2020-mus-not-completed", "newton2010-unexplained-of-all"}
