"""Which choice moves a result most: shares of its variance over a table of choices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.shapley import shapley_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]


def shapley_effects(
    choices: Sequence[Sequence[Any]], results: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """
    Share the variance of results among the choices that lead to them.

    What a set of choices explains is the variance of the mean result given them; Shapley's value
    shares it out, also where some combinations cannot be and the choices so depend on each other.

    Parameters
    ----------
    choices : sequence of sequences
        One row per result, one column per choice: which option was taken.
    results : sequence of float
        As many.
    weights : sequence of float
        Of the rows, above 0; only their ratios count.

    Returns
    -------
    list of float
        The effect of each column, in squared units of the result; they add up to its variance.

    References
    ----------
    .. [1] A. B. Owen, "Sobol' Indices and Shapley Value," SIAM/ASA J. Uncertain. Quantif., vol. 2,
       no. 1, pp. 245-251, 2014.

    Examples
    --------
    >>> rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    >>> shapley_effects(rows, [0.0, 2.0, 4.0, 6.0], [1.0, 1.0, 1.0, 1.0])
    [4.0, 1.0]
    """
    import numpy as np

    outcome = np.asarray(results, dtype=float)
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    codes = [_codes(column) for column in zip(*choices, strict=True)]
    sizes = [int(code.max()) + 1 for code in codes]
    centred = outcome - share @ outcome

    def explained(columns: frozenset[int]) -> Fraction:
        if not columns:
            return Fraction(0)
        chosen = sorted(columns)
        cell = np.ravel_multi_index(
            [codes[column] for column in chosen], [sizes[column] for column in chosen]
        )
        # Numbered anew: the product of the columns' sizes can be far more than the rows.
        _, filled = np.unique(cell, return_inverse=True)
        weight, total = np.bincount(filled, share), np.bincount(filled, share * centred)
        return Fraction(float(np.sum(total**2 / weight)))

    values = shapley_values(range(len(codes)), explained)
    return [float(values[column]) for column in range(len(codes))]


def _codes(column: Sequence[Any]) -> Codes:
    import numpy as np

    numbers = {value: number for number, value in enumerate(dict.fromkeys(column))}
    return np.array([numbers[value] for value in column], dtype=np.int64)


def weights_in_turn(choices: Sequence[Sequence[Any]]) -> list[float]:
    """
    Weigh rows as if each choice were made in turn, its open options equally likely.

    Counting rows gives more weight to an option that opens many others. Options of a later choice
    exist only under some of an earlier one, so equal shares for all options at once do not.

    Parameters
    ----------
    choices : sequence of sequences
        One row per combination that can be, each once, the columns in the order of choosing.

    Returns
    -------
    list of float
        They add up to 1.

    Examples
    --------
    >>> weights_in_turn([("all", "none"), ("seen", "none"), ("seen", "half")])
    [0.5, 0.25, 0.25]
    """
    open_options: dict[tuple[Any, ...], set[Any]] = {}
    for row in choices:
        for place, option in enumerate(row):
            open_options.setdefault(tuple(row[:place]), set()).add(option)
    weights = []
    for row in choices:
        weight = 1.0
        for place in range(len(row)):
            weight /= len(open_options[tuple(row[:place])])
        weights.append(weight)
    return weights
