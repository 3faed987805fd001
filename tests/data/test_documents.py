"""The two documents that are at hand: every claim located, every number classified."""

import re
from pathlib import Path

import pytest

from recovery_audit import io
from recovery_audit.documents.mentions import COLUMNS, coverage, find_mentions
from recovery_audit.documents.readers import read
from recovery_audit.documents.receipts import make_receipts, verify_receipts

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "workflow/schemas"
SOURCES = ROOT.parent / "shared" / "sources"
DOCUMENTS = {
    "geraghty-scott-2020": SOURCES / "geraghty-scott-2020.txt",
    "cbtwatch-posts": SOURCES / "cbtwatch-iapt-mus-posts.txt",
}
#: Numbers that are no figures, counted by eye; the others are claims or `other`, as the ledger
#: goes.
NO_FIGURES = {
    "geraghty-scott-2020": {
        "citation": 136, "year": 8, "instrument": 16, "structure": 27, "address": 7,
    },
    "cbtwatch-posts": {"citation": 21, "year": 2, "instrument": 1, "structure": 7, "address": 3},
}  # fmt: skip
FIGURES = {"geraghty-scott-2020": 84, "cbtwatch-posts": 25}


def content_of(key):
    if not DOCUMENTS[key].exists():
        pytest.skip(f"the text of {key} is not on this machine")
    return DOCUMENTS[key].read_bytes()


def claims_of(key):
    return io.read_table(ROOT / f"data/claims/{key}.csv", SCHEMAS / "claims.schema.yaml")


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_claim_is_located_and_its_receipt_holds(key, tmp_path):
    documents = {key: read(key, ".txt", content_of(key))}
    receipts = make_receipts(documents, claims_of(key))
    path = tmp_path / f"{key}.csv"
    io.write_table(receipts[key], path, SCHEMAS / "receipts.schema.yaml")
    kept = {key: io.read_table(path, SCHEMAS / "receipts.schema.yaml")}
    assert set(kept[key]["claim_id"]) == set(claims_of(key)["claim_id"])
    verified = verify_receipts(documents, claims_of(key), kept)
    assert set(verified["status"]) == {"located"}
    assert set(verified["note"]) == {""}
    io.write_table(verified, tmp_path / "locations.csv", SCHEMAS / "locations.schema.yaml")


@pytest.mark.parametrize("key", DOCUMENTS)
def test_the_committed_receipts_hold(key):
    committed = ROOT / f"data/receipts/{key}.csv"
    if not committed.exists():
        pytest.skip(f"no receipts of {key} have been made yet")
    receipts = {key: io.read_table(committed, SCHEMAS / "receipts.schema.yaml")}
    verified = verify_receipts({key: read(key, ".txt", content_of(key))}, claims_of(key), receipts)
    assert set(verified["status"]) == {"located"}
    assert set(verified["note"]) == {""}


#: Where the figures that are printed several times belong, by the words just before and after
#: them, white space apart.
PLACES = {
    "gs2020-mus-treated": ("just", "MUS"),
    "gs2020-mus-eligible": ("only", "patients"),
    "gs2020-mus-step-3-4": ("only", "receive"),
    "gs2020-mus-dropped-step-3": ("and", "dropped"),
    "gs2020-mus-not-completed-circa": ("circa", "leaving"),
    "gs2020-phq9-cut-off": ("≥", "and"),
    "gs2020-gad7-cut-off": ("≥", "detects"),
    "gs2020-phq9-reliable-change": ("of", "points"),
    "gs2020-gad7-reliable-change": ("≥", "points"),
}


