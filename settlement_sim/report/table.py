"""How does a person read the check? Reported beside simulated, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from settlement_sim.observed.check import Beside, Row
from settlement_sim.observed.terms import DIRECTIONS

if TYPE_CHECKING:
    from rich.console import RenderableType

Language = Literal["zh", "en"]
_WORDS: Final = {
    "title": ("报道数与模拟数", "Reported and simulated"),
    "figure": ("编号", "id"),
    "name": ("指标", "figure"),
    "reported": ("报道", "reported"),
    "simulated": ("模拟", "simulated"),
    "error": ("标准误", "std. error"),
    "basis": ("依据", "basis"),
    "verdict": ("结论", "verdict"),
    "reason": ("说明", "reason"),
    "met": ("相符", "met"),
    "missed": ("不符", "missed"),
    "not_spoken_to": ("未涉及", "not spoken to"),
    "calibrated": ("已校准", "calibrated"),
    "predicted": ("预测", "predicted"),
    "input": ("输入", "input"),
    "none": ("—", "—"),
    "silent": ("另有 {} 项报道数本次模拟未涉及（--all 列出）", "{} figures are not spoken to (--all lists them)"),
    "beside": ("从未拟合的旁证（不作结论）", "Never fitted, beside the run (no verdict)"),
    "external": ("外部数", "external"),
    "range": ("区间", "range"),
    "chongqing_to_sichuan": ("渝→川", "CQ→SC"),
    "sichuan_to_chongqing": ("川→渝", "SC→CQ"),
}  # fmt: skip
_STYLE: Final = {"met": "green", "missed": "bold red", "not_spoken_to": "dim"}


def check_page(rows: list[Row], hold_outs: list[Beside], lang: Language, everything: bool = False) -> RenderableType:
    """The check and, beside it, what was never fitted."""
    from rich.console import Group

    spoken = [row for row in rows if everything or row.verdict != "not_spoken_to"]
    silent = _word("silent", lang).format(len(rows) - len(spoken)) if len(rows) > len(spoken) else ""
    shown = (_check_table(spoken, lang), silent)
    return Group(*shown, "", _beside_table(hold_outs, lang)) if hold_outs else Group(*shown)


def _check_table(rows: list[Row], lang: Language) -> RenderableType:
    from rich.table import Table

    table = Table(title=_word("title", lang), title_justify="left")
    for name in ("figure", "name"):
        table.add_column(_word(name, lang))
    for name in ("reported", "simulated", "error"):
        table.add_column(_word(name, lang), justify="right", no_wrap=True)
    for name in ("basis", "verdict", "reason"):
        table.add_column(_word(name, lang))
    for row in rows:
        table.add_row(
            row.figure, row.name_zh if lang == "zh" else row.name_en, _number(row.reported), _number(row.simulated),
            _number(row.standard_error), _word(row.basis, lang), _word(row.verdict, lang), row.reason,
            style=_STYLE[row.verdict],
        )  # fmt: skip
    return table


def _beside_table(hold_outs: list[Beside], lang: Language) -> RenderableType:
    from rich.table import Table

    table = Table(title=_word("beside", lang), title_justify="left")
    table.add_column(_word("name", lang))
    for name in ("external", "range", *DIRECTIONS):
        table.add_column(_word(name, lang), justify="right", no_wrap=True)
    for row in hold_outs:
        table.add_row(
            row.name_zh if lang == "zh" else row.name_en, row.external, f"{row.low}–{row.high}",
            *(_number(row.simulated[direction]) for direction in DIRECTIONS),
        )  # fmt: skip
    return table


def _word(key: str, lang: Language) -> str:
    return _WORDS[key][lang == "en"]


def _number(value: object) -> str:
    """Whole numbers with separators, small ones with three decimals."""
    if value is None:
        return "—"
    if isinstance(value, int | float):
        return f"{value:,.3f}" if abs(value) < 10 and value != int(value) else f"{value:,.0f}"
    return str(value)
