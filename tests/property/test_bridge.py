"""The bridge by a second route: eight coalitions in floats, and the average over six orders."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from recovery_audit.bridge import STEPS, Alignment, Group, build_bridge, mixtures
from recovery_audit.errors import TableError
from recovery_audit.shapley import shapley_values

COUNT = st.integers(1, 500)


@st.composite
def groups(draw):
    """A group: referred, finished as cases, recovered, reliably recovered, each within the last."""
    reliably, more, others, gone = (draw(COUNT) for _ in range(4))
    recovered, eligible = reliably + more, reliably + more + others
    counts = (eligible + gone, eligible, recovered, reliably)
    return Group(**dict(zip(("referrals", "eligible", "recovered", "reliably"),
                            map(Fraction, counts), strict=True)))  # fmt: skip


@st.composite
def alignments(draw):
    found = draw(st.lists(groups(), min_size=3, max_size=3))
    shares = [draw(COUNT) for _ in found]
    engaged = draw(st.none() | st.fractions(Fraction(1, 10), 1))
    mixture = tuple(Fraction(share, sum(shares)) for share in shares)
    return Alignment(groups=tuple(found), mixture=mixture, engaged=engaged)


def by_hand(way, taken):
    """The rate of a coalition, written out case by case in floats."""
    total = 0.0
    for group, share in zip(way.groups, way.mixture, strict=True):
        if "mix" in taken:
            weight = float(share)
        elif "denominator" in taken and way.engaged is None:
            weight = float(group.referrals) / sum(float(other.referrals) for other in way.groups)
        else:
            weight = float(group.eligible) / sum(float(other.eligible) for other in way.groups)
        rate = float(group.reliably if "reliable" in taken else group.recovered)
        if "denominator" not in taken:
            rate /= float(group.eligible)
        elif way.engaged is None:
            rate /= float(group.referrals)
        else:
            rate *= float(way.engaged) / float(group.eligible)
        total += weight * rate
    return total


@given(way=alignments())
def test_each_coalition_is_what_it_says(way):
    for size in range(4):
        for taken in {frozenset(order[:size]) for order in permutations(STEPS)}:
            assert float(way.rate(taken)) == pytest.approx(by_hand(way, taken), rel=1e-12)


@given(way=alignments())
def test_contributions_are_averages_over_the_orders_and_add_up(way):
    average = dict.fromkeys(STEPS, 0.0)
    for order in permutations(STEPS):
        for place, step in enumerate(order):
            before = by_hand(way, frozenset(order[:place]))
            average[step] += (by_hand(way, frozenset(order[: place + 1])) - before) / 6
    shares = shapley_values(STEPS, way.rate)
    assert {step: float(share) for step, share in shares.items()} == pytest.approx(average)
    assert sum(shares.values()) == way.rate(frozenset(STEPS)) - way.rate(frozenset())


@given(way=alignments())
def test_without_a_step_the_official_rate_is_recovered_over_eligible(way):
    recovered = sum(group.recovered for group in way.groups)
    assert way.rate(frozenset()) == recovered / sum(group.eligible for group in way.groups)


PERCENT = st.integers(0, 100).map(Fraction)


@given(st.tuples(PERCENT, PERCENT, PERCENT), PERCENT)
def test_the_ends_of_the_segment_give_the_overall_rate_and_so_does_all_between(rates, overall):
    ends = mixtures(rates, overall)
    for mix in ends:
        assert sum(mix) == 1
        assert all(0 <= share <= 1 for share in mix)
        assert sum(share * rate for share, rate in zip(mix, rates, strict=True)) == overall
    if ends:
        half = [(one + other) / 2 for one, other in zip(ends[0], ends[-1], strict=True)]
        assert sum(share * rate for share, rate in zip(half, rates, strict=True)) == overall
    reachable = min(rates) <= overall <= max(rates)
    assert bool(ends) == (reachable and len(set(rates)) > 1)


@given(st.tuples(PERCENT, PERCENT, PERCENT), PERCENT, st.integers(0, 20), st.integers(0, 20))
def test_no_mix_beyond_the_ends_gives_the_overall_rate(rates, overall, first, second):
    # Every mix of the three on a grid that gives the overall rate lies between the ends.
    mix = [Fraction(first, 20), Fraction(second, 20), 1 - Fraction(first + second, 20)]
    if mix[2] < 0 or sum(s * r for s, r in zip(mix, rates, strict=True)) != overall:
        return
    if len(set(rates)) < 3:
        return
    ends = mixtures(rates, overall)
    for place in range(3):
        shares = [end[place] for end in ends]
        assert min(shares) <= mix[place] <= max(shares)


@given(st.tuples(PERCENT, PERCENT, PERCENT), PERCENT, st.tuples(PERCENT, PERCENT, PERCENT))
def test_the_ends_are_where_a_linear_programme_finds_least_and_most(rates, overall, weights):
    """Over all mixes that give the overall rate, whatever is weighed is extreme at an end."""
    if len(set(rates)) < 2:
        return
    equal = {"A_eq": [[1, 1, 1], [float(rate) for rate in rates]], "b_eq": [1, float(overall)]}
    weighed = [float(weight) for weight in weights]
    least, most = (linprog([sign * w for w in weighed], **equal) for sign in (1, -1))
    ends = mixtures(rates, overall)
    assert least.success == bool(ends)
    if ends:
        at_ends = [float(sum(s * w for s, w in zip(mix, weights, strict=True))) for mix in ends]
        assert [min(at_ends), max(at_ends)] == pytest.approx([least.fun, -most.fun], abs=1e-7)


def test_the_tables_of_the_project_add_up(audited):
    bridge, orders = audited["bridge"], audited["bridge_orders"]
    keys = ["year", "reading", "spread", "omega_id"]
    for _, rows in bridge.groupby(keys):
        step = dict(zip(rows["step"], map(Fraction, rows["contribution"]), strict=True))
        aligned, target = (Fraction(rows[name].iloc[0]) for name in ("aligned", "target"))
        steps = sum(step[name] for name in STEPS)
        assert abs(step["official"] + steps - aligned) < Fraction(4, 10**6)
        assert abs(aligned + step["unexplained"] - target) < Fraction(4, 10**6)
        lower, upper = (float(rows[f"target_{end}"].iloc[0]) for end in ("lower", "upper"))
        assert (rows["inside"] == ("yes" if lower <= aligned <= upper else "no")).all()
    for _, rows in orders.groupby([*keys, "step"]):
        assert len(rows) == 6
    both = set(bridge["reading"])
    assert "all referrals" in both
    assert len(both) > 1, "both readings of the denominator must appear together"


def test_the_official_rate_is_the_published_one(audited):
    bridge, totals = audited["bridge"], audited["annual_totals"].set_index("year")
    rows = bridge[(bridge["step"] == "official") & (bridge["spread"] == "spread")]
    for row in rows.to_dict("records"):
        year = totals.loc[row["year"]]
        expected = Fraction(100 * int(year["recovery"]),
                            int(year["finished"]) - int(year["not_at_caseness"]))  # fmt: skip
        assert row["contribution"] == f"{float(expected):.6f}"


def test_the_aligned_rate_from_the_official_counts(audited):
    """All referrals, those without a recorded problem spread: computed from the raw tables."""
    year, columns = "2017-18", ("referrals", "finished", "not_at_caseness", "reliable_recovery")
    groups = audited["annual_groups"]
    groups = groups[(groups["year"] == year) & (groups["breakdown"] == "problem")]
    groups = groups.set_index("group")
    totals = audited["annual_totals"].set_index("year").loc[year]
    counts = {}
    for row in audited["bridge_groups"].to_dict("records"):
        if row["official"]:
            counts[row["group"]] = [int(groups.loc[row["official"], name]) for name in columns]
    whole = [int(totals[name]) for name in columns]
    counts["other"] = [
        all_ - sum(found) for all_, *found in zip(whole, *counts.values(), strict=True)
    ]
    unknown = counts.pop("not-stated")
    referred = sum(found[0] for found in counts.values())
    eligible = sum(found[1] - found[2] for found in counts.values())
    rate = {}
    for name, (referrals, finished, below, reliably) in counts.items():
        wider = referrals * (1 + unknown[0] / referred)
        rate[name] = (reliably + (finished - below) / eligible * unknown[3]) / wider
    bridge = audited["bridge"]
    chosen = bridge[
        (bridge["year"] == year)
        & (bridge["spread"] == "spread")
        & (bridge["reading"] == "all referrals")
        & (bridge["step"] == "official")
    ].set_index("omega_id")
    claims = audited["claims"].drop_duplicates("claim_id").set_index("claim_id")["figure"]
    ptsd, depression, other, overall = (
        float(claims[name])
        for name in ("cbtwatch-ptsd-recovery", "cbtwatch-depression-recovery",
                     "cbtwatch-other-recovery", "scott2018-overall-recovery")
    )  # fmt: skip
    share = (overall - other) / (ptsd - other)
    without_depression = share * rate["ptsd"] + (1 - share) * rate["other"]
    share = (overall - other) / (depression - other)
    without_ptsd = share * rate["depression"] + (1 - share) * rate["other"]
    found = chosen["aligned"].astype(float)
    assert found["no depression"] == pytest.approx(100 * without_depression, abs=1e-5)
    assert found["no PTSD"] == pytest.approx(100 * without_ptsd, abs=1e-5)


def test_a_group_that_is_not_in_the_statistics_is_named(audited, typed):
    groups = audited["bridge_groups"].copy()
    groups.loc[groups.index[0], "official"] = "Nothing of the kind"
    with pytest.raises(TableError, match="'Nothing of the kind'"):
        build_bridge(audited | {"bridge_groups": groups}, typed["config"]["bridge"], 0.95)
