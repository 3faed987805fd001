"""One page about a cohort of the reader's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from recovery_audit.claims import records
from recovery_audit.outcome_rates import official_group

if TYPE_CHECKING:
    import pandas as pd


def cohort_page(
    template: str, name: str, tables: Mapping[str, pd.DataFrame], notes: Sequence[str]
) -> str:
    """
    Return the page, self-contained.

    Parameters
    ----------
    template : str
        The page with Jinja expressions; everything enters it escaped.
    name : str
        Name of the cohort in the configuration.
    tables : mapping of str to DataFrame
        Its `rates`, `flow` and `bounds`.
    notes : sequence of str
        What was assumed, in sentences.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return environment.from_string(template).render(
        title=name.replace("-", " "),
        notes=list(notes),
        rates=[
            _named(row) | {"official": row["group"] == official_group(row["rate"])}
            for row in records(tables["rates"])
        ],
        flow=list(records(tables["flow"])),
        bounds=[_named(row) for row in records(tables["bounds"])],
    )


def _named(row: dict[str, object]) -> dict[str, object]:
    """Put rates into words and limits into percent."""
    limits = {
        end: f"{100 * float(str(row[end])):.1f}" if row[end] else "" for end in ("lower", "upper")
    }
    return {**row, **limits, "rate": str(row["rate"]).replace("_", " ")}
