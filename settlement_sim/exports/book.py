"""How do sheets become one workbook: definitions first, heads that stay, numbers as numbers, text as text?"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.exports.sheets import Cell, Sheet, Shown
from settlement_sim.report.grid import width
from settlement_sim.report.harmless import plain
from settlement_sim.report.table import Language
from settlement_sim.report.workbook import CREATOR, NO_TIME, keep_text, packed

#: What a sheet can hold.
ROWS: Final = 1_048_576
_TITLE: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
#: What the columns are called, and their names, above the rows.
_HEADS: Final = 2
#: How wide a column may be, in narrow characters; longer texts take several lines.
_NARROWEST, _WIDEST = 9, 60
#: By this word of its properties an earlier export is known.
_KEYWORD: Final = "settlement-sim export"
_GREY: Final = "EEEEEE"
_DEGREES: Final = "0.0000"


def is_export(path: Path) -> bool:
    """Whether a file is a workbook that an export left."""
    try:
        with zipfile.ZipFile(path) as parts:
            return f"keywords>{_KEYWORD}<" in parts.read("docProps/core.xml").decode()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def refuse_too_long(sheets: Sequence[Sheet]) -> None:
    """Raises InputError naming every table with more rows than a sheet can hold."""
    expected = f"at most {ROWS - _HEADS:,} rows in a sheet: --format csv or parquet, or --table for others"
    if problems := [
        Problem(f"table {sheet.name}", f"{len(sheet):,} rows", expected)
        for sheet in sheets if len(sheet) > ROWS - _HEADS
    ]:  # fmt: skip
        raise InputError(problems)


def book_bytes(sheets: Sequence[Sheet], title: str, lang: Language) -> bytes:
    """An XLSX file with a sheet for each; the same bytes for the same sheets."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, sheet in zip(titles([sheet.name for sheet in sheets]), sheets, strict=True):
        _sheet(book.create_sheet(name), sheet, lang)
    properties = book.properties
    properties.title, properties.creator, properties.keywords = plain(title), CREATOR, _KEYWORD
    properties.created = properties.modified = dt.datetime(*NO_TIME)
    return packed(book)


def titles(names: Sequence[str]) -> list[str]:
    """Titles that a workbook may have: short, without its signs, no two alike but for capitals.

    >>> titles(["a/b", "A_b", "x" * 40])
    ['a_b', 'A_b~2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    found: list[str] = []
    for name in names:
        wanted = _FORBIDDEN.sub("_", name)[:_TITLE].strip("'")
        title, number = wanted, 1
        while title.lower() in {one.lower() for one in found}:
            number += 1
            end = f"~{number}"
            title = wanted[: _TITLE - len(end)] + end
        found.append(title)
    return found


def _sheet(at: Any, sheet: Sheet, lang: Language) -> None:
    from openpyxl.utils import get_column_letter

    last = get_column_letter(len(sheet.shown))
    for number, (one, cells) in enumerate(zip(sheet.shown, sheet.cells, strict=True), 1):
        at.column_dimensions[get_column_letter(number)].width = _width(one, cells, lang)
    at.freeze_panes = f"A{_HEADS + 1}"
    at.auto_filter.ref = f"A{_HEADS}:{last}{_HEADS + len(sheet)}"
    for texts in ([getattr(one.column, lang) for one in sheet.shown], sheet.heads):
        at.append([_head(at, text) for text in texts])
    for row in sheet.rows:
        at.append([_cell(at, cell, one) for cell, one in zip(row, sheet.shown, strict=True)])


def _head(at: Any, text: str) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _cell(at, text, None)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_GREY)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _cell(at: Any, value: Cell, one: Shown | None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        cell = WriteOnlyCell(at, plain(value))
        keep_text(cell, value)
        return cell
    cell = WriteOnlyCell(at, value)
    if value is not None and one is not None:
        cell.number_format = _format(value, one)
    return cell


def _format(value: Cell, one: Shown) -> str:
    if one.column.unit == "degrees":
        return _DEGREES
    if isinstance(value, Decimal | float):
        return "#,##0.00"
    return "0" if one.column.sums == "key" else "#,##0"


def _width(one: Shown, cells: Sequence[Cell], lang: Language) -> int:
    """No number is cut off; a text that is too long for its column may be read in the cell."""
    wide = max((width(cell) if isinstance(cell, str) else len(_written(cell)) for cell in cells), default=0)
    return max(_NARROWEST, min(_WIDEST, max(wide, width(one.head), width(getattr(one.column, lang)) // 2) + 2))


def _written(number: Cell) -> str:
    return "" if number is None else f"{number:,.2f}" if isinstance(number, Decimal | float) else f"{number:,}"
