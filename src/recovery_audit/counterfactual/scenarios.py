"""What a treatment without effect would report, over everything that is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import PublishedClaim, claims_by_id, records, table_of
from recovery_audit.counterfactual.calibration import (
    END_TARGETS,
    HELD_BACK,
    START_TARGETS,
    Fitted,
    calibrate,
    remission_until,
    targets_of,
    with_natural_remission,
)
from recovery_audit.counterfactual.lattice import both_scores, outcomes
from recovery_audit.counterfactual.model import (
    ALL,
    EFFECT,
    NULL,
    PLAYERS,
    REGRESSION,
    REMISSION,
    End,
    Scale,
    Selection,
    Start,
)
from recovery_audit.counterfactual.simulation import Chunk, add_up, outcomes_of, simulate_each
from recovery_audit.errors import AuditError
from recovery_audit.instruments import instruments_by_name
from recovery_audit.sensitivity.rates import decimal
from recovery_audit.shapley import coalitions, shapley_values

if TYPE_CHECKING:
    import pandas as pd

SETS = 2 ** len(PLAYERS)  #: of players: whom a simulation lets act
#: How published remission is read.
NET, GROSS, NONE = RULES = ("net", "gross", "none")
FULL, ADDITIVE = "full", "additive only"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What is assumed of the start: how reliable the scores are, and who is there."""

    reliability: tuple[str, str]  #: as typed
    selection: Selection
    strength: str  #: as typed

    @property
    def row(self) -> dict[str, str]:
        """The columns that name it."""
        return {
            "reliability_depression": self.reliability[0],
            "reliability_anxiety": self.reliability[1],
            "selection": str(self.selection),
            "strength": self.strength,
        }


def scales_of(instruments: pd.DataFrame) -> tuple[Scale, Scale]:
    """Return the two scales of the official rules from the registry of instruments."""
    known = instruments_by_name(instruments)
    found = []
    for name in ("PHQ-9", "GAD-7"):
        one = known[name]
        found.append(
            Scale(
                name=name,
                highest=int(one.highest),
                cut_off=int(one.cut_off or 0),
                change=int(one.reliable_change or 0),
            )
        )
    return found[0], found[1]


def row_of(therapies: pd.DataFrame, choice: Mapping[str, str]) -> dict[str, Any]:
    """
    Return the row of the official table that the model is fitted to.

    Raises
    ------
    AuditError
        If there is none.
    """
    for row in records(therapies):
        if all(row[key] == choice[key] for key in ("year", "problem", "therapy")):
            return row
    raise AuditError(
        f"config/config.yaml: counterfactual asks for {choice['year']}, {choice['problem']}, "
        f"{choice['therapy']}: data/national/therapy_outcomes.csv has no such row"
    )


def settings_of(choices: Mapping[str, Any]) -> list[Setting]:
    """Return every combination of reliability and selection that the configuration lists."""
    depression, anxiety = (choices["reliability"][name]["values"] for name in ("phq9", "gad7"))
    pairs = list(zip(depression, anxiety, strict=True))
    return [
        Setting(reliability=pair, selection=Selection(entry["kind"]), strength=entry["strength"])
        for pair, entry in product(pairs, choices["selection"]["values"])
    ]


def fit(
    setting: Setting,
    targets: Mapping[str, float],
    scales: tuple[Scale, Scale],
    spread: float,
    *,
    additive: bool = False,
) -> Fitted:
    """Fit the model under one setting."""
    pair = (float(setting.reliability[0]), float(setting.reliability[1]))
    strength = float(setting.strength)
    return calibrate(targets, scales, pair, spread, setting.selection, strength, additive=additive)


class Responses:
    """Outcomes of a fitted model whoever acts; computed at both ends, as all is linear between."""

    def __init__(self, fitted: Fitted, scales: tuple[Scale, Scale]) -> None:
        self._ends = {
            (regression, shifted, remitted): outcomes(
                both_scores(
                    fitted.start,
                    replace(
                        fitted.end,
                        by_itself=remitted,
                        by_treatment=0.0,
                        shift=fitted.end.shift if shifted else 0.0,
                    ),
                    scales,
                    frozenset(
                        [REGRESSION, REMISSION, EFFECT] if regression else [REMISSION, EFFECT]
                    ),
                ),
                scales,
            )
            for regression, shifted, remitted in product((False, True), (False, True), (0.0, 1.0))
        }

    def rate(self, name: str, end: End, players: frozenset[str]) -> float:
        """Return a share under some players: remission mixes two groups of patients."""
        acting = end.taken(players)
        keys = (REGRESSION in players, EFFECT in players)
        without, with_ = (self._ends[(*keys, share)][name] for share in (0.0, 1.0))
        return without + acting.remitted * (with_ - without)


