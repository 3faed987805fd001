"""What a system of percentages says: a truth table, conflicts, conventions, and its messages."""

import pandas as pd
import pytest

from recovery_audit import integer_systems
from recovery_audit.errors import TableError
from recovery_audit.integer_systems import (
    Constraint,
    Level,
    Line,
    Percentage,
    Search,
    SearchError,
    Sense,
    Size,
    System,
    Variable,
    solve,
)
from recovery_audit.rounding import RoundingRule, read_figure
from recovery_audit.systems import Kind, load_systems, solve_systems

UP, EVEN, CUT = RoundingRule.HALF_UP, RoundingRule.HALF_EVEN, RoundingRule.TRUNCATED


def percentage(claim, printed, *bases, table="table"):
    figure = read_figure(printed)
    return Percentage(claim_id=claim, figure=figure, bases=bases, table=("paper", table))


def k(claim):
    return Variable(claim, Level.COUNT)


def n(base):
    return Variable(base, Level.SIZE)


def constraint(name, parts, sense, whole):
    return Constraint(constraint_id=name, lines=(Line(tuple(parts), Sense(sense), whole),))


def system(percentages, sizes, constraints=()):
    return System(
        system_id="system",
        percentages=tuple(percentages),
        sizes=tuple(sizes),
        constraints=tuple(constraints),
    )


#: Two figures of one group of 10, 30% and 50%, and what a constraint between them does.
#: constraint -> does it hold?
THREE_AND_FIVE = [
    ([k("thirty")], "<=", k("fifty"), True),
    ([k("fifty")], "<=", k("thirty"), False),
    ([k("thirty"), k("fifty")], "<=", n("ten"), True),
    ([k("thirty"), k("fifty"), 3], "<=", n("ten"), False),
    ([k("thirty"), 2], "=", k("fifty"), True),
    ([k("thirty"), 3], "=", k("fifty"), False),
    ([k("thirty"), k("thirty")], ">=", k("fifty"), True),
    ([k("thirty")], ">=", k("fifty"), False),
    ([n("ten")], "=", 10, True),
    ([n("ten")], "=", 11, False),
]


@pytest.mark.parametrize(("parts", "sense", "whole", "holds"), THREE_AND_FIVE)
def test_a_constraint_holds_or_conflicts(parts, sense, whole, holds):
    found = solve(
        system(
            [percentage("thirty", "30", "ten"), percentage("fifty", "50", "ten")],
            [Size(base="ten", known=10)],
            [constraint("between", parts, sense, whole)],
        )
    )
    assert found.feasible is holds
    assert ("between" in found.conflict) is not holds
    expected = {k("thirty"): (3, 3), k("fifty"): (5, 5), n("ten"): (10, 10)}
    assert found.ranges == (expected if holds else {})


#: printed figures of a group of 8 in one table -> the rules that all of them allow.
#: 1/8 = 12.5 and 3/8 = 37.5 are ties; 12 is even, 37 is odd.
CONVENTIONS = [
    (["13"], (UP,)),
    (["12"], (EVEN, CUT)),
    (["38"], (UP, EVEN)),
    (["37"], (CUT,)),
    (["25"], (UP, EVEN, CUT)),
    (["13", "38"], (UP,)),
    (["12", "38"], (EVEN,)),
    (["12", "37"], (CUT,)),
    (["13", "37"], ()),
]


@pytest.mark.parametrize(("printed", "rules"), CONVENTIONS)
def test_one_rounding_rule_holds_for_a_table(printed, rules):
    figures = [percentage(f"of-{figure}", figure, "eight") for figure in printed]
    found = solve(system(figures, [Size(base="eight", known=8)]))
    assert found.feasible is bool(rules)
    assert found.rules.get(("paper", "table"), ()) == rules


