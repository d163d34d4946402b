"""How is the journal written down? One balanced entry per day, event, pool, scheme, care pool and hospital group."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from settlement_sim import dates
from settlement_sim.ledger.ledger import Entry, Ledger
from settlement_sim.record.recorder import Keys
from settlement_sim.vocabulary import CARE_TYPES, POOLS, SCHEMES
from settlement_sim.world.world import World

#: Grains of entries that name no hospital, and no care type.
_WITHOUT: Final = (("group",), ("group", "hospital"))


class JournalFile:
    """A listener of the ledger that writes `journal.parquet`: signed amounts per account, summing to zero per row."""

    def __init__(self, path: Path, world: World, ledger: Ledger) -> None:
        self.world, self.ledger, self.keys = world, ledger, Keys.of(world)
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def __call__(self, entry: Entry) -> None:
        """Write the cells of one event; nothing where nobody was touched."""
        if not len(entry.cells):
            return
        table = pa.table(self._columns(entry))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()

    def _columns(self, entry: Entry) -> dict[str, Any]:
        group, care, side = self.keys.split(entry.cells, entry.grain)
        provider = self.keys.provider(group, side)
        nowhere, all_care = (np.full(len(group), entry.grain in grains) for grains in _WITHOUT)
        amounts = {name: np.zeros(len(entry.cells), np.int64) for name in self.ledger.book.accounts}
        for line in self.ledger.book.events[entry.event]:
            amounts[line.debit] += entry.amounts[line.amount]
            amounts[line.credit] -= entry.amounts[line.amount]
        return {
            "day": pa.array([dates.iso(entry.day)] * len(entry.cells)),
            "event": pa.array([entry.event] * len(entry.cells)),
            "pool": pa.array(np.array(POOLS)[group // len(SCHEMES)]),
            "scheme": pa.array(np.array(SCHEMES)[group % len(SCHEMES)]),
            "care_type": pa.array(np.array(CARE_TYPES)[care], mask=all_care),
            "care_pool": pa.array(np.array(POOLS)[self.world.provider_pool[provider]], mask=nowhere),
            "provider": pa.array(np.array(self.world.geography.providers)[provider], mask=nowhere),
            "count": entry.count,
            **amounts,
        }
