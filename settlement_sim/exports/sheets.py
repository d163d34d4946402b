"""How is a table shown: which names stand at its head, in which unit is money, what does a cell hold?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from settlement_sim.exports.definitions import BY_ROW, OF_MONEY, national
from settlement_sim.exports.tables import Table
from settlement_sim.record.columns import Column
from settlement_sim.report.grid import yuan

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int | float | Decimal | None
Fields = Literal["ours", "national"]
Unit = Literal["fen", "yuan"]
#: What is not written as a number.
_NOT_FINITE: Final = (float("inf"), float("-inf"))


@dataclass(frozen=True)
class Shown:
    """One column as it is shown: the name at its head, and its definition with the unit that it then has."""

    head: str
    column: Column
    national: str
    of_money: bool  # in yuan, so that whole amounts have two decimals


@dataclass(frozen=True)
class Sheet:
    """A table as it is shown. `cells` has the columns of `shown`, each from top to bottom."""

    name: str
    shown: tuple[Shown, ...]
    cells: tuple[Sequence[Cell], ...]

    @property
    def heads(self) -> list[str]:
        """The names at the head."""
        return [one.head for one in self.shown]

    @property
    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Line by line."""
        return zip(*self.cells, strict=True)

    def __len__(self) -> int:
        return len(self.cells[0])


def sheet(table: Table, fields: Fields, unit: Unit) -> Sheet:
    """A table with the names and the unit that were asked for."""
    heads = unique([national(table.name, c) if fields == "national" else "" for c in table.columns], table.columns)
    shown = tuple(_shown(table.name, head, column, unit) for head, column in zip(heads, table.columns, strict=True))
    units = list(table.frame["unit"]) if any(column.unit == BY_ROW for column in table.columns) else []
    return Sheet(table.name, shown, tuple(_cells(table.frame, column, unit, units) for column in table.columns))


def unique(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """A name for every column: the given one, or our own where there is none or another column bears it."""
    own = {column.name for column in columns}
    free = [bool(name) and names.count(name) == 1 and name not in own for name in names]
    return [name if is_free else column.name for name, is_free, column in zip(names, free, columns, strict=True)]


def _shown(table: str, head: str, column: Column, unit: Unit) -> Shown:
    in_yuan = unit == "yuan" and column.unit in OF_MONEY
    shown = replace(column, unit=OF_MONEY[column.unit]) if in_yuan else column
    return Shown(head, shown, national(table, column), unit == "yuan" and (in_yuan or column.unit == BY_ROW))


def _cells(frame: pd.DataFrame, column: Column, unit: Unit, units: Sequence[str]) -> list[Cell]:
    values = [_plain(value) for value in frame[column.name].tolist()]
    if unit == "fen":
        return values
    if column.unit == BY_ROW:
        return [in_yuan(v) if u in OF_MONEY else v for v, u in zip(values, units, strict=True)]
    if column.name == "unit" and units:
        return [OF_MONEY.get(str(value), value) for value in values]
    return [in_yuan(value) for value in values] if column.unit in OF_MONEY else values


def _plain(value: Any) -> Cell:
    """A cell without the types of pandas; None where there is nothing."""
    import pandas as pd

    if isinstance(value, str):
        return value
    return None if pd.isna(value) or value in _NOT_FINITE else value


def in_yuan(value: Cell) -> Cell:
    """An amount of fen in yuan: two decimals of a whole one, every digit of a mean.

    >>> str(in_yuan(-5)), str(in_yuan(58365775.5)), in_yuan(None)
    ('-0.05', '583657.755', None)
    """
    if isinstance(value, float):
        return Decimal(repr(value)).scaleb(-2)
    return yuan(value) if isinstance(value, int) else value
