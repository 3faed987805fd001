"""Rows of the paper's tables: words from the result tables, and keys for the numbers in them.

No number is put into words here: the manuscript asks the ledger for each, by the keys given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.ledger import BLANK, slug
from recovery_audit.missing_outcomes import REACHABLE, UNREACHABLE
from recovery_audit.rendering.discrepancies import discrepancy_cells, discrepancy_rows

if TYPE_CHECKING:
    import pandas as pd

VERDICT_WORDS = {
    "consistent_if_truncated": "consistent if cut off",
    "consistent_if_other_rounding": "consistent if rounded otherwise",
    "wrong_base": "of another group",
}
#: Units of figures that say nothing unless their scale is named.
OF_A_SCALE = ("scale-scores", "mean-scale-scores", "proportion", "correlation")
#: First words of units that count in multiples: how many each is, and its short form.
MULTIPLES = {"million": (10**6, "m"), "billion": (10**9, "bn")}
RELATION_WORDS = {
    "percent_of": "percentage of two counts",
    "sum": "sum of its parts",
    "partition": "parts that make up the whole",
    "difference": "difference of two rates",
    "quotient": "one count divided by another",
    "breakdown": "one of the parts of 100%",
}


def start_in_words(selection: str, strength: str) -> str:
    """
    Return who is there at the start, in words.

    >>> start_in_words("peak", "2")
    'everybody, in the worse of 2 weeks'
    """
    return {
        "none": "whoever comes",
        "soft": f"those below the cut-offs {strength} times as often",
        "peak": f"everybody, in the worse of {strength} weeks",
    }[selection]


def verdict_words(verdict: str) -> str:
    """Return a verdict as prose has it."""
    return VERDICT_WORDS.get(verdict, verdict)


def unit_words(unit: str, printed: str) -> str:
    """
    Return a unit in words, without the million, or the like, that the printed figure says itself.

    Examples
    --------
    >>> [unit_words("million-referrals", printed) for printed in ("1.02 million", "1.09m", "1.1")]
    ['referrals', 'referrals', 'million referrals']
    """
    word, _, counted = unit.partition("-")
    if word in MULTIPLES and printed.endswith((word, MULTIPLES[word][1])):
        return counted.replace("-", " ")
    return unit.replace("-", " ")


def outcome_words(claim: Mapping[str, Any]) -> str:
    """
    Return what a figure is of; of a scale's own figure, with the scale.

    Examples
    --------
    >>> outcome_words({"outcome": "range", "unit": "scale-scores", "instrument": "GAD-7"})
    'range, GAD-7'
    >>> outcome_words({"outcome": "recovered", "unit": "percent", "instrument": "GAD-7"})
    'recovered'
    """
    outcome, scale = str(claim["outcome"]), claim.get("instrument") or ""
    told = scale in outcome or claim["unit"] not in OF_A_SCALE
    return outcome if told else f"{outcome}, {scale}"


def figure_rows(
    claims: pd.DataFrame, documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return one row per audited figure, in the order of documents."""
    unique = claims.drop_duplicates("claim_id").sort_values(["document", "row"])
    return [
        {
            "claim_id": row["claim_id"],
            "unit": unit_words(row["unit"], row["printed"]),
            "outcome": outcome_words(row),
            "population": row["population"],
            "place": printed_place(row, documents),
        }
        for row in records(unique)
    ]


