"""How is money between the funds written down? In the ledger and, cell by cell, for the journal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.clearing.members import Members
from settlement_sim.ledger.ledger import Entry, Ledger

Whole = npt.NDArray[np.int64]


class FundBooks:
    """Posts events of the clearing."""

    def __init__(self, ledger: Ledger, members: Members) -> None:
        self.ledger, self.members = ledger, members

    def groups(self, event: str, day: int, by_group: Whole) -> None:
        """Post an event of pools and schemes; nothing where all amounts are zero."""
        touched = np.flatnonzero(by_group)
        if not touched.size:
            return
        (name,) = set(self.ledger.amounts(event))
        self.ledger.post(event, {name: by_group})
        if self.ledger.listeners:
            amounts = {name: by_group[touched]}
            self.ledger.record(Entry(day, event, touched, np.ones_like(touched), amounts, grain="group"))

    def hospitals(self, event: str, day: int, groups: Whole, slots: Whole, amount: Whole) -> None:
        """Post an event of some groups (rows) and hospitals (columns)."""
        if not amount.any():
            return
        (name,) = set(self.ledger.amounts(event))
        by_group = np.zeros(self.members.groups, np.int64)
        by_group[groups] = amount.sum(1)
        self.ledger.post(event, {name: by_group})
        if self.ledger.listeners:
            cells = groups[:, None] * self.members.hospitals + slots
            touched = amount != 0
            kept = cells[touched]
            self.ledger.record(
                Entry(day, event, kept, np.ones_like(kept), {name: amount[touched]}, grain="hospital")
            )  # fmt: skip
