"""`settlement-sim statements`: the monthly clearing notices of a run, as people know them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from settlement_sim.commands.options import json_option, lang_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settlement_sim.study.statements import Asked, Notice, Statements


@click.command("statements")
@click.argument("folder", metavar="RUN_FOLDER", type=click.Path(path_type=Path))
@click.option("--month", metavar="YYYY-MM", help="Only this month.")
@click.option("--pool", help="Only what this insured pool owes, e.g. chengdu.")
@click.option("--scheme", help="Only this scheme: employee or resident.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the notices.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "xlsx", "both"]), default="both", show_default=True,
    help="XLSX needs openpyxl: pip install 'settlement-sim[xlsx]'.",
)  # fmt: skip
@json_option
@lang_option
def statements(
    folder: Path, month: str | None, pool: str | None, scheme: str | None, out: Path, kind: str, as_json: bool,
    lang: Any,
) -> None:  # fmt: skip
    """Write the clearing notices 清算通知书 of a saved run, with the reconciliation detail 对账明细.

    One notice per insured province, care province and month: the sums of both schemes, the amount to be cleared in
    figures and capital numerals, the sums by pair of pools, every line. RUN_FOLDER is what `run` wrote; nothing is
    simulated.

    \b
    Example:
      settlement-sim statements runs/seven --month 2024-03 --out notices --lang zh
    """
    from settlement_sim.report.workbook import refuse_without_openpyxl
    from settlement_sim.study.folder import unfinished
    from settlement_sim.study.statements import NOTICES, Asked, read_statements

    if kind != "csv":
        refuse_without_openpyxl()
    asked = Asked(month, pool, scheme)
    stated = read_statements(folder)
    notices = stated.notices(asked)
    with unfinished(out, NOTICES) as work:
        index = _index(stated, asked, [_written(notice, stated, work, kind, lang) for notice in notices])
        (work / NOTICES.file).write_text(index, "utf-8")
    click.echo(index if as_json else _summary(notices, out, lang), nl=not as_json)


def _written(notice: Notice, stated: Statements, work: Path, kind: str, lang: Any) -> dict[str, Any]:
    """Write the files of a notice; returns what the index says of it."""
    files = dict(_files(notice, stated, kind, lang))
    for name, content in files.items():
        (work / name).write_bytes(content)
    return {
        "month": notice.month, "insured_province": notice.insured, "care_province": notice.care,
        "net": notice.total("net"), "cleared": notice.total("cleared"), "files": list(files),
    }  # fmt: skip


def _files(notice: Notice, stated: Statements, kind: str, lang: Any) -> Iterator[tuple[str, bytes]]:
    from settlement_sim.report.notice import grids, title
    from settlement_sim.report.workbook import workbook_bytes

    sheets = grids(notice, stated.basis, lang)
    if kind != "xlsx":
        for sheet in sheets:
            yield f"{sheet.name}_{notice.name}.csv", sheet.to_csv()
    if kind != "csv":
        yield f"notice_{notice.name}.xlsx", workbook_bytes(sheets, title(notice, lang))


def _index(stated: Statements, asked: Asked, notices: list[dict[str, Any]]) -> str:
    """Which run is stated and which notices there are; money in fen."""
    import settlement_sim

    basis = stated.basis
    run = {"scenario": basis.scenario, "seed": basis.seed, "window": basis.window, "inputs": basis.inputs}
    said = {
        "format": 1, "settlement_sim": settlement_sim.__version__, "simulated": True, "run": run,
        "asked": vars(asked), "notices": notices,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _summary(notices: list[Notice], out: Path, lang: Any) -> str:
    from settlement_sim.money import format_yuan

    cleared = format_yuan(sum(notice.total("cleared") for notice in notices))
    if lang == "zh":
        return f"{len(notices)} 份清算通知书（模拟数据），清算金额合计 {cleared} 元：{out}"
    return f"{len(notices)} clearing notices (simulated), {cleared} yuan to be cleared: {out}"
