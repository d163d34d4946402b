"""Which entries of the journal hold a claim? Sums by day and event of the cell that it is booked in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from settlement_sim.ledger.ledger import Entry


@dataclass
class Sum:
    """Rows and amounts (fen) of entries."""

    count: int = 0
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, entry: Entry, at: npt.NDArray[np.int64]) -> None:
        """Add the cells at these places of an entry."""
        self.count += int(entry.count[at].sum())
        for name, column in entry.amounts.items():
            self.amounts[name] += int(column[at].sum())


class Bookings:
    """A listener of the ledger: sums by day and event of one cell of the journal.

    The cell is pool × scheme × care type × provider; entries of another grain name no care type and are passed over.
    """

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.of_cell: dict[tuple[int, str], Sum] = defaultdict(Sum)

    def __call__(self, entry: Entry) -> None:
        """Keep what an entry says about the cell."""
        if entry.grain != "care":
            return
        at = np.flatnonzero(entry.cells == self.cell)
        if at.size:
            self.of_cell[entry.day, entry.event].add(entry, at)
