"""Where is a claim booked? The entry of its day, the statement of its month, the instruction that pays it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.ledger.ledger import Entry
from settlement_sim.policies.answers import FUNDS
from settlement_sim.record.recorder import Keys

#: What of an entry at the counter crosses the border.
_CROSSES: Final = (*FUNDS, "personal_account")
_COUNTER: Final = ("settle", "reverse")
_CLEAR: Final = "clear"


@dataclass
class Sum:
    """Rows and amounts (fen) of entries."""

    count: int = 0
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def cleared(self) -> int:
        """What crosses the border."""
        return sum(self.amounts.get(name, 0) for name in _CROSSES)

    def add(self, entry: Entry, at: npt.NDArray[np.int64]) -> None:
        """Add the cells at these places of an entry."""
        self.count += int(entry.count[at].sum())
        for name, column in entry.amounts.items():
            self.amounts[name] += int(column[at].sum())


Sums = dict[tuple[int, str], Sum]


class Bookings:
    """A listener of the ledger: sums by day and event of one cell of the journal and of its pair of pools.

    The cell is pool × scheme × care type × provider; the pair is that pool and scheme with the provider's pool, the
    grain at which the funds pay each other.
    """

    def __init__(self, keys: Keys, cell: int, provider_pool: npt.NDArray[np.int8]) -> None:
        self.cell = cell
        every = np.arange(keys.cells)
        group, provider = every // keys.of_group, keys.provider(every // keys.of_group, every % keys.providers)
        self._pair = (group == group[cell]) & (provider_pool[provider] == provider_pool[provider[cell]])
        self.of_cell: Sums = defaultdict(Sum)
        self.of_pair: Sums = defaultdict(Sum)

    def __call__(self, entry: Entry) -> None:
        """Keep what an entry says about the pair."""
        if entry.by_group:
            return
        at = np.flatnonzero(self._pair[entry.cells])
        own = at[entry.cells[at] == self.cell]
        for sums, places in ((self.of_pair, at), (self.of_cell, own)):
            if places.size:
                sums[entry.day, entry.event].add(entry, places)

    def statement(self, day: int, event: str) -> Sum:
        """The event over the month of a day, for the pair; so far, where the month has not ended."""
        month, total = dates.month_index(day), Sum()
        for (on, what), booked in self.of_pair.items():
            if what == event and dates.month_index(on) == month:
                total.count += booked.count
                for name, amount in booked.amounts.items():
                    total.amounts[name] += amount
        return total

    def cleared_on(self, day: int) -> int | None:
        """The day of clearing that pays what was settled on a day: first posted, first paid; None if not yet paid.

        Paid is what a remittance leaves no longer outstanding but for what was settled after that day.
        """
        for on in sorted(d for d, event in self.of_cell if event == _CLEAR and d >= day):
            owed = sum(s.cleared for (d, event), s in self.of_cell.items() if event in _COUNTER and d <= on)
            remitted = sum(
                s.amounts["cleared"] for (d, event), s in self.of_cell.items() if event == _CLEAR and d <= on
            )
            after = sum(s.cleared for (d, event), s in self.of_cell.items() if event == "settle" and day < d <= on)
            if owed - remitted <= after:
                return on
        return None

    @staticmethod
    def remitted(sums: Sums, day: int) -> int:
        """What clearing paid on a day (fen), for the cell or the pair."""
        return sums[day, _CLEAR].amounts["cleared"] if (day, _CLEAR) in sums else 0