def printed_place(claim: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> str:
    """
    Return the document and the place in it where a claim is printed.

    >>> claim = {"document": "d", "locator": "abstract", "seen": "secondary"}
    >>> printed_place(claim, {"d": {"short": "Moore 2010, abstract"}})
    'Moore 2010, abstract, as quoted there'
    >>> printed_place({**claim, "seen": "verbatim"}, {"d": {"short": "Moore 2010"}})
    'Moore 2010: abstract'
    """
    short, locator = str(documents[claim["document"]]["short"]), claim["locator"]
    place = short if short.endswith(f", {locator}") else f"{short}: {locator}"
    return place + (", as quoted there" if claim["seen"] == "secondary" else "")


def document_rows(
    claims: pd.DataFrame, documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return one row per document that a figure was typed from, with what was read of it."""
    used = {*claims["document"]}
    return [
        {"short": one["short"], "citation": one["citation"], "read": _capital(one["read"])}
        for key, one in documents.items()
        if key in used
    ]


def verdict_rows(
    verdicts: pd.DataFrame, bases: pd.DataFrame, claims: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return one row per percentage and reading."""
    groups = dict(zip(bases["base"], bases["note"], strict=True))
    outcomes = dict(zip(claims["claim_id"], claims["outcome"], strict=True))
    return [
        {
            "claim_id": row["claim_id"],
            "key": f"{row['claim_id']}-{row['reading']}".strip("-"),
            "what": _capital(outcomes[row["claim_id"]]),
            "reading_words": groups.get(row["base"], "no group named"),
            "verdict_words": verdict_words(row["verdict"]),
            "has_n": _known(row["n_known"]),
            "has_max": _known(row["n_max"]),
            "has_power": row["power_ordinary"] != "",
        }
        for row in records(verdicts)
    ]


def relation_rows(relations: pd.DataFrame, claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per relation but the subsets, which assert no figure."""
    outcomes = dict(zip(claims["claim_id"], claims["outcome"], strict=True))
    return [
        {
            "relation_id": row["relation_id"],
            "claim_id": row["claim_id"],
            "original": row["inputs"].split()[-1],
            "words": _relation_words(outcomes[row["claim_id"]], row["kind"]),
            "verdict_words": verdict_words(row["verdict"]),
        }
        for row in records(relations[relations["kind"] != "subset"])
    ]


def quotation_rows(
    fidelity: pd.DataFrame, claims: pd.DataFrame, documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return one row per figure that one document quotes from another."""
    known = {row["claim_id"]: row for row in records(claims)}
    return [
        {
            "claim_id": row["claim_id"],
            "original": row["original"],
            "words": _capital(outcome_words(known[row["claim_id"]])),
            "quoting": documents[row["document"]]["short"],
            "quoted": documents[known[row["original"]]["document"]]["short"],
            "verdict_words": verdict_words(row["verdict"]),
        }
        for row in records(fidelity)
    ]


def comparator_rows(rates: pd.DataFrame, claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per figure of a study and national rate beside it."""
    known = {row["claim_id"]: row for row in records(claims)}
    return [
        {
            "claim_id": row["claim_id"],
            "words": _capital(f"{_outcome(known[row['claim_id']])}"),
            "group": row["group"].removesuffix(": Total").rpartition(": ")[2] or "all problems",
            "period": row["period"],
            "rate": row["rate"].replace("_", " "),
            "key": re.sub(
                r"[^a-z0-9]+",
                "-",
                f"{row['claim_id']}-beside-{row['period']}-{row['group']}-{row['rate']}".lower(),
            ),
        }
        for row in records(rates)
    ]


#: The choices of an analyst as prose has them.
CHOICE_WORDS = {
    "reading": "the group of the figure",
    "rounding": "the rounding rule",
    "pair": "the pair of counts",
    "year": "the year",
    "criterion": "the criterion",
    "accuracy": "the accuracy of the test",
    "group": "who is counted",
    "missing": "those without an outcome",
    "case_share": "cases among them",
    "horizon": "the horizon",
}


def summary_rows(summary: pd.DataFrame, rates: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per headline rate."""
    keys = {row["rate"]: _number_key(row) for row in records(rates)}
    others = {row["label"]: row["rate"] for row in records(rates)}
    return [
        {
            "rate": row["rate"],
            "label": row["label"],
            "key": keys[row["rate"]],
            "what_of": _capital(row["what_of"]),
            "verdict_words": verdict_words(row["verdict"]),
            "other": row["other"],
            "other_key": keys[others[row["other"]]],
            "reachable": row["standing"] == REACHABLE,
            "falling": row["standing"] == UNREACHABLE and _falls(row),
            "moved_most": CHOICE_WORDS[row["moved_most"]],
            "moved_most_any": CHOICE_WORDS[row["moved_most_any"]],
        }
        for row in records(summary)
    ]


def flip_rows(
    flips: pd.DataFrame, relations: pd.DataFrame, claims: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return one row per verdict and figure that would make it another one."""
    outcomes = dict(zip(claims["claim_id"], claims["outcome"], strict=True))
    kinds = dict(zip(relations["relation_id"], relations["kind"], strict=True))
    return [
        {
            "claim_id": row["claim_id"],
            "words": (
                _relation_words(outcomes[row["claim_id"]], kinds[row["name"]])
                if row["judged"] == "relations"
                else _capital(outcomes[row["claim_id"]])
            ),
            "cell": row["cell"],
            "cell_words": outcomes[row["cell"]],
            "number": slug(f"flip-{row['judged']}-{row['name']}-{row['cell']}-{row['direction']}"),
            "becomes": verdict_words(row["becomes"]),
        }
        for row in records(flips)
    ]


def _number_key(rate: Mapping[str, Any]) -> str:
    """Name the number of the ledger that prints a rate."""
    official = f"national-{rate['year']}-{rate['official'].replace('_', '-')}"
    return rate["claim"] or official


def _falls(row: Mapping[str, Any]) -> bool:
    return Fraction(row["other_value"]) < Fraction(row["lowest"])


def bias_rows(biases: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per possible bias of a rate: its direction, and no number."""
    return [{**row, "words": BIAS_WORDS[row["rate"]]} for row in records(biases)]


BIAS_WORDS = {"interview": "Interview study", "official": "Official rate"}


def _outcome(claim: Mapping[str, Any]) -> str:
    return f"{claim['outcome']}, {claim['population']}"


def context(
    results: Mapping[str, pd.DataFrame], documents: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the rows of all tables, and what composes cells, as the manuscript names them."""
    claims, relations, fidelity = (results[name] for name in ("claims", "relations", "fidelity"))
    quotes = relations["kind"] == "quotes"
    return {
        "figure_rows": figure_rows(claims, documents),
        "verdict_rows": verdict_rows(results["verdicts"], results["bases"], claims),
        "relation_rows": relation_rows(relations[~quotes], claims),
        "quotation_rows": quotation_rows(fidelity[fidelity["original"] != ""], claims, documents),
        "comparator_rows": comparator_rows(results["comparator_rates"], claims),
        "document_rows": document_rows(claims, documents),
        "discrepancy_rows": discrepancy_rows(results["discrepancies"], results, documents),
        "discrepancy_cells": discrepancy_cells,
        "summary_rows": summary_rows(results["summary"], results["rates"]),
        "bias_rows": bias_rows(results["biases"]),
        "flip_rows": flip_rows(results["flips"], results["relations"], claims),
    }


def _known(cell: Any) -> bool:
    return str(cell) not in BLANK


def _relation_words(outcome: str, kind: str) -> str:
    """Say what is asserted and how.

    >>> _relation_words("treated", "partition")
    'Treated (parts that make up the whole)'
    """
    words = RELATION_WORDS.get(kind)
    return _capital(outcome) + (f" ({words})" if words else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
