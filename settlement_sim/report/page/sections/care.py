"""What kind of care is it? Types that nobody used are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.report.drawing import SEQUENCE
from settlement_sim.report.life_words import code
from settlement_sim.report.numbers import called
from settlement_sim.report.page.axes import rows
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.vocabulary import CARE_TYPES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def care(page: Page) -> Section | None:
    """Shares of settlements and of bills by care type, and the mean bill."""
    side = page.study.asked
    if not side.has("totals"):
        return None
    used = [name for name in CARE_TYPES if any(side.sum("totals", "settlements", care_type=name).by_seed)]
    if not used:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        labels = []
        for row, (column, way) in enumerate((c, w) for c in ("settlements", "total_fee") for w in DIRECTIONS):
            labels.append(f"{called(column, page.lang, unit=False)}\n{page.say(way)}")
            whole = side.sum("totals", column, direction=way, care_type="all").mean
            left = 0.0
            for name, colour in zip(used, SEQUENCE, strict=False):
                part = 100 * side.sum("totals", column, direction=way, care_type=name).mean / whole if whole else 0
                axes.barh(row, part, left=left, color=colour, label=code(name, page.lang) if row == 0 else None)
                left += part
        rows(axes, labels, str(page.say("care_share")), grid=False)
        axes.set_xlim(0, 100)
        figure.legend(loc="outside lower center", ncols=min(len(used), 2))

    return Section(
        "care", page.say("care"), figures=[page.draw("care", "care", draw, height=3.3)], sheets=[_sheet(page, used)]
    )


def _sheet(page: Page, used: list[str]) -> Sheet:
    side, lines = page.study.asked, []
    for way in DIRECTIONS:
        for name in used:
            count, fee = (
                side.sum("totals", column, direction=way, care_type=name) for column in ("settlements", "total_fee")
            )
            if any(count.by_seed):
                numbers = [page.number(count, "count", bare=True), page.number(fee, "fen", bare=True)]
                lines.append(
                    [page.say(way), code(name, page.lang), *numbers, page.number(fee.over(count), "yuan", bare=True)]
                )
    counted = [called(name, page.lang) for name in ("settlements", "total_fee")]
    heads = [page.say("direction"), page.say("care_type"), *counted, page.say("mean_bill")]
    return Sheet(page.caption(), heads, lines, labels=2)
