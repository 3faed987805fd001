"""Shapley values: who brought how much, averaged over every order in which they may come."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from math import factorial
from typing import TypeVar

Player = TypeVar("Player", bound=Hashable)


def shapley_values(
    players: Sequence[Player], value: Callable[[frozenset[Player]], Fraction]
) -> dict[Player, Fraction]:
    """
    Share the value of everybody together among the players.

    Parameters
    ----------
    players : sequence
        Each once.
    value : callable
        Of a coalition, exact. Called once per coalition.

    Returns
    -------
    dict of player to Fraction
        The shares; they add up to the value of all less the value of none.

    References
    ----------
    .. [1] L. S. Shapley, "A Value for n-Person Games," in Contributions to the Theory of Games,
       vol. 2, Princeton University Press, 1953, pp. 307-317.

    Examples
    --------
    >>> shapley_values("ab", lambda who: Fraction(len(who) ** 2))
    {'a': Fraction(2, 1), 'b': Fraction(2, 1)}
    """
    worth = {who: value(who) for who in coalitions(players)}
    number = len(players)
    return {
        player: sum(
            (
                Fraction(factorial(len(who)) * factorial(number - len(who) - 1), factorial(number))
                * (worth[who | {player}] - worth[who])
                for who in worth
                if player not in who
            ),
            Fraction(0),
        )
        for player in players
    }


def coalitions(players: Sequence[Player]) -> Iterator[frozenset[Player]]:
    """Yield every subset, the empty one first.

    >>> [sorted(who) for who in coalitions("ab")]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def marginal_orders(
    players: Sequence[Player], value: Callable[[frozenset[Player]], Fraction]
) -> Iterator[tuple[tuple[Player, ...], tuple[Fraction, ...]]]:
    """
    Yield every order of the players with what each adds on arrival.

    >>> list(marginal_orders("ab", lambda who: Fraction(len(who) ** 2)))[0]
    (('a', 'b'), (Fraction(1, 1), Fraction(3, 1)))
    """
    worth = {who: value(who) for who in coalitions(players)}
    for order in permutations(players):
        arrived = [frozenset(order[:place]) for place in range(len(order) + 1)]
        yield (
            order,
            tuple(worth[after] - worth[before] for before, after in pairwise(arrived)),
        )