def calibrations(
    tables: Mapping[str, pd.DataFrame], choices: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[Setting, Fitted]]:
    """
    Fit the model under every setting; the default also with other spreads, and without remission.

    Returns
    -------
    DataFrame
        One row per setting, variant and number: what the table has, what the model gives.
    dict of Setting to Fitted
        The full models.
    """
    scales = scales_of(tables["instruments"])
    targets = targets_of(row_of(tables["therapy_outcomes"], choices["row"]))
    spread = float(choices["remitted_spread"]["values"][0])
    settings = settings_of(choices)
    fitted = {setting: fit(setting, targets, scales, spread) for setting in settings}
    default = default_of(choices)
    rows = [row for setting in settings for row in _rows(setting, FULL, fitted[setting], targets)]
    for other in choices["remitted_spread"]["values"][1:]:
        again = fit(default, targets, scales, float(other))
        rows += _rows(default, f"spread {other}", again, targets)
    warning = fit(default, targets, scales, spread, additive=True)
    rows += _rows(default, ADDITIVE, warning, targets)
    return table_of(rows), fitted


def default_of(choices: Mapping[str, Any]) -> Setting:
    """Return the setting that the paper quotes first."""
    chosen = choices["default"]
    return Setting(
        reliability=(chosen["reliability"][0], chosen["reliability"][1]),
        selection=Selection(chosen["selection"]),
        strength=chosen["strength"],
    )


