"""What is a sheet, whether it becomes CSV or XLSX? Rows of text, whole numbers and yuan; and how wide are they?"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from settlement_sim.report.harmless import harmless

#: A Decimal is an amount of yuan with two decimals.
Cell = str | int | Decimal
Row = tuple[Cell, ...]
#: Wide characters may be broken anywhere, other words only between them.
_WORDS: Final = re.compile(r"[⺀-鿿豈-﫿︰-﹏＀-￯]|[^\s⺀-鿿豈-﫿︰-﹏＀-￯]+|\s+")


@dataclass(frozen=True)
class Grid:
    """One sheet. Rows are numbered from 0; a row may be shorter than the sheet."""

    name: str  # part of its file name
    title: str  # of the sheet
    rows: tuple[Row, ...]
    head: range  # rows above a table's columns
    bold: frozenset[int]  # rows besides the head that stand out
    #: Rows whose last cell runs on to the right edge of the sheet.
    running: frozenset[int]
    #: Columns that stay while one turns the page; 0 where the sheet is one page wide.
    kept: int = 0

    @property
    def columns(self) -> int:
        """How many columns the longest row has."""
        return max(map(len, self.rows))

    def to_csv(self) -> bytes:
        """For spreadsheets; the same for the same rows."""
        return csv_bytes(self.rows)


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """Comma-separated, UTF-8 with the mark by which spreadsheets recognise it; no text of it runs as a formula."""
    file = io.StringIO()
    guarded = ((harmless(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    csv.writer(file, lineterminator="\n").writerows(guarded)
    return file.getvalue().encode("utf-8-sig")


def yuan(fen: int) -> Decimal:
    """An amount in yuan, exactly.

    >>> str(yuan(-5)), str(yuan(120))
    ('-0.05', '1.20')
    """
    return Decimal(fen).scaleb(-2)


def shown(cell: Cell) -> str:
    """A cell as a sheet shows it: numbers with separators."""
    return cell if isinstance(cell, str) else f"{cell:,}"


def width(text: str) -> int:
    """How many narrow characters a text is wide; Chinese ones count twice.

    >>> width("清算 ab")
    7
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def lines(text: str, room: int) -> int:
    """How many lines a text takes in a column that is so wide.

    >>> lines("the deductible", 10), lines("the deductible", 14), lines("清算金额", 6)
    (2, 1, 2)
    """
    count, used = 1, 0
    for word in _WORDS.findall(text):
        if used and used + width(word.rstrip()) > room:
            count, used = count + 1, 0
        used += width(word) if word.strip() or used else 0
    return count


def longest_word(text: str) -> int:
    """Width of the widest part of a text that cannot be broken."""
    return max(map(width, _WORDS.findall(text)), default=0)


def column_widths(grid: Grid, least: int = 9) -> list[int]:
    """Width of every column: no number is cut off, no word broken; texts of the head may take several lines."""
    widths = [least] * grid.columns
    for number, row in enumerate(grid.rows):
        own = row[:-1] if number in grid.running else row
        for column, cell in enumerate(own):
            needed = longest_word(shown(cell)) if number in grid.head else width(shown(cell))
            widths[column] = max(widths[column], needed + 2)
    return widths


def row_lines(grid: Grid, widths: Sequence[int], number: int) -> int:
    """How many lines a row needs at these widths."""
    row = grid.rows[number]
    rooms = list(widths[: len(row)])
    if number in grid.running and row:
        rooms[-1] = sum(widths[len(row) - 1 :]) * 11 // 12  # a Chinese character is a little wider than two digits
    return max((lines(shown(cell), room - 2) for cell, room in zip(row, rooms, strict=True)), default=1)