def test_two_tables_may_follow_two_rules():
    figures = [percentage("up", "13", "eight"), percentage("cut", "37", "eight", table="other")]
    found = solve(system(figures, [Size(base="eight", known=8)]))
    assert found.rules == {("paper", "table"): (UP,), ("paper", "other"): (CUT,)}
    assert found.count == 1


def test_a_solution_counts_once_under_however_many_rules():
    found = solve(system([percentage("half", "50", "few")], [Size(base="few", bound=5)]))
    assert found.rules[("paper", "table")] == (UP, EVEN, CUT)
    assert (found.count, found.exact) == (2, True)  # 1 of 2, 2 of 4


#: solutions asked for -> solutions reported of the two that there are, and whether it is all
@pytest.mark.parametrize(("most", "count", "exact"), [(1, 1, False), (2, 2, True), (3, 2, True)])
def test_counting_stops_and_says_so(most, count, exact):
    halves = system([percentage("half", "50", "few")], [Size(base="few", bound=5)])
    found = solve(halves, Search(most_solutions=most))
    assert (found.count, found.exact) == (count, exact)
    assert found.ranges[n("few")] == (2, 4)  # whatever was counted


def test_a_percentage_may_be_of_either_base():
    figures = [percentage(name, printed, "all", "most") for name, printed in
               [("a", "23.6"), ("b", "13.3"), ("c", "4.5")]]  # fmt: skip
    found = solve(system(figures, [Size(base="all", known=90), Size(base="most", known=89)]))
    assert {v.name: low for v, (low, high) in found.ranges.items() if v.level == "n"} == {
        "a": 89, "b": 90, "c": 89, "all": 90, "most": 89,
    }  # fmt: skip
    assert [found.ranges[k(name)] for name in "abc"] == [(21, 21), (12, 12), (4, 4)]


def test_a_minimal_conflict_leaves_out_what_has_no_part_in_it():
    figures = [
        percentage("third", "33.3", "group"),
        percentage("none", "0.0", "group"),
        percentage("half", "50.0", "group"),
    ]
    found = solve(
        system(
            figures,
            [Size(base="group", bound=5), Size(base="aside", known=7)],
            [constraint("harmless", [k("none")], "<=", k("third"))],
        )
    )
    assert found.conflict == ("third", "half", "group")


def test_a_size_without_any_limit_is_refused():
    free = system([percentage("half", "50", "crowd")], [Size(base="crowd")])
    with pytest.raises(SearchError) as caught:
        solve(free)
    assert str(caught.value) == (
        "system system: the size of crowd may exceed 100,000; "
        "expected a published size or bound, or a constraint that limits it"
    )


def test_a_constraint_can_give_the_limit():
    sizes = [Size(base="crowd"), Size(base="one", bound=3), Size(base="two", known=2)]
    sums = constraint("both", [n("one"), n("two")], "=", n("crowd"))
    found = solve(system([percentage("fifth", "20", "crowd")], sizes, [sums]))
    assert found.ranges[n("crowd")] == (5, 5)


def test_giving_up_is_an_error_and_no_answer(monkeypatch):
    monkeypatch.setattr(integer_systems, "_MOST_WORK", 0)
    with pytest.raises(SearchError) as caught:
        solve(system([percentage("half", "50", "few")], [Size(base="few", bound=7)]))
    assert str(caught.value) == "system system: no answer within the limit of work"


# --- systems as data ------------------------------------------------------------------------------

CLAIMS = pd.DataFrame(
    [
        ("all", "90", "persons", "none", ""),
        ("overall", "9.2", "percent", "none", "some-clients"),
        ("overall", "9.2", "percent", "none", "all-clients"),
        ("first", "16.2", "percent", "none", "first-group"),
        ("second", "14.9", "percent", "none", "second-group"),
        ("roughly", "10", "percent", "about", "some-clients"),
    ],
    columns=["claim_id", "printed", "unit", "hedge", "base"],
).assign(
    study="study",
    document="paper",
    table="table",
    figure=lambda frame: frame["printed"],
    upper="",
    hedge_against="",
)
BASES = pd.DataFrame(
    [
        ("some-clients", "persons", "", "all"),
        ("all-clients", "persons", "all", ""),
        ("first-group", "persons", "", "all"),
        ("second-group", "persons", "", "all"),
        ("diagnoses", "diagnoses", "", ""),
    ],
    columns=["base", "unit", "n_claim", "n_max_claim"],
).assign(inferred="yes", pooled_from="")


