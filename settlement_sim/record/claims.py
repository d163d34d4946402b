"""How is every claim of the window written down? As Parquet, streamed day by day, memory flat.

Money of a reversal is negative. Each row carries what its person had used before, so that every person-year can be
rebuilt from the file alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from settlement_sim import dates
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.settled import Settled
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY_NAMES
from settlement_sim.record.recorder import PATHS
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, LEVELS, POOLS, SCHEMES, STATUSES, TIERS
from settlement_sim.world.world import World

_EPOCH_SECONDS: Final = dates.EPOCH.toordinal() * SECONDS_PER_DAY - 719_163 * SECONDS_PER_DAY
_ROW_GROUP: Final = 1 << 18
#: What a row is: settled at the counter, paid by the desk, or a settlement taken back.
ENTRIES: Final = ("settle", "reimburse", "reverse")
Whole = npt.NDArray[np.int64]


class ClaimsFile:
    """An observer of the simulation that writes `claims.parquet`."""

    def __init__(self, path: Path, world: World, first: int) -> None:
        """Rows settled from day `first` on are written."""
        self.world, self.first = world, first
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []
        self._rows = 0

    def __call__(self, event: str, today: int, settled: Settled, episodes: Episodes) -> None:
        """Take one batch; aligned rows."""
        if today < self.first:
            return
        self._held.append(self._table(event, today, settled, episodes))
        self._rows += len(settled.visits)
        if self._rows >= _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is held and end the file."""
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        if not self._held:
            return
        # The first table, even one without rows, gives the file its columns.
        table = pa.concat_tables(self._held).combine_chunks().unify_dictionaries()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)
        self._held, self._rows = [], 0

    def _table(self, event: str, today: int, settled: Settled, episodes: Episodes) -> pa.Table:
        world, visits = self.world, settled.visits
        people, row = world.population, visits.row
        geography = world.geography
        sign = -1 if event == "reverse" else 1
        columns: dict[str, Any] = {
            "entry": _labels(np.full(len(row), ENTRIES.index(event)), ENTRIES),
            "need": visits.id,
            "person": people.id[row],
            "pool": _labels(people.pool[row], POOLS),
            "unit": _labels(people.unit[row], geography.units),
            "residence": _labels(people.residence[row], geography.units),
            "scheme": _labels(people.scheme[row], SCHEMES),
            "tier": _labels(people.tier[row], TIERS),
            "status": _labels(people.status[row], STATUSES),
            "assistance": _labels(people.assistance[row], ASSISTANCE),
            "care_type": _labels(visits.care, CARE_TYPES),
            "provider": _labels(settled.provider, geography.providers),
            "level": _labels(world.provider_level[settled.provider], LEVELS),
            "born": _moments(episodes.born),
            "admitted": _moments(episodes.admitted),
            "discharged": _moments(episodes.discharged),
            "settled": _moments(np.maximum(episodes.discharged, today * SECONDS_PER_DAY)),
            "insurance_year": dates.years(episodes.discharged // SECONDS_PER_DAY),
            "path": _labels(visits.path, PATHS),
            "cut": visits.cut,
            "home_class": people.home_class[row],
        }
        columns |= {name: settled.money(name, sign) for name in MONEY_NAMES}
        columns |= {c.name: sum(settled.money(part, sign) for part in parts) for c, parts in DERIVED.items()}
        columns |= {c.name: np.zeros(len(row), np.int64) for c in ALWAYS_ZERO}
        columns |= {f"{name}_before": settled.before[name] for name in (*STANDING, "account")}
        return pa.table(columns)


def _labels(codes: npt.NDArray[Any], names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(names))


def _moments(seconds: Whole) -> pa.Array:
    """Seconds since the simulation's epoch as timestamps (local time, no zone)."""
    return pa.array((seconds + _EPOCH_SECONDS).astype("datetime64[s]"))
