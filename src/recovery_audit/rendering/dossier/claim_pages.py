"""What the dossier says of each published figure: from the printed string to the verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recovery_audit.claims import CHANGE, PERCENT, PublishedClaim, records
from recovery_audit.relations import Kind
from recovery_audit.rendering.dossier.names import Link, Names
from recovery_audit.rendering.dossier.systems_together import premise_of
from recovery_audit.rendering.tables import (
    MULTIPLES,
    RELATION_WORDS,
    outcome_words,
    unit_words,
    verdict_words,
)
from recovery_audit.rounding import Figure, RoundingRule, admissible, print_percent, read_figure

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
#: What a claim is listed under on which there is no verdict of its own.
UNCHECKED = "nothing to check against"
#: Verdicts in the order in which a reader with a doubt wants them, and what each means.
MEANINGS = {
    "inconsistent": "no whole numbers give it under any rounding rule",
    "misquoted": "the original prints another figure, even rounded",
    "of another group": "the original prints it, but of another group",
    "selective": "the original prints it in a breakdown, of which one part is left out",
    "consistent if cut off": "whole numbers give it only with further digits cut off",
    "consistent if rounded otherwise": "whole numbers give it only if rounded half down, or up",
    "undetermined": "the size of its group is not known well enough to tell",
    "unverified": "it is a quotation, and the original was not seen",
    "uninformative": "its group is so large that any figure would fit",
    "approximate": "it is printed with a word such as about or at most, and the word holds",
    "rounded": "it is the original figure with fewer digits, or within its hedge",
    "faithful": "it is the figure that the original prints",
    "consistent": "whole numbers give it under ordinary rounding",
    UNCHECKED: "it is no percentage of a group, no sum and no quotation",
}
GRAVEST_FIRST = tuple(MEANINGS)
#: Units that a figure is printed with as a sign.
_SIGNED = (PERCENT, CHANGE)
_SEEN = {"verbatim": "read in the document itself", "secondary": "as quoted there"}


def claim_pages(
    tables: Mapping[str, pd.DataFrame], names: Names, groups: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """
    Return what is said of each claim, document by document.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `claims`, `verdicts`, `relations` and `fidelity`; where they exist `systems` and `flips`.
    names : Names
        The claims.
    groups : mapping of str to str
        Each base in words.

    Yields
    ------
    dict
        The words of one claim, for the template.
    """
    told = _Told(tables, names, groups)
    rows = tables["claims"].drop_duplicates("claim_id").sort_values("row", kind="stable")
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in records(rows):
        by_document[row["document"]].append(row)
    for key in names.documents:
        for row in by_document[key]:
            yield told.of(row)


class _Told:
    """The tables, indexed by claim."""

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], names: Names, groups: Mapping[str, str]
    ) -> None:
        self.names, self.claims, self.groups = names, names.claims, groups
        self.readings = _by(tables["verdicts"], lambda row: [row["claim_id"]])
        self.relations = _by(tables["relations"], _inputs)
        self.quotations = _by(
            tables["fidelity"], lambda row: filter(None, (row["claim_id"], row["original"]))
        )
        systems = tables["systems"].drop_duplicates("system_id") if "systems" in tables else None
        self.systems = _by(systems, _inputs)
        self.flips = _by(tables.get("flips"), lambda row: [row["cell"], row["claim_id"]])

    def of(self, row: Row) -> dict[str, Any]:
        """Return everything about one claim."""
        claim_id = row["claim_id"]
        told = {
            "readings": list(map(self._reading, self.readings[claim_id])),
            "relations": [
                self._relation(found, claim_id)
                for found in self.relations[claim_id]
                if found["kind"] != Kind.QUOTES  # the table of quotations says more
            ],
            "quotations": [self._quotation(found, claim_id) for found in self.quotations[claim_id]],
        }
        # A wrong quotation of a figure is no finding against the figure, nor is a sum that it
        # merely stands in.
        own = {found["verdict"] for part in told.values() for found in part if found["own"]}
        return told | {
            "claim_id": claim_id,
            "document": self.names.document(claim_id),
            "document_id": row["document"],
            "study": self.names.study(claim_id),
            "text": self.claims[claim_id].text,
            "order": float(whole_value(self.claims[claim_id])),
            "printed": row["printed"],
            "unit": unit_words(row["unit"], row["printed"]),
            "hedge": "" if row["hedge"] == "none" else row["hedge"].replace("_", " "),
            "about": ", ".join(filter(None, (outcome_words(row), row["population"]))),
            "instrument": row.get("instrument", ""),
            "locator": place_within(self.names.document(claim_id), row["locator"]),
            "seen": _SEEN.get(row["seen"], row["seen"]),
            "quoted": row["seen"] == "secondary",
            "typed": f"{row['file']}, line {row['row']}" if "file" in row else "",
            "twice": row.get("keyed") == "twice",
            "by_reading": len({found["verdict"] for found in told["readings"]}) > 1,
            "verdicts": (verdicts := sorted(own or [UNCHECKED], key=_gravity)),
            "gravity": _gravity(verdicts[0]),
            "systems": [self._system(found, claim_id) for found in self.systems[claim_id]],
            "flips": self._flips(claim_id),
        }

    def _reading(self, row: Row) -> dict[str, Any]:
        size, bound = _whole(row["n_known"]), _whole(row["n_max"])
        deduced = _whole(row["n_deduced"])
        if size:
            of = f"{size:,} {row['unit']}"
        elif deduced:
            of = f"{deduced:,} {row['unit']}, deduced from the figures of this group together"
        else:
            of = f"at most {bound:,} {row['unit']}" if bound else "size not published"
        return _found(row, row["claim_id"]) | {
            "group": self.groups.get(row["base"], "no group named"),
            "of": of,
            "line": number_line(row, self.claims[row["claim_id"]]),
        }

    def _relation(self, row: Row, claim_id: str) -> dict[str, Any]:
        return _found(row, claim_id) | {
            "kind": RELATION_WORDS.get(row["kind"], row["kind"]),
            "others": self._links(_inputs(row), claim_id),
        }

    def _quotation(self, row: Row, claim_id: str) -> dict[str, Any]:
        original = row["original"]
        return _found(row, claim_id) | {
            "quoting": self.names.by_document(row["claim_id"]),
            "original": self.names.by_document(original) if original else None,
        }

    def _system(self, row: Row, claim_id: str) -> dict[str, Any]:
        others = {one for one in _inputs(row) if one in self.claims} - {claim_id}
        premise, _ = premise_of(row["summary"])
        return {
            "id": row["system_id"],
            "status": row["status"],
            "others": len(others),
            "premise": premise,
        }

    def _flips(self, claim_id: str) -> list[dict[str, Any]]:
        """Say which misprints would change an inconsistent verdict on or by a claim, each once.

        Several verdicts may rest on one figure.
        """
        unique: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in self.flips[claim_id]:
            was = self.claims[row["cell"]].printed
            key = tuple(row[name] for name in ("cell", "printed", "claim_id", "becomes"))
            unique[key] = {
                "cell": self._link_to_other(row["cell"], claim_id),
                "unit": "" if row["unit"] in _SIGNED else unit_words(row["unit"], was),
                "printed": f"{row['printed']}%" if row["unit"] in _SIGNED else row["printed"],
                "of": self._link_to_other(row["claim_id"], claim_id),
                "becomes": verdict_words(row["becomes"]),
            }
        return list(unique.values())

    def _link_to_other(self, claim_id: str, this: str) -> Link | None:
        """Return a link to a claim; None on its own page."""
        return None if claim_id == this else self.names.by_outcome(claim_id)

    def _links(self, ids: Iterable[str], but: str) -> list[Link]:
        known = [one for one in dict.fromkeys(ids) if one in self.claims]
        return [self.names.by_outcome(one, known) for one in known if one != but]


def _by(frame: pd.DataFrame | None, ids: Any) -> defaultdict[str, list[Row]]:
    """Return the rows of a table by each claim that they name."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in records(frame) if frame is not None else ():
        for claim_id in dict.fromkeys(ids(row)):
            found[claim_id].append(row)
    return found


