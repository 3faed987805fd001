"""The tables of the bridge, from an invented year, by eight rates in floats and six orders."""

from itertools import permutations, product

import pandas as pd
import pytest
from scipy.stats import binomtest

from recovery_audit.bridge import build_bridge
from recovery_audit.errors import AuditError, TableError

STEPS = ("reliable", "denominator", "mix")
NOT_STATED = "Not stated/Not known/Invalid"
BRIDGE_GROUPS = [
    ("trauma", "trauma", "Trauma", "ptsd-recovered", "trauma-diagnoses"),
    ("mood", "low mood", "Low mood", "mood-recovered", "mood-diagnoses"),
    ("other", "other", "", "rest-recovered", "rest-diagnoses"),
    ("not-stated", "not stated", NOT_STATED, "", ""),
]
SYSTEMS = [
    ("sizes", "n", "trauma-diagnoses", 20, "yes", "client-count"),
    ("sizes", "n", "mood-diagnoses", 30, "yes", "client-count"),
    ("sizes", "n", "rest-diagnoses", 50, "yes", "client-count"),
    ("sizes", "n", "study", 90, "no", "client-count"),
    ("sessions", "n", "known", 80, "yes", "client-count"),
    ("sessions", "k", "left-early", 10, "yes", "client-count"),
    ("sessions", "k", "ptsd-recovered", 6, "yes", "client-count"),
]
CHOICES = {
    "years": ["2030-31"],
    "target": "study",
    "target_claim": "study-recovered",
    "system": "sizes",
    "engagement": [
        {"label": "as printed", "without": ["left-early", "ptsd-recovered"]},
        {"label": "of those known", "without": ["left-early"], "system": "sessions", "of": "known"},
    ],
}
#: What the invented year has, from the counts of the conftest: everybody less the three named
#: groups are the others. Referrals, courses finished as cases, recovered, reliably so.
STATED = {
    "trauma": (500, 200, 80, 60),
    "mood": (2000, 1100, 770, 660),
    "other": (1800, 1150, 880, 760),
}
UNKNOWN = (700, 150, 90, 80)
KEPT = {"all referrals": None, "as printed": 1 - 0.2 - 0.16, "of those known": 70 / 80}
MIXES = {"no low mood": (0.5, 0, 0.5), "no trauma": (0, 7 / 12, 5 / 12), "witness": (0.2, 0.3, 0.5)}


@pytest.fixture
def tables(invented):
    study = dict.fromkeys(invented["rates"].columns, "") | {
        "rate": "study", "label": "Study", "claim": "study-recovered", "role": "headline",
    }  # fmt: skip
    pairs = [
        ("study-recovered", "", count, size, "wilson", "study-recovered")
        for count, size in ((9, 100), (5, 55))
    ]
    columns = invented["intervals"].columns
    groups = pd.DataFrame(BRIDGE_GROUPS, columns=["group", "label", "official", "claim", "base"])
    systems = ["system_id", "kind", "variable", "lower", "forced", "inputs"]
    return invented | {
        "rates": pd.concat([invented["rates"], pd.DataFrame([study])]),
        "intervals": pd.concat([invented["intervals"], pd.DataFrame(pairs, columns=columns)]),
        "bridge_groups": groups,
        "systems": pd.DataFrame(SYSTEMS, columns=systems),
    }


def counts(spread):
    """Counts by group; those without a recorded problem added in proportion, or left out."""
    if spread == "stated":
        return list(STATED.values())
    referred, finished = (sum(group[place] for group in STATED.values()) for place in (0, 1))
    return [
        (
            group[0] + UNKNOWN[0] * group[0] / referred,
            *(group[place] + UNKNOWN[place] * group[1] / finished for place in (1, 2, 3)),
        )
        for group in STATED.values()
    ]


