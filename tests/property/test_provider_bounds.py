"""Bounds of providers' rates against every combination of counts that prints as published."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_audit.funnels import Funnel, place_providers
from recovery_audit.providers import (
    COUNTS,
    PERCENTAGES,
    bound_providers,
    counts_behind,
    rate_limits,
    rates_printed_as,
    sizes_between,
)
from recovery_audit.rounding import ANY, Figure, admissible

small_counts = st.sampled_from(["*", *map(str, range(5, 65, 5))])


def disclosed(count):
    """A count as a table below the national level prints it, in the plainest way."""
    return "*" if count < 5 else str(5 * round(count / 5))  # no ties: 5 is odd


@pytest.mark.parametrize("printed", ["*", *map(str, range(5, 100, 5))])
def test_the_counts_behind_a_printed_one_are_those_that_print_so(printed):
    assert list(counts_behind(printed)) == [c for c in range(120) if disclosed(c) == printed]


def all_pairs(count, finished, spared):
    """Every recovered and size that the three printed counts allow, by trying all of them."""
    for k, f, s in product(map_to(count), map_to(finished), map_to(spared)):
        if f - s >= 1 and k <= f - s:
            yield k, f - s


def map_to(printed):
    return [c for c in range(120) if disclosed(c) == printed]


@given(count=small_counts, finished=small_counts, spared=small_counts)
def test_limits_are_those_of_all_combinations(count, finished, spared):
    nobs = sizes_between(counts_behind(finished), counts_behind(spared))
    rates = [Fraction(k, n) for k, n in all_pairs(count, finished, spared)]
    expected = (min(rates), max(rates)) if rates else None
    assert rate_limits(counts_behind(count), nobs) == expected


@given(
    count=small_counts,
    finished=small_counts,
    spared=small_counts,
    percent=st.integers(0, 100),
    rule=st.sampled_from(ANY),
)
def test_rates_that_print_as_published_are_those_of_all_combinations(
    count, finished, spared, percent, rule
):
    nobs = sizes_between(counts_behind(finished), counts_behind(spared))
    values = admissible(Figure(percent, 0), rule)
    rates = [
        Fraction(k, n)
        for k, n in all_pairs(count, finished, spared)
        if Fraction(100 * k, n) in values
    ]
    expected = (min(rates), max(rates)) if rates else None
    assert rates_printed_as(Figure(percent, 0), counts_behind(count), nobs, rule) == expected


@given(
    count=small_counts,
    finished=small_counts,
    spared=small_counts,
    target=st.floats(0.1, 0.9),
    tau=st.floats(0, 0.2),
)
def test_scores_lie_between_those_of_the_printed_place(count, finished, spared, target, tau):
    pairs = np.array(sorted(set(all_pairs(count, finished, spared))), dtype=float).reshape(-1, 2)
    row = {"recovery": count, "finished": finished, "not_at_caseness": spared}
    rates = bound_providers(pd.DataFrame([published(row)]))
    rates = rates[(rates["rate"] == "recovery") & (rates["shown"] == "yes")]
    if rates.empty:
        assert "*" in (count, finished) or not len(pairs)
        return
    funnel = {"year": "2024-25", "rate": "recovery", "target": target, "phi": 1, "tau": tau}
    # Ten alike, since fewer are not placed.
    (placed, *_) = place_providers(pd.concat([rates] * 10), pd.DataFrame([funnel])).to_dict(
        "records"
    )
    scores = Funnel(target=target, phi=1, tau=tau).scores(pairs[:, 0], pairs[:, 1])
    ends = [float(placed["score_low"]), float(placed["score_high"])]
    assert ends == pytest.approx([scores.min(), scores.max()], abs=1e-4)
    assert ends[0] - 1e-4 <= float(placed["score"]) <= ends[1] + 1e-4


def published(cells):
    """A provider's row with the same figures for every measure that is not given."""
    plain = {"year": "2024-25", "provider": "AB1", "name": "A provider"}
    return (
        plain
        | dict.fromkeys(COUNTS.values(), "5")
        | dict.fromkeys(PERCENTAGES.values(), "*")
        | cells
    )


@given(data=st.data(), finished=st.integers(1, 3000))
def test_what_was_true_is_never_excluded(data, finished):
    spared = data.draw(st.integers(0, finished - 1))
    recovered = data.draw(st.integers(0, finished - spared))
    rate = Fraction(100 * recovered, finished - spared)
    printed = "*" if recovered < 5 else str(int(rate + Fraction(1, 2)))
    row = {
        "recovery": disclosed(recovered),
        "finished": disclosed(finished),
        "not_at_caseness": disclosed(spared),
        "printed_recovery": printed,
    }
    (bounds, *_) = bound_providers(pd.DataFrame([published(row)])).to_dict("records")
    assert bounds["rate"] == "recovery"
    assert Fraction(bounds["low"]) - Fraction(1, 2000) <= rate
    assert rate <= Fraction(bounds["high"]) + Fraction(1, 2000)
    assert bounds["verdict"] == ("undetermined" if printed == "*" else "consistent")
    if printed != "*":
        assert Fraction(bounds["printed_low"]) - Fraction(1, 2000) <= rate
        assert rate <= Fraction(bounds["printed_high"]) + Fraction(1, 2000)
        assert bounds["rounding_rule"] == "half_up"
