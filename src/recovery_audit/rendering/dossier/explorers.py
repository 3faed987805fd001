"""Every specification of a rate, and every setting of the model, packed for a reader's choices.

Nothing is computed in the browser: each combination was computed by the pipeline and is looked up.
Percentages travel as whole tenths of a point, printed from them digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.multiverse.choices import DIMENSIONS
from recovery_audit.rendering.tables import start_in_words
from recovery_audit.rounding import print_fraction

if TYPE_CHECKING:
    import pandas as pd

#: The choices of a specification as questions.
QUESTIONS = {
    "reading": "Which group is the figure of?",
    "rounding": "How was it rounded?",
    "pair": "Which counts stand behind it?",
    "year": "Which year?",
    "criterion": "What counts as recovered?",
    "accuracy": "How well does the questionnaire tell?",
    "group": "Who is counted?",
    "missing": "What became of those without an outcome?",
    "case_share": "How many of them were cases?",
    "misdiagnosis": "Did all have the condition?",
    "horizon": "When?",
}
#: The choices of the model without effect as questions, and their options in words.
SETTINGS = {
    "rule": "How is published remission of the untreated read?",
    "months": "How long from first to last session?",
    "start": "Who comes?",
    "reliability_depression": "How reliable is PHQ-9?",
    "reliability_anxiety": "How reliable is GAD-7?",
}
_RULES = {
    "net": "it includes regression to the mean",
    "gross": "it comes on top of regression",
    "none": "there is none",
}


def percent_tenths(proportion: str) -> int:
    """
    Return a proportion in tenths of a percentage point, half up, for printing one decimal.

    Examples
    --------
    >>> percent_tenths("0.092308"), percent_tenths("-0.0123")
    (92, -12)
    """
    return int(print_fraction(Fraction(proportion) * 1000, 0))


def specifications(
    multiverse: pd.DataFrame, choices: pd.DataFrame, summary: pd.DataFrame
) -> list[dict[str, Any]]:
    """
    Return each headline rate with its choices and all its specifications.

    Parameters
    ----------
    multiverse : DataFrame
        One row per specification, as the sensitivity stage writes it.
    choices : DataFrame
        The options of each choice, with the reason of each.
    summary : DataFrame
        The headline rates, each with the rate that the other side sets against it.

    Returns
    -------
    list of dict
        Per rate: `choices` (question, options with reasons), `rows` (place of each option, then
        counts, tenths of a percent, and what holds of it) and the two rates to compare with.
    """
    reasons = {
        (row["study"], row["dimension"], row["option"]): row["reason"] for row in records(choices)
    }
    return [
        _rate(row, multiverse[multiverse["study"] == row["rate"]], reasons)
        for row in records(summary)
    ]


def _rate(
    rate: Mapping[str, Any], found: pd.DataFrame, reasons: Mapping[tuple[str, str, str], str]
) -> dict[str, Any]:
    order = [option for study, _, option in reasons if study == rate["rate"]]
    asked = {
        name: _ordered(found[name].unique(), order)
        for name in DIMENSIONS
        if found[name].nunique() > 1
    }
    notes = {"standing": _ordered(found["standing"].unique(), ["possible"])}
    notes["estimand"] = _ordered(found["estimand"].unique(), ["same"])
    rows = [
        [
            *(options.index(row[name]) for name, options in asked.items()),
            row["spec_id"].removeprefix(f"{rate['rate']}-"),
            *("" if row[name] is None else row[name] for name in ("k", "n", "group_size")),
            percent_tenths(row["estimate"]),
            *(percent_tenths(row[name]) if row[name] else "" for name in ("lower", "upper")),
            int(row["plausible"] == "yes"),
            *(values.index(row[name]) for name, values in notes.items()),
        ]
        for row in records(found)
    ]
    return {
        "id": rate["rate"],
        "label": f"{rate['label']}, {rate['printed']}%",
        "what": rate["what_of"],
        "printed": percent_tenths(str(Fraction(rate["printed"]) / 100)),
        "as_printed": f"{rate['printed']}%",
        "inputs": rate["inputs"].split(),
        "other": {"label": rate["other"], "tenths": percent_tenths(rate["other_value"])},
        "ranges": {
            "same": [percent_tenths(rate["lowest"]), percent_tenths(rate["highest"])],
            "any": [percent_tenths(rate["lowest_any"]), percent_tenths(rate["highest_any"])],
        },
        "choices": [
            _choice(
                name,
                QUESTIONS[name],
                [(option, reasons.get((rate["rate"], name, option), "")) for option in options],
            )
            for name, options in asked.items()
        ],
        "notes": notes,
        "rows": _packed(rows),
    }


def null_settings(scenarios: pd.DataFrame, config: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the model of a treatment without effect with all its settings.

    Parameters
    ----------
    scenarios : DataFrame
        One row per setting, as the counterfactual stage writes it.
    config : mapping
        `counterfactual` of the configuration: the reasons, and the default setting.

    Returns
    -------
    dict
        Its `choices`, the `rows` (place of each option, tenths of a percent, what holds of it),
        the published rates, and the place of the `default`.
    """
    frame = scenarios.assign(
        start=[start_in_words(row["selection"], row["strength"]) for row in records(scenarios)],
        rule=scenarios["rule"].map(_RULES),
        months=[f"{months} months" for months in scenarios["months"]],
    )
    default = config["default"]
    standard = {
        "rule": _RULES[default["rule"]],
        "months": f"{default['months']} months",
        "start": start_in_words(default["selection"], default["strength"]),
        "reliability_depression": default["reliability"][0],
        "reliability_anxiety": default["reliability"][1],
    }
    reasons = {
        "rule": "Studies of the untreated count whoever remits, also by regression to the mean.",
        "months": config["months"]["reason"],
        "start": config["selection"]["reason"],
        "reliability_depression": config["reliability"]["phq9"]["reason"],
        "reliability_anxiety": config["reliability"]["gad7"]["reason"],
    }
    asked = {name: sorted(frame[name].unique(), key=_by_number) for name in SETTINGS}
    notes = {"standing": _ordered(frame["standing"].unique(), ["fitted"])}
    notes["note"] = _ordered(frame["note"].unique(), [""])
    columns = (
        "null_recovery", "null_reliable_recovery", "model_recovery",
        "part_regression", "part_natural_remission", "part_effect",
    )  # fmt: skip
    rows = [
        [
            *(options.index(row[name]) for name, options in asked.items()),
            *(percent_tenths(row[name]) for name in columns),
            *(values.index(row[name]) for name, values in notes.items()),
        ]
        for row in records(frame)
    ]
    published = next(iter(records(scenarios)))
    return {
        "id": "no-effect",
        "inputs": published["inputs"].split(),
        "of": f"{config['row']['therapy']}, {config['row']['year']}",
        "published": percent_tenths(published["published_recovery"]),
        "published_reliable": percent_tenths(published["published_reliable_recovery"]),
        "choices": [
            _choice(name, question, [(option, "") for option in asked[name]])
            | {"reason": reasons[name]}
            for name, question in SETTINGS.items()
        ],
        "default": [asked[name].index(option) for name, option in standard.items()],
        "notes": notes,
        "rows": _packed(rows),
    }


def _choice(name: str, question: str, options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "question": question, "options": [list(option) for option in options]}


def _ordered(values: Iterable[str], order: Sequence[str]) -> list[str]:
    """Return values in the order in which they are listed; those that are not come last, by number.

    Examples
    --------
    >>> _ordered(["23 of 251", "5 of 54", "either", "0.9"], ["either"])
    ['either', '0.9', '5 of 54', '23 of 251']
    """
    place = {value: position for position, value in reversed(list(enumerate(order)))}
    return sorted(values, key=lambda value: (place.get(value, len(order)), _by_number(value)))


def _by_number(value: str) -> list[str | Fraction]:
    """Return what sorts a text by the numbers in it; texts and numbers take turns."""
    parts = re.split(r"(\d+(?:\.\d+)?)", value)
    return [Fraction(part) if place % 2 else part for place, part in enumerate(parts)]


def _packed(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of fields: a third of the size that JSON would take."""
    return "\n".join(" ".join(map(str, row)) for row in rows)
