"""Find the parameters under which the model prints what one row of the official table prints.

The start has five unknowns and five targets and is solved; the end has five and six and is fitted,
with what is left printed. Recovery and reliable recovery of the row are held back: they check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from math import atanh, exp, log, tanh
from typing import Any, TypeVar

from recovery_audit.counterfactual.lattice import (
    both_scores,
    first_scores,
    moments,
    outcomes,
)
from recovery_audit.counterfactual.model import ALL, NULL, End, Scale, Selection, Start
from recovery_audit.errors import AuditError

#: What the start must give, and the end should.
START_TARGETS = (
    "mean_depression_start", "sd_depression_start", "mean_anxiety_start", "sd_anxiety_start",
    "not_at_caseness",
)  # fmt: skip
END_TARGETS = (
    "mean_depression_end", "sd_depression_end", "mean_anxiety_end", "sd_anxiety_end",
    "reliable_improvement", "reliable_deterioration",
)  # fmt: skip
HELD_BACK = ("recovery", "reliable_recovery")
#: Means and spreads are printed to a tenth of a point: a miss by half of that is none. Shares are
#: of hundreds of thousands; a miss by half a percentage point counts as much.
UNIT = {"mean": 0.05, "sd": 0.05, "reliable": 0.005, "not": 0.001}
CLOSE = 0.05  #: the start is infeasible if a moment is off by more [points]
STRONGEST = 0.85  #: and if the levels would have to go together more closely than this
INFEASIBLE = "calibration infeasible"
TIGHT = {"xtol": 1e-8, "ftol": 1e-8, "gtol": 1e-8}
COARSE = 12  #: points of the grid while fitting; what is printed is computed on the full one
Model = TypeVar("Model", Start, End)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """A fitted model with what it leaves."""

    start: Start
    end: End
    standing: str  #: fitted, or why not
    residuals: Mapping[str, float]  #: model less table; points, and shares


def targets_of(row: Mapping[str, Any]) -> dict[str, float]:
    """
    Return targets and checks of one row of `therapy_outcomes`.

    Raises
    ------
    AuditError
        If a number of the row is missing.
    """
    measures = {"depression": "phq9", "anxiety": "gad7"}
    columns = {
        f"{moment}_{name}_{time}": f"{moment}_{measure}_{time}"
        for moment in ("mean", "sd")
        for name, measure in measures.items()
        for time in ("start", "end")
    }
    needed = ("courses", "not_at_caseness", "improvement", "deterioration", *HELD_BACK)
    blank = [name for name in (*columns.values(), *needed) if str(row[name]) in ("", "<NA>")]
    if blank:
        raise AuditError(f"data/national/therapy_outcomes.csv: the row has no {', '.join(blank)}")
    courses, spared = int(row["courses"]), int(row["not_at_caseness"])
    found = {name: float(row[column]) for name, column in columns.items()}
    found["not_at_caseness"] = spared / courses
    found["reliable_improvement"] = int(row["improvement"]) / courses
    found["reliable_deterioration"] = int(row["deterioration"]) / courses
    return found | {name: int(row[name]) / (courses - spared) for name in HELD_BACK}


def _scaled(found: Mapping[str, float], targets: Mapping[str, float], names: Any) -> list[float]:
    return [(found[name] - targets[name]) / UNIT[name.partition("_")[0]] for name in names]


def fit_start(
    targets: Mapping[str, float],
    scales: tuple[Scale, Scale],
    reliability: tuple[float, float],
    selection: Selection = Selection.NONE,
    strength: float = 1.0,
) -> tuple[Start, str]:
    """
    Solve the start: five unknowns, five targets.

    Returns
    -------
    Start
        The closest there is.
    str
        Blank, or in words why it does not do.
    """
    from scipy.optimize import least_squares

    def model(unknown: Any) -> Start:
        return Start(
            means=(float(unknown[0]), float(unknown[1])),
            spreads=(exp(unknown[2]), exp(unknown[3])),
            correlation=tanh(unknown[4]),
            reliability=reliability, selection=selection, strength=strength,
        )  # fmt: skip

    def misses(unknown: Any) -> list[float]:
        return _scaled(_start_outcomes(model(unknown), scales), targets, START_TARGETS)

    moments = [targets[name] for name in START_TARGETS[:4]]
    guess = [moments[0], moments[2], log(moments[1]), log(moments[3]), atanh(0.7)]
    bounds = [[-10, -10, 0, 0, 0], [30, 30, 3, 3, atanh(0.98)]]
    options: dict[str, Any] = {"x_scale": [1, 1, 0.2, 0.2, 0.5], **TIGHT}
    found = _rounded(model(least_squares(misses, guess, bounds=bounds, **options).x))
    reached = _start_outcomes(found, scales)
    worst = max(START_TARGETS[:4], key=lambda name: abs(reached[name] - targets[name]))
    miss = reached[worst] - targets[worst]
    if abs(miss) > CLOSE:
        return found, f"{INFEASIBLE}: {worst.replace('_', ' ')} is off by {miss:+.2f} points"
    if found.correlation > STRONGEST:
        return found, f"{INFEASIBLE}: the levels would correlate at {found.correlation:.2f}"
    return found, ""


def _start_outcomes(start: Start, scales: tuple[Scale, Scale]) -> dict[str, float]:
    """Return the targets of the start, without the last scores."""
    shares = first_scores(start, scales)
    found = {"not_at_caseness": float(shares[: scales[0].cut_off, : scales[1].cut_off].sum())}
    for name, margin in (("depression", shares.sum(1)), ("anxiety", shares.sum(0))):
        found[f"mean_{name}_start"], found[f"sd_{name}_start"] = moments(margin)
    return found


def fit_end(
    targets: Mapping[str, float],
    start: Start,
    scales: tuple[Scale, Scale],
    remitted_spread: float,
    *,
    additive: bool = False,
) -> End:
    """
    Fit what happened until the last score, by weighted least squares.

    Parameters
    ----------
    targets : mapping
        As `targets_of` returns.
    start : Start
        As fitted.
    scales : pair of Scale
        Depression and anxiety.
    remitted_spread : float
        Standard deviation of scores in remission, an assumption. [points]
    additive : bool
        Whether nobody remits and treatment only shifts: the model that is usually drawn.
    """
    from scipy.optimize import least_squares

    def model(unknown: Any) -> End:
        stability, shift, remitted, *means = map(float, unknown)
        return End(
            stability=stability, shift=shift, by_itself=0.0,
            by_treatment=0.0 if additive else remitted,
            remitted_means=(means[0], means[1]), remitted_spread=remitted_spread,
        )  # fmt: skip

    def misses(unknown: Any) -> list[float]:
        shares = both_scores(start, model(unknown), scales, ALL, levels=COARSE)
        return _scaled(outcomes(shares, scales), targets, END_TARGETS)

    bounds = [[0.05, -0.5, 0.0, -6.0, -6.0], [0.99, 2.0, 0.95, 9.0, 9.0]]
    guess = [0.7, 0.3, 0.4, 2.0, 2.0]
    options: dict[str, Any] = {"x_scale": [0.1, 0.1, 0.1, 1, 1], **TIGHT}
    return _rounded(model(least_squares(misses, guess, bounds=bounds, **options).x))


def _rounded(found: Model) -> Model:
    """Keep four decimals: the fit is sure to a millionth or so, and processors differ there."""

    def short(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(short, value))
        return round(value, 4) if isinstance(value, float) else value

    changed = {field.name: short(getattr(found, field.name)) for field in fields(found)}
    return replace(found, **changed)


def calibrate(
    targets: Mapping[str, float],
    scales: tuple[Scale, Scale],
    reliability: tuple[float, float],
    remitted_spread: float,
    selection: Selection = Selection.NONE,
    strength: float = 1.0,
    *,
    additive: bool = False,
) -> Fitted:
    """
    Fit the whole model to one row of the official table.

    Returns
    -------
    Fitted
        With the residuals of all targets and of what was held back; where the start is infeasible
        the end is fitted to the closest start all the same, and `standing` says so.
    """
    start, why_not = fit_start(targets, scales, reliability, selection, strength)
    end = fit_end(targets, start, scales, remitted_spread, additive=additive)
    found = outcomes(both_scores(start, end, scales, ALL), scales)
    names = (*START_TARGETS, *END_TARGETS, *HELD_BACK)
    return Fitted(
        start=start,
        end=end,
        standing=why_not or "fitted",
        residuals={name: found[name] - targets[name] for name in names},
    )


def with_natural_remission(
    fitted: Fitted, scales: tuple[Scale, Scale], share: float, *, net: bool
) -> tuple[End, str]:
    """
    Say how many would have remitted by themselves.

    Parameters
    ----------
    fitted : Fitted
        The model, which knows only how many remitted in all.
    scales : pair of Scale
        Depression and anxiety.
    share : float
        Published remission of untreated depression until the last score.
    net : bool
        Whether the published share includes regression to the mean: then so many remit that, with
        regression, this share of the depressed ends below the cut-off. Otherwise all is added.

    Returns
    -------
    End
        With its share that remits split in two.
    str
        Blank, or what had to give.
    """
    end = fitted.end
    if net:
        share, note = _net(fitted, scales, share)
    else:
        note = ""
    if share > end.remitted:
        note = f"the last scores leave room for {end.remitted:.1%} in remission only"
    return end.split(share), note


def _net(fitted: Fitted, scales: tuple[Scale, Scale], target: float) -> tuple[float, str]:
    """Return how many must remit, beside those whom regression takes below the cut-off."""
    none, everybody = (
        found["depression_remitted"] for found in untreated(fitted.start, fitted.end, scales)
    )
    if none >= target:
        return 0.0, "regression alone exceeds the published remission"
    return (target - none) / (everybody - none), ""


@cache
def untreated(
    start: Start, end: End, scales: tuple[Scale, Scale]
) -> tuple[dict[str, float], dict[str, float]]:
    """
    Return the outcomes of a treatment without effect if nobody, and if everybody, remits.

    Parameters
    ----------
    start, end : Start, End
        The model; how many remit in it does not matter.
    scales : pair of Scale
        Depression and anxiety.

    Returns
    -------
    pair of dict of str to float
        As `outcomes` returns. Any share in remission is between them.
    """
    none, everybody = (
        outcomes(
            both_scores(start, replace(end, by_itself=share, by_treatment=0.0), scales, NULL),
            scales,
        )
        for share in (0.0, 1.0)
    )
    return none, everybody


def remission_until(months: float, published: Mapping[float, float]) -> float:
    """
    Interpolate published remission, the hazard being level between the horizons.

    Parameters
    ----------
    months : float
        Until when.
    published : mapping of float to float
        Months to the share that has remitted.

    Raises
    ------
    AuditError
        If nothing is published that late.

    Examples
    --------
    >>> published = {3.0: 0.23, 6.0: 0.32, 12.0: 0.53}
    >>> [round(remission_until(months, published), 3) for months in (2, 3, 6)]
    [0.16, 0.23, 0.32]
    """
    earlier, left = 0.0, 1.0
    for horizon, share in sorted(published.items()):
        if months <= horizon:
            part = (months - earlier) / (horizon - earlier)
            return float(1 - left * ((1 - share) / left) ** part)
        earlier, left = horizon, 1 - share
    raise AuditError(f"no remission is published beyond {earlier:g} months: asked for {months:g}")
