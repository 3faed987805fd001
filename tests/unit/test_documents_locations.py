"""Claims located in a document of our own making, with and without receipts."""

import pandas as pd
import pytest
import typst

from recovery_audit.documents.locations import context_sha256, locate
from recovery_audit.documents.mentions import coverage, find_in_all, find_mentions
from recovery_audit.documents.readers import read
from recovery_audit.documents.receipts import LocationError, make_receipts, verify_receipts
from recovery_audit.errors import TableError

#: An invented study.
TEXT = """Abstract

A survey of one garden found that 40% of the roses had greenfly [12].

Methods

At step 1, gardeners of the 172 roses were asked; 40 gardeners answered. Of these, 8 kept bees.
A rose was ill at a score ≥ 8 on the ROSE-9 scale.

Results

Of the roses, 12 had recovered by June 2013, that is 6.98%. Seventy-eight roses were
not seen again. Of the tulips, 40% had greenfly too.

Discussion

Only 8 of the gardeners kept bees.
"""
COLUMNS = ["claim_id", "printed", "unit", "locator", "population", "outcome", "instrument"]
AGAIN = "again in the Discussion"
CLAIMS = pd.DataFrame(
    [
        ["garden-roses", "172", "persons", "Methods", "roses", "asked after", ""],
        ["garden-answers", "40", "persons", "Methods", "gardeners", "answered", ""],
        [
            "garden-bees",
            "8",
            "persons",
            "Methods; again in the Discussion",
            "gardeners",
            "kept",
            "",
        ],
        ["garden-cut-off", "8", "scale-scores", "Methods", "ill roses", "score", "ROSE-9"],
        ["garden-recovered", "12", "persons", "Results", "roses", "recovered", ""],
        ["garden-rate", "6.98", "percent", "Results", "roses", "recovered", ""],
        ["garden-lost", "Seventy-eight", "persons", "Results", "roses", "not seen again", ""],
        ["garden-tulips", "40", "percent", "Results", "tulips", "greenfly", ""],
    ],
    columns=COLUMNS,
).assign(document="garden")
PRESENT = "These claims are not printed in the copies of their documents, or not where anything "


def garden(text=TEXT):
    return read("garden", ".txt", text.encode())


RECEIPTS = make_receipts({"garden": garden()}, CLAIMS)


def around(document, finding, reach=12):
    text, spot = document.pages[finding.printed.spot.page], finding.printed.spot
    return " ".join(text[spot.start - reach : spot.end + reach].split())


def statuses(text):
    verified = verify_receipts({"garden": garden(text)}, CLAIMS, RECEIPTS)
    changed = verified[verified["status"] != "located"]
    return dict(zip(changed["claim_id"], changed["status"], strict=True))


def test_each_claim_is_found_where_it_is_said():
    document = garden()
    assert {claim: around(document, one) for claim, one in locate(document, CLAIMS).items()} == {
        "garden-roses": "ners of the 172 roses were",
        "garden-answers": "were asked; 40 gardeners a",
        "garden-bees": ". Of these, 8 kept bees.",
        "garden-cut-off": "t a score ≥ 8 on the ROSE",
        "garden-recovered": "the roses, 12 had recover",
        "garden-rate": "13, that is 6.98%. Seventy-e",
        "garden-lost": "t is 6.98%. Seventy-eight roses were",
        "garden-tulips": "the tulips, 40% had greenf",
    }


def test_receipts_hold_places_and_checksums_but_no_text():
    table = RECEIPTS["garden"]
    assert list(table) == [
        "claim_id", "document", "sha256", "page", "start", "end", "context_sha256",
    ]  # fmt: skip
    rate = table.set_index("claim_id").loc["garden-rate"]
    assert garden().pages[0][rate["start"] : rate["end"]] == "6.98"
    assert rate["page"] is None
    assert set(table["sha256"]) == {garden().sha256}


def test_receipts_are_verified_against_the_same_copy():
    verified = verify_receipts({"garden": garden()}, CLAIMS, RECEIPTS)
    assert set(verified["status"]) == {"located"}
    assert set(verified["note"]) == {""}


@pytest.mark.parametrize(
    ("before", "after", "reported"),
    [
        ("6.98%", "6.89%", {"garden-rate": "not found"}),
        ("Seventy-eight", "78", {"garden-lost": "not found"}),
        (" Of the tulips, 40% had greenfly too.", "", {"garden-tulips": "not found"}),
    ],
)
def test_a_change_is_reported_where_it_is(before, after, reported):
    found = statuses(TEXT.replace(before, after))
    assert reported.items() <= found.items()
    assert {"garden-roses", "garden-answers"}.isdisjoint(found)


def test_text_before_a_claim_moves_it_and_other_line_ends_do_not_lose_it():
    assert set(statuses("A first line.\n\n" + TEXT).values()) == {"moved"}
    unbroken = TEXT.replace("bees.\nA rose", "bees. A rose").replace("were\nnot", "were not")
    assert statuses(unbroken) == {}


