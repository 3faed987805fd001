"""Reliable change and cut-offs against the published worked example, and by other routes.

Source: N. S. Jacobson and P. Truax, "Clinical Significance: A Statistical Approach to Defining
Meaningful Change in Psychotherapy Research," J. Consult. Clin. Psychol. 59(1), 12-19, 1991, its
hypothetical data: clinical mean 40, functional mean 60, both standard deviations 7.5, reliability
0.80, a person who goes from 32.5 to 47.5; more is better. Printed: standard error of the difference
4.74, index 3.16. These figures were read as the documentation of the R packages ReliableTrendIndex
and clinicalsignificance quotes them, not in the article itself. The cut-offs a 55, b 45 and c 50
follow from the printed means and standard deviations; they were not seen printed.
"""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_audit.instruments import (
    Criterion,
    Direction,
    Group,
    exact_cut_off,
    reliable_change_index,
    smallest_reliable_change,
    standard_error_of_difference,
    whole_cut_off,
)

SD, RELIABILITY = Fraction("7.5"), Fraction("0.80")
CLINICAL, FUNCTIONAL = Group(mean=Fraction(40), sd=SD), Group(mean=Fraction(60), sd=SD)


def test_the_printed_index():
    index = reliable_change_index(
        Fraction("32.5"), Fraction("47.5"), sd=SD, reliability=RELIABILITY
    )
    assert f"{standard_error_of_difference(SD, RELIABILITY):.2f}" == "4.74"
    assert f"{index:.2f}" == "3.16"


@pytest.mark.parametrize(("criterion", "follows"), [("a", 55), ("b", 45), ("c", 50)])
def test_the_cut_offs_of_the_printed_groups(criterion, follows):
    assert follows == exact_cut_off(
        Criterion(criterion), Direction.UP, clinical=CLINICAL, functional=FUNCTIONAL
    )


@pytest.mark.parametrize(("criterion", "mirrored"), [("a", 45), ("b", 55), ("c", 50)])
def test_where_less_is_better_the_scale_is_a_mirror(criterion, mirrored):
    """Turned at 50, the clinical mean is 60 and the functional one 40; so are the cut-offs."""
    assert mirrored == exact_cut_off(
        Criterion(criterion), Direction.DOWN, clinical=FUNCTIONAL, functional=CLINICAL
    )


def test_cut_off_b_takes_the_standard_deviation_of_the_functional_group():
    ill, well = Group(mean=Fraction(30), sd=Fraction(9)), Group(mean=Fraction(8), sd=Fraction(4))
    found = {c: exact_cut_off(c, Direction.DOWN, clinical=ill, functional=well) for c in Criterion}
    assert found == {"a": 12, "b": 16, "c": Fraction(4 * 30 + 9 * 8, 13)}


def test_the_standard_error_is_that_of_simulated_retests():
    """True scores share the reliability of the variance, errors the rest; nobody changes."""
    generator = np.random.default_rng(1991)
    sd, reliability, people = 7.5, 0.80, 400_000
    true = generator.normal(50, sd * np.sqrt(reliability), people)
    first, last = (
        true + generator.normal(0, sd * np.sqrt(1 - reliability), people) for _ in range(2)
    )
    expected = standard_error_of_difference(SD, RELIABILITY)
    # the standard error of a standard deviation is sd / sqrt(2 n): four of them
    assert np.std(last - first) == pytest.approx(expected, abs=4 * expected / np.sqrt(2 * people))
    beyond = np.mean(np.abs(last - first) > 1.96 * expected)
    assert beyond == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / people))


positive = st.fractions(Fraction(1, 10), 40, max_denominator=100)


@given(sd=positive, reliability=st.fractions(0, 1, max_denominator=100))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_the_smallest_reliable_change_is_the_first_above_the_limit(sd, reliability):
    """Found by trying one after the other, with a root of sixty digits."""
    with localcontext() as context:
        context.prec = 60
        variance = 2 * sd**2 * (1 - reliability)
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        limit = Decimal("1.96") * root
        # where the root is a whole fraction, sixty digits may miss it by the last
        tried = next(k for k in range(1, 1000) if k > limit + Decimal("1e-50"))
    assert smallest_reliable_change(sd, reliability) == tried


def test_a_change_of_exactly_the_limit_is_not_reliable():
    """1.96 standard errors of 25 points each are 49 points; a reliability of one half gives 25."""
    assert smallest_reliable_change(Fraction(25), Fraction(1, 2)) == 50


@given(
    means=st.tuples(positive, positive).filter(lambda pair: pair[0] != pair[1]),
    sds=st.tuples(positive, positive),
)
@settings(deadline=None, max_examples=200, derandomize=True)
def test_cut_off_c_is_as_likely_in_either_group(means, sds):
    """Found by halving the way between the means until the two distances agree."""
    low, high = means
    for _ in range(80):
        middle = (low + high) / 2
        if abs(middle - means[0]) / sds[0] < abs(means[1] - middle) / sds[1]:
            low = middle
        else:
            high = middle
    groups = [Group(mean=mean, sd=sd) for mean, sd in zip(means, sds, strict=True)]
    found = exact_cut_off(Criterion.C, Direction.DOWN, clinical=groups[0], functional=groups[1])
    assert float(found) == pytest.approx(float(low), abs=1e-12)


@given(exact=st.fractions(0, 60, max_denominator=50))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_a_whole_score_is_a_case_on_the_clinical_side_of_the_exact_cut_off(exact):
    down, up = (whole_cut_off(exact, direction) for direction in (Direction.DOWN, Direction.UP))
    scores = range(62)
    assert [s for s in scores if s >= exact] == [s for s in scores if s >= down]
    assert [s for s in scores if s <= exact] == [s for s in scores if s <= up]
    assert (down, up) == (ceil(exact), floor(exact))


NO_ERROR = (
    "a standard error needs a positive standard deviation and a reliability from 0 to 1, got "
)
WRONG = [
    (lambda: standard_error_of_difference(Fraction(0), RELIABILITY),
     NO_ERROR + "0 and 4/5"),
    (lambda: smallest_reliable_change(SD, Fraction(11, 10)),
     NO_ERROR + "15/2 and 11/10"),
    (lambda: exact_cut_off(Criterion.A, Direction.UP, functional=FUNCTIONAL),
     "this cut-off needs the mean and the standard deviation of the clinical group"),
    (lambda: exact_cut_off(Criterion.C, Direction.UP, clinical=CLINICAL),
     "this cut-off needs the mean and the standard deviation of the functional group"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_is_not_given_is_named(call, message):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
