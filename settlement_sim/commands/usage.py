"""`settlement-sim usage`: how much of the prepayment is used, counted four ways, under each reading of growth?"""

from __future__ import annotations

import json
from typing import Any

import click

from settlement_sim.commands.options import json_option, lang_option, set_option, show

_HEADS = {
    "zh": ("参保省份", "就医省份", "额度基数", "上年四季度月均", "上年月均", "月清算额÷预付金", "未付款÷预付金"),
    "en": (
        "insured in", "treated in", "basis", "last quarter", "last year", "month ÷ prepayment", "unpaid ÷ prepayment",
    ),
}  # fmt: skip


@click.command("usage")
@click.argument("scenario", default="q3_prepayment")
@click.option(
    "--growth", "readings", multiple=True, help="A reading of growth, R1 to R6; all distinct ones by default."
)
@set_option
@json_option
@lang_option
def usage(scenario: str, readings: tuple[str, ...], settings: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Run SCENARIO (q3_prepayment by default) under each reading of growth and show the usage of the prepayment.

    Two bases by two definitions: mean of the window, the highest, and days of yellow and red alerts. A basis whose
    months were not simulated stays empty; warm_up: 2022-10-01 covers both for 2024.

    \b
    Example:
      settlement-sim usage --growth R1 --growth R2
    """
    from settlement_sim.observed.terms import READINGS
    from settlement_sim.study.usage import usage_by_reading

    found = []
    for names, frame in usage_by_reading(scenario, readings or READINGS, settings):
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        found.append({"growth": list(names), "usage": rows})
        if not as_json:
            _print(names, rows, lang)
    if as_json:
        click.echo(json.dumps({"format": 1, "scenario": scenario, "readings": found}, ensure_ascii=False, indent=2))


def _print(names: tuple[str, ...], rows: list[dict[str, Any]], lang: str) -> None:
    from rich.table import Table

    insured, care, basis, quarter, year, *definitions = _HEADS[lang]
    title = f"增长口径 {' = '.join(names)}" if lang == "zh" else f"growth {' = '.join(names)}"
    table = Table(insured, care, basis, *definitions, title=title, title_justify="left")
    bases = {"last_q4_mean": quarter, "last_year_mean": year}
    cells: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        key = (row["insured_province"], row["care_province"], row["basis"])
        cells.setdefault(key, []).append(_cell(row, lang))
    for (one, other, basis_name), shown in cells.items():
        table.add_row(one, other, bases[basis_name], *shown)
    show(table)


def _cell(row: dict[str, Any], lang: str) -> str:
    if row["usage"] is None:
        return "未模拟" if lang == "zh" else "not simulated"
    said = "{usage:.1f} %（最高 {highest:.1f} %；黄 {yellow_days} 天，红 {red_days} 天）"
    english = "{usage:.1f} % (highest {highest:.1f} %; yellow {yellow_days}, red {red_days} days)"
    return (said if lang == "zh" else english).format(**row)
