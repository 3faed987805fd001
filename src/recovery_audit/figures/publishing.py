"""A figure as the files that the paper and its readers need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.figure import Figure

from recovery_audit.figures.style import figure_files, in_style

if TYPE_CHECKING:
    import pandas as pd


class Drawing(Protocol):
    """What every figure module offers beside its `layout`."""

    def draw(self, layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
        """Draw the layout and return the artists by name."""

    def alt_text(self, layout: pd.DataFrame) -> str:
        """Describe the figure for readers who cannot see it."""

    def takeaway(self, layout: pd.DataFrame) -> str:
        """Say what the figure shows in a sentence."""


def publish(name: str, drawing: Drawing, layout: pd.DataFrame) -> dict[str, bytes]:
    """
    Draw a figure and describe it.

    Parameters
    ----------
    name : str
        The figure's name.
    drawing : Drawing
        The figure's module.
    layout : DataFrame
        All that the figure shows.

    Returns
    -------
    dict of str to bytes
        The files by ending: `svg`, `pdf`, `png`, and `json` with name, alternative text, takeaway,
        the layout itself, and the numbers of its scales.
    """
    figure = Figure()
    drawing.draw(layout, figure)
    files = figure_files(figure)
    description = {
        "name": name,
        "alt": drawing.alt_text(layout),
        "takeaway": drawing.takeaway(layout),
        "layout": json.loads(layout.to_json(orient="records")),
        "scales": _scales(figure),
    }
    text = json.dumps(description, indent=1, ensure_ascii=False) + "\n"
    return files | {"json": text.encode()}


@in_style
def _scales(figure: Figure) -> list[str]:
    """Return what stands at the ticks: the numbers of a figure that are no data."""
    labels = (
        label.get_text()
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for label in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
        if label.get_visible()
    )
    return sorted({label for label in labels if any(map(str.isdigit, label))})
