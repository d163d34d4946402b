"""Who travels where? Dots and arcs by coordinates, without administrative boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.report.drawing import COLOURS, INK
from settlement_sim.report.page.parts import Page, Section, Sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ARCS = 60
_ROWS = 10
_NAMED = 14
#: Degrees of longitude and latitude that a name needs.
_ROOM = (1.6, 0.4)
#: Of the largest dot, in points squared, and of the widest arc, in points.
_DOT, _ARC = 420.0, 4.5
_KM_PER_DEGREE_RATIO = 0.86  # a degree of longitude over one of latitude at 30.5° north


def flows(page: Page) -> Section | None:
    """The map of the asked scenario and its largest flows."""
    side = page.study.asked
    if not side.has("flows"):
        return None
    frame = side.table("flows").groupby(["origin", "destination"], as_index=False)["settlements"].sum()
    frame["settlements"] /= len(side.seeds)
    frame = frame[frame["settlements"] > 0].sort_values("settlements", ascending=False, kind="stable")
    if frame.empty:
        return None
    says = page.say("flows_says", count=str(min(_ARCS, len(frame))))
    heads = [page.say(head) for head in ("origin", "destination")]
    rows = [
        [_place(page, row.origin), _place(page, row.destination), _count(page, row)]
        for row in frame.head(_ROWS).itertuples()
    ]
    sheet = Sheet(page.caption(page.say("flows_sheet")), [*heads, _unit(page)], rows, labels=2)
    return Section("flows", page.say("flows"), [says, page.say("way_insured")], [_map(page, frame)], [sheet])


def _unit(page: Page) -> str:
    from settlement_sim.report.numbers import called

    return called("settlements", page.lang)


def _place(page: Page, unit: str) -> str:
    return str(page.study.asked.units.loc[unit, page.lang])


def _count(page: Page, row: object) -> Markup:
    where = {"origin": row.origin, "destination": row.destination}  # type: ignore[attr-defined]
    return page.number(page.study.asked.sum("flows", "settlements", **where), "count", bare=True)


def _map(page: Page, frame: pd.DataFrame) -> Markup:
    units = page.study.asked.units

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        _arcs(axes, frame.head(_ARCS), units)
        cared = frame.groupby("destination")["settlements"].sum().reindex(units.index, fill_value=0)
        colours = [COLOURS[province] for province in units["province"]]
        axes.scatter(units["lon"], units["lat"], s=_DOT * cared / cared.max() + 3, c=colours, alpha=0.85, linewidths=0)
        for unit in _apart(units.loc[cared.nlargest(len(units)).index]):
            place = units.loc[unit]
            axes.annotate(
                place[page.lang], (place["lon"], place["lat"]), xytext=(0, 7), textcoords="offset points", ha="center",
                fontsize=9, color=INK,
            )  # fmt: skip
        for province in dict.fromkeys(units["province"]):
            axes.scatter([], [], color=COLOURS[province], label=str(page.say(province)))
        figure.legend(loc="outside lower center", ncols=2)
        axes.set_aspect(1 / _KM_PER_DEGREE_RATIO)
        axes.set_axis_off()

    return page.draw("flows", "flows", draw, height=4.4)


def _apart(units: pd.DataFrame) -> list[str]:
    """The first places whose names do not cover each other."""
    named: list[str] = []
    for unit, place in units.iterrows():
        near = units.loc[named]
        covers = (abs(near["lon"] - place["lon"]) < _ROOM[0]) & (abs(near["lat"] - place["lat"]) < _ROOM[1])
        if not covers.any() and len(named) < _NAMED:
            named.append(str(unit))
    return named


def _arcs(axes: Axes, frame: pd.DataFrame, units: pd.DataFrame) -> None:
    from matplotlib.patches import FancyArrowPatch

    widest = frame["settlements"].max()
    for row in frame.itertuples():
        start, end = (tuple(units.loc[unit, ["lon", "lat"]]) for unit in (row.origin, row.destination))
        colour = COLOURS[units.loc[row.origin, "province"]]
        width = 0.3 + _ARC * row.settlements / widest
        arc = FancyArrowPatch(
            start, end, connectionstyle="arc3,rad=0.22", arrowstyle="-", color=colour, linewidth=width, alpha=0.45
        )
        axes.add_patch(arc)