def _inputs(row: Row) -> list[str]:
    inputs: str = row["inputs"]
    return inputs.split()


def _found(row: Row, claim_id: str) -> dict[str, Any]:
    return {
        "verdict": verdict_words(row["verdict"]),
        "explanation": row["explanation"],
        "own": row["claim_id"] == claim_id,
    }


def _gravity(verdict: str) -> int:
    return GRAVEST_FIRST.index(verdict) if verdict in GRAVEST_FIRST else len(GRAVEST_FIRST)


def _whole(cell: Any) -> int | None:
    """Return a cell of whole numbers; blank and missing are None."""
    return int(cell) if str(cell).isdigit() else None


def whole_value(claim: PublishedClaim) -> Fraction:
    """
    Return the value of a figure times the million, or the like, that its unit counts in.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> whole_value(SimpleNamespace(value=Fraction("1.09"), unit="million-referrals"))
    Fraction(1090000, 1)
    """
    multiple, _ = MULTIPLES.get(claim.unit.partition("-")[0], (1, ""))
    return claim.value * multiple


def place_within(document: str, locator: str) -> str:
    """
    Return the place in a document, or nothing where the document's name ends with it.

    Examples
    --------
    >>> [place_within("Newton et al. 2010, abstract", place) for place in ("abstract", "p. 3")]
    ['', 'p. 3']
    """
    named = document.casefold().endswith(f", {locator}".casefold())
    return "" if named else locator