def entry(constraints=(), **changes):
    listed = [
        {"claim": "overall", "bases": ["some-clients"]},
        {"claim": "first", "bases": ["first-group"]},
        {"claim": "second", "bases": ["second-group"]},
    ]
    new = {"id": "s", "premise": "nobody is left out", "percentages": listed}
    return new | {"constraints": list(constraints)} | changes


def named(kind, parts, whole, **more):
    return {"id": "c", "kind": kind, "parts": parts, "whole": whole} | more


#: kind -> the lines that it puts on the counts and sizes of `first` and `second` against `overall`
LINES = {
    Kind.COUNTS_ADD_UP: [("k", "=", "k")],
    Kind.SIZES_ADD_UP: [("n", "=", "n")],
    Kind.PARTITION: [("k", "=", "k"), ("n", "=", "n")],
    Kind.COUNTS_WITHIN: [("k", "<=", "k")],
    Kind.SIZES_WITHIN: [("n", "<=", "n")],
    Kind.COUNTS_COVER: [("k", ">=", "k")],
    Kind.SIZES_COVER: [("n", ">=", "n")],
    Kind.DISJOINT: [("k", "<=", "n")],
}
VARIABLES = {
    "k": [k("first"), k("second"), k("overall")],
    "n": [n("first-group"), n("second-group"), n("some-clients")],
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_lines(kind):
    (loaded,) = load_systems(
        [entry([named(str(kind), ["first", "second"], "overall")])], CLAIMS, BASES
    )
    expected = tuple(
        Line(tuple(VARIABLES[of][:2]), Sense(sense), VARIABLES[whole][2])
        for of, sense, whole in LINES[kind]
    )
    assert loaded.constraints == (Constraint(constraint_id="c", lines=expected),)
    assert loaded.inputs == ("overall", "first", "second", "all")


OVERALL = {"claim": "overall", "bases": ["some-clients"]}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            entry(percentages=[{"claim": "nothing", "bases": ["some-clients"]}]),
            "column `s.percentages`: got 'nothing'; expected the id of a percentage",
        ),
        (
            entry(percentages=[{"claim": "all", "bases": ["some-clients"]}]),
            "column `s.percentages`: got 'all'; expected the id of a percentage",
        ),
        (
            entry(percentages=[{"claim": "roughly", "bases": ["some-clients"]}]),
            "column `s.percentages`: got 'roughly'; "
            "a hedged figure has no rounding rule, so it is of no use here",
        ),
        (
            entry(percentages=[OVERALL, OVERALL]),
            "column `s.percentages`: got 'overall'; each percentage stands once",
        ),
        (
            entry(percentages=[{"claim": "overall", "bases": ["first-group"]}]),
            "column `s.percentages`: got 'first-group'; "
            "expected a base of the readings of overall: all-clients, some-clients",
        ),
        (
            entry([named("disjoint", ["first", "nowhere"], "overall")]),
            "column `s.c`: got 'nowhere'; "
            "`disjoint` takes here a percentage of this system, or the claim of a count",
        ),
        (
            entry([named("sizes_within", ["roughly"], "overall")]),
            "column `s.c`: got 'roughly'; `sizes_within` takes here "
            "a base, a percentage of this system, or the claim of a count",
        ),
        (
            entry([named("counts_within", ["first-group"], "overall")]),
            "column `s.c`: got 'first-group'; "
            "`counts_within` takes here a percentage of this system, or the claim of a count",
        ),
        (
            entry([named("sizes_cover", ["first", "second"], "diagnoses")]),
            "column `s.c`: got 'diagnoses, persons'; `across_units` is true where the names are "
            "counted in several units, else left out",
        ),
        (
            entry([named("disjoint", ["first", "second"], "overall", across_units=True)]),
            "column `s.c`: got 'persons'; `across_units` is true where the names are "
            "counted in several units, else left out",
        ),
        (
            entry([named("disjoint", ["first", "second"], "overall", id="all-clients")]),
            "column `s.all-clients`: got 'all-clients'; "
            "each constraint has an id of its own, which no claim or base has",
        ),
        (
            entry([named("sizes_within", ["first"], "diagnoses", across_units=True)]),
            "column `s.percentages`: got 'diagnoses'; its size needs an upper limit: "
            "an `n_max_claim` in data/bases.csv, or a constraint",
        ),
    ],
)
def test_a_bad_entry_is_refused(bad, message):
    with pytest.raises(TableError) as caught:
        load_systems([bad], CLAIMS, BASES)
    assert str(caught.value) == f"1 problem in the tables:\n  data/systems.yaml, {message}"


