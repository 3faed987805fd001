"""What each rounding rule prints, at ties and beside them. The table is the rule."""

from fractions import Fraction

import pytest

from recovery_audit.rounding import Figure, RoundingRule, admissible, read_figure

UP, EVEN, CUT, DOWN, CEIL, EITHER = RoundingRule

# exact percentage -> what it prints as with one decimal, rule by rule; either_tie may print both
PRINTED = [
    #  exact      up     even   cut    down   ceiling
    ("9.15", "9.2", "9.2", "9.1", "9.1", "9.2"),
    ("9.1499", "9.1", "9.1", "9.1", "9.1", "9.2"),
    ("9.2", "9.2", "9.2", "9.2", "9.2", "9.2"),
    ("9.2001", "9.2", "9.2", "9.2", "9.2", "9.3"),
    ("9.25", "9.3", "9.2", "9.2", "9.2", "9.3"),
    ("9.2999", "9.3", "9.3", "9.2", "9.3", "9.3"),
    ("0", "0.0", "0.0", "0.0", "0.0", "0.0"),
    ("0.05", "0.1", "0.0", "0.0", "0.0", "0.1"),
    ("99.95", "100.0", "100.0", "99.9", "99.9", "100.0"),
    ("100", "100.0", "100.0", "100.0", "100.0", "100.0"),
]


@pytest.mark.parametrize(("exact", "up", "even", "cut", "down", "ceiling"), PRINTED)
def test_a_value_prints_as_the_rule_says_and_as_nothing_else(exact, up, even, cut, down, ceiling):
    expected = {UP: {up}, EVEN: {even}, CUT: {cut}, DOWN: {down}, CEIL: {ceiling}}
    expected[EITHER] = {up, down}
    near = [Figure(round(float(exact) * 10) + step, 1) for step in range(-2, 3)]
    for rule, printed in expected.items():
        found = {
            str(figure)
            for figure in near
            if 0 <= figure.digits <= 1000 and Fraction(exact) in admissible(figure, rule)
        }
        assert found == printed, rule


@pytest.mark.parametrize(
    ("printed", "figure"),
    [
        ("9.2", Figure(92, 1)),
        ("33.70", Figure(3370, 2)),
        ("33.70%", Figure(3370, 2)),
        (" 10,469 ", Figure(10469, 0)),
        ("1,234,567.8", Figure(12345678, 1)),
        ("0.000001", Figure(1, 6)),
        ("007", Figure(7, 0)),
    ],
)
def test_a_figure_is_read_as_printed(printed, figure):
    assert read_figure(printed) == figure


UNREADABLE = [
    "33,70", "1,23", "12,3456", ",5", ".5", "5.", "1e3", "+5", "-5", "1_000", "٣", "９", "½", "5 5",
    "", "%", "9.2.1", "0.0000001", "nan", "inf", "9,2", "9.2 %%", "1,000,00",
]  # fmt: skip


@pytest.mark.parametrize("printed", UNREADABLE)
def test_what_is_no_figure_is_refused(printed):
    from recovery_audit.errors import FigureError

    with pytest.raises(FigureError) as caught:
        read_figure(printed)
    assert str(caught.value) == (
        f"{printed!r} is not a figure: expected digits with an optional decimal point, commas only "
        "between groups of three digits, and at most 6 decimals, as in 9.2, 33.70 or 10,469"
    )
