"""`settlement-sim export`: the tables of a run or a comparison for spreadsheets and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import lang_option


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder, or FILE.xlsx for a workbook.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "parquet", "xlsx"]),
    help="By default as --out says. XLSX needs openpyxl: pip install 'settlement-sim[xlsx]'.",
)  # fmt: skip
@click.option(
    "--fields", type=click.Choice(["ours", "national"]), default="ours", show_default=True,
    help="Names at the head: ours, or those of the national interface where it has the field.",
)  # fmt: skip
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated.")
@click.option("--unit", type=click.Choice(["fen", "yuan"]), default="fen", show_default=True, help="Unit of money.")
@lang_option
def export(folder: Path, out: Path, kind: Any, fields: Any, tables: tuple[str, ...], unit: Any, lang: Any) -> None:
    """Write the tables of FOLDER, which `run` or `compare --out` left, as CSV, Parquet or one XLSX workbook.

    Beside them stand the definition of every column, and what was simulated and what it rests on. No text runs as a
    formula. Of a comparison the scenarios stand one below the other.

    \b
    Example:
      settlement-sim export runs/seven --out seven.xlsx --unit yuan
      settlement-sim export runs/seven --out seven --format parquet
    """
    from settlement_sim.exports.export import Wanted, export_folder

    written = export_folder(folder, out, Wanted(kind, fields, unit, tables, lang))
    if lang == "zh":
        click.echo(f"{len(written)} 张表（模拟数据）：{out}")
    else:
        click.echo(f"{len(written)} {'table' if len(written) == 1 else 'tables'} (simulated data): {out}")
