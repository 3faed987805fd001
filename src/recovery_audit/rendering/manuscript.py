"""From the manuscript's template and the number ledger to the Markdown that is rendered.

A number enters the text only through `num("id")`. The appendix, one entry per printed number, is
written here, so that text and origin cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Entry, Printer
from recovery_audit.predicates import PREFIX, Witness
from recovery_audit.rendering.tables import printed_place, unit_words

NOWHERE = "a convention of this paper"


def write_manuscript(
    template: str,
    entries: Mapping[str, Entry],
    predicates: Sequence[Mapping[str, str]],
    claims: Iterable[Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
    context: Mapping[str, Any],
) -> str:
    """
    Expand the manuscript and add the appendix of numbers.

    Parameters
    ----------
    template : str
        The manuscript: Pandoc Markdown with Jinja expressions.
    entries : mapping of str to Entry
        The number ledger.
    predicates : sequence of mapping
        What the manuscript says of the numbers in words (`paper/predicates.yaml`).
    claims : iterable of mapping
        Rows of the clean claims.
    documents : mapping
        The documents of `sources.yaml`.
    context : mapping
        Whatever else the template names: rows of tables, alternative texts, the date.

    Returns
    -------
    str
        Markdown for `rendering.paper.render`.

    Raises
    ------
    LedgerError
        If a number is missing or never printed, a word says what does not hold, or the template
        names something unknown.
    """
    from jinja2 import Environment, StrictUndefined, TemplateError

    printer = Printer(entries)
    witness = Witness(predicates, entries, printer, template)
    environment = Environment(
        undefined=StrictUndefined,
        comment_start_string="{##",  # `{#` opens the ids of Pandoc
        comment_end_string="##}",
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is Markdown
        keep_trailing_newline=True,
    )
    try:
        text = environment.from_string(template).render(
            context, num=printer.num, holds=witness.holds
        )
    except TemplateError as error:
        raise LedgerError(f"the manuscript cannot be expanded: {error}") from None
    printer.require_all_used(besides=witness.numbers)
    witness.require_all_used()
    places = {row["claim_id"]: row for row in claims}
    blocks = [
        _block(number, entry, _uses(number, printer, witness), places, documents)
        for number, entry in entries.items()
    ]
    return text + "\n\n::::: {.entries}\n" + "\n".join([*blocks, *witness.entries()]) + ":::::\n"


def _uses(number: str, printer: Printer, witness: Witness) -> str:
    """Return links to every place where a number is printed, and to the words that rest on it."""
    used = range(1, printer.uses.get(number, 0) + 1)
    printed = [f"[{use}](#use-{number}-{use})" for use in used]
    words = [f"[{name}](#num-{PREFIX}{name})" for name in witness.numbers.get(number, ())]
    return " ".join(printed) + (" *in the words* " + ", ".join(words) if words else "")


def _block(
    number: str,
    entry: Entry,
    used: str,
    claims: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> str:
    """Return one entry: value, fraction, formula, function, rule, origin, and where used."""
    lines = [
        f"**{entry.text}** {number}",
        f"*is* {entry.formula} · *unit* {unit_words(entry.unit, entry.text)}",
    ]
    if entry.fraction:
        lines.append(f"*exactly* {entry.fraction}")
    if entry.function and entry.table != "figures":
        lines.append(
            f"*computed by* `{entry.function}` · *rule* `{entry.rule}` · "
            f"*in* `{entry.table}`: {entry.row}"
        )
    lines += [_origin(entry, claims, documents), f"*used* {used}"]
    return f":::: {{.entry #num-{number}}}\n" + "\n\n".join(lines) + "\n::::\n"


#: A number from more claims than this points to their list; `numbers.json` names them all.
_MOST_ANCESTORS = 12


def _origin(
    entry: Entry,
    claims: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> str:
    if not entry.ancestors:
        return f"*from* {NOWHERE}"
    if len(entry.ancestors) > _MOST_ANCESTORS:
        return f"*from* {len(entry.ancestors)} figures of [the list of all](#all-figures)"
    # Figures of one passage are named together: its place is long, and stands once.
    passages: dict[str, list[str]] = {}
    for name in entry.ancestors:
        figure, place = _place(name, claims, documents)
        passages.setdefault(place, []).append(figure)
    return "*from* " + "; ".join(
        f"{', '.join(figures)} ({place})" if any(figures) else place
        for place, figures in passages.items()
    )


def _place(
    name: str, claims: Mapping[str, Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str]:
    """Return a claim as printed and where; a name that is no claim is a document."""
    if name not in claims:
        return "", str(documents[name]["short"])
    claim = claims[name]
    return f"“{claim['printed']}”", printed_place(claim, documents)
