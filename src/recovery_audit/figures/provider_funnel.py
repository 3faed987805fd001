"""Recovery by provider against its size, with limits that allow for how providers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recovery_audit.claims import table_of
from recovery_audit.figures import style
from recovery_audit.providers import INNER, OUTER, Funnel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

COLUMNS = ["kind", "nobs", "percent", "lower", "upper", "standing", "text"]
HEIGHT = 8.4  #: [cm]
LOOKS: dict[str, dict[str, Any]] = {
    "within": {"marker": "o", "color": style.BLUE, "markerfacecolor": style.WHITE},
    "beyond inner": {"marker": "s", "color": style.AMBER, "markerfacecolor": style.AMBER},
    "beyond outer": {"marker": "D", "color": style.VERMILION, "markerfacecolor": style.VERMILION},
}
_STEPS = 120  # points of each limit


def layout(provider_funnel: pd.DataFrame) -> pd.DataFrame:
    """
    Return everything the figure shows, one point a row.

    Parameters
    ----------
    provider_funnel : DataFrame
        The funnel.

    Returns
    -------
    DataFrame
        `kind` (`provider`, `inner`, `outer`, `chance` or `rate`), `nobs`, `percent`, and of the
        limits `lower` and `upper` [%]; `standing` of a provider; `text` of the common rate.
    """
    import numpy as np

    first = provider_funnel.iloc[0]
    funnel = Funnel(
        rate=float(first["rate"]),
        phi=float(first["phi"]),
        tau=float(first["tau"]),
        providers=len(provider_funnel),
    )
    points = [
        _item("provider", int(n), 100 * k / n, standing=standing)
        for k, n, standing in zip(
            provider_funnel["count"],
            provider_funnel["nobs"],
            provider_funnel["standing"],
            strict=True,
        )
    ]
    sizes = np.geomspace(provider_funnel["nobs"].min(), provider_funnel["nobs"].max(), _STEPS)
    kinds = {"inner": (INNER, True), "outer": (OUTER, True), "chance": (OUTER, False)}
    limits = [
        _item(kind, size, None, limits=funnel.limits(size, coverage, adjusted=adjusted))
        for kind, (coverage, adjusted) in kinds.items()
        for size in map(float, sizes)
    ]
    rate = _item("rate", 0, 100 * funnel.rate, text=f"all: {100 * funnel.rate:.1f}%")
    return table_of([*points, *limits, rate])


def _item(
    kind: str,
    nobs: float,
    percent: float | None,
    *,
    limits: tuple[float, float] | None = None,
    standing: str = "",
    text: str = "",
) -> dict[str, Any]:
    lower, upper = (None, None) if limits is None else (100 * end for end in limits)
    values = (kind, nobs, percent, lower, upper, standing, text)
    return dict(zip(COLUMNS, values, strict=True))


@style.in_style
def draw(layout: pd.DataFrame, figure: Figure) -> dict[str, list[Any]]:
    """Draw the layout; return `providers`, one line per standing, and `limits`."""
    style.fit_height(figure, HEIGHT)
    axes = style.plot_area(figure, left=1.3, top=0.4, width=10.2, height=HEIGHT - 1.6)
    axes.set(
        xscale="log",
        ylim=(0, 100),
        xlabel="courses finished, less those not at caseness",
        ylabel="recovered, %",
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    limits = [line for kind in ("chance", "outer", "inner") for line in _limits(axes, layout, kind)]
    (rate,) = layout.loc[layout["kind"] == "rate", "percent"]
    axes.axhline(rate, color=style.INK, linewidth=0.7)
    providers = [_providers(axes, layout, standing) for standing in LOOKS]
    _label(axes, layout)
    return {"providers": providers, "limits": limits}


def _limits(axes: Axes, layout: pd.DataFrame, kind: str) -> list[Line2D]:
    looks: dict[str, dict[str, Any]] = {
        "inner": {"color": style.MUTED, "linestyle": (0, (3, 2))},
        "outer": {"color": style.MUTED},
        "chance": {"color": style.HAIR},
    }
    rows = layout[layout["kind"] == kind]
    nobs, look = rows["nobs"].astype(float), looks[kind]
    return [
        axes.plot(nobs, rows[end].astype(float), linewidth=0.8, **look)[0]
        for end in ("lower", "upper")
    ]


def _providers(axes: Axes, layout: pd.DataFrame, standing: str) -> Line2D:
    rows = layout[(layout["kind"] == "provider") & (layout["standing"] == standing)]
    look = LOOKS[standing] | {"linestyle": "none", "markersize": 3.2, "markeredgewidth": 0.7}
    return axes.plot(rows["nobs"].astype(float), rows["percent"].astype(float), **look)[0]


def _label(axes: Axes, layout: pd.DataFrame) -> None:
    """Name the limits and the standings beside the right end, apart from each other."""
    counts = layout.loc[layout["kind"] == "provider", "standing"].value_counts()
    (common,) = layout.loc[layout["kind"] == "rate", "text"]
    labels = [
        (f"{OUTER:.1%} limits", style.MUTED, 70),
        (f"{INNER:.0%} limits (broken)", style.MUTED, 64),
        ("pale: by chance alone", style.MUTED, 58),
        (common, style.INK, 50),
        (f"{counts.get('within', 0)} within (hollow)", style.BLUE, 42),
        (f"{counts.get('beyond inner', 0)} beyond {INNER:.0%} (squares)", style.INK, 36),
        (f"{counts.get('beyond outer', 0)} beyond {OUTER:.1%} (diamonds)", style.VERMILION, 30),
    ]
    for text, color, y in labels:
        axes.annotate(
            text,
            (axes.get_xlim()[1], y),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=color,
            annotation_clip=False,
        )


# --- in words -------------------------------------------------------------------------------------


def alt_text(layout: pd.DataFrame) -> str:
    """Say what the figure shows, for those who do not see it."""
    return (
        "Each provider's recovery rate against its number of courses, with a funnel of limits "
        f"around the rate of all that narrows to the right. {takeaway(layout)}"
    )


def takeaway(layout: pd.DataFrame) -> str:
    """Say in one sentence what the figure teaches."""
    standings = layout.loc[layout["kind"] == "provider", "standing"].value_counts()
    beyond = standings.get("beyond inner", 0) + standings.get("beyond outer", 0)
    return (
        f"Of {standings.sum()} providers {beyond} lie beyond the inner limits and "
        f"{standings.get('beyond outer', 0)} beyond the outer, limits that already allow for how "
        "far providers differ."
    )
