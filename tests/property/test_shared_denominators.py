"""Shared sizes and chance fits against full enumeration on small grids."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_audit.grim import denominators_up_to, witnesses
from recovery_audit.rounding import ANY, ORDINARY, Figure
from recovery_audit.shared_denominators import chance_fit, search

GRID = [Figure(digits, 0) for digits in range(101)]


def fits(figures, nobs, rules=ORDINARY):
    return all(witnesses(figure, nobs, rules) for figure in figures)


@pytest.mark.parametrize("candidates", [(7,), (3, 8, 20), (11, 12, 13, 14), (60, 61, 99)])
@pytest.mark.parametrize("rules", [ORDINARY, ANY])
def test_chance_fit_of_one_and_two_figures_is_exact(candidates, rules):
    for count in (1, 2):
        draws = list(product(GRID, repeat=count))
        fitting = {
            n: {figure for figure in GRID if witnesses(figure, n, rules)} for n in candidates
        }
        hits = sum(any(set(draw) <= fitting[n] for n in candidates) for draw in draws)
        found = chance_fit(candidates, (0,) * count, rules)
        assert found.exact
        assert found.value == Fraction(hits, len(draws))


def test_chance_fit_of_three_figures_is_drawn_around_the_exact_value():
    candidates = (5, 9, 14, 30)
    fitting = [{f.digits for f in GRID if witnesses(f, n)} for n in candidates]
    # exactly, by inclusion and exclusion over the candidates
    exact = Fraction(0)
    for mask in range(1, 2 ** len(candidates)):
        chosen = [found for place, found in enumerate(fitting) if mask >> place & 1]
        together = len(set.intersection(*chosen))
        exact += (-1) ** (len(chosen) + 1) * Fraction(together, len(GRID)) ** 3
    found = chance_fit(candidates, (0, 0, 0))
    assert not found.exact
    assert found.lower <= exact <= found.upper
    assert found.upper - found.lower < Fraction(1, 300)
    assert found == chance_fit.__wrapped__(candidates, (0, 0, 0))  # seeded


def test_chance_fit_with_more_than_64_candidates():
    """Bits of later candidates stand in a second word."""
    candidates = tuple(range(1, 80))
    fitting = [{figure for figure in GRID if witnesses(figure, n)} for n in candidates]
    hits = sum(any({*pair} <= found for found in fitting) for pair in product(GRID, GRID))
    assert chance_fit(candidates, (0, 0)).value == Fraction(hits, len(GRID) ** 2)


figures = st.lists(
    st.integers(0, 1000).map(lambda digits: Figure(digits, 1)), min_size=2, max_size=3
)


@given(figures, st.integers(5, 120))
@settings(deadline=None, max_examples=40, derandomize=True)
def test_a_search_finds_what_a_plain_loop_finds(printed, bound):
    named = {str(place): figure for place, figure in enumerate(printed)}
    result = search(named, denominators_up_to(bound))
    sizes = range(1, bound + 1)
    assert list(result.found) == [n for n in sizes if fits(printed, n)]
    near = set()
    for place, figure in enumerate(printed):
        for step in (-1, 1):
            moved = [*printed]
            moved[place] = Figure(figure.digits + step, 1)
            if 0 <= moved[place].digits <= 1000:
                near |= {n for n in sizes if fits(moved, n)}
    assert result.near_misses == len(near - set(result.found))
    for name in named:
        others = [figure for other, figure in named.items() if other != name]
        assert result.leave_one_out[name] == sum(fits(others, n) for n in sizes)


def test_expected_fits_is_the_mean_number_of_fits():
    candidates = np.array([4, 9, 25])
    fitting = [sum(fits(pair, int(n)) for n in candidates) for pair in product(GRID, GRID)]
    result = search({"a": GRID[50], "b": GRID[25]}, candidates)
    assert result.expected_fits == Fraction(sum(fitting), len(fitting))
    assert result.found == (4,)
    assert result.forced
