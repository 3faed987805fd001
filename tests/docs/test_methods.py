"""The formulas that docs/methods.md and its neighbours print are those that the code computes.

Each is evaluated by hand here, as the page words it, beside the function that the page is about.
"""

import re
from fractions import Fraction
from math import comb, factorial, isclose, sqrt
from pathlib import Path

import numpy as np
import pytest

from recovery_audit.diagnosis import (
    Accuracy,
    bounds_among_true_cases,
    frechet_bounds,
    true_recovery,
)
from recovery_audit.grim import coverage, witnesses
from recovery_audit.hedges import Hedge, hedged_set
from recovery_audit.instruments import standard_error_of_difference
from recovery_audit.missing_outcomes import SingleArm, imor_adjusted, manski_bounds, tipping_point
from recovery_audit.proportions import wilson
from recovery_audit.providers import counts_behind
from recovery_audit.rounding import RoundingRule, read_figure
from recovery_audit.shapley import marginal_orders
from recovery_audit.synthesis import Study, hartung_knapp, pool

ROOT = Path(__file__).parents[2]
ARM = SingleArm(recovered=27, observed=92, missing=80)
TEST = Accuracy(sensitivity=0.88, specificity=0.85)
EFFECTS, VARIANCES, TAU2 = np.array([0.1, 1.0, 3.0]), np.array([1.0, 0.5, 0.7]), 1.6
STUDIES = [
    Study(study=s, events=k, nobs=n) for s, k, n in (("a", 2, 10), ("b", 9, 20), ("c", 4, 40))
]
FIFTH = Fraction(1, 5)


def half_up():
    """The counts of 172 that print as 45.35, by the inequality in whole numbers."""
    digits, scale, size = 4535, 10**2, 172
    return [
        k
        for k in range(size + 1)
        if (2 * digits - 1) * size <= 200 * scale * k <= (2 * digits + 1) * size - 1
    ]


def unseen(odds):
    p = ARM.rate
    share = odds * p / (1 - p + odds * p)
    return (ARM.recovered + ARM.missing * share) / (ARM.observed + ARM.missing)


def hartung_and_knapp():
    weights = 1 / (VARIANCES + TAU2)
    mu = sum(weights * EFFECTS) / sum(weights)
    return sqrt(sum(weights * (EFFECTS - mu) ** 2) / (len(EFFECTS) - 1) / sum(weights))


def wilson_by_hand(k, n, z=1.959963984540054):
    p = k / n
    middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


def to_a_half():
    return next(m for m in range(81) if Fraction(27 + m, 172) >= Fraction(1, 2))


def reaches():
    found = hedged_set(Hedge.ABOUT, read_figure("40"))
    return found.low, found.high


#: What a page prints, what it comes to by hand, and what the code gives.
FORMULAS = {
    "(2a − 1)·n ≤ 200·T·k ≤ (2a + 1)·n − 1": (
        half_up,
        lambda: witnesses(read_figure("45.35"), 172, [RoundingRule.HALF_UP]),
    ),
    "1 less the share of printable figures that would have passed": (
        lambda: Fraction(1001 - 91, 1001),  # 91 counts of 90 print as many figures
        lambda: 1 - coverage(90, 1),
    ),
    "*about p* reaches v/2": (lambda: (35, 45), reaches),
    "[r/N, (r + m)/N], N = n + m": (
        lambda: (Fraction(27, 172), Fraction(107, 172)),
        lambda: manski_bounds(ARM),
    ),
    "IMOR·p/(1 − p + IMOR·p)": (lambda: unseen(FIFTH), lambda: imor_adjusted(ARM, FIFTH).rate),
    "smallest whole number of the unseen that carries the rate to a threshold": (
        to_a_half,
        lambda: tipping_point(ARM, Fraction(1, 2)).count,
    ),
    "(p − (1 − Se))/(Se + Sp − 1)": (
        lambda: (0.5 - (1 - 0.88)) / (0.88 + 0.85 - 1),
        lambda: true_recovery(0.5, TEST),
    ),
    "[max(0, (p − d)/(1 − d)), min(1, p/(1 − d))]": (
        lambda: (max(0, (0.5 - 0.4) / 0.6), min(1, 0.5 / 0.6)),
        lambda: bounds_among_true_cases(0.5, 0.4),
    ),
    "[max(0, a + b − 1), min(a, b)]": (lambda: (0.3, 0.6), lambda: frechet_bounds(0.7, 0.6)),
    "q / Σw with q = Σw(y − μ)² / (k − 1) and w = 1 / (v + τ²)": (
        hartung_and_knapp,
        lambda: hartung_knapp(EFFECTS, VARIANCES, TAU2)[1],
    ),
    "Intervals are Wilson's": (lambda: wilson_by_hand(27, 92), lambda: wilson(27, 92)),
    "a printed 5 stands for 5 to 7, any other count c for c − 2 to c + 2, and `*` for 0 to 4": (
        lambda: [[5, 6, 7], [38, 39, 40, 41, 42], [0, 1, 2, 3, 4]],
        lambda: [list(counts_behind(printed)) for printed in ("5", "40", "*")],
    ),
    "the six orders of the steps": (
        lambda: factorial(3),
        lambda: len(list(marginal_orders(("a", "b", "c"), lambda taken: Fraction(len(taken))))),
    ),
    "379,456 pairs": (lambda: 379_456, lambda: (28 * 22) ** 2),  # scores 0 to 27 and 0 to 21
    "fewer than three studies": (lambda: True, lambda: bool(pool(STUDIES[:2]).refused)),
    "sd · √(2(1 − reliability))": (
        lambda: 7.5 * sqrt(2 * (1 - 0.8)),
        lambda: standard_error_of_difference(Fraction("7.5"), Fraction("0.8")),
    ),
    "10,000,000,000 × 8 / 4,800,000 / 3600 = 4.6 core-hours": (
        lambda: 4.6,
        lambda: round(10**10 * sum(comb(3, n) for n in range(4)) / 4_800_000 / 3600, 1),
    ),
}


@pytest.fixture(scope="module")
def pages():
    names = ("methods", "bring-your-own-cohort", "cluster")
    texts = (ROOT / f"docs/{name}.md" for name in names)
    return " ".join(" ".join(text.read_text(encoding="utf-8").split()) for text in texts)


def same(found, expected):
    if isinstance(expected, float):
        return isclose(found, expected, rel_tol=1e-9)
    if isinstance(expected, tuple):
        return all(isclose(*pair, rel_tol=1e-9) for pair in zip(found, expected, strict=True))
    return found == expected


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_of_the_pages_is_what_is_computed(formula, pages):
    assert formula in pages
    by_hand, computed = FORMULAS[formula]
    assert same(computed(), by_hand())


def test_another_formula_would_be_noticed():
    by_hand, _ = FORMULAS["(p − (1 − Se))/(Se + Sp − 1)"]
    assert not same(true_recovery(0.51, TEST), by_hand())
    assert not same((0.3, 0.61), (0.3, 0.6))


def test_who_is_cited_in_the_methods_is_in_their_list_of_sources(pages):
    text, _, sources = (ROOT / "docs/methods.md").read_text("utf-8").partition("## Sources")
    cited = set(
        re.findall(r"\b([A-Z][a-zé]+)(?: and [A-Z]\w+| et al\.|'s interval)? \(?(\d{4})\b", text)
    )
    years = {(name, year) for name, year in cited if name not in ("November", "April")}
    assert len(years) > 8
    missing = [f"{n} {y}" for n, y in sorted(years) if not re.search(rf"{n}[^\n]*\({y}\)", sources)]
    assert missing == []
