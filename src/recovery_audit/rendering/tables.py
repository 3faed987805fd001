"""Rows of the paper's tables: words from the result tables, and keys for the numbers in them.

No number is put into words here: the manuscript asks the ledger for each, by the keys given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import records
from recovery_audit.errors import AuditError
from recovery_audit.fidelity import Fidelity
from recovery_audit.ledger import BLANK, slug
from recovery_audit.missing_outcomes import REACHABLE, UNREACHABLE
from recovery_audit.relations import Kind
from recovery_audit.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

VERDICT_WORDS = {
    "consistent_if_truncated": "consistent if cut off",
    "consistent_if_other_rounding": "consistent if rounded otherwise",
    "wrong_base": "of another group",
}
RELATION_WORDS = {
    "percent_of": "percentage of two counts",
    "sum": "sum of its parts",
    "partition": "parts that make up the whole",
    "difference": "difference of two rates",
    "quotient": "one count divided by another",
    "breakdown": "one of the parts of 100%",
}


def verdict_words(verdict: str) -> str:
    """Return a verdict as prose has it."""
    return VERDICT_WORDS.get(verdict, verdict)


def figure_rows(
    claims: pd.DataFrame, documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return one row per audited figure, in the order of documents."""
    unique = claims.drop_duplicates("claim_id").sort_values(["document", "row"])
    return [
        {
            "claim_id": row["claim_id"],
            "unit": row["unit"].replace("-", " "),
            "outcome": row["outcome"],
            "population": row["population"],
            "place": f"{documents[row['document']]['short']}: {row['locator']}"
            + (", as quoted there" if row["seen"] == "secondary" else ""),
        }
        for row in records(unique)
    ]


def verdict_rows(verdicts: pd.DataFrame, bases: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per percentage and reading."""
    groups = dict(zip(bases["base"], bases["note"], strict=True))
    return [
        {
            "claim_id": row["claim_id"],
            "key": f"{row['claim_id']}-{row['reading']}".strip("-"),
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
            "words": _capital(known[row["claim_id"]]["outcome"]),
            "quoting": documents[row["document"]]["short"],
            "quoted": documents[known[row["original"]]["document"]]["short"],
            "verdict_words": verdict_words(row["verdict"]),
        }
        for row in records(fidelity)
    ]


def discrepancy_rows(
    discrepancies: pd.DataFrame, results: Mapping[str, pd.DataFrame]
) -> list[dict[str, Any]]:
    """
    Return one row per discrepancy: its figures, what each is set against, and the consequence.

    Parameters
    ----------
    discrepancies : DataFrame
        The consequences, typed; see `discrepancies.schema.yaml`.
    results : mapping of str to DataFrame
        `claims`, `verdicts`, `relations` and `fidelity`, which decide what a discrepancy is.

    Raises
    ------
    AuditError
        If a figure that does not come out has no consequence, or one that does has.
    """
    found = _discrepant(results)
    typed = [claim for row in records(discrepancies) for claim in row["claims"].split()]
    wrong = sorted({*found} ^ {*typed}) + sorted({one for one in typed if typed.count(one) > 1})
    if wrong:
        raise AuditError(
            f"data/discrepancies.csv: {', '.join(wrong)}: expected each figure that does not come "
            "out as printed or as quoted, once, and no other"
        )
    return [
        {**row, "figures": [{"claim_id": claim, **found[claim]} for claim in row["claims"].split()]}
        for row in records(discrepancies)
    ]


def _discrepant(results: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return each figure with a discrepancy: where its other value and its size stand.

    A sum or quotient of published counts says more than the grid of possible percentages, and
    comes before it.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in records(results["fidelity"]):
        if row["verdict"] in ALTERED:
            misquoted = row["verdict"] == Fidelity.MISQUOTED
            found[row["claim_id"]] = {
                "values": [row["original"]] if misquoted else [],
                "words": "" if misquoted else _ALTERED_WORDS[row["verdict"]],
                "off": f"{row['relation_id']}-difference" if misquoted else "",
            }
    for row in records(results["relations"]):
        if row["kind"] != Kind.QUOTES and row["verdict"] not in COMES_OUT:
            number = row["relation_id"]
            found[row["claim_id"]] = {
                "values": [f"{number}-recomputed"], "words": "", "off": f"{number}-difference",
            }  # fmt: skip
    for row in records(results["verdicts"]):
        if row["verdict"] in _IMPOSSIBLE:
            number = f"{row['claim_id']}-{row['reading']}".strip("-")
            found.setdefault(
                row["claim_id"],
                {
                    "values": [f"{number}-below", f"{number}-above"], "words": "",
                    "off": f"{number}-off",
                },
            )  # fmt: skip
    return found


#: Verdicts on arithmetic that comes out.
COMES_OUT = (Verdict.CONSISTENT, Verdict.APPROXIMATE)
#: Verdicts on quotations that differ in figure, group or completeness.
ALTERED = (Fidelity.MISQUOTED, Fidelity.WRONG_BASE, Fidelity.SELECTIVE)
_ALTERED_WORDS = {Fidelity.WRONG_BASE: "of another group", Fidelity.SELECTIVE: "with another part"}
_IMPOSSIBLE = (
    Verdict.INCONSISTENT,
    Verdict.CONSISTENT_IF_TRUNCATED,
    Verdict.CONSISTENT_IF_OTHER_ROUNDING,
)


def comparator_rows(rates: pd.DataFrame, claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per figure of a study and national rate beside it."""
    known = {row["claim_id"]: row for row in records(claims)}
    return [
        {
            "claim_id": row["claim_id"],
            "words": _capital(f"{_outcome(known[row['claim_id']])}"),
            "group": row["group"].rpartition(": ")[2] or "all problems",
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
    """Return the rows of all tables under the names that the manuscript uses."""
    claims, relations, fidelity = (results[name] for name in ("claims", "relations", "fidelity"))
    quotes = relations["kind"] == "quotes"
    slips = ~relations["verdict"].isin(COMES_OUT)
    altered = fidelity["verdict"].isin(ALTERED)
    return {
        "figure_rows": figure_rows(claims, documents),
        "verdict_rows": verdict_rows(results["verdicts"], results["bases"]),
        "relation_rows": relation_rows(relations[~quotes], claims),
        "slip_rows": relation_rows(relations[slips & ~quotes], claims),
        "quotation_rows": quotation_rows(fidelity[fidelity["original"] != ""], claims, documents),
        "comparator_rows": comparator_rows(results["comparator_rates"], claims),
        "altered_rows": quotation_rows(fidelity[altered], claims, documents),
        "discrepancy_rows": discrepancy_rows(results["discrepancies"], results),
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