def test_another_edition_is_said_to_be_one():
    verified = verify_receipts({"garden": garden(TEXT + "\nEnd.")}, CLAIMS, RECEIPTS)
    assert set(verified["status"]) == {"located"}
    note = "The copy at hand is another one than the receipt was made from."
    assert set(verified["note"]) == {note}


def test_an_absent_and_an_unreadable_document_keep_what_their_receipts_say():
    reason = "The copy garden.pdf cannot be read: it is encrypted."
    for unreadable, start in (({}, ""), ({"garden": reason}, f"{reason} ")):
        verified = verify_receipts({}, CLAIMS, RECEIPTS, unreadable)
        assert set(verified["status"]) == {"document not present"}
        assert list(verified["start"]) == list(RECEIPTS["garden"]["start"])
        note = f"{start}It was found in the copy that the receipt was made from."
        assert set(verified["note"]) == {note}
    assert set(verify_receipts({}, CLAIMS, {})["note"]) == {"No copy was at hand yet."}


def test_claims_without_receipts_are_located_and_say_so():
    verified = verify_receipts({"garden": garden()}, CLAIMS, {})
    assert set(verified["note"]) == {"It was found in the copy at hand; it has no receipt yet."}


def test_a_claim_that_is_not_printed_gets_no_receipt():
    with pytest.raises(LocationError) as caught:
        make_receipts({"garden": garden(TEXT.replace("172", "173"))}, CLAIMS)
    assert str(caught.value) == f"{PRESENT}but the digits speaks for them: garden-roses (172)."


def test_a_receipt_for_no_claim_stops_the_run():
    with pytest.raises(TableError) as caught:
        verify_receipts({}, CLAIMS.iloc[1:], RECEIPTS)
    assert str(caught.value) == (
        "1 problem in the tables:\n  data/receipts/garden.csv, column `claim_id`: got "
        "'garden-roses'; expected a claim of data/claims/garden.csv; `make receipts` writes them "
        "anew"
    )


def test_an_earlier_receipt_decides_between_equal_figures():
    """The bees are counted a second time; a receipt for that place holds."""
    document = garden()
    place = document.pages[0].rindex("8")
    moved = RECEIPTS["garden"].copy()
    row = moved["claim_id"] == "garden-bees"
    moved.loc[row, "start"], moved.loc[row, "end"] = place, place + 1
    moved.loc[row, "context_sha256"] = context_sha256(document.pages[0], place, place + 1)
    assert locate(document, CLAIMS, moved)["garden-bees"].printed.spot.start == place


def test_pages_of_a_pdf_are_numbered_and_swapped_pages_reported(tmp_path):
    source = tmp_path / "garden.typ"
    parts = TEXT.replace("≥", "#sym.gt.eq").split("\nResults")
    front, back = parts[0], f"Results{parts[1]}"

    def compiled(*pages):
        source.write_text("\n#pagebreak()\n".join(pages), encoding="utf-8")
        return {"garden": read("garden", ".pdf", typst.compile(source, format="pdf"))}

    receipts = make_receipts(compiled(front, back), CLAIMS)
    pages = dict(zip(receipts["garden"]["claim_id"], receipts["garden"]["page"], strict=True))
    assert (pages["garden-roses"], pages["garden-rate"]) == (1, 2)
    swapped = verify_receipts(compiled(back, front), CLAIMS, receipts)
    assert set(swapped["status"]) == {"moved"}


# --- mentions -------------------------------------------------------------------------------------


def test_every_number_is_a_mention_with_a_class():
    mentions = find_mentions(garden(), CLAIMS)
    kinds = [(row["printed"], row["class"], row["claims"]) for _, row in mentions.iterrows()]
    assert kinds == [
        ("one", "other", ""),
        ("40%", "other", ""),
        ("12", "citation", ""),
        ("1", "structure", ""),
        ("172", "claim", "garden-roses"),
        ("40", "claim", "garden-answers"),
        ("8", "claim", "garden-bees"),
        ("8", "claim", "garden-cut-off"),
        ("9", "other", ""),
        ("12", "claim", "garden-recovered"),
        ("2013", "year", ""),
        ("6.98%", "claim", "garden-rate"),
        ("Seventy-eight", "claim", "garden-lost"),
        ("40%", "claim", "garden-tulips"),
        ("8", "claim", "garden-bees"),  # again, as its locator says
    ]


def test_coverage_counts_every_class_and_adds_up():
    mentions = find_in_all({"garden": garden()}, CLAIMS, {})
    counts = coverage(mentions)
    assert counts["mentions"].sum() == len(mentions)
    assert dict(zip(counts["class"], counts["mentions"], strict=True)) == {
        "claim": 9, "citation": 1, "year": 1, "instrument": 0, "structure": 1, "address": 0,
        "other": 3,
    }  # fmt: skip


def test_without_documents_the_tables_are_empty_but_complete():
    mentions = find_in_all({}, CLAIMS, {})
    assert len(mentions) == len(coverage(mentions)) == 0
    assert list(coverage(mentions)) == ["document", "class", "mentions"]
