"""The integer inequalities against brute force: print every count by the rule, and compare."""

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
    localcontext,
)
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_audit.grim import (
    coverage,
    coverage_of_any,
    nearest_fits,
    printable,
    smallest_fit,
    witnesses,
)
from recovery_audit.rounding import (
    ANY,
    ORDINARY,
    Figure,
    Interval,
    RoundingRule,
    admissible,
    count_ranges,
    print_percent,
)

BY_DECIMAL = {
    RoundingRule.HALF_UP: [ROUND_HALF_UP],
    RoundingRule.HALF_DOWN: [ROUND_HALF_DOWN],
    RoundingRule.HALF_EVEN: [ROUND_HALF_EVEN],
    RoundingRule.EITHER_TIE: [ROUND_HALF_UP, ROUND_HALF_DOWN],
    RoundingRule.TRUNCATED: [ROUND_FLOOR],
    RoundingRule.CEILING: [ROUND_CEILING],
}


def printed_by(count: int, nobs: int, decimals: int, rule: RoundingRule) -> set[int]:
    """Digits that count/nobs prints as, by the decimal module's own rounding.

    1,000 digits are enough to tell every n up to 300 from a tie, and ties end after few digits.
    """
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(100 * count * 10**decimals) / Decimal(nobs)
        return {int(exact.quantize(Decimal(1), rounding=mode)) for mode in BY_DECIMAL[rule]}


@pytest.mark.parametrize("rule", RoundingRule)
@pytest.mark.parametrize("decimals", range(4))
def test_every_count_up_to_300_for_random_figures(rule, decimals):
    generator = np.random.default_rng([decimals, list(RoundingRule).index(rule)])
    most = 100 * 10**decimals
    wanted = set(generator.integers(0, most + 1, size=150).tolist()) | {0, 1, most - 1, most}
    found: dict[int, set[tuple[int, int]]] = {digits: set() for digits in wanted}
    for nobs in range(1, 301):
        for count in range(nobs + 1):
            for digits in printed_by(count, nobs, decimals, rule) & wanted:
                found[digits].add((count, nobs))
    for digits, pairs in found.items():
        figure = Figure(digits, decimals)
        searched = {(k, n) for n in range(1, 301) for k in witnesses(figure, n, [rule])}
        assert searched == pairs, figure


rules = st.sampled_from(list(RoundingRule))
sizes = st.integers(1, 10**6)
rule_sets = st.sets(rules, min_size=1).map(lambda chosen: tuple(sorted(chosen)))


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(0, 1), sizes, st.integers(0, 5)),
        min_size=1,
        max_size=30,
    )
)
@settings(deadline=None, max_examples=200, derandomize=True)
def test_the_vectorised_search_is_the_plain_one(rows):
    decimals, share, nobs, codes = map(np.array, zip(*rows, strict=True))
    digits = (share * 100 * 10**decimals).astype(np.int64)
    low, high = count_ranges(digits, decimals, nobs, codes)
    for place, code in enumerate(codes):
        figure, rule = Figure(int(digits[place]), int(decimals[place])), list(RoundingRule)[code]
        assert list(range(low[place], high[place] + 1)) == witnesses(
            figure, int(nobs[place]), [rule]
        )


@given(st.integers(0, 10**4), st.integers(1, 400), rules)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_the_set_of_values_gives_the_same_counts(digits, nobs, rule):
    figure = Figure(digits, 2)
    assert list(admissible(figure, rule).counts(nobs)) == witnesses(figure, nobs, [rule])


@given(st.integers(0, 1000), st.integers(1, 300), st.sampled_from([ORDINARY, ANY]))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_the_nearest_fits_are_those_of_a_plain_walk(digits, nobs, rule_set):
    figure = Figure(digits, 1)
    below = (n for n in range(nobs - 1, 0, -1) if witnesses(figure, n, rule_set))
    above = (n for n in range(nobs + 1, 2 * nobs + 1) if witnesses(figure, n, rule_set))
    near = [n for n in (next(below, None), next(above, None)) if n is not None]
    expected = [(witnesses(figure, n, rule_set)[0], n) for n in near]
    assert nearest_fits(figure, nobs, rule_set) == expected


