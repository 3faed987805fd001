"""Arithmetic between figures, judged over everything they may stand for."""

from fractions import Fraction
from itertools import product

import pandas as pd
import pytest

from recovery_audit.claims import PublishedClaim
from recovery_audit.errors import TableError
from recovery_audit.hedges import AboutWidth, Hedge
from recovery_audit.relations import Kind, Relation, check_relations, judge_relation, load_relations
from recovery_audit.rounding import read_figure


def claim(name, printed, unit="percent", hedge=Hedge.NONE):
    return PublishedClaim(
        claim_id=name,
        study="s",
        document="d",
        table="t",
        printed=printed,
        figure=read_figure(printed),
        other=None,
        unit=unit,
        hedge=hedge,
    )


def persons(name, printed):
    return claim(name, printed, unit="persons")


def relation(kind, asserted, *inputs):
    return Relation(relation_id="r", kind=kind, claim=asserted, inputs=inputs)


RELATIONS = [
    (relation(Kind.SUM, persons("t", "78"), persons("a", "28"), persons("b", "22"), persons("c", "6")), "inconsistent", "22.00", "28 + 22 + 6 = 56; 78 is printed: not what is printed under any rounding rule."),
    (relation(Kind.SUM, persons("t", "33"), persons("a", "25"), persons("b", "8")), "consistent", "0.00", "25 + 8 = 33; 33 is printed: as printed."),
    (relation(Kind.PARTITION, persons("t", "172"), persons("a", "78"), persons("b", "94")), "consistent", "0.00", "78 + 94 = 172; 172 is printed: as printed."),
    (relation(Kind.PERCENT_OF, claim("p", "45.25"), persons("a", "78"), persons("b", "172")), "inconsistent", "-0.0988", "78 of 172 is 45.3488%; 45.25% is printed: not what is printed under any rounding rule."),
    (relation(Kind.PERCENT_OF, claim("p", "45.35"), persons("a", "78"), persons("b", "172")), "consistent", "0.0012", "78 of 172 is 45.3488%; 45.35% is printed: as printed."),
    (relation(Kind.PERCENT_OF, claim("p", "4.6"), persons("a", "8"), persons("b", "172")), "consistent_if_truncated", "-0.051", "8 of 172 is 4.651%; 4.6% is printed: as printed if further digits are cut off."),
    (relation(Kind.DIFFERENCE, claim("g", "40", "percentage-points"), claim("a", "50"), claim("b", "9.2")), "consistent", "-0.80", "50% - 9.2% = 40.80; 40 is printed: within what the rounding of the other figures allows, 40.25 to 41.35."),
    (relation(Kind.DIFFERENCE, claim("g", "42", "percentage-points"), claim("a", "50"), claim("b", "9.2")), "inconsistent", "1.20", "50% - 9.2% = 40.80; 42 is printed: not what is printed under any rounding rule."),
    (relation(Kind.SUBSET, persons("a", "172"), persons("b", "10,469")), "consistent", "-10297.00", "172 does not exceed 10,469."),
    (relation(Kind.SUBSET, persons("a", "172"), persons("b", "90")), "inconsistent", "82.00", "172 exceeds 90."),
    (relation(Kind.QUOTES, claim("a", "9"), claim("b", "9.2")), "consistent", "-0.20", "9% for 9.2%: as printed."),
    (relation(Kind.QUOTES, claim("a", "10"), claim("b", "9.2")), "consistent_if_other_rounding", "0.80", "10% for 9.2%: as printed only if rounded half down or up."),
    (relation(Kind.PERCENT_OF, claim("p", "34"), persons("a", "16"), persons("b", "15"), persons("c", "32")), "consistent", "-0.04", "16 of 15 + 32 is 34.04%; 34% is printed: as printed."),
    (relation(Kind.QUOTIENT, claim("r", "19", "referrals-per-month"), persons("a", "260"), persons("b", "14")), "consistent", "0.43", "260 / 14 = 18.57; 19 is printed: as printed."),
    (relation(Kind.QUOTIENT, claim("r", "17", "referrals-per-month"), persons("a", "375"), persons("b", "24")), "inconsistent", "1.38", "375 / 24 = 15.63; 17 is printed: not what is printed under any rounding rule."),
    (relation(Kind.BREAKDOWN, claim("p", "47"), claim("a", "20"), claim("b", "15"), claim("c", "4"), claim("d", "13")), "consistent", "-1.00", "100% - 20% - 15% - 4% - 13% = 48%; 47% is printed: within what the rounding of the other figures allows, 46.00% to 50.00%."),
    (relation(Kind.BREAKDOWN, claim("p", "40"), claim("a", "57")), "inconsistent", "-3.00", "100% - 57% = 43%; 40% is printed: not what is printed under any rounding rule."),
    (relation(Kind.QUOTES, claim("a", "45", hedge=Hedge.ABOUT), claim("b", "45.25")), "approximate", "-0.25", "45% for 45.25%: within what the hedge allows."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "verdict", "difference", "sentence"), RELATIONS)
