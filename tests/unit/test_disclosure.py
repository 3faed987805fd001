"""Small counts: no reader can work one out from what is printed."""

import itertools

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from recovery_audit.disclosure import SMALLEST_SHOWN, SUMS, WITHIN, possible_ranges, withheld

PRINTED = ("records", "finished", "at_caseness", "not_at_caseness", "less_not_case", "paired",
           "recovery", "reliable_recovery", "reliable_improvement", "no_reliable_change",
           "reliable_deterioration")  # fmt: skip


def cohort(records=100, finished=90, not_case=20, case=60, parts=(40, 20, 10), recovery=(35, 30)):
    improved, unchanged, worse = parts
    return {
        "records": records,
        "finished": finished,
        "at_caseness": case,
        "not_at_caseness": not_case,
        "less_not_case": finished - not_case,
        "paired": improved + unchanged + worse,
        "recovery": recovery[0],
        "reliable_recovery": recovery[1],
        "reliable_improvement": improved,
        "no_reliable_change": unchanged,
        "reliable_deterioration": worse,
    }


HELD_BACK = [
    (cohort(), ""),
    (cohort(recovery=(35, 4)), "reliable_recovery"),
    (cohort(recovery=(4, 0)), "recovery reliable_recovery"),
    # one part of a total: the smallest other part goes with it
    (cohort(parts=(40, 20, 4)), "no_reliable_change reliable_deterioration"),
    (cohort(parts=(40, 20, 5)), ""),
    # two parts that can only be 0 together: a third goes
    (cohort(parts=(40, 0, 0)), "no_reliable_change paired reliable_deterioration"),
    (cohort(parts=(40, 1, 0)), "no_reliable_change reliable_deterioration"),
    # the finished less those not at caseness is printed as a denominator
    (cohort(not_case=3), "less_not_case not_at_caseness"),
    (cohort(finished=12, not_case=9, case=2, parts=(6, 5, 0), recovery=(1, 1)),
     "at_caseness less_not_case no_reliable_change not_at_caseness recovery reliable_deterioration "
     "reliable_recovery"),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "expected"), HELD_BACK)
def test_what_is_held_back(counts, expected):
    assert sorted(withheld(counts)) == expected.split()


@st.composite
def cohorts(draw):
    size = st.integers(0, 12)
    worse, unchanged, improved, unpaired, more = (draw(size) for _ in range(5))
    paired = worse + unchanged + improved
    finished = paired + unpaired
    not_case = draw(st.integers(0, finished))
    case = draw(st.integers(0, finished - not_case))
    recovered = draw(st.integers(0, case))
    reliably = draw(st.integers(0, min(recovered, improved)))
    return cohort(
        records=finished + more,
        finished=finished,
        not_case=not_case,
        case=case,
        parts=(improved, unchanged, worse),
        recovery=(recovered, reliably),
    )


@given(counts=cohorts())
@settings(deadline=None, max_examples=400, derandomize=True)
def test_nothing_small_is_printed_and_nothing_held_back_can_be_told(counts):
    hidden = withheld(counts)
    assert {name for name, count in counts.items() if count < SMALLEST_SHOWN} <= hidden
    ranges = possible_ranges(counts, set(hidden))
    assert all(ranges[name][0] < ranges[name][1] for name in hidden)
    assert all(low <= counts[name] <= high for name, (low, high) in ranges.items())


@given(counts=cohorts())
@settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much],
)
def test_another_cohort_with_the_same_print_exists_for_each_count_held_back(counts):
    """By trying all tables of counts nearby, where at most four counts are held back."""
    hidden = sorted(withheld(counts))
    assume(hidden and len(hidden) <= 4)
    near = [range(max(counts[name] - 6, 0), counts[name] + 7) for name in hidden]
    others = (counts | dict(zip(hidden, tried, strict=True)) for tried in itertools.product(*near))
    possible = [other for other in others if obeys(other)]
    assert all(len({other[name] for other in possible}) > 1 for name in hidden)


def obeys(counts):
    """Whether counts can be those of a cohort."""
    sums = all(
        counts[whole] == sum(counts[part] for part in parts) for whole, parts in SUMS.items()
    )
    within = (pair for pair in WITHIN if pair[0] in counts and pair[1] in counts)
    return sums and all(counts[part] <= counts[whole] for part, whole in within)
