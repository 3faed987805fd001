"""What a hedged figure commits its author to: `about 45%`, `at least 90%`, `closer to 10%`."""

from enum import StrEnum
from fractions import Fraction

from recovery_audit.errors import FigureError
from recovery_audit.rounding import Figure, Interval, RoundingRule, admissible


class Hedge(StrEnum):
    """The word that stands before a figure."""

    NONE = "none"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    CLOSER_TO = "closer_to"


class AboutWidth(StrEnum):
    """How far `about` reaches, in place values of the last non-zero digit (a switch)."""

    HALF_PLACE = "half_place"
    PLACE = "place"

    @property
    def share(self) -> Fraction:
        """Reach as a share of the place value."""
        return Fraction(1, 2) if self is AboutWidth.HALF_PLACE else Fraction(1)


def place_value(figure: Figure) -> Fraction:
    """Return the place value of the last non-zero digit.

    >>> place_value(Figure(45, 0)), place_value(Figure(10469, 0)), place_value(Figure(3000, 2))
    (Fraction(1, 1), Fraction(1, 1), Fraction(10, 1))
    """
    if not figure.digits:
        return figure.last_place
    zeros = len(str(figure.digits)) - len(str(figure.digits).rstrip("0"))
    return figure.last_place * int(10**zeros)


def hedged_set(
    hedge: Hedge,
    figure: Figure,
    other: Figure | None = None,
    *,
    about: AboutWidth = AboutWidth.HALF_PLACE,
    most: int | None = 100,
) -> Interval:
    """
    Return the values that a hedged figure allows.

    Parameters
    ----------
    hedge : Hedge
        The hedge; `Hedge.NONE` gives the values of ordinary rounding, either tie.
    figure : Figure
        The printed figure; the lower one of a range.
    other : Figure, optional
        The upper end of a range, or the figure that a `closer_to` figure is closer than.
    about : AboutWidth
        How far `about` reaches.
    most : int or None
        Largest possible value, 100 for a percentage; None where there is no such limit.

    Returns
    -------
    Interval
        In the unit of the figure.

    Raises
    ------
    FigureError
        If `other` is missing where the hedge needs it, or equals or undercuts `figure`.

    Examples
    --------
    >>> hedged_set(Hedge.ABOUT, Figure(45, 0))
    Interval(low=Fraction(89, 2), high=Fraction(91, 2), open_low=False, open_high=False)
    >>> hedged_set(Hedge.CLOSER_TO, Figure(10, 0), Figure(50, 0)).high   # halfway to 50
    Fraction(30, 1)
    """
    printed = admissible(figure, RoundingRule.EITHER_TIE)
    top = Fraction(most) if most is not None else None
    if hedge is Hedge.ABOUT:
        reach = place_value(figure) * about.share
        return Interval(low=figure.value - reach, high=figure.value + reach)
    if hedge is Hedge.AT_LEAST:
        if top is None:
            raise FigureError("`at_least` needs a largest possible value")
        return Interval(low=printed.low, high=top)
    if hedge is Hedge.AT_MOST:
        return Interval(low=Fraction(0), high=printed.high)
    if hedge is Hedge.RANGE:
        return Interval(low=printed.low, high=_upper(hedge, figure, other).high)
    if hedge is Hedge.CLOSER_TO:
        return _nearer(figure, other, top)
    return printed


def share_set(hedge: Hedge, part: int, whole: int, about: AboutWidth) -> Interval:
    """
    Return the percentages that a share in words or as a fraction allows.

    A third is told apart from no third and two thirds: one part of the whole takes the place that
    the last digit has in a figure.

    >>> share_set(Hedge.ABOUT, 1, 4, AboutWidth.HALF_PLACE)
    Interval(low=Fraction(25, 2), high=Fraction(75, 2), open_low=False, open_high=False)
    """
    value, reach = Fraction(100 * part, whole), Fraction(100, whole) * about.share
    low = Fraction(0) if hedge is Hedge.AT_MOST else max(value - reach, Fraction(0))
    high = Fraction(100) if hedge is Hedge.AT_LEAST else min(value + reach, Fraction(100))
    return Interval(low=low, high=high)


def _upper(hedge: Hedge, figure: Figure, other: Figure | None) -> Interval:
    if other is None or other.value <= figure.value:
        raise FigureError(f"`{hedge}` needs a second figure above {figure}, got {other}")
    return admissible(other, RoundingRule.EITHER_TIE)


def _nearer(figure: Figure, other: Figure | None, top: Fraction | None) -> Interval:
    """Values strictly nearer to `figure` than to `other`: everything on its side of halfway."""
    if other is None or other.value == figure.value:
        raise FigureError(f"`closer_to` needs a second figure other than {figure}, got {other}")
    halfway = (figure.value + other.value) / 2
    if figure.value < other.value:
        return Interval(low=Fraction(0), high=halfway, open_high=True)
    if top is None:
        raise FigureError("`closer_to` from above needs a largest possible value")
    return Interval(low=halfway, high=top, open_low=True)