def rate(taken, groups, kept, mix):
    """The rate of a coalition in per cent, group by group in floats."""
    total = 0.0
    wider = "denominator" in taken and kept is None
    for group, share in zip(groups, mix, strict=True):
        referrals, eligible, recovered, reliably = group
        size = 0 if wider else 1  # the place of the size of a group in its counts
        weight = share if "mix" in taken else group[size] / sum(other[size] for other in groups)
        quality = (reliably if "reliable" in taken else recovered) / eligible
        part = 1 if "denominator" not in taken else eligible / referrals if kept is None else kept
        total += 100 * weight * part * quality
    return total


def ways():
    return product(KEPT, ("spread", "stated"), MIXES)


def chosen(table, reading, spread, mix):
    same = (table["reading"] == reading) & (table["spread"] == spread) & (table["omega_id"] == mix)
    return table[same]


def gains(order, *way):
    """What each step adds in one order."""
    found = [rate(frozenset(order[:place]), *way) for place in range(4)]
    return {step: found[place + 1] - found[place] for place, step in enumerate(order)}


def test_every_combination_by_hand(tables):
    bridge = build_bridge(tables, CHOICES, 0.95)["bridge"]
    assert len(bridge) == 3 * 2 * 3 * 5, "readings, spreads, mixes; official, three steps, rest"
    for reading, spread, mix in ways():
        way = (counts(spread), KEPT[reading], MIXES[mix])
        rows = chosen(bridge, reading, spread, mix).set_index("step")
        assert list(rows.index) == ["official", *STEPS, "unexplained"]
        added = [gains(order, *way) for order in permutations(STEPS)]
        for step in STEPS:
            each = [gain[step] for gain in added]
            found = [float(rows.loc[step, column]) for column in ("contribution", "lower", "upper")]
            assert found == pytest.approx([sum(each) / 6, min(each), max(each)], abs=1e-6)
        official, aligned = rate((), *way), rate(STEPS, *way)
        assert float(rows.loc["official", "contribution"]) == pytest.approx(official, abs=1e-6)
        assert [float(cell) for cell in rows["aligned"]] == pytest.approx([aligned] * 5, abs=1e-6)
        assert float(rows["unexplained"].iloc[0]) == pytest.approx(aligned - 9, abs=1e-6)
        assert float(rows["contribution"].iloc[4]) == pytest.approx(9 - aligned, abs=1e-6)


def test_the_orders_are_all_six_and_lead_from_the_official_rate_to_the_aligned_one(tables):
    orders = build_bridge(tables, CHOICES, 0.95)["bridge_orders"]
    for reading, spread, mix in ways():
        rows = chosen(orders, reading, spread, mix)
        assert set(rows["order"]) == {" ".join(order) for order in permutations(STEPS)}
        for order, steps in rows.groupby("order"):
            assert list(steps["place"]) == [1, 2, 3]
            assert list(steps["step"]) == order.split()
            expected = gains(order.split(), counts(spread), KEPT[reading], MIXES[mix])
            found = dict(zip(steps["step"], map(float, steps["contribution"]), strict=True))
            assert found == pytest.approx(expected, abs=1e-6)


def test_the_official_rate_is_that_of_the_nation_only_with_the_unknown_spread(tables):
    bridge = build_bridge(tables, CHOICES, 0.95)["bridge"]
    official = bridge[bridge["step"] == "official"].groupby("spread")["contribution"].unique()
    assert list(official["spread"]) == ["70.000000"]  # 1,820 of 2,600
    assert list(official["stated"]) == [f"{100 * 1730 / 2450:.6f}"]


def test_the_target_reaches_from_the_lowest_to_the_highest_limit_of_its_pairs(tables):
    bridge = build_bridge(tables, CHOICES, 0.9)["bridge"]
    limits = [binomtest(*pair).proportion_ci(0.9, method="wilson") for pair in ((9, 100), (5, 55))]
    assert set(bridge["target_lower"]) == {f"{100 * min(low for low, _ in limits):.6f}"}
    assert set(bridge["target_upper"]) == {f"{100 * max(high for _, high in limits):.6f}"}
    assert set(bridge["target"]) == {"9.000000"}


