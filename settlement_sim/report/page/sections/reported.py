"""Does a run of history meet the reported figures?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.observed.check import Beside, Row
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.page.axes import rows, zero
from settlement_sim.report.page.parts import Page, Section, Sheet, marked

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reported(page: Page) -> Section | None:
    """Reported beside simulated, with basis and verdict; beside them what was never fitted."""
    spoken = [row for row in page.study.check if row.verdict != "not_spoken_to"]
    if not spoken:
        return None
    silent = str(len(page.study.check) - len(spoken))
    drawn = [row for row in spoken if row.standard_error and _ratio(row)]
    figures = [_figure(page, drawn)] if drawn else []
    sheets = [_sheet(page, spoken), *([_beside(page)] if page.study.beside else [])]
    return Section("reported", page.say("reported"), [page.say("reported_says", silent=silent)], figures, sheets)


def _ratio(row: Row) -> float:
    """Simulated in percent of reported; 0 where one of both is no number."""
    try:
        return 100 * float(row.simulated or 0) / float(row.reported)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0


def _name(page: Page, row: Row) -> str:
    return row.name_zh if page.lang == "zh" else row.name_en


def _sheet(page: Page, spoken: list[Row]) -> Sheet:
    heads = ("figure_id", "figure", "reported_value", "simulated_value", "standard_error", "basis", "verdict")
    cells = [
        [
            row.figure, _name(page, row), _number(row.reported), _checked(row, row.simulated, "simulated"),
            _checked(row, row.standard_error, "standard_error"), page.say(row.basis), page.say(row.verdict),
        ]
        for row in spoken
    ]  # fmt: skip
    return Sheet("", [page.say(head) for head in heads], cells, labels=2)


def _checked(row: Row, value: float | None, what: str) -> Markup | str:
    if value is None:
        return "—"
    return marked(float(value), f"check {row.figure}.{what}", "check", _number(value))


def _number(value: object) -> str:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return f"{number:,.3f}" if abs(number) < 10 and number != int(number) else f"{number:,.0f}"


def _beside(page: Page) -> Sheet:
    heads = [page.say(head) for head in ("figure", "external", "range", *DIRECTIONS)]
    lines = [
        [
            row.name_zh if page.lang == "zh" else row.name_en, row.external, f"{row.low}–{row.high}",
            *(_hold_out(row, way) for way in DIRECTIONS),
        ]
        for row in page.study.beside
    ]  # fmt: skip
    return Sheet(page.say("reported_beside"), heads, lines)


def _hold_out(row: Beside, way: str) -> Markup | str:
    value = row.simulated[way]
    return "—" if value is None else marked(value, f"check {row.id}.{way}", "check", _number(value))


def _figure(page: Page, drawn: list[Row]) -> Markup:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, row in enumerate(drawn):
            at, error = _ratio(row), 196 * (row.standard_error or 0) / float(row.reported)
            colour = COLOURS["other" if row.verdict == "met" else "sichuan"]
            full = "full" if row.basis == "predicted" else "none"
            axes.errorbar(at, place, xerr=error, fmt="o", color=colour, fillstyle=full, markersize=6)
        zero(axes, 100)
        rows(axes, [f"{row.figure} {page.say(row.basis)}" for row in drawn], str(page.say("reported_axis")))
        axes.ticklabel_format(useOffset=False, axis="x")
        axes.margins(x=0.25, y=0.2)

    return page.draw("reported", "reported", draw, height=1.1 + 0.3 * len(drawn))
