"""How does a person read a run of contribution years? Applications and money, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from settlement_sim import dates
from settlement_sim.money import format_yuan
from settlement_sim.study.years import YearsResult

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEADS: Final = {
    "zh": (
        "申请地", "退休地", "申请", "认可", "不予认可", "在办", "少缴月数", "少缴（元）", "补缴（元）", "应划转（元）",
    ),
    "en": (
        "applied in", "retires in", "applied", "accepted", "refused", "open", "months saved", "yuan saved",
        "yuan paid back", "yuan claimed",
    ),
}  # fmt: skip
#: Pairs of pools that are shown.
_ROWS: Final = 12
_MONEY: Final = ("saved", "back_payment", "claimed")


def totals_table(result: YearsResult, lang: str) -> RenderableType:
    """Applications by pool of application and of retirement, months and yuan saved."""
    from rich.table import Table

    plan = result.track.plan

    window = f"{dates.iso(plan.first)} – {dates.iso(plan.last)}"
    title = f"缴费年限互认，{window}" if lang == "zh" else f"contribution years recognised, {window}"
    table = Table(title=title, title_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="left" if place < 2 else "right", no_wrap=place >= 2)
    frame = result.tables["recognition_totals"]
    shown = frame.sort_values("accepted", ascending=False, kind="stable").head(_ROWS)
    for row in shown.to_dict("records"):
        table.add_row(*(_cell(name, value) for name, value in row.items()))
    whole = frame.drop(columns=["applied_in", "retires_in"]).sum().to_dict()
    table.add_section()
    table.add_row("合计" if lang == "zh" else "all", "", *(_cell(name, int(value)) for name, value in whole.items()))
    if len(frame) > len(shown):
        rest = len(frame) - len(shown)
        table.caption = (
            f"另有 {rest} 对见 recognition_totals" if lang == "zh" else f"{rest} more pairs in recognition_totals"
        )
    return table


def _cell(name: str, value: Any) -> str:
    return format_yuan(value) if name in _MONEY else f"{value:,}" if isinstance(value, int) else str(value)
