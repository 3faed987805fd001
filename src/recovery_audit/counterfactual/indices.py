"""Which assumption decides what a null treatment would report: Sobol indices, by SALib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import claims_by_id, table_of
from recovery_audit.counterfactual.calibration import (
    Fitted,
    remission_until,
    targets_of,
    untreated,
)
from recovery_audit.counterfactual.model import Selection
from recovery_audit.counterfactual.scenarios import (
    GROSS,
    NET,
    RULES,
    SOURCE,
    Setting,
    fit,
    remission_of,
    row_of,
    scales_of,
)
from recovery_audit.sensitivity.rates import decimal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

INPUTS = ("reliability_depression", "reliability_anxiety", "selection", "rule", "months")
ZERO = "zero within error"
#: What is interpolated between the corners of the reliabilities.
_NAMES = ("without", "with_", "below_without", "below_with", "remitted")


def sobol_indices(
    tables: Mapping[str, pd.DataFrame],
    choices: Mapping[str, Any],
    fitted: Mapping[Setting, Fitted],
    *,
    points: int,
    seed: int,
) -> pd.DataFrame:
    """
    Share the variance of the null treatment's recovery rate among what is assumed.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `instruments`, `therapy_outcomes` and `claims`.
    choices : mapping
        `counterfactual` of the configuration. Reliabilities are uniform over their ranges, all
        other choices take each of their values alike.
    fitted : mapping of Setting to Fitted
        Models to check the interpolation with.
    points : int
        Base size of Sobol's sequence, a power of 2.
    seed : int
        Scrambles the sequence, and draws the intervals.

    Returns
    -------
    DataFrame
        First-order and total index of each input with 95% intervals. An index whose interval holds
        0 says so in `standing`.

    Notes
    -----
    The model is fitted at the four corners of the reliabilities for each selection, and what
    follows is bilinear between; `interpolation_error` is the largest miss at the models given. No
    random number enters a rate, so all points share what chance there is: none.

    References
    ----------
    .. [1] A. Saltelli et al., "Variance Based Sensitivity Analysis of Model Output," Comput. Phys.
       Commun., vol. 181, no. 2, pp. 259-270, 2010.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    surface = _Surface(tables, choices, fitted)
    ends = surface.ends
    bounds = [[ends[0][0], ends[0][1]], [ends[1][0], ends[1][1]], *[[0.0, 1.0]] * 3]
    problem = {"num_vars": len(INPUTS), "names": list(INPUTS), "bounds": bounds}
    design = sampling.sample(problem, points, calc_second_order=False, seed=seed)
    results = _results(design, surface, choices)
    found = analysis.analyze(problem, results, calc_second_order=False, seed=seed)
    error = max(surface.error(setting, model) for setting, model in fitted.items())
    return table_of(
        _row(kind, name, float(value), float(reach), len(design), error)
        for kind, key in (("first order", "S1"), ("total", "ST"))
        for name, value, reach in zip(INPUTS, found[key], found[f"{key}_conf"], strict=True)
    )


def _row(
    kind: str, name: str, value: float, reach: float, points: int, error: float
) -> dict[str, Any]:
    lower, upper = value - reach, value + reach
    return {
        "kind": kind,
        "input": name,
        "value": decimal(value),
        "lower": decimal(lower),
        "upper": decimal(upper),
        "standing": ZERO if lower <= 0 <= upper else "",
        "points": points,
        "interpolation_error": decimal(error),
        "inputs": SOURCE,
    }


class _Surface:
    """The numbers that the null rate is made of, bilinear in the two reliabilities."""

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        choices: Mapping[str, Any],
        fitted: Mapping[Setting, Fitted],
    ) -> None:
        self._fitted = fitted
        self.scales = scales_of(tables["instruments"])
        self.targets = targets_of(row_of(tables["therapy_outcomes"], choices["row"]))
        self.published = remission_of(claims_by_id(tables["claims"]), choices)
        self._spread = float(choices["remitted_spread"]["values"][0])
        typed = [choices["reliability"][name]["values"] for name in ("phq9", "gad7")]
        self._typed = [(values[0], values[-1]) for values in typed]
        self.ends = [(float(low), float(high)) for low, high in self._typed]
        self.selections = [
            (Selection(entry["kind"]), entry["strength"])
            for entry in choices["selection"]["values"]
        ]
        self._corners = {
            (kind, strength, *pair): self._numbers(
                self._fit(Setting(reliability=pair, selection=kind, strength=strength))
            )
            for kind, strength in self.selections
            for pair in product(*self._typed)
        }

    def _fit(self, setting: Setting) -> Fitted:
        if setting in self._fitted:
            return self._fitted[setting]
        return fit(setting, self.targets, self.scales, self._spread)

    def _numbers(self, fitted: Fitted) -> dict[str, float]:
        none, everybody = untreated(fitted.start, fitted.end, self.scales)
        return {
            "without": none["recovery"],
            "with_": everybody["recovery"],
            "below_without": none["depression_remitted"],
            "below_with": everybody["depression_remitted"],
            "remitted": fitted.end.remitted,
        }

    def at(
        self, selection: tuple[Selection, str], reliability: Sequence[float]
    ) -> dict[str, float]:
        """Return the numbers at a pair of reliabilities."""
        weights = [
            ((high - value) / (high - low), (value - low) / (high - low))
            for value, (low, high) in zip(reliability, self.ends, strict=True)
        ]
        found = dict.fromkeys(_NAMES, 0.0)
        for (i, one), (j, other) in product(enumerate(weights[0]), enumerate(weights[1])):
            corner = self._corners[(*selection, self._typed[0][i], self._typed[1][j])]
            for name in _NAMES:
                found[name] += one * other * corner[name]
        return found

    def null_rate(self, numbers: Mapping[str, float], rule: str, months: float) -> float:
        """Return the null rate; the three rules as `with_natural_remission` has them."""
        share = 0.0
        if rule == GROSS:
            share = remission_until(months, self.published)
        if rule == NET:
            target = remission_until(months, self.published)
            below, with_ = numbers["below_without"], numbers["below_with"]
            share = max(0.0, (target - below) / (with_ - below))
        share = min(share, numbers["remitted"])
        return numbers["without"] + share * (numbers["with_"] - numbers["without"])

    def error(self, setting: Setting, fitted: Fitted) -> float:
        """Return how far the interpolation is off at a fitted model. [proportion]"""
        exact = self._numbers(fitted)
        pair = [float(value) for value in setting.reliability]
        between = self.at((setting.selection, setting.strength), pair)
        months = max(self.published)
        return max(
            abs(self.null_rate(exact, rule, months) - self.null_rate(between, rule, months))
            for rule in RULES
        )


def _results(design: np.ndarray, surface: _Surface, choices: Mapping[str, Any]) -> np.ndarray:
    """Return the null rate at every point; switches are uniforms cut into equal parts."""
    import numpy as np

    months = [float(value) for value in choices["months"]["values"]]

    def cut(value: float, options: Sequence[Any]) -> Any:
        return options[min(int(value * len(options)), len(options) - 1)]

    return np.array(
        [
            surface.null_rate(
                surface.at(cut(selection, surface.selections), (depression, anxiety)),
                cut(rule, RULES),
                cut(month, months),
            )
            for depression, anxiety, selection, rule, month in design
        ]
    )