def test_a_relation_is_judged_and_explained(given, verdict, difference, sentence):
    row = check_relations([given], AboutWidth.HALF_PLACE).iloc[0]
    assert (row["verdict"], row["difference"], row["explanation"]) == (
        verdict,
        difference,
        sentence,
    )


def test_a_difference_of_rounded_rates_agrees_with_a_search_over_all_values():
    """Second route: every pair of hundredths that prints as the inputs, and what they give."""
    steps = [Fraction(step, 1000) for step in range(100_000)]
    minuends = [v for v in steps if Fraction("49.5") <= v < Fraction("50.5")]
    subtrahends = [v for v in steps if Fraction("9.15") <= v < Fraction("9.25")]
    differences = {a - b for a, b in product(minuends[::10], subtrahends)}
    for printed in range(38, 44):
        given = relation(
            Kind.DIFFERENCE, claim("g", str(printed), "percentage-points"), claim("a", "50"), claim("b", "9.2")
        )  # fmt: skip
        half = Fraction(1, 2)
        possible = any(printed - half <= d < printed + half for d in differences)
        assert (str(judge_relation(given)[0]) == "consistent") == possible, printed


COLUMNS = ["claim_id", "study", "document", "table", "printed", "figure", "upper", "unit", "hedge"]
CLAIMS = pd.DataFrame(
    [[name, "s", "d", "t", "1", "1", "", "persons", "none"] for name in "abc"]
    + [["zero", "s", "d", "t", "0", "0", "", "persons", "none"]],
    columns=COLUMNS,
).assign(hedge_against="", base="")
BASES = pd.DataFrame(
    columns=["base", "unit", "n_claim", "n_max_claim", "inferred", "pooled_from"], dtype=str
)


def problems(*entries):
    with pytest.raises(TableError) as caught:
        load_relations(entries, CLAIMS, BASES)
    return [str(problem) for problem in caught.value.problems]


def entry(name="r", kind="sum", claim="a", **roles):
    return {"id": name, "kind": kind, "claim": claim, **roles}


def test_bad_relations_are_named():
    assert problems(
        entry(parts=["b", "x"]),
        entry(parts=["b"]),
        entry("s", "difference", minuend="b"),
        entry("t", "percent_of", part="b", whole="zero"),
    ) == [
        "data/relations.yaml, column `r.claim`: got 'x'; expected the id of a claim",
        "data/relations.yaml, column `r.id`: got 'r'; each relation has its own id",
        "data/relations.yaml, column `s.subtrahend`: got ''; difference takes minuend, "
        "subtrahend and no other",
        "data/relations.yaml, column `t.whole`: got 'zero'; nothing can be a part of zero",
    ]


def test_a_circle_of_relations_is_named():
    (problem,) = problems(entry(parts=["b"]), entry("s", claim="b", parts=["c"]), entry("t", claim="c", parts=["a"]))  # fmt: skip
    assert problem.startswith("data/relations.yaml: got '")
    assert problem.endswith("no figure may be derived from itself")
    assert problem.count("<-") == 3


def test_a_rule_that_another_percentage_of_the_table_refutes_is_named():
    def of_counts(name, printed, part, whole):
        figures = (claim(name, printed), persons("a", part), persons("b", whole))
        return Relation(
            relation_id=name, kind=Kind.PERCENT_OF, claim=figures[0], inputs=figures[1:]
        )

    cut_off = of_counts("cut", "54", "137", "250")
    rounded = of_counts("rounded", "43", "107", "250")
    either = of_counts("either", "20", "50", "250")
    checked = check_relations([cut_off, rounded, either], AboutWidth.HALF_PLACE)
    assert list(checked["rule_contradicted_by"]) == ["rounded", "", ""]
