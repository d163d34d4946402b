"""How is what happened written down? In the recorder, the ledger, the clearing house and the journal."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather, sum_by
from settlement_sim.engine.clearing import Clearing
from settlement_sim.engine.plan import Outcome
from settlement_sim.engine.settled import Settled
from settlement_sim.ledger.ledger import GROUPS, Entry
from settlement_sim.policies.answers import DIRECT, MANUAL
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


class Books:
    """Books events; a cell is one of the recorder, a group is pool and scheme."""

    def __init__(self, world: World, outcome: Outcome, clearing: Clearing) -> None:
        self.world, self.outcome, self.clearing = world, outcome, clearing

    def settled(self, event: str, day: int, settled: Settled, sign: int = 1) -> Whole:
        """Record and post one batch; returns the cell of every row. `sign` −1 takes it back."""
        key = self.outcome.recorder.batch(day, MANUAL if event == "reimburse" else DIRECT, settled, sign)
        columns = {name: settled.money(name, sign) for name in self.outcome.ledger.amounts(event)}
        self.rows(event, day, self.group(settled.visits.row), key, columns, settled.counted)
        if event != "reimburse":
            self.clearing.add(key, settled.money("cleared", sign))
        return key

    def rows(
        self, event: str, day: int, group: Codes, key: Whole, columns: dict[str, Whole], counted: Whole | None = None
    ) -> None:
        """Post rows by group; hand their cells to the journal. `counted`: 1 for each row when left out."""
        ledger = self.outcome.ledger
        ledger.post(event, {name: sum_by(group, column, GROUPS) for name, column in columns.items()})
        if ledger.listeners:
            ledger.record(Entry.of(day, event, key, np.ones_like(key) if counted is None else counted, columns))

    def groups(self, event: str, day: int, amounts: dict[str, Whole]) -> None:
        """Post an event of groups; its count is that of the groups it touches."""
        ledger = self.outcome.ledger
        ledger.post(event, amounts)
        (amount,) = amounts.values()
        touched = np.flatnonzero(amount)
        if ledger.listeners and touched.size:
            cut = {name: column[touched] for name, column in amounts.items()}
            ledger.record(Entry(day, event, touched, np.ones_like(touched), cut, grain="group"))

    def group(self, row: Codes) -> Codes:
        """Group of persons."""
        return gather(self.world.group, row)

    def cells(self, row: Codes, care: Codes, provider: Codes) -> Whole:
        """Cell of each visit."""
        return self.outcome.recorder.keys.of_rows(self.group(row), care, provider)