@pytest.mark.parametrize(("kept", "inside"), [("18", "yes"), ("40", "no"), ("3", "no")])
def test_whether_the_aligned_rate_lies_in_the_interval_of_the_target(tables, kept, inside):
    """Keep so many per cent of the clients: the aligned rate is so much of that of the courses."""
    tables["claims"].loc[tables["claims"]["claim_id"] == "left-early", "figure"] = str(
        100 - int(kept)
    )
    engagement = [{"label": "few", "without": ["left-early"]}]
    bridge = build_bridge(tables, CHOICES | {"engagement": engagement}, 0.95)["bridge"]
    rows = chosen(bridge, "few", "spread", "witness")
    aligned = rate(STEPS, counts("spread"), int(kept) / 100, MIXES["witness"])
    assert [float(cell) for cell in rows["aligned"]] == pytest.approx([aligned] * 5, abs=1e-6)
    assert set(rows["inside"]) == {inside}


def test_the_order_of_the_groups_in_the_file_changes_nothing(tables):
    """The group that is all the others must meet its own share, wherever its row stands."""
    expected = build_bridge(tables, CHOICES, 0.95)["bridge"]
    keys = ["year", "reading", "spread", "omega_id", "step"]
    for places in ([2, 0, 1, 3], [3, 1, 2, 0]):
        groups = tables["bridge_groups"].iloc[places].reset_index(drop=True)
        found = build_bridge(tables | {"bridge_groups": groups}, CHOICES, 0.95)["bridge"]
        both = [frame.drop(columns="inputs").sort_values(keys, ignore_index=True)
                for frame in (expected, found)]  # fmt: skip
        assert both[0].equals(both[1])


def test_sizes_that_are_not_all_forced_give_no_mix(tables):
    systems = tables["systems"].copy()
    systems.loc[1, "forced"] = "no"
    bridge = build_bridge(tables | {"systems": systems}, CHOICES, 0.95)["bridge"]
    assert set(bridge["omega_id"]) == {"no low mood", "no trauma"}


def test_a_year_or_group_that_is_not_published_is_named(tables):
    with pytest.raises(TableError) as caught:
        build_bridge(tables, CHOICES | {"years": ["2040-41"]}, 0.95)
    rule = "expected a group of data/national/annual_groups.csv in 2040-41"
    assert [str(problem) for problem in caught.value.problems] == [
        f"data/bridge_groups.csv, column `official`: got {name!r}; {rule}"
        for name in ("Low mood", NOT_STATED, "Trauma")
    ]


def test_statistics_without_the_unrecorded_problems_are_refused(tables):
    groups = tables["annual_groups"]
    changed = {
        "annual_groups": groups[groups["group"] != NOT_STATED],
        "bridge_groups": tables["bridge_groups"].head(3),
    }
    with pytest.raises(TableError) as caught:
        build_bridge(tables | changed, CHOICES, 0.95)
    assert [problem.value for problem in caught.value.problems] == [NOT_STATED]


NO_COUNTS = (
    "config/config.yaml leads the bridge to the rate 'publicised', of which no pair of counts is "
    "known: its interval cannot be said"
)


@pytest.mark.parametrize(("change", "message"), [
    ({"target": "stdy"}, "config/config.yaml names the rate 'stdy': data/rates.csv has none such"),
    ({"target": "publicised"}, NO_COUNTS),
    ({"system": "size"}, "config/config.yaml names the system 'size': it is not among those solved"),
    ({"engagement": [CHOICES["engagement"][1] | {"system": "session"}]},
     "config/config.yaml names the system 'session': it is not among those solved"),
    ({"engagement": [CHOICES["engagement"][1] | {"of": "knwon"}]},
     "config/config.yaml, reading 'of those known': the system 'sessions' forces no value of 'knwon'"),
    ({"engagement": [CHOICES["engagement"][1] | {"without": ["referred-once"]}]},
     "config/config.yaml, reading 'of those known': the system 'sessions' forces no value of "
     "'referred-once'"),
])  # fmt: skip
def test_a_choice_that_cannot_be_used_is_named(tables, change, message):
    with pytest.raises(AuditError) as caught:
        build_bridge(tables, CHOICES | change, 0.95)
    assert str(caught.value) == message
