"""How do sheets become an XLSX file that opens readable, prints on A4 landscape and has the same bytes each time?"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.report.grid import Cell, Grid, column_widths, row_lines
from settlement_sim.report.harmless import like_a_formula, plain

#: What a cell holds, and how it is shown.
_KINDS: Final = {str: ("text", "General"), int: ("count", "#,##0"), Decimal: ("yuan", "#,##0.00")}
#: The font whose digits column widths are counted in, and the height of one of its lines.
_FONT, _SIZE, _POINTS = "Calibri", 11, 15
CREATOR: Final = "settlement-sim"
#: The first moment that a ZIP file can name; a workbook carries no time of its own.
NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_A4: Final = 9
_GREY: Final = "EEEEEE"


def refuse_without_openpyxl() -> None:
    """Raises InputError unless XLSX can be written."""
    if find_spec("openpyxl") is None:
        expected = "it to be installed: pip install 'settlement-sim[xlsx]'; or --format csv"
        raise InputError(Problem("--format", "no openpyxl, which writes XLSX", expected))


def workbook_bytes(grids: Sequence[Grid], title: str) -> bytes:
    """An XLSX file with one sheet per grid."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for grid in grids:
        _sheet(book.create_sheet(grid.title), grid, title)
    properties = book.properties
    properties.title, properties.creator = title, CREATOR
    properties.created = properties.modified = dt.datetime(*NO_TIME)
    return packed(book)


def packed(book: Any) -> bytes:
    """A workbook without a clock: what openpyxl stamps when it saves is passed by, and the parts are packed again."""
    from openpyxl.writer.excel import ExcelWriter

    written, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, parts.read(name))
    return packed.getvalue()


def _sheet(sheet: Any, grid: Grid, title: str) -> None:
    from openpyxl.utils import get_column_letter

    widths = column_widths(grid)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row, 1):
            _cell(sheet.cell(number + 1, column), cell, grid, number)
        if number in grid.running and 0 < len(row) < grid.columns:
            sheet.merge_cells(start_row=number + 1, end_row=number + 1, start_column=len(row), end_column=grid.columns)
        sheet.row_dimensions[number + 1].height = _POINTS * row_lines(grid, widths, number)
    _page(sheet, grid, title, get_column_letter(grid.columns))


def _cell(at: Any, cell: Cell, grid: Grid, number: int) -> None:
    framed = number >= grid.head.start and number not in grid.running
    at.value = plain(cell) if isinstance(cell, str) else cell
    at.style = _style(at.parent.parent, cell, number in grid.head, number in grid.bold, framed)
    if isinstance(cell, str):
        keep_text(at, cell)


def keep_text(at: Any, text: str) -> None:
    """A cell that no spreadsheet runs, not even after somebody has edited it."""
    at.data_type = "s"
    if like_a_formula(text):
        at.quotePrefix = True


def _style(book: Any, cell: Cell, head: bool, bold: bool, framed: bool) -> str:
    """The name of a style of the workbook, made when it is first needed."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    kind, numbers = _KINDS[type(cell)]
    name = f"{kind}{' head' * head}{' bold' * bold}{' framed' * framed}"
    if name not in book.named_styles:
        style = NamedStyle(name, number_format=numbers)
        style.font = Font(_FONT, _SIZE, bold=head or bold)
        style.alignment = Alignment("left" if kind == "text" else "right", "top", wrap_text=kind == "text")
        line = Side("thin") if framed else None
        style.border = Border(line, line, line, line)
        style.fill = PatternFill("solid", fgColor=_GREY) if head else PatternFill()
        book.add_named_style(style)
    return name


def _page(sheet: Any, grid: Grid, title: str, last: str) -> None:
    """A4 landscape; a table repeats its head and its first columns, and these stay while one scrolls."""
    setup = sheet.page_setup
    setup.paperSize, setup.orientation = _A4, "landscape"
    setup.fitToWidth, setup.fitToHeight = 2 if grid.kept else 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    sheet.print_area = f"A1:{last}{len(grid.rows)}"
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = title, "&P / &N"
    if grid.kept:
        from openpyxl.utils import get_column_letter

        sheet.freeze_panes = f"{get_column_letter(grid.kept + 1)}{grid.head.stop + 1}"
        sheet.print_title_rows = f"1:{grid.head.stop}"
        sheet.print_title_cols = f"A:{get_column_letter(grid.kept)}"
