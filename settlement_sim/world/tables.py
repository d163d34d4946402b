"""What does a CSV file say, and at which line and column does it say it?

One record per line, a header, no comments. Nothing is guessed: a cell that does not read as its column asks
is a Problem with `file:line:col` (col counts characters), what was found, what was expected and the nearest
name.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.vocabulary import GRADES

_PACKAGED: Final = resources.files("settlement_sim.world") / "data"


@dataclass(frozen=True)
class Row:
    """One record: its cells by column name, and the list that what is wrong with it is reported to."""

    file: str
    line: int
    cells: dict[str, str]
    starts: dict[str, int]
    problems: list[Problem]

    def report(self, column: str, found: str, expected: str, hint: str = "") -> None:
        """Say what is wrong with one cell."""
        where = f"{self.file}:{self.line}:{self.starts.get(column, 1)}"
        self.problems.append(Problem(where, found, expected, hint))

    def text(self, column: str) -> str:
        """The cell, which may not be empty."""
        if not self.cells[column]:
            self.report(column, f"nothing as {column}", "a text")
        return self.cells[column]

    def code(self, column: str, names: Sequence[str]) -> int:
        """The position of the cell among `names`; 0 where it is none of them."""
        found = self.cells[column]
        if found in names:
            return names.index(found)
        known = f"one of {', '.join(names)}" if len(names) <= 8 else f"a known {column}"
        self.report(column, f"{column} {found!r}", known, nearest(found, names))
        return 0

    def whole(self, column: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`; `low` where it is not one."""
        found = self.cells[column]
        if found.isascii() and found.isdigit() and low <= int(found) <= high:
            return int(found)
        self.report(column, f"{column} {found!r}", f"a whole number from {low} to {high}")
        return low

    def degrees(self, column: str, low: int, high: int) -> float:
        """Decimal degrees from `low` to `high`; `low` where it is not that."""
        found = self.cells[column]
        if found.isascii() and found.replace(".", "", 1).isdigit() and low <= float(found) <= high:
            return float(found)
        self.report(column, f"{column} {found!r}", f"decimal degrees from {low} to {high}")
        return float(low)

    def source(self, grade: str = "grade", source: str = "source") -> str:
        """The grade of the row; it must be known and name a source."""
        self.text(source)
        return GRADES[self.code(grade, GRADES)]

    def ranged(self, value: str, low: str, high: str, grade: str, most: int) -> None:
        """An assumption states a range around its value; any other number may leave it out."""
        if not (self.cells[low] or self.cells[high]) and grade != "assumption":
            return
        before = len(self.problems)
        ends = self.whole(low, 0, most), self.whole(high, 0, most)
        found = self.cells[value]
        if len(self.problems) > before or not found.isdigit():  # told already, or by whoever reads the value
            return
        if not ends[0] <= int(found) <= ends[1]:
            self.report(value, f"{value} {found}", f"a number from {low} {ends[0]} to {high} {ends[1]}")


def read(name: str, columns: Sequence[str], problems: list[Problem], overlays: Sequence[Path] = ()) -> list[Row]:
    """The records of the packaged file `name`, or of the file of that name in the last of `overlays` that has one.

    The header must hold exactly `columns`, in any order. What is wrong is appended to `problems`; a file with
    a wrong header gives no rows.
    """
    shown, text = _text(name, overlays)
    records = [(number, *_cells(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    _, header, starts = records[0] if records else (1, [], [])
    before = len(problems)
    problems.extend(_wrong_header(shown, header, starts, columns))
    return list(_rows(shown, header, records[1:], problems)) if len(problems) == before else []


def misnamed(folder: Path, known: Sequence[str]) -> list[Problem]:
    """A folder with none of the `known` files, tables that nothing reads, and names that are only nearly known."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if not set(names) & set(known):
        return [Problem(str(folder), "none of its files", f"a folder with one of {', '.join(known)}")]
    near = {name: difflib.get_close_matches(name, known, 1, 0.86) for name in names if name not in known}
    return [
        Problem(f"{folder / name}:1:1", f"the file {name!r}, which no run reads", f"one of {', '.join(known)}", *hint)
        for name, hint in near.items()
        if hint or name.endswith(".csv") or (_PACKAGED / name).is_file()
    ]


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, file by file as they were read, inside a file from top to bottom."""
    files = [problem.where.split(":")[0] for problem in problems]

    def place(problem: Problem) -> tuple[int, ...]:
        numbers = problem.where.rsplit(":", 2)[1:]
        return files.index(problem.where.split(":")[0]), *(int(number) for number in numbers if number.isdigit())

    return sorted(dict.fromkeys(problems), key=place)


def _text(name: str, overlays: Sequence[Path]) -> tuple[str, str]:
    own = next((path for folder in reversed(overlays) if (path := folder / name).is_file()), None)
    if own is None:
        return f"world/data/{name}", (_PACKAGED / name).read_text(encoding="utf-8")
    try:
        return str(own), own.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(own), f"bytes that are not UTF-8 at {error.start}", "UTF-8")) from None


def _cells(line: str) -> tuple[list[str], list[int]]:
    """The cells of a line and the column at which each starts."""
    cells = next(csv.reader([line]))
    if '"' not in line:
        lengths = [len(cell) for cell in cells]
    else:
        lengths = [len(part) for part in _quoted_parts(line)]
    starts = [1]
    for length in lengths:
        starts.append(starts[-1] + length + 1)
    return [cell.strip() for cell in cells], starts[:-1]


def _quoted_parts(line: str) -> list[str]:
    """The parts of a line between the commas that stand outside quotation marks."""
    inside, parts = False, [""]
    for letter in line:
        inside ^= letter == '"'
        if letter == "," and not inside:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _wrong_header(file: str, header: list[str], starts: list[int], columns: Sequence[str]) -> Iterator[Problem]:
    for place, name in enumerate(header):
        where = f"{file}:1:{starts[place]}"
        if name not in columns:
            yield Problem(where, f"column {name!r}", "a known column", nearest(name, columns))
        elif name in header[:place]:
            yield Problem(where, f"column {name!r} a second time", "each column once")
    for name in columns:
        if name not in header:
            yield Problem(f"{file}:1:1", f"no column {name!r}", f"the columns {_listed(columns)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 20 else f"{', '.join(names[:5])} … ({len(names)} in all)"


def _rows(
    file: str, header: list[str], records: list[tuple[int, list[str], list[int]]], problems: list[Problem]
) -> Iterator[Row]:
    for line, cells, starts in records:
        if len(cells) != len(header):
            problems.append(Problem(f"{file}:{line}:1", f"{len(cells)} cells", f"{len(header)} cells"))
            continue
        named = dict(zip(header, cells, strict=True))
        yield Row(file, line, named, dict(zip(header, starts, strict=False)), problems)
