"""What unblinded assessment may add to an effect, each ratio on its own scale.

The evidence is about outcome assessors in trials, not about questionnaires that patients fill in,
and about differences between groups: it says nothing of an uncontrolled rate. Hence `illustrative`.
"""

from __future__ import annotations

from recovery_audit.errors import FigureError

#: How an effect is coded: whether more of it is better.
BENEFIT, HARM = "benefit", "harm"


def adjusted_ratio(effect: float, bias: float, *, coded: str) -> float:
    """
    Return an odds or hazard ratio as blinded assessors might have found it.

    Parameters
    ----------
    effect : float
        The ratio that was reported, above 0.
    bias : float
        Ratio of ratios, non-blinded over blinded, where a ratio below 1 means benefit (so a bias
        below 1 is an exaggerated benefit), above 0.
    coded : str
        ``benefit`` if a ratio above 1 means benefit, ``harm`` if one below 1 does.

    Returns
    -------
    float
        Across 1 where the bias is larger than the effect; it is not clipped there.

    Raises
    ------
    FigureError
        If a ratio is not above 0, or `coded` is neither word.

    References
    ----------
    .. [1] A. Hróbjartsson et al., "Observer Bias in Randomised Clinical Trials with Binary
       Outcomes," BMJ, vol. 344, e1119, 2012.

    Examples
    --------
    >>> adjusted_ratio(2.0, 0.64, coded="benefit"), adjusted_ratio(0.5, 0.64, coded="harm")
    (1.28, 0.78125)
    """
    if effect <= 0 or bias <= 0:
        raise FigureError(f"ratios of {effect} and {bias} are none: expected above 0")
    if coded not in (BENEFIT, HARM):
        raise FigureError(f"coded {coded!r}: expected {BENEFIT!r} or {HARM!r}")
    return effect * bias if coded == BENEFIT else effect / bias


def adjusted_difference(effect: float, bias: float) -> float:
    """
    Return a standardised mean difference less what non-blinded assessors add.

    Parameters
    ----------
    effect, bias : float
        Differences of means, in the same direction. [standard deviations]

    References
    ----------
    .. [1] A. Hróbjartsson et al., "Observer Bias in Randomized Clinical Trials with Measurement
       Scale Outcomes," CMAJ, vol. 185, no. 4, pp. E201-E211, 2013.

    Examples
    --------
    >>> round(adjusted_difference(0.67, 0.23), 2)
    0.44
    """
    return effect - bias


def adjusted_by_factor(effect: float, factor: float) -> float:
    """
    Return a standardised mean difference divided by how many times it is exaggerated.

    Parameters
    ----------
    effect : float
        Difference of means. [standard deviations]
    factor : float
        How many times as large as a blinded one, above 0.

    Raises
    ------
    FigureError
        If the factor is not above 0.

    Examples
    --------
    >>> round(adjusted_by_factor(0.67, 1.68), 2)
    0.4
    """
    if factor <= 0:
        raise FigureError(f"an exaggeration of {factor} times is none: expected above 0")
    return effect / factor


def crosses(before: float, after: float, null: float) -> bool:
    """Return whether an adjustment carries an effect to the null or across it.

    >>> crosses(1.2, 0.9, 1), crosses(2.0, 1.3, 1)
    (True, False)
    """
    return (before - null) * (after - null) <= 0
