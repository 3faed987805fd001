"""How every figure looks, and how it becomes files: the same bytes each time.

Places are given in centimetres from the top left corner of the figure, as on paper, because the
figures are printed at their own size: nothing is scaled, so 7.5 points here are 7.5 in print.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 15.4  #: text width of the printed page [cm]
CM = 1 / 2.54  #: [inch]
POINT = 2.54 / 72  #: [cm]

SMALL = 7.5  #: labels [pt]
TITLE = 8.5  #: headings within a figure [pt]

# Okabe and Ito's colours, told apart by colour-blind readers. In grey some are close, so every
# difference is also one of shape, filling, hatching or words.
INK = "#1a1a1a"
MUTED = "#595959"  #: secondary text; passes 4.5:1 on white
HAIR = "#cfcfcf"  #: guide lines
PALE = "#ececec"  #: ground of what recedes; secondary text still passes on it
BLUE = "#0072B2"
SKY = "#9ED2F2"  #: lightened, so that ink reads on it
GREEN = "#009E73"
AMBER = "#E69F00"
VERMILION = "#D55E00"
CORAL = "#F08A4B"  #: vermilion, lightened likewise
WHITE = "#ffffff"

_SETTINGS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so every machine has it
    "font.size": SMALL,
    "text.color": INK,
    "axes.labelsize": SMALL,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "path",  # whoever embeds the figure need not have the font
    "svg.hashsalt": "recovery-audit",  # ids in the SVG would otherwise be random
    "pdf.fonttype": 42,  # journals ask for TrueType
}

# A reader's own matplotlib settings must not change the published bytes, hence the reset.
#: Decorator of whatever draws: puts the settings in force for the call.
in_style = matplotlib.style.context(_SETTINGS, after_reset=True)

#: Keeps a label readable where it lies over lines or points.
HALO = (withStroke(linewidth=2.2, foreground=WHITE),)


def fit_height(figure: Figure, height: float) -> None:
    """Make the figure as wide as the page and `height` tall. [cm]"""
    figure.set_size_inches(WIDTH * CM, height * CM)


def paper(figure: Figure, height: float) -> Axes:
    """Return an invisible sheet over the whole figure, in centimetres, y downwards."""
    fit_height(figure, height)
    sheet = figure.add_axes((0, 0, 1, 1))
    sheet.set(xlim=(0, WIDTH), ylim=(height, 0))
    sheet.set_axis_off()
    return sheet


def text_width(text: str) -> float:
    """
    Return how wide a label is in print. [cm]

    >>> text_width("45.25") > text_width("45.2")
    True
    """
    font = FontProperties(family=_SETTINGS["font.sans-serif"])
    path = TextPath((0, 0), text, size=SMALL, prop=font)
    # The control points of TrueType outlines reach as far as the outlines, and no further; to
    # solve for the extremes of every curve, as `get_extents` does, takes ten times as long.
    drawn = path.vertices[path.codes != TextPath.CLOSEPOLY, 0]
    return float(drawn.max() - drawn.min()) * POINT


def plot_area(figure: Figure, *, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes at a place given in centimetres from the top left corner."""
    tall = figure.get_figheight() / CM
    box = (left / WIDTH, 1 - (top + height) / tall, width / WIDTH, height / tall)
    return figure.add_axes(box)


@in_style
def figure_files(figure: Figure) -> dict[str, bytes]:
    """
    Return a figure as files, byte by byte the same for the same figure.

    Returns
    -------
    dict of str to bytes
        Under `svg`, `pdf` and `png` (300 dots per inch).
    """
    return {
        "svg": _saved(figure, format="svg", metadata={"Date": None}),
        "pdf": _saved(figure, format="pdf", metadata={"CreationDate": None}),
        "png": _saved(figure, format="png", dpi=300),
    }


def _saved(figure: Figure, **options: Any) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, **options)
    return buffer.getvalue()
