"""Shapley values by their formula against the average over all orders of arrival."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_audit.shapley import coalitions, marginal_orders, shapley_values

games = st.integers(1, 5).flatmap(
    lambda number: st.lists(st.fractions(), min_size=2**number, max_size=2**number)
)


def game(worths):
    players = range((len(worths) - 1).bit_length())
    worth = dict(zip(coalitions(players), worths, strict=True))
    return players, worth.__getitem__


@given(worths=games)
def test_the_formula_is_the_average_over_orders(worths):
    players, value = game(worths)
    orders = list(marginal_orders(players, value))
    average = {
        player: sum(gains[order.index(player)] for order, gains in orders) / len(orders)
        for player in players
    }
    assert shapley_values(players, value) == average


@given(worths=games)
def test_the_shares_add_up(worths):
    players, value = game(worths)
    shares = shapley_values(players, value)
    assert sum(shares.values()) == value(frozenset(players)) - value(frozenset())


def test_a_player_who_adds_nothing_gets_nothing():
    shares = shapley_values("abz", lambda who: Fraction(len(who - {"z"}) ** 3))
    assert shares["z"] == 0
    assert shares["a"] == shares["b"]


def test_the_airport_game_of_littlechild_and_owen():
    # Littlechild and Owen (1973): runways costing 1, 2, 4; each segment is shared by its users.
    cost = {"a": 1, "b": 2, "c": 4}
    shares = shapley_values("abc", lambda who: Fraction(max((cost[p] for p in who), default=0)))
    assert shares == {"a": Fraction(1, 3), "b": Fraction(5, 6), "c": Fraction(17, 6)}
    with pytest.raises(KeyError):
        shares["d"]