@given(st.integers(0, 1000), rule_sets)
@settings(deadline=None, max_examples=100, derandomize=True)
def test_the_smallest_fit_is_that_of_a_plain_walk(digits, rule_set):
    figure = Figure(digits, 1)
    nobs = next(n for n in range(1, 1001) if witnesses(figure, n, rule_set))
    assert smallest_fit(figure, rule_set) == (witnesses(figure, nobs, rule_set)[0], nobs)


def test_sizes_are_searched_in_blocks_that_fit_the_memory():
    near = nearest_fits(Figure(12345679, 6), 50_000_000)
    assert near == [(6172839, 49_999_997), (6172840, 50_000_003)]
    assert smallest_fit(Figure(1, 6)) is None  # its group has more than sixty million


def test_denominators_beyond_64_bits_are_refused():
    with pytest.raises(OverflowError, match=r"^denominators up to \d+ with 6 decimals exceed"):
        count_ranges(np.array([1]), np.array([6]), np.array([10**12]), RoundingRule.HALF_UP)


@given(st.integers(1, 250), st.integers(0, 2), rule_sets)
@settings(deadline=None, max_examples=150, derandomize=True)
def test_coverage_counts_the_figures_that_have_a_witness(nobs, decimals, rule_set):
    grid = [Figure(digits, decimals) for digits in range(100 * 10**decimals + 1)]
    passing = [figure.digits for figure in grid if witnesses(figure, nobs, rule_set)]
    assert coverage(nobs, decimals, rule_set) == Fraction(len(passing), len(grid))
    assert printable(nobs, decimals, rule_set).tolist() == passing


@given(st.lists(st.integers(1, 99), min_size=1, max_size=12), st.integers(0, 1))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_coverage_of_several_sizes_is_that_of_their_union(candidates, decimals):
    grid = [Figure(digits, decimals) for digits in range(100 * 10**decimals + 1)]
    passing = sum(any(witnesses(figure, n) for n in candidates) for figure in grid)
    assert coverage_of_any(tuple(candidates), decimals) == Fraction(passing, len(grid))


def test_from_a_hundred_last_digits_on_every_figure_has_a_witness():
    """The shortcut of `covers_everything`, for each rule by itself, at and just below its limit."""
    for rule in RoundingRule:
        for decimals in (0, 1):
            limit = 100 * 10**decimals
            grid = [Figure(digits, decimals) for digits in range(limit + 1)]
            for nobs in (limit, limit + 1, limit + 7):
                assert all(witnesses(figure, nobs, [rule]) for figure in grid)
            assert not all(witnesses(figure, limit - 1, [rule]) for figure in grid)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_what_is_printed_has_its_count_as_a_witness(pair):
    count, nobs = pair
    figure = Figure(int(print_percent(count, nobs, decimals=2).replace(".", "")), 2)
    assert count in witnesses(figure, nobs, [RoundingRule.HALF_UP])


ends = st.tuples(st.fractions(0, 5, max_denominator=4), st.fractions(0, 5, max_denominator=4))
intervals = st.builds(
    lambda pair, low, high: Interval(
        low=min(pair), high=max(pair) + 1, open_low=low, open_high=high
    ),
    ends,
    st.booleans(),
    st.booleans(),
)
STEPS = [Fraction(step, 8) for step in range(-60, 120)]  # finer than any end


@given(intervals, intervals)
@settings(deadline=None, max_examples=200, derandomize=True)
def test_interval_arithmetic_holds_point_by_point(one, other):
    points = [step for step in STEPS if step in one]
    others = [step for step in STEPS if step in other]
    assert one.meets(other) == any(point in other for point in points)
    assert all(a + b in one + other and a - b in one - other for a in points for b in others)
