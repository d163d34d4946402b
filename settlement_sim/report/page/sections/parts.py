"""Which part changes what? A waterfall from the reference to the scenario, with the interaction told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.record.measures import MEASURE, told
from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.numbers import called, unit_of
from settlement_sim.report.page.axes import rows, zero
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.values import Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Measures with a figure of their own.
_DRAWN = 4


def parts(page: Page) -> Section | None:
    """Bar charts that add up the parts, for the measures that answer the question; a table of all measures."""
    frame = page.study.parts
    if frame is None or not frame.to_numpy().any():
        return None
    if len(frame.columns) == 3:  # whole, one part, no interaction
        return Section("parts", page.say("parts"), [page.say("parts_one", part=frame.columns[1])])
    changed = frame[frame.any(axis=1)]
    names = told([*changed.index], page.study.asked.read)[:_DRAWN]
    figures = [_waterfall(page, name, changed.loc[name].to_dict()) for name in names]
    says = page.say("parts_says", seeds=str(len(page.study.reference.seeds)))
    head = [page.say("measure"), *(_called(page, column) for column in frame.columns)]
    lines = [[called(name, page.lang), *_numbers(page, name, row)] for name, row in changed.iterrows()]
    return Section("parts", page.say("parts"), [says], figures, [Sheet("", head, lines)])


def _called(page: Page, column: str) -> str:
    return str(page.say(f"part_{column}")) if column in ("whole", "interaction") else column


def _numbers(page: Page, name: str, row: dict[str, int]) -> list[Markup]:
    unit = MEASURE[name].unit
    return [
        page.number(Values((value,), f"parts {name}.{column}"), unit, signed=True, bare=True)
        for column, value in row.items()
    ]


def _waterfall(page: Page, name: str, row: dict[str, int]) -> Markup:
    unit = unit_of(MEASURE[name].unit, page.lang)
    steps = {column: value / unit.size for column, value in row.items() if column != "whole"}

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        below = 0.0
        for place, value in enumerate(steps.values()):
            axes.barh(place, value, left=below, color=COLOURS["other" if value >= 0 else "sichuan"], height=0.6)
            below += value
            axes.plot([below, below], [place - 0.3, place + 1.3], color=COLOURS["reference"], linewidth=0.8)
        axes.barh(len(steps), row["whole"] / unit.size, color=COLOURS["reference"], height=0.6)
        zero(axes)
        labels = [_called(page, column).removeprefix("policies.") for column in (*steps, "whole")]
        rows(axes, labels)
        axes.set_title(called(name, page.lang))

    return page.draw(f"parts_{name}", "parts", draw, height=1.1 + 0.34 * (len(steps) + 1))
