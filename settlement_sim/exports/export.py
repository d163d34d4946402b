"""How does the folder of a run become files for people and other programs: CSV, Parquet, or one workbook?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.exports.about import ABOUT, DEFINITIONS, about, definitions
from settlement_sim.exports.book import book_bytes, is_export, refuse_too_long
from settlement_sim.exports.sheets import Fields, Sheet, Shown, Unit, sheet
from settlement_sim.exports.tables import Exported, read
from settlement_sim.report.grid import csv_bytes
from settlement_sim.report.harmless import plain
from settlement_sim.report.table import Language
from settlement_sim.study.folder import Mark, can_be_written, json_text, unfinished, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["csv", "parquet", "xlsx"]
EXPORT: Final = Mark("export.json", "export")
_BOOK: Final = ".xlsx"


@dataclass(frozen=True)
class Wanted:
    """How an export is to look; without a format its name says it. No tables: all of them."""

    format: Format | None = None
    fields: Fields = "ours"
    unit: Unit = "fen"
    tables: tuple[str, ...] = ()
    lang: Language = "en"


def export_folder(folder: Path, out: Path, wanted: Wanted) -> list[str]:
    """Write what a folder holds to a new folder, or to one workbook; returns the names of its tables.

    Raises InputError before anything is written: for what cannot be read, is not there, or must not be replaced.
    """
    made = _format_of(out, wanted.format)
    _refuse_what_stands_there(out, made)
    found = _chosen(folder, read(folder), wanted.tables)
    sheets = [sheet(table, wanted.fields, wanted.unit) for table in found.tables]
    front = about(found, wanted.fields, wanted.unit, wanted.lang)
    told = definitions([*sheets, front])
    if made == "xlsx":
        refuse_too_long(sheets)
        title = f"{found.manifest['scenario']}: {front.cells[1][0]}"
        write_whole(out, book_bytes([told, front, *sheets], title, wanted.lang))
    else:
        _write_folder(out, [told, front, *sheets], made, _said(found, wanted, sheets))
    return [each.name for each in sheets]


def _format_of(out: Path, asked: Format | None) -> Format:
    is_book = out.suffix.lower() == _BOOK
    made: Format = asked or ("xlsx" if is_book else "csv")
    if is_book != (made == "xlsx"):
        expected = f"a file FILE{_BOOK}" if made == "xlsx" else f"a folder; FILE{_BOOK} is --format xlsx"
        raise InputError(Problem("--out", f"{out} with --format {made}", expected))
    return made


def _refuse_what_stands_there(out: Path, made: Format) -> None:
    if made != "xlsx":
        can_be_written(out, EXPORT)
        return
    from settlement_sim.report.workbook import refuse_without_openpyxl

    refuse_without_openpyxl()
    if out.exists() and not is_export(out):
        raise InputError(
            Problem(str(out), "something that is no export", "a new name, or an earlier export to replace")
        )


def _chosen(folder: Path, found: Exported, asked: Sequence[str]) -> Exported:
    known = [table.name for table in found.tables]
    if unknown := [name for name in asked if name not in known]:
        expected = f"a table of {folder}: {', '.join(known)}"
        raise InputError([Problem("--table", repr(name), expected, nearest(name, known)) for name in unknown])
    tables = tuple(table for table in found.tables if not asked or table.name in asked)
    return replace(found, tables=tables)


def _said(found: Exported, wanted: Wanted, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """What marks a folder as an export, for machines."""
    return {
        "format": 1, "settlement_sim": found.manifest["settlement_sim"], "simulated": True, "what": found.what,
        "scenarios": [side.label for side in found.sides], "fields": wanted.fields, "unit": wanted.unit,
        "tables": [each.name for each in sheets],
    }  # fmt: skip


def _write_folder(out: Path, sheets: Sequence[Sheet], made: Format, said: dict[str, Any]) -> None:
    with unfinished(out, EXPORT) as work:
        for each in sheets:
            if made == "csv" or each.name in (DEFINITIONS, ABOUT):
                (work / f"{each.name}.csv").write_bytes(_csv(each))
            else:
                _write_parquet(work / f"{each.name}.parquet", each)
        (work / EXPORT.file).write_text(json_text(said), "utf-8")


def _csv(each: Sheet) -> bytes:
    """Numbers without exponents; an empty cell where there is nothing."""
    rows = ([format(cell, "f") if isinstance(cell, Decimal) else cell for cell in row] for row in each.rows)
    return csv_bytes([each.heads, *rows])


def _write_parquet(path: Path, each: Sheet) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([pa.field(one.head, _type(one), metadata=_metadata(one)) for one in each.shown])
    arrays = [pa.array(_values(one, cells), _type(one)) for one, cells in zip(each.shown, each.cells, strict=True)]
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


def _type(one: Shown) -> pa.DataType:
    """As in the contract; whole amounts in yuan are decimals."""
    import pyarrow as pa

    if one.column.dtype == "int64":
        return pa.decimal128(20, 2) if one.of_money else pa.int64()
    return pa.float64() if one.column.dtype == "float64" else pa.string()


def _values(one: Shown, cells: Sequence[Any]) -> list[Any]:
    if one.column.dtype == "float64":
        return [None if cell is None else float(cell) for cell in cells]
    if one.column.dtype == "int64" and one.of_money:
        return [None if cell is None else Decimal(cell) for cell in cells]
    return [plain(cell) if isinstance(cell, str) else cell for cell in cells]


def _metadata(one: Shown) -> dict[str, str]:
    """The definition of a column, in the file itself."""
    column = one.column
    return {
        "column": column.name, "unit": column.unit, "zh": column.zh, "en": column.en, "national": one.national,
        "sums": column.sums,
    }  # fmt: skip