def test_an_id_stands_for_one_system():
    with pytest.raises(TableError) as caught:
        load_systems([entry(), entry()], CLAIMS, BASES)
    assert str(caught.value) == (
        "1 problem in the tables:\n"
        "  data/systems.yaml, column `s.id`: got 's'; each system has its own id"
    )


def test_the_table_of_an_infeasible_system():
    partition = named("partition", ["first", "second"], "overall")
    table = solve_systems(load_systems([entry([partition])], CLAIMS, BASES))
    assert list(table["variable"] + " " + table["kind"]) == [
        "overall k", "first k", "second k", "some-clients n", "first-group n", "second-group n",
    ]  # fmt: skip
    row = table.iloc[0]
    assert (row["status"], row["solutions"], row["counted"]) == ("infeasible", 0, "exact")
    assert row["conflict"] == "overall first second c"
    assert row["summary"] == (
        "If nobody is left out, no whole numbers meet 9.2% (overall), 16.2% (first), "
        "14.9% (second) and the constraint c together, "
        "each table being rounded by one rule (half up, half even or truncated), "
        "though some do once any one of them is left out."
    )
    assert row["explanation"] == ("The system has no solution, so nothing follows for this number.")
    assert row["inputs"] == "overall first second all"


#: bases of the 9.2% -> the conflict in words
IN_WORDS = {
    "all-clients": "9.2% (overall) and the size of all-clients (90 persons) together",
    "first-group": "9.2% (overall) and the size of first-group (at most 53 persons) together",
}


@pytest.mark.parametrize("base", IN_WORDS)
def test_a_conflict_in_words(base):
    size = Size(base=base, known=90) if base == "all-clients" else Size(base=base, bound=53)
    table = solve_systems([system([percentage("overall", "9.2", base)], [size])])
    assert table["summary"].iloc[0] == (
        f"No whole numbers meet {IN_WORDS[base]}, each table being rounded by one rule "
        "(half up, half even or truncated), though some do once any one of them is left out."
    )


def test_the_table_of_a_feasible_system():
    either = [{"claim": "overall", "bases": ["some-clients", "all-clients"]}]
    table = solve_systems(load_systems([entry(percentages=either)], CLAIMS, BASES))
    assert table["summary"].iloc[0] == (
        "If nobody is left out, the percentage can hold in 4 ways; no count or size is forced."
    )
    assert list(table["explanation"]) == [
        "The count behind 9.2% (overall) is between 5 and 8.",
        "The size of the group that 9.2% (overall) is of is between 54 and 87.",
        "The size of some-clients [persons] is between 54 and 87.",
        "The size of all-clients [persons] is 90 in every solution, as published.",
    ]
    assert table["conventions"].iloc[0] == '{"paper, table": ["half_up", "half_even", "truncated"]}'
