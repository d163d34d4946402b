"""Is the prepayment enough? Use by month, with the bands of the alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.numbers import unit_of
from settlement_sim.report.page.axes import columns_of_months
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_YELLOW, _RED = "#e6b800", "#d8003c"
_WAYS = (("chongqing", "sichuan"), ("sichuan", "chongqing"))
_DRAWN = (("usage_month", "-"), ("usage_outstanding", "--"))


def prepayment(page: Page) -> Section | None:
    """A figure for every scenario, and a sheet of the asked one."""
    if not page.study.has("prepayment"):
        return None
    sides = [side for side in page.study.differing("prepayment") if any(side.sum("prepayment", "in_force").by_seed)]
    if not sides:
        return None
    yellow, red = (_alert(sides[-1], name) for name in ("yellow", "red"))

    def draw(figure: Figure) -> None:
        panels = figure.subplots(len(sides), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, side in zip(panels, sides, strict=True):
            _lines(page, axes, side)
            _band(axes, yellow, red, _YELLOW, 0.16, str(page.say("yellow")))
            _band(axes, red, max(axes.get_ylim()[1], red + 10), _RED, 0.10, str(page.say("red")))
            axes.set_ylabel(str(page.say("prepayment_axis")))
            if len(sides) > 1:
                axes.set_title(page.which(side))
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=1)

    picture = page.draw("prepayment", "prepayment", draw, height=1.5 + 2.1 * len(sides))
    says = page.say("prepayment_says", yellow=f"{yellow:g}", red=f"{red:g}")
    return Section("prepayment", page.say("prepayment"), [says], [picture], [_sheet(page, sides[-1])])


def _band(axes: Axes, low: float, high: float, colour: str, alpha: float, says: str) -> None:
    axes.axhspan(low, high, color=colour, alpha=alpha, linewidth=0, label=says)


def _alert(side: Side, which: str) -> float:
    """The usage ratio at which an alert begins, as the run's clearing policy has it, in percent."""
    frame = side.assumptions
    names = frame[(frame["kind"] == "policy") & frame["name"].str.match(f"^clearing .* {which}$")]
    return float(names["value"].iloc[-1])


def _lines(page: Page, axes: Axes, side: Side) -> None:
    months = list(side.table("prepayment")["month"].unique())
    for insured, care in _WAYS:
        for column, style in _DRAWN:
            found = [
                side.sum("prepayment", column, month=month, insured_province=insured, care_province=care).mean
                for month in months
            ]
            kind = "prepayment_month" if column == "usage_month" else "prepayment_outstanding"
            label = f"{page.say(insured)}: {page.say(kind)}"
            axes.plot(
                range(len(months)),
                found,
                linestyle=style,
                color=COLOURS[insured],
                marker="o",
                markersize=3,
                label=label,
            )
    columns_of_months(axes, months, page.month_of)
    axes.label_outer()


def _sheet(page: Page, side: Side) -> Sheet:
    rows = []
    for month in side.table("prepayment")["month"].unique():
        for insured, _ in _WAYS:
            where = {"month": month, "insured_province": insured}
            cells = [
                page.number(side.sum("prepayment", column, **where), unit, bare=True)
                for column, unit in (("in_force", "fen"), ("usage_month", "percent"), ("usage_outstanding", "percent"),
                                     ("red_days_outstanding", "count"))
            ]  # fmt: skip
            rows.append([str(month), page.say(insured), *cells])
    unit = unit_of("fen", page.lang).name
    force = f"{page.say('in_force')}（{unit}）" if page.lang == "zh" else f"{page.say('in_force')}, {unit}"
    heads = [page.say("month"), page.say("insured_province"), force]
    heads += [page.say("usage_month") + " %", page.say("usage_outstanding") + " %", page.say("red_days")]
    return Sheet(page.caption(side=side), heads, rows, labels=2)