@pytest.mark.parametrize("claim", PLACES)
def test_a_figure_printed_several_times_is_located_where_it_belongs(claim):
    key = "geraghty-scott-2020"
    document = read(key, ".txt", content_of(key))
    receipts = make_receipts({key: document}, claims_of(key))[key].set_index("claim_id")
    text, row = document.pages[0], receipts.loc[claim]
    before = re.findall(r"\w+|≥", text[: row["start"]].removesuffix("≥"))[-1]
    if text[: row["start"]].rstrip().endswith("≥") and PLACES[claim][0] == "≥":
        before = "≥"
    after = re.findall(r"\w+", text[row["end"] :])[0]
    assert (before, after) == PLACES[claim]


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_number_is_classified(key, tmp_path):
    mentions = find_mentions(read(key, ".txt", content_of(key)), claims_of(key))
    assert list(mentions) == list(COLUMNS)
    io.write_table(mentions, tmp_path / "mentions.csv", SCHEMAS / "mentions.schema.yaml")
    counts = coverage(mentions)
    io.write_table(counts, tmp_path / "c.csv", SCHEMAS / "mention_coverage.schema.yaml")
    by_class = dict(zip(counts["class"], counts["mentions"], strict=True))
    claims, other = by_class.pop("claim"), by_class.pop("other")
    assert by_class == NO_FIGURES[key]
    assert claims + other == FIGURES[key]
    linked = {claim for ids in mentions["claims"] for claim in ids.split()}
    assert linked == set(claims_of(key)["claim_id"])


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_number_that_is_no_claim_is_left_out_with_a_reason(key):
    omitted = io.read_table(ROOT / "data/omitted.csv", SCHEMAS / "omitted.schema.yaml")
    reasons = set(omitted.loc[omitted["document"] == key, "printed"])
    mentions = find_mentions(read(key, ".txt", content_of(key)), claims_of(key))
    others = set(mentions.loc[mentions["class"] == "other", "printed"])
    assert others == reasons


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_digit_of_the_document_is_in_a_mention(key):
    document = read(key, ".txt", content_of(key))
    mentions = find_mentions(document, claims_of(key))
    digits = sum(len(re.findall(r"\d", printed)) for printed in mentions["printed"])
    assert digits == len(re.findall(r"\d", document.pages[0]))


# --- ten planted changes --------------------------------------------------------------------------


def shuffled_lines(text):
    """Break the order of columns: the lines of the page's middle half alternate."""
    lines = text.splitlines(keepends=True)
    quarter = len(lines) // 4
    middle = lines[quarter : 3 * quarter]
    mixed = [
        line for pair in zip(middle[::2], reversed(middle[1::2]), strict=False) for line in pair
    ]
    return "".join([*lines[:quarter], *mixed, *lines[3 * quarter :]])


def without_sentence(text, figure):
    """Take out the sentence in which a figure stands."""
    at = text.index(figure)
    start = text.rindex(". ", 0, at) + 1
    return text[:start] + text[text.index(". ", at) + 1 :]


def halves_swapped(text):
    middle = text.index("\n", len(text) // 2) + 1
    return text[middle:] + text[:middle]


#: What is changed, and a claim that must be reported for it.
CHANGES = {
    "a digit altered": (lambda t: t.replace("45.25%", "45.52%"), "gs2020-mus-not-completed"),
    "a zero lost": (lambda t: t.replace("33.70%", "33.7%"), "gs2020-mus-improvement-depression"),
    "a figure spelled out": (
        lambda t: t.replace("that 28 dropped", "that twenty-eight dropped"),
        "gs2020-mus-dropped-step-1",
    ),
    "words put in digits": (
        lambda t: t.replace("Seventy-eight", "78"),
        "gs2020-mus-dropped-during",
    ),
    "a sentence removed": (lambda t: without_sentence(t, "17.39%"), "gs2020-mus-reliable-recovery"),
    "pages swapped": (halves_swapped, "gs2020-referred"),
    "the column order broken": (shuffled_lines, "gs2020-mus-dropped-step-2"),
    "one of two equal figures altered": (
        lambda t: t.replace("only 172", "only 127"),
        "gs2020-mus-eligible",
    ),
    "a sign turned": (lambda t: t.replace("score ≥ 10)", "score < 10)"), "gs2020-phq9-cut-off"),
    "two figures exchanged": (
        lambda t: t.replace("32.33%", "X").replace("29.35%", "32.33%").replace("X", "29.35%"),
        "gs2020-ltc-recovery-depression",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_planted_change_is_reported(change):
    key = "geraghty-scott-2020"
    content = content_of(key)
    receipts = make_receipts({key: read(key, ".txt", content)}, claims_of(key))
    alter, claim = CHANGES[change]
    altered = alter(content.decode())
    assert altered != content.decode()
    copy = read(key, ".txt", altered.encode())
    verified = verify_receipts({key: copy}, claims_of(key), receipts).set_index("claim_id")
    assert verified.loc[claim, "status"] in ("moved", "not found")
    assert verified.loc[claim, "note"].startswith("It ")
    assert "The copy at hand is another one" in verified.loc[claim, "note"]
