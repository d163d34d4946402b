"""Who pays the bills, layer by layer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.record.columns import MONEY
from settlement_sim.report.drawing import COLOURS, SEQUENCE
from settlement_sim.report.numbers import called, unit_of
from settlement_sim.report.page.axes import rows, zero
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side
from settlement_sim.report.page.values import Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def payers(page: Page) -> Section | None:
    """Stacked shares of every scenario; of a comparison the differences with their intervals."""
    asked = page.study.asked
    if not asked.has("by_payer"):
        return None
    names = [name for name in asked.table("by_payer")["payer"].unique() if any(_paid(page, name))]
    if not names:
        return None
    share = asked.sum("totals", "fund_total", care_type="all").over(asked.sum("totals", "total_fee", care_type="all"))
    says = page.say("payers_says", share=page.number(share.times(100, "100"), "percent"))
    figures = [_shares(page, names), *(_differences(page, other, names) for other in _others(page))]
    return Section("payers", page.say("payers"), [says], figures, [_sheet(page, names)])


def _others(page: Page) -> tuple[Side, ...]:
    """The scenarios in which the payers pay otherwise."""
    return page.study.differing("by_payer")[1:]


def _paid(page: Page, name: str) -> list[float]:
    return [value for side in page.study.sides for value in side.sum("by_payer", "paid", payer=name).by_seed]


def payer(name: str, lang: str) -> str:
    """What a payer is called."""
    (column,) = (column for column in MONEY if column.name == name)
    return column.zh if lang == "zh" else column.en


def _shares(page: Page, names: list[str]) -> Markup:
    sides = page.study.differing("by_payer")

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        labels: list[str] = []
        for way in DIRECTIONS:
            for side in sides:
                found = [side.sum("by_payer", "paid", payer=name, direction=way).mean for name in names]
                left, whole = 0.0, sum(found) or 1
                for value, colour, name in zip(found, SEQUENCE, names, strict=False):
                    label = payer(name, page.lang) if not labels else None
                    axes.barh(len(labels), 100 * value / whole, left=left, color=colour, label=label)
                    left += 100 * value / whole
                labels.append(str(page.say(way)) + (f"\n{page.which(side)}" if len(sides) > 1 else ""))
        rows(axes, labels, str(page.say("payers_axis")), grid=False)
        axes.set_xlim(0, 100)
        figure.legend(loc="outside lower center", ncols=2)

    return page.draw("payers", "payers", draw, height=2.3 + 0.42 * 2 * len(sides))


def _difference(page: Page, other: Side, name: str) -> Values:
    return other.sum("by_payer", "paid", payer=name) - page.study.reference.sum("by_payer", "paid", payer=name)


def _differences(page: Page, other: Side, names: list[str]) -> Markup:
    unit = unit_of("fen", page.lang)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        found = [_difference(page, other, name) for name in names]
        error = [values.half_width / unit.size for values in found]
        axes.barh(
            range(len(names)), [values.mean / unit.size for values in found], xerr=error, ecolor=COLOURS["reference"],
            color=SEQUENCE[: len(names)], height=0.6,
        )  # fmt: skip
        zero(axes)
        axes.set_title(other.name if len(page.study.others) > 1 else "")
        rows(axes, [payer(name, page.lang) for name in names], str(page.say("payers_change_axis", unit=unit.name)))

    return page.draw(f"payers_change{other.number}", "payers", draw, height=1.0 + 0.36 * len(names))


def _sheet(page: Page, names: list[str]) -> Sheet:
    """What each pays in every scenario that differs; of one comparison also the difference."""
    sides = page.study.differing("by_payer")
    lines = []
    for name in names:
        numbers = [
            page.number(side.sum("by_payer", "paid", payer=name, direction=way), "fen", bare=True)
            for way in DIRECTIONS for side in sides
        ]  # fmt: skip
        lines.append([payer(name, page.lang), *numbers, *_change(page, name)])
    which = [f" {page.which(side)}" if len(sides) > 1 else "" for side in sides]
    heads = [f"{page.say(way)}{side}" for way in DIRECTIONS for side in which]
    more = [page.say("difference"), page.say("interval")] if len(sides) == 2 else []
    return Sheet(called("total_fee", page.lang), [page.say("payer"), *heads, *more], lines)


def _change(page: Page, name: str) -> list[Markup]:
    if len(_others(page)) != 1:
        return []
    values = _difference(page, _others(page)[0], name)
    return [page.number(values, "fen", signed=True, bare=True), page.interval(values, "fen", signed=True)]
