"""Quotations: the figure, the group, and what is left out."""

import pandas as pd
import pytest

from recovery_audit.claims import COUNTED, PublishedClaim
from recovery_audit.fidelity import compare, compare_quotations
from recovery_audit.hedges import AboutWidth, Hedge
from recovery_audit.relations import Kind, Relation
from recovery_audit.rounding import read_figure

NONE, ABOUT, AT_MOST, CLOSER = Hedge.NONE, Hedge.ABOUT, Hedge.AT_MOST, Hedge.CLOSER_TO


def claim(printed, unit="percent", hedge=NONE, other=None, **named):
    upper = other or (printed.partition("–")[2] if hedge is Hedge.RANGE else None)
    part, _, whole = printed.partition("/")
    figure, upper = (part, whole) if unit == "share" else (printed.partition("–")[0], upper)
    return PublishedClaim(
        **{"claim_id": "q", "study": "s", "document": "d", "table": "t"} | named,
        printed=printed,
        figure=read_figure(figure),
        other=read_figure(upper) if upper else None,
        unit=unit,
        hedge=hedge,
    )


VALUES = [
    (claim("40"), claim("40"), "faithful"),
    (claim("40.0"), claim("40"), "faithful"),
    (claim("9"), claim("9.2"), "rounded"),
    (claim("10"), claim("9.2"), "rounded"),  # to tens
    (claim("15"), claim("9.2"), "misquoted"),
    (claim("9.3"), claim("9.2"), "misquoted"),
    (claim("9"), claim("9.7"), "truncated"),
    (claim("10"), claim("9.7"), "rounded"),
    (claim("50"), claim("46.3"), "rounded"),  # to tens
    (claim("10", hedge=CLOSER, other="50"), claim("9.2"), "rounded"),
    (claim("40", hedge=AT_MOST), claim("40"), "faithful"),
    (claim("40", hedge=AT_MOST), claim("39"), "rounded"),
    (claim("40", hedge=AT_MOST), claim("43"), "misquoted"),
    (claim("3–10", hedge=Hedge.RANGE), claim("3"), "rounded"),
    (claim("3–10", hedge=Hedge.RANGE), claim("3–10", hedge=Hedge.RANGE), "faithful"),
    (claim("3–10", hedge=Hedge.RANGE), claim("3–12", hedge=Hedge.RANGE), "rounded"),
    (claim("3–10", hedge=Hedge.RANGE), claim("7"), "rounded"),
    (claim("3–10", hedge=Hedge.RANGE), claim("12"), "misquoted"),
    (claim("1/4", "share", ABOUT), claim("26"), "rounded"),
    (claim("1/4", "share", ABOUT), claim("40"), "misquoted"),
    (claim("260", "persons"), claim("260", "referrals"), "faithful"),
    (claim("260", "persons"), claim("261", "persons"), "misquoted"),
    (claim("127060", "referrals"), claim("127000", "referrals", ABOUT), "rounded"),
]


@pytest.mark.parametrize(("quoted", "original", "verdict"), VALUES)
def test_a_quoted_figure_is_compared_with_the_original(quoted, original, verdict):
    assert str(compare(quoted, original)) == verdict
    if quoted.unit in COUNTED:
        assert str(compare(original, quoted)) == verdict


def table(*rows):
    blank = {"seen": "verbatim", "base": "", "hedge": "none", "hedge_against": "", "upper": ""}
    return pd.DataFrame(
        [blank | {"study": "o", "table": "t", "unit": "percent"} | row for row in rows]
    )


def quotes(quoted, original, others=()):
    """A quotation of `original`, and the breakdown that it belongs to."""
    named = {c: claim(p, claim_id=c, document=d) for c, d, p in [*quoted, *original, *others]}
    relations = [
        Relation(relation_id=f"r{n}", kind=Kind.QUOTES, claim=named[q[0]], inputs=(named[o[0]],))
        for n, (q, o) in enumerate(zip(quoted, original, strict=True))
    ]
    if others:
        parts = tuple(named[c] for c, *_ in [*original, *others])
        whole = Relation(relation_id="b", kind=Kind.BREAKDOWN, claim=parts[0], inputs=parts[1:])
        relations.append(whole)
    rows = [
        {"claim_id": c, "document": d, "printed": p, "figure": p}
        for c, d, p in [*quoted, *original, *others]
    ]
    return relations, rows


def judged(relations, claims):
    originals = {"there": ["o"], "here": []}
    found = compare_quotations(claims, relations, originals, AboutWidth.HALF_PLACE)
    return found.set_index("claim_id")


ONE = ([("q", "here", "40")], [("o", "there", "40")])


@pytest.mark.parametrize(
    ("bases", "verdict", "group", "sentence"),
    [
        (("all", "all"), "faithful", "same", "40% is what the original prints."),
        (("all", "some"), "wrong_base", "other", "40% is printed in the original too, but of another group."),
        (("", "some"), "faithful", "unstated", "40% is what the original prints. One of the two texts does not say which group it means."),
    ],
)  # fmt: skip
def test_the_groups_are_compared(bases, verdict, group, sentence):
    relations, rows = quotes(*ONE)
    claims = table(*(row | {"base": base} for row, base in zip(rows, bases, strict=True)))
    row = judged(relations, claims).loc["q"]
    assert (row["verdict"], row["base_verdict"], row["explanation"]) == (verdict, group, sentence)


def test_a_misquoted_figure_is_that_whatever_its_group():
    relations, rows = quotes([("q", "here", "15")], [("o", "there", "9.2")])
    claims = table(rows[0] | {"base": "all"}, rows[1] | {"base": "some"})
    row = judged(relations, claims).loc["q"]
    assert (row["verdict"], row["base_verdict"]) == ("misquoted", "other")
    assert row["explanation"] == "15% is quoted; the original prints 9.2%."


PARTS = (
    [("q1", "here", "47"), ("q2", "here", "20")],
    [("o1", "there", "47"), ("o2", "there", "20")],
)


def test_a_part_left_out_of_a_breakdown_makes_the_quotation_selective():
    relations, rows = quotes(*PARTS, others=[("o3", "there", "33")])
    found = judged(relations, table(*rows))
    assert list(found.loc[["q1", "q2"], "verdict"]) == ["selective", "selective"]
    assert found.loc["q1", "omitted"] == "o3"
    assert found.loc["q1", "explanation"] == (
        "47% is quoted as printed; of the same breakdown 33% is left out. "
        "One of the two texts does not say which group it means."
    )


def test_one_part_alone_is_a_figure_and_no_breakdown():
    relations, rows = quotes(*ONE, others=[("o2", "there", "60")])
    assert judged(relations, table(*rows)).loc["q", "verdict"] == "faithful"


def test_an_original_seen_in_a_quotation_only_verifies_nothing():
    relations, rows = quotes(*ONE)
    claims = table(rows[0], rows[1] | {"seen": "secondary"})
    row = judged(relations, claims).loc["q"]
    assert row["verdict"] == "unverified"
    assert row["explanation"] == "40% is quoted for 40%, itself seen only in a quotation."


def test_a_figure_about_another_study_without_its_original_is_unverified():
    _, rows = quotes(*ONE)
    row = judged([], table(*rows)).loc["q"]
    assert (row["verdict"], row["original"]) == ("unverified", "")
    assert row["explanation"] == "The original of 40% was not seen."


def test_a_figure_of_the_study_itself_is_no_quotation():
    _, rows = quotes(*ONE)
    assert list(judged([], table(*rows)).index) == ["q"]
