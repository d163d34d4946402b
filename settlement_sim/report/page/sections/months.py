"""How many settlements, at what cost, month by month?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.numbers import unit_of
from settlement_sim.report.page.axes import columns_of_months
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Columns of the table, the unit they are shown in, the phrase of their title.
_SHOWN = (("settlements", "ten_thousand", "months_settlements"), ("total_fee", "fen", "months_fee"))
_STYLES = ("-", "--", ":", "-.")


def months(page: Page) -> Section | None:
    """A figure of volumes and one of costs; a sheet of both."""
    if not page.study.has("by_month"):
        return None
    ways = [way for way in DIRECTIONS if any(page.study.asked.sum("by_month", "settlements", direction=way).by_seed)]
    if not ways:
        return None
    names = list(page.study.asked.table("by_month")["month"].unique())
    sides = page.study.differing("by_month")

    def draw(figure: Figure) -> None:
        for axes, (column, unit, title) in zip(figure.subplots(2, 1, sharex=True), _SHOWN, strict=True):
            _lines(page, axes, ways, names, column, unit, sides)
            axes.label_outer()
            axes.set_title(str(page.say(title, unit=unit_of(unit, page.lang).name)))
        figure.legend(
            *figure.axes[0].get_legend_handles_labels(),
            loc="outside lower center",
            ncols=1 if len(sides) > 1 else 2,
        )

    picture = page.draw("months", "months", draw, height=4.6)
    return Section("months", page.say("months"), [page.say("way_insured")], [picture], [_sheet(page, ways, names)])


def _lines(
    page: Page, axes: Axes, ways: list[str], names: list[str], column: str, unit: str, sides: Sequence[Side]
) -> None:
    size = unit_of(unit, page.lang).size
    for side, style in zip(sides, _STYLES, strict=False):
        for way in ways:
            found = [side.sum("by_month", column, month=month, direction=way) for month in names]
            label = str(page.say(way)) + (f" · {page.which(side)}" if len(sides) > 1 else "")
            axes.errorbar(
                range(len(names)), [values.mean / size for values in found], label=label, color=COLOURS[way],
                yerr=[values.half_width / size for values in found] if len(side.seeds) > 1 else None,
                linestyle=style, marker="o", markersize=3.5,
            )  # fmt: skip
    columns_of_months(axes, names, page.month_of)


def _sheet(page: Page, ways: list[str], names: list[str]) -> Sheet:
    side = page.study.asked
    heads = [
        f"{page.say(way)} {page.say(title, unit=unit_of(unit, page.lang).name)}"
        for _, unit, title in _SHOWN for way in ways
    ]  # fmt: skip
    rows = [
        [month, *(
            page.number(side.sum("by_month", column, month=month, direction=way), unit, bare=True)
            for column, unit, _ in _SHOWN for way in ways
        )]
        for month in names
    ]  # fmt: skip
    return Sheet(page.caption(page.say("months_sheet")), [page.say("month"), *heads], rows)
