"""`settlement-sim clear`: when does money move between funds and to hospitals in a hand-written case?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, show

if TYPE_CHECKING:
    from settlement_sim.study.clear import ClearingResult

_TITLES = {
    "dates": ("日程", "calendar"), "statements": ("清算通知", "statements"), "remittances": ("省际划款", "remittances"),
    "hospitals": ("拨付医院", "paid to hospitals"), "prepayments": ("预付金收付", "prepayments"),
}  # fmt: skip
_HEADS = {
    "until": "期末", "statement": "清算通知", "submitted": "提交财政", "collected": "省级归集", "remitted": "省际划款",
    "reconciled": "与医院对账", "hospitals": "拨付医院", "on": "日期", "from": "付款方", "at": "就医地", "to": "收款方",
    "for": "参保地", "scheme": "险种", "amount": "金额（元）",
}  # fmt: skip


@click.command("clear")
@click.argument("case", type=click.Path())
@plugins_option
@json_option
@lang_option
@click.pass_context
def clear(context: click.Context, case: str, plugins: bool, as_json: bool, lang: str) -> None:
    """Clear one hand-written CASE: obligations between pools of any provinces, under one clearing policy.

    Shows the days of every period, statements, remittances, payments to hospitals, prepayments.
    Exit code 1: the case expects otherwise. Exit code 2: the case cannot be read, or a policy fails.

    \b
    Example:
      settlement-sim clear tests/cases/clearing/three_provinces_multilateral.yaml
    """
    from settlement_sim.study.clear import clear as clear_case

    result = clear_case(case, plugins=plugins)
    differences = result.check()
    if as_json:
        tables = {name: frame.to_dict("records") for name, frame in result.tables.items()}
        said = {"format": 1, "tables": tables, "receivable": result.receivable, "differences": differences}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(result, lang)
    for text in differences:
        click.echo(text, err=True)
    context.exit(1 if differences else 0)


def _print(result: ClearingResult, lang: str) -> None:
    from rich.table import Table

    from settlement_sim.money import format_yuan

    show(result.case.title.zh if lang == "zh" else result.case.title.en)
    for name, frame in result.tables.items():
        if not len(frame):
            continue
        heads = [_HEADS[column] if lang == "zh" else column for column in frame.columns]
        table = Table(*heads, title=_TITLES[name][lang != "zh"], title_justify="left")
        for row in frame.itertuples(index=False):
            table.add_row(*(format_yuan(cell) if _is_money(cell) else str(cell) for cell in row))
        show(table)
    owed = format_yuan(result.receivable)
    show(f"期末仍欠医院 {owed} 元" if lang == "zh" else f"still owed to hospitals: {owed} yuan")


def _is_money(cell: Any) -> bool:
    return not isinstance(cell, str)