def number_line(row: Row, claim: PublishedClaim) -> dict[str, str] | None:
    """
    Return where a printed percentage lies between the two nearest that counts can give.

    Parameters
    ----------
    row : dict
        Of the table of verdicts.
    claim : PublishedClaim
        The figure.

    Returns
    -------
    dict or None
        Places across the drawing [% of its width] and their words; None where the size of the
        group is not known, the figure is hedged, or every figure fits.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> row = {"n_known": 172, "n_deduced": "", "k_below": 77, "k_above": 78, "printed": "45.25"}
    >>> found = number_line(row | {"hedge": "none"}, SimpleNamespace(in_digits=True))
    >>> found["below"], found["above"], found["at_printed"]
    ('77 of 172 is 44.77%', '78 of 172 is 45.35%', '69.80')
    """
    size = _whole(row["n_known"]) or _whole(row["n_deduced"])
    below, above = _whole(row["k_below"]), _whole(row["k_above"])
    if size is None or below is None or above is None or row["hedge"] != "none":
        return None
    figure = read_figure(str(row["printed"])) if claim.in_digits else None
    if figure is None or figure.last_place >= Fraction(100, size):
        return None
    place = _Axis(Fraction(100 * below, size), Fraction(100 * above, size))
    ends = admissible(figure, RoundingRule.HALF_UP)
    return {
        "at_below": place(place.below),
        "at_above": place(place.above),
        "at_printed": place(figure.value),
        "from": place(ends.low),
        "width": _places((ends.high - ends.low) * place.scale),
        "below": _of(below, size, figure),
        "above": _of(above, size, figure),
        "printed": f"printed: {figure}%",
    }


class _Axis:
    """A drawing's width, with room at both sides of the two counts."""

    MARGIN = Fraction(20)  # % of the width

    def __init__(self, below: Fraction, above: Fraction) -> None:
        self.below, self.above = below, above
        self.scale = (100 - 2 * self.MARGIN) / (above - below)

    def __call__(self, value: Fraction) -> str:
        return _places(self.MARGIN + (value - self.below) * self.scale)


def _places(value: Fraction) -> str:
    return f"{float(value):.2f}"


def _of(count: int, size: int, figure: Figure) -> str:
    return f"{count:,} of {size:,} is {print_percent(count, size, decimals=figure.decimals)}%"