def _rows(
    setting: Setting, variant: str, fitted: Fitted, targets: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    head = {**setting.row, "variant": variant, "standing": fitted.standing}
    for kind, names in (
        ("start target", START_TARGETS),
        ("end target", END_TARGETS),
        ("held back", HELD_BACK),
    ):
        for name in names:
            residual = fitted.residuals[name]
            yield {
                **head,
                "kind": kind,
                "name": name,
                "table": decimal(targets[name]),
                "model": decimal(targets[name] + residual),
                "residual": decimal(residual),
                "inputs": SOURCE,
            }
    found = {
        "correlation of levels": fitted.start.correlation,
        "stability": fitted.end.stability,
        "shift": fitted.end.shift,
        "remitted": fitted.end.remitted,
        "remitted mean, depression": fitted.end.remitted_means[0],
        "remitted mean, anxiety": fitted.end.remitted_means[1],
    }
    for name, value in found.items():
        blank = {"table": "", "residual": "", "inputs": SOURCE}
        yield {**head, "kind": "parameter", "name": name, "model": decimal(value), **blank}


#: What the model is fitted to; a key of data/sources.yaml.
SOURCE = "nhs-annual-totals"


def run_scenarios(
    tables: Mapping[str, pd.DataFrame],
    choices: Mapping[str, Any],
    fitted: Mapping[Setting, Fitted],
) -> pd.DataFrame:
    """
    Say what a treatment without effect would report under every setting, rule and horizon.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean `instruments`, `therapy_outcomes` and `claims`.
    choices : mapping
        `counterfactual` of the configuration.
    fitted : mapping of Setting to Fitted
        As `calibrations` returns.

    Returns
    -------
    DataFrame
        One row per combination: the null rates, the model's and the published ones, and what
        regression to the mean, natural remission and the effect contribute to the model's recovery
        (Shapley; they add up to it).
    """
    scales = scales_of(tables["instruments"])
    targets = targets_of(row_of(tables["therapy_outcomes"], choices["row"]))
    claims = claims_by_id(tables["claims"])
    published = remission_of(claims, choices)
    inputs = " ".join([SOURCE, *choices["remission"].values()])
    rows = []
    for setting, model in fitted.items():
        responses = Responses(model, scales)
        for rule, months in product(RULES, choices["months"]["values"]):
            share = 0.0 if rule == NONE else remission_until(float(months), published)
            if rule == NONE and months != choices["months"]["values"][0]:
                continue  # without natural remission the horizon changes nothing
            end, note = with_natural_remission(model, scales, share, net=rule == NET)
            if rule == NONE:
                end, note = model.end.split(0.0), ""
            rows.append(
                {
                    **setting.row,
                    "rule": rule,
                    "months": months,
                    "standing": model.standing,
                    "note": note,
                    **_numbers(responses, end, targets),
                    "inputs": inputs,
                }
            )
    return table_of(rows)


def remission_of(
    claims: Mapping[str, PublishedClaim], choices: Mapping[str, Any]
) -> dict[float, float]:
    """Return published remission of untreated depression by months, as shares."""
    return {
        float(months): float(claims[claim].value / 100)
        for months, claim in choices["remission"].items()
    }


def _numbers(responses: Responses, end: End, targets: Mapping[str, float]) -> dict[str, str]:
    def recovery(players: frozenset[str]) -> float:
        return responses.rate("recovery", end, players)

    # Exact fractions of the floats, so that the parts add up to the whole to the last digit.
    shares = shapley_values(PLAYERS, lambda players: Fraction(recovery(players)))
    null, model = recovery(NULL), recovery(ALL)
    return {
        "by_itself": decimal(end.by_itself),
        "by_treatment": decimal(end.by_treatment),
        "null_recovery": decimal(null),
        "null_reliable_recovery": decimal(responses.rate("reliable_recovery", end, NULL)),
        "model_recovery": decimal(model),
        "model_reliable_recovery": decimal(responses.rate("reliable_recovery", end, ALL)),
        "published_recovery": decimal(targets["recovery"]),
        "published_reliable_recovery": decimal(targets["reliable_recovery"]),
        **{f"part_{name.replace(' ', '_')}": decimal(shares[name]) for name in PLAYERS},
        "share_of_published": decimal(null / targets["recovery"]),
    }


# --- the models as a file -----------------------------------------------------------------------


def as_json(fitted: Mapping[Setting, Fitted]) -> list[dict[str, Any]]:
    """Return the models as they are written: floats to the last bit."""
    return [
        {
            "setting": asdict(setting),
            "start": asdict(model.start),
            "end": asdict(model.end),
            "standing": model.standing,
        }
        for setting, model in fitted.items()
    ]


def from_json(content: Sequence[Mapping[str, Any]]) -> dict[Setting, Fitted]:
    """Return the models from their file, without residuals."""
    return {
        _restored(Setting, entry["setting"]): Fitted(
            start=_restored(Start, entry["start"]),
            end=_restored(End, entry["end"]),
            standing=entry["standing"],
            residuals={},
        )
        for entry in content
    }


def _restored(kind: type[Any], cells: Mapping[str, Any]) -> Any:
    """Give a record back its pairs and its selection, which JSON writes as lists and text."""
    found = {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in cells.items()}
    if "selection" in cells:
        found["selection"] = Selection(cells["selection"])
    return kind(**found)


# --- the simulation beside it -------------------------------------------------------------------


def default_model(
    tables: Mapping[str, pd.DataFrame],
    choices: Mapping[str, Any],
    fitted: Mapping[Setting, Fitted],
) -> tuple[Fitted, End]:
    """Return the model that is simulated, remission split by the default rule and horizon."""
    model, chosen = fitted[default_of(choices)], choices["default"]
    published = remission_of(claims_by_id(tables["claims"]), choices)
    share = remission_until(float(chosen["months"]), published)
    scales = scales_of(tables["instruments"])
    end, _ = with_natural_remission(model, scales, share, net=chosen["rule"] == NET)
    return model, end


def words_of(players: frozenset[str]) -> str:
    """
    Name a set of players.

    >>> words_of(NULL), words_of(frozenset())
    ('regression + natural remission', 'none')
    """
    return " + ".join(name for name in PLAYERS if name in players) or "none"


def simulate_chunk(
    tables: Mapping[str, pd.DataFrame],
    choices: Mapping[str, Any],
    fitted: Mapping[Setting, Fitted],
    chunk: Chunk,
    advance: Callable[[int], object] = int,
) -> pd.DataFrame:
    """Draw one chunk of patients for every set of players; one row of counts each."""
    scales = scales_of(tables["instruments"])
    model, end = default_model(tables, choices, fitted)
    sets = list(coalitions(PLAYERS))
    counted = simulate_each(model.start, end, scales, sets, chunk, advance)
    return table_of(
        {"chunk": chunk.number, "players": words_of(players), **counts}
        for players, counts in zip(sets, counted, strict=True)
    )


def gather_chunks(
    tables: Mapping[str, pd.DataFrame],
    choices: Mapping[str, Any],
    fitted: Mapping[Setting, Fitted],
    chunks: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """
    Add the chunks up and set the simulation beside the lattice.

    Returns
    -------
    DataFrame
        One row per set of players and outcome: exact, simulated, Monte Carlo standard error, and
        how many of them the two are apart.
    """
    scales = scales_of(tables["instruments"])
    model, end = default_model(tables, choices, fitted)
    rows = []
    for players in coalitions(PLAYERS):
        name = words_of(players)
        counts = add_up(
            [row for chunk in chunks for row in records(chunk[chunk["players"] == name])]
        )
        exact = outcomes(both_scores(model.start, end, scales, players), scales)
        for outcome, (simulated, error) in outcomes_of(counts).items():
            apart = (simulated - exact[outcome]) / error if error else 0.0
            rows.append(
                {
                    "players": name,
                    "outcome": outcome,
                    "patients": counts["present"],
                    "exact": decimal(exact[outcome]),
                    "simulated": decimal(simulated),
                    "standard_error": decimal(error),
                    "errors_apart": decimal(apart),
                    "inputs": SOURCE,
                }
            )
    return table_of(rows)
