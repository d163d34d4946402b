"""Where is the money? Double entry over a small chart of accounts; only `post` writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from settlement_sim import dates, yamlio
from settlement_sim.arrays import sum_by
from settlement_sim.errors import BrokenLaw, InputError, Problem, nearest
from settlement_sim.money import SUM_LIMIT
from settlement_sim.vocabulary import POOLS, SCHEMES

ROOM: Final = Path(str(files("settlement_sim") / "ledger"))
GROUPS: Final = len(POOLS) * len(SCHEMES)
Money = npt.NDArray[np.int64]
Grain = Literal["care", "hospital", "group"]
#: Province and scheme of each group of the corridor: Chongqing is one pool, the others are Sichuan's.
CORRIDOR: Final = np.arange(GROUPS) % len(SCHEMES) + len(SCHEMES) * (np.arange(GROUPS) >= len(SCHEMES))


@dataclass(frozen=True)
class Account:
    """One account: whether its balance may be negative, and who keeps it (pools, or provinces for their pools)."""

    name: str
    zh: str
    en: str
    crosses_zero: bool
    kept_by: str


@dataclass(frozen=True)
class Line:
    """One posting line: the same amount debited to one account and credited to another."""

    debit: str
    credit: str
    amount: str


@dataclass(frozen=True)
class Entry:
    """One balanced journal entry per cell: day × event × key of each cell, with its count and amounts.

    `grain`: what a cell is. `care`: a cell of the recorder; `hospital`: group · hospitals + hospital; `group`: pool and
    scheme alone, where no care is involved.
    """

    day: int
    event: str
    cells: Money
    count: Money
    amounts: Mapping[str, Money]
    grain: Grain = "care"

    @classmethod
    def of(cls, day: int, event: str, key: Money, counted: Money, columns: Mapping[str, Money]) -> Entry:
        """Sum rows to their cells."""
        kept = np.flatnonzero(counted)
        key, counted = key[kept], counted[kept]
        columns = {name: column[kept] for name, column in columns.items()}
        cells, place = np.unique(key, return_inverse=True)
        amounts = {name: sum_by(place, column, len(cells)) for name, column in columns.items()}
        return cls(day, event, cells, sum_by(place, counted, len(cells)), amounts)


@dataclass(frozen=True)
class Book:
    """The chart of accounts and the posting table."""

    accounts: Mapping[str, Account]
    events: Mapping[str, tuple[Line, ...]]

    @classmethod
    def load(cls, chart: Path = ROOM / "chart.yaml", postings: Path = ROOM / "postings.yaml") -> Book:
        """Read both tables; a line that names an unknown account is an error with its position."""
        accounts = {
            name: Account(name, a["zh"], a["en"], a["crosses_zero"] == "true", a.get("kept_by", "pool"))
            for name, a in yamlio.read(chart).data["accounts"].items()
        }
        document = yamlio.read(postings)
        problems = [
            Problem(document.where(("events", event, i, side)), repr(line[side]), "an account of the chart",
                    nearest(line[side], accounts))
            for event, lines in document.data["events"].items() for i, line in enumerate(lines)
            for side in ("debit", "credit") if line[side] not in accounts
        ]  # fmt: skip
        if problems:
            raise InputError(problems)
        events = {event: tuple(Line(**line) for line in lines) for event, lines in document.data["events"].items()}
        return cls(accounts, events)


@cache
def packaged_book() -> Book:
    """The packaged chart and postings, read once."""
    return Book.load()


class Ledger:
    """Balances by account and (pool × scheme), asserted on demand; journal listeners see every entry."""

    def __init__(self, book: Book | None = None, members: npt.NDArray[np.integer] = CORRIDOR) -> None:
        """`members`: province and scheme of each group, for accounts that provinces keep."""
        self.book, self.members = book or packaged_book(), members
        self.balances = {name: np.zeros(len(members), np.int64) for name in self.book.accounts}
        self.listeners: list[Callable[[Entry], None]] = []

    def amounts(self, event: str) -> tuple[str, ...]:
        """Money columns that an event posts."""
        return tuple(line.amount for line in self.book.events[event])

    def post(self, event: str, amounts: Mapping[str, Money]) -> None:
        """Post one event: `amounts` by money column, one entry per (pool, scheme); a column left out is zero."""
        for line in self.book.events[event]:
            if line.amount in amounts:
                self.balances[line.debit] += amounts[line.amount]
                self.balances[line.credit] -= amounts[line.amount]

    def record(self, entry: Entry) -> None:
        """Hand the detail of a posted event to whoever keeps the journal."""
        for listener in self.listeners:
            listener(entry)

    def check(self, day: int, controls: Mapping[str, int]) -> None:
        """Balanced, no account beyond zero that may not be, control accounts equal their sub-ledgers."""
        when = dates.iso(day)
        if sum(int(balance.sum()) for balance in self.balances.values()):
            raise BrokenLaw(f"the ledger does not balance on {when}")
        for name, account in self.book.accounts.items():
            if not account.crosses_zero and self._kept(account).min() < 0:
                raise BrokenLaw(f"account {name} is below zero on {when}")
            if np.abs(self.balances[name]).max() >= SUM_LIMIT:
                raise BrokenLaw(f"account {name} is too large to be exact on {when}")
        for name, total in controls.items():
            if int(self.balances[name].sum()) != total:
                raise BrokenLaw(f"account {name} differs from its sub-ledger on {when}")

    def _kept(self, account: Account) -> Money:
        """Balances of whoever keeps an account."""
        balance = self.balances[account.name]
        return balance if account.kept_by == "pool" else sum_by(self.members, balance, int(self.members.max()) + 1)
