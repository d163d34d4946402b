"""What may a case of clearing expect, and how does that differ from what happened? Rows of tables, compared whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic import Field

from settlement_sim import dates
from settlement_sim.money import format_yuan
from settlement_sim.scenario.schema import Model
from settlement_sim.scenario.values import Scheme
from settlement_sim.study.case_values import Date, Signed

Row = tuple[Any, ...]


class PeriodDates(Model):
    """The days of a period, by its last day."""

    until: Date
    statement: Date
    submitted: Date
    collected: Date
    remitted: Date
    reconciled: Date
    hospitals: Date


class Between(Model):
    """An amount of an insured pool or province at a care pool or province: of a statement, or of a prepayment."""

    on: Date
    payer: str = Field(alias="from")
    at: str
    scheme: Scheme = "employee"
    amount: Signed


class Remitted(Model):
    """Money that crossed."""

    on: Date
    payer: str = Field(alias="from")
    payee: str = Field(alias="to")
    scheme: Scheme = "employee"
    amount: Signed


class Received(Model):
    """Cash of the hospitals of a care pool, for the insured of a province."""

    on: Date
    at: str
    insured: str = Field(alias="for")
    scheme: Scheme = "employee"
    amount: Signed


class Expected(Model):
    """What is expected; whatever is left out is not compared."""

    dates: list[PeriodDates] | None = None
    statements: list[Between] | None = None
    remittances: list[Remitted] | None = None
    hospitals: list[Received] | None = None
    prepayments: list[Between] | None = None
    receivable: Signed | None = None


_ROWS: Final[dict[str, type[Model]]] = {
    "dates": PeriodDates, "statements": Between, "remittances": Remitted, "hospitals": Received, "prepayments": Between,
}  # fmt: skip
#: Columns of each table; the key of a row is everything but the last.
COLUMNS: Final = {
    name: [field.alias or key for key, field in kind.model_fields.items()] for name, kind in _ROWS.items()
}


def differences(expected: Expected, rows: dict[str, list[Row]], receivable: int) -> Iterator[str]:
    """One sentence for each row that did not happen or was not expected."""
    for name in COLUMNS:
        wanted = getattr(expected, name)
        if wanted is not None:
            yield from _between(name, [_read(row) for row in wanted], rows[name])
    if expected.receivable not in (None, receivable):
        yield f"receivable: expected {format_yuan(expected.receivable)}, got {format_yuan(receivable)}"


def _read(row: Model) -> Row:
    """A row as the tables have it."""
    return tuple(
        dates.iso(dates.day(cell)) if isinstance(cell, dt.date) else cell for cell in row.model_dump().values()
    )


def _between(name: str, expected: Sequence[Row], got: Sequence[Row]) -> Iterator[str]:
    wanted, there = Counter(sorted(expected)), Counter(got)
    yield from (f"{name}: expected {_told(row)}, which did not happen" for row in (wanted - there).elements())
    yield from (f"{name}: got {_told(row)}, which was not expected" for row in (there - wanted).elements())


def _told(row: Row) -> str:
    return " ".join(format_yuan(cell) if isinstance(cell, int) else str(cell) for cell in row)
