"""From the manuscript's template and the number ledger to the Markdown that is rendered.

A number enters the text only through `num("id")`. The appendix, one entry per printed number, is
written here, so that text and origin cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Entry, Printer

NOWHERE = "a convention of this paper"


def write_manuscript(
    template: str,
    entries: Mapping[str, Entry],
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
        If a number is missing or never printed, or the template names something unknown.
    """
    from jinja2 import Environment, StrictUndefined, TemplateError

    printer = Printer(entries)
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
        text = environment.from_string(template).render(context, num=printer.num)
    except TemplateError as error:
        raise LedgerError(f"the manuscript cannot be expanded: {error}") from None
    printer.require_all_used()
    places = {row["claim_id"]: row for row in claims}
    return text + appendix(entries, printer.uses, places, documents)


def appendix(
    entries: Mapping[str, Entry],
    uses: Mapping[str, int],
    claims: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> str:
    """Return one entry per number: value, fraction, formula, function, origin, and where used."""
    blocks = [
        _block(number, entry, uses[number], claims, documents) for number, entry in entries.items()
    ]
    return "\n\n::::: {.entries}\n" + "\n".join(blocks) + ":::::\n"


def _block(
    number: str,
    entry: Entry,
    used: int,
    claims: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> str:
    links = " ".join(f"[{use}](#use-{number}-{use})" for use in range(1, used + 1))
    lines = [f"**{entry.text}** {number}", f"*is* {entry.formula} · *unit* {entry.unit}"]
    if entry.fraction:
        lines.append(f"*exactly* {entry.fraction}")
    if entry.function and entry.table != "figures":
        lines.append(f"*computed by* `{entry.function}` · *in* `{entry.table}`: {entry.row}")
    lines += [_origin(entry, claims, documents), f"*used* {links}"]
    return f":::: {{.entry #num-{number}}}\n" + "\n\n".join(lines) + "\n::::\n"


#: A number from more claims than this points to their list; `numbers.json` names them all.
_MOST_ANCESTORS = 6


def _origin(
    entry: Entry,
    claims: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> str:
    if not entry.ancestors:
        return f"*from* {NOWHERE}"
    if len(entry.ancestors) > _MOST_ANCESTORS:
        return f"*from* {len(entry.ancestors)} figures of [the list of all](#all-figures)"
    return "*from* " + "; ".join(_place(name, claims, documents) for name in entry.ancestors)


def _place(
    name: str, claims: Mapping[str, Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]]
) -> str:
    """Say where a claim is printed; a name that is no claim is a document."""
    if name not in claims:
        return str(documents[name]["short"])
    claim = claims[name]
    access = ", as quoted there" if claim["seen"] == "secondary" else ""
    place = f"{documents[claim['document']]['short']}: {claim['locator']}{access}"
    return f"“{claim['printed']}” ({place})"
