"""How many days until hospitals have their money?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.page.axes import rows
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side
from settlement_sim.report.page.values import Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PROVINCES = ("chongqing", "sichuan")
_COLUMNS = ("mean_days", "p50", "p90", "longest")


def days(page: Page) -> Section | None:
    """Mean, quantiles and the longest, by province that pays and by scenario."""
    if not page.study.has("days_to_cash"):
        return None
    sides = page.study.differing("days_to_cash")
    lines = [(side, province) for province in _PROVINCES for side in sides if _paid(side, province)]
    if not lines:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        labels: list[str] = []
        for row, (side, province) in enumerate(lines):
            mean, middle, most, longest = (_days(side, province, column).mean for column in _COLUMNS)
            axes.plot([middle, longest], [row, row], color=COLOURS[province], linewidth=1)
            axes.plot(
                [middle, most], [row, row], color=COLOURS[province], linewidth=6, alpha=0.5, solid_capstyle="butt"
            )
            axes.plot([mean], [row], "o", color=COLOURS[province], markersize=7)
            labels.append(str(page.say(province)) + (f"\n{page.which(side)}" if len(sides) > 1 else ""))
        rows(axes, labels, str(page.say("days_axis")))
        axes.set_xlim(left=0)
        axes.margins(y=0.25)

    picture = page.draw("days", "days", draw, height=0.9 + 0.5 * len(lines))
    return Section("days", page.say("days"), [page.say("days_says")], [picture], [_sheet(page, lines)])


def _paid(side: Side, province: str) -> bool:
    where = {"insured_province": province, "level": "all", "kind": "main"}
    return any(side.sum("days_to_cash", "amount", **where).by_seed)


def _days(side: Side, province: str, column: str, kind: str = "main") -> Values:
    """A column of the row of all levels; it does not add up over rows."""
    return side.sum("days_to_cash", column, insured_province=province, level="all", kind=kind)


def _sheet(page: Page, lines: list[tuple[Side, str]]) -> Sheet:
    cells = [
        [
            str(page.say(province)), side.name,
            *(page.number(_days(side, province, column), "days", bare=True) for column in _COLUMNS),
            page.number(_days(side, province, "mean_days", "retained"), "days", bare=True),
        ]
        for side, province in lines
    ]  # fmt: skip
    heads = ("insured_province", "scenario", *_COLUMNS, "retained")
    return Sheet("", [page.say(head) for head in heads], cells, labels=2)
