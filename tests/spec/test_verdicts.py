"""The seven verdicts, each at its edge, in the order in which they are tried."""

from fractions import Fraction

import pytest

from recovery_audit.hedges import AboutWidth, Hedge, hedged_set
from recovery_audit.rounding import Figure, Interval, RoundingRule, read_figure
from recovery_audit.verdicts import Case, judge


def case(printed, **known):
    return Case(figure=read_figure(printed), printed=f"{printed}%", **known)


def about(printed):
    return hedged_set(Hedge.ABOUT, read_figure(printed))


VERDICTS = [
    # no base or bound, whatever else is known
    (case("45.25"), "undetermined", "No size is published for the group that 45.25% is of, so no count can be tested."),
    (case("45", hedge_set=about("45")), "undetermined", "No size is published for the group that 45% is of, so no count can be tested."),
    # coverage 1 comes before the hedge and before any witness
    (case("45.2", n_known=1000), "uninformative", "With 1,000 persons every figure of this precision can be printed, 45.2% among them."),
    (case("45", n_known=100, hedge_set=about("45")), "uninformative", "With 100 persons every figure of this precision can be printed, 45% among them."),
    (case("45.2", n_known=999), "consistent", "452 of 999 persons is 45.245%, printed 45.2%."),
    # a hedged figure
    (case("45", n_known=99, hedge_set=about("45")), "approximate", "45% is hedged, and 45 of 99 persons lies within what the hedge allows."),
    (case("45", n_known=9, hedge_set=about("45")), "inconsistent", "45% is hedged, but no count of 9 persons lies within what the hedge allows."),
    # a witness under ordinary rounding
    (case("45.35", n_known=172), "consistent", "78 of 172 persons is 45.3488%, printed 45.35%."),
    (case("6.3", n_known=16), "consistent", "1 of 16 persons is 6.250%, printed 6.3%."),  # half up
    (case("6.2", n_known=16), "consistent", "1 of 16 persons is 6.250%, printed 6.2%."),  # half to even
    # only under another rule
    (case("4.6", n_known=172), "consistent_if_truncated", "8 of 172 persons is 4.651%: printed 4.6% if further digits are cut off, 4.7% if rounded."),
    (case("18.7", n_known=16), "consistent_if_truncated", "3 of 16 persons is 18.750%: printed 18.7% if further digits are cut off, 18.8% if rounded."),
    (case("33.4", n_known=3), "consistent_if_other_rounding", "1 of 3 persons is 33.333%: printed 33.4% only if rounded up."),
    # none
    (case("45.25", n_known=172), "inconsistent", "No count of 172 persons prints as 45.25% under any rounding rule; the nearest are 44.77% (77) and 45.35% (78)."),
    (case("100.0", n_known=7, unit="courses"), "consistent", "7 of 7 courses is 100.000%, printed 100.0%."),
    # an inferred base is named as one
    (case("9.2", n_known=90, inferred=True), "inconsistent", "No count of 90 persons prints as 9.2% under any rounding rule; the nearest are 8.9% (8) and 10.0% (9). The base is a reading; the source does not state it."),
    # a bound alone
    (case("0.3", n_max=50), "inconsistent", "No group of at most 50 persons has a count that prints as 0.3%."),
    (case("9.2", n_max=80), "undetermined", "No size is published for the group that 9.2% is of; of those up to 80 persons, 2 fit it: 65, 76."),
    (case("9.2", n_max=90, fitting=(65, 76, 87), chance_fit=Fraction(9, 10)), "undetermined", "No size is published for the group that 9.2% is of; of those up to 90 persons, 3 fit it: 65, 76, 87 (a fit was to be expected anyway: chance 0.90)."),
    (case("29.35", n_max=172, fitting=(), figures=2), "undetermined", "No size is published for the group that 29.35% is of; of those up to 172 persons, 1 fits it: 92; none of them fits the other figures of this group too."),
    (case("50", n_max=100), "uninformative", "With up to 100 persons every figure of this precision can be printed, 50% among them."),
    # a size that was deduced
    (case("29.35", n_max=172, n_deduced=92), "consistent", "Only 92 persons fit all figures of this group: 27 of 92 persons is 29.3478%, printed 29.35%."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "verdict", "sentence"), VERDICTS)
def test_the_first_rule_that_applies_decides(given, verdict, sentence):
    judged = judge(given)
    assert (str(judged.verdict), judged.explanation) == (verdict, sentence)


@pytest.mark.parametrize(
    ("printed", "nobs", "rule", "verdict"),
    [
        ("4.6", 172, "truncated", "consistent"),
        ("4.7", 172, "truncated", "consistent_if_other_rounding"),  # it was rounded after all
        ("4.7", 172, "half_up", "consistent"),
        ("4.6", 172, "half_up", "consistent_if_truncated"),
        ("6.3", 16, "half_even", "consistent_if_other_rounding"),
        ("6.3", 16, "either_tie", "consistent"),
        ("6.2", 16, "half_up", "consistent_if_truncated"),
        ("33.4", 3, "ceiling", "consistent"),
        ("45.25", 172, "ceiling", "inconsistent"),
    ],
)
def test_a_named_rule_is_the_only_one_that_counts(printed, nobs, rule, verdict):
    assert str(judge(case(printed, n_known=nobs, rules=(RoundingRule(rule),))).verdict) == verdict


def closed(low, high, **ends):
    return Interval(low=Fraction(low), high=Fraction(high), **ends)


@pytest.mark.parametrize(
    ("hedge", "printed", "other", "allowed"),
    [
        (Hedge.ABOUT, "45", None, closed("44.5", "45.5")),
        (Hedge.ABOUT, "40", None, closed("35", "45")),
        (Hedge.ABOUT, "45.20", None, closed("45.15", "45.25")),
        (Hedge.AT_LEAST, "90", None, closed("89.5", "100")),
        (Hedge.AT_MOST, "90", None, closed("0", "90.5")),
        (Hedge.RANGE, "3", "10", closed("2.5", "10.5")),
        (Hedge.CLOSER_TO, "10", "50", closed("0", "30", open_high=True)),
        (Hedge.CLOSER_TO, "50", "10", closed("30", "100", open_low=True)),
    ],
)
def test_what_a_hedge_allows(hedge, printed, other, allowed):
    second = read_figure(other) if other else None
    assert hedged_set(hedge, read_figure(printed), second) == allowed


def test_about_may_reach_a_whole_place():
    assert hedged_set(Hedge.ABOUT, Figure(45, 0), about=AboutWidth.PLACE) == closed(44, 46)
