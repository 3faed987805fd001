"""Shapley effects by their formula against two other routes to the same numbers."""

from itertools import combinations, permutations, product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_audit.shapley_effects import shapley_effects, weights_in_turn

SIZES = st.lists(st.integers(1, 3), min_size=1, max_size=4)


@st.composite
def grids(draw):
    """A full grid of choices with a result in each cell."""
    rows = list(product(*(range(size) for size in draw(SIZES))))
    results = draw(st.lists(st.integers(-9, 9), min_size=len(rows), max_size=len(rows)))
    return rows, [float(result) for result in results]


@st.composite
def tables(draw):
    """Some rows of a grid with weights: choices that depend on each other."""
    rows, results = draw(grids())
    kept = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    chosen = [place for place, keep in enumerate(kept) if keep] or [0]
    weights = draw(st.lists(st.integers(1, 5), min_size=len(chosen), max_size=len(chosen)))
    return [rows[place] for place in chosen], [results[place] for place in chosen], weights


def explained(rows, results, weights, columns):
    """Variance of the conditional mean, by pandas."""
    frame = pd.DataFrame({"y": results, "w": [float(weight) for weight in weights]})
    for place in range(len(rows[0])):
        frame[place] = [row[place] for row in rows]
    frame["w"] /= frame["w"].sum()
    mean = (frame["w"] * frame["y"]).sum()
    if not columns:
        return 0.0
    by = frame.assign(wy=frame["w"] * frame["y"]).groupby(list(columns))[["w", "wy"]].sum()
    return float((by["w"] * (by["wy"] / by["w"] - mean) ** 2).sum())


@settings(max_examples=60, deadline=None)
@given(grid=grids())
def test_on_a_full_grid_they_share_out_the_components_of_variance(grid):
    # Owen (2014): with independent choices each component goes in equal parts to its choices.
    rows, results = grid
    places = range(len(rows[0]))
    weights = [1] * len(rows)
    component = {}
    for size in range(len(rows[0]) + 1):
        for columns in combinations(places, size):
            smaller = sum(component[inner] for inner in component if set(inner) < set(columns))
            component[columns] = explained(rows, results, weights, columns) - smaller
    expected = [
        sum(part / len(columns) for columns, part in component.items() if place in columns)
        for place in places
    ]
    assert shapley_effects(rows, results, weights) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(table=tables())
def test_with_dependent_choices_they_are_the_average_over_orders(table):
    rows, results, weights = table
    orders = list(permutations(range(len(rows[0]))))
    expected = [0.0] * len(rows[0])
    for order in orders:
        for place, column in enumerate(order):
            before = explained(rows, results, weights, order[:place])
            after = explained(rows, results, weights, order[: place + 1])
            expected[column] += (after - before) / len(orders)
    assert shapley_effects(rows, results, weights) == pytest.approx(expected, abs=1e-9)


@given(table=tables())
def test_they_add_up_to_the_variance_if_the_choices_tell_the_rows_apart(table):
    rows, results, weights = table
    mean = sum(w * y for w, y in zip(weights, results, strict=True)) / sum(weights)
    variance = sum(w * (y - mean) ** 2 for w, y in zip(weights, results, strict=True))
    effects = shapley_effects(rows, results, weights)
    assert sum(effects) == pytest.approx(variance / sum(weights), abs=1e-9)


@given(table=tables())
def test_choosing_in_turn_gives_the_open_options_of_each_choice_equal_weight(table):
    rows, *_ = table
    weights = dict(zip(rows, weights_in_turn(rows), strict=True))
    for place in range(len(rows[0])):
        following = {}
        for row, weight in weights.items():
            options = following.setdefault(row[:place], {})
            options[row[place]] = options.get(row[place], 0.0) + weight
        for options in following.values():
            assert len({round(weight, 12) for weight in options.values()}) == 1
    assert sum(weights.values()) == pytest.approx(1)
