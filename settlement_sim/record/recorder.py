"""What is kept of a run? A cube of sums at the finest key; every table is a sum of that cube.

Memory does not grow with the number of visits: months × cells × columns, plus three sums per person and care type
for the standard errors, which are clustered by person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.engine.settled import Settled
from settlement_sim.ledger.ledger import GROUPS, Grain
from settlement_sim.policies.answers import FUNDS
from settlement_sim.record.columns import DERIVED
from settlement_sim.vocabulary import CARE_TYPES, SCHEMES
from settlement_sim.world.world import World

#: Columns added densely; the rest is zero on most rows, or follows from the identities of the bill.
DENSE: Final = (
    "total_fee", "outside_scope", "above_price_limit", "advance_self_pay", "deductible_paid", "pooled_fund",
    "personal_account",
)  # fmt: skip
SPARSE: Final = ("large_sum_fund", "catastrophic_fund", "medical_assistance")
CLUSTERED: Final = ("settlements", "total_fee", "fund_total")
#: Settlements and gross of one person and care type share one integer: settlements · 2**40 + fen.
_FEE_BITS: Final = 40
PATHS: Final = ("direct", "manual")
Cube = dict[str, npt.NDArray[np.int64]]
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Keys:
    """The finest key of all tables: (pool × scheme) × care type × provider of the other province."""

    providers: int  # slots for providers: the larger of both sides
    side: npt.NDArray[np.int64]  # position of each provider among those of its province
    province: npt.NDArray[np.int8]  # of each provider

    @classmethod
    def of(cls, world: World) -> Keys:
        """Number the providers of each province."""
        province = world.geography.unit_province[world.geography.provider_unit]
        side = np.zeros(len(province), np.int64)
        for code in (0, 1):
            side[province == code] = np.arange((province == code).sum())
        return cls(int(side.max()) + 1, side, province)

    @property
    def of_group(self) -> int:
        """Number of cells of one pool and scheme."""
        return len(CARE_TYPES) * self.providers

    @property
    def cells(self) -> int:
        """Number of cells."""
        return GROUPS * self.of_group

    def provider(self, group: Whole, side: Whole) -> Whole:
        """Provider of each cell: Chongqing's insured (groups 0 and 1) go to Sichuan, the others to Chongqing."""
        table = np.stack(
            [np.pad(p, (0, self.providers - len(p))) for p in (np.flatnonzero(self.province == c) for c in (1, 0))]
        )
        return table[(group >= len(SCHEMES)).astype(np.int64), side]

    def split(self, cells: Whole, grain: Grain) -> tuple[Whole, Whole, Whole]:
        """Group, care type and position among the providers of each cell; 0 where its grain does not tell."""
        if grain == "care":
            group, rest = np.divmod(cells, self.of_group)
            care, side = np.divmod(rest, self.providers)
            return group, care, side
        group, side = np.divmod(cells, self.providers) if grain == "hospital" else (cells, np.zeros_like(cells))
        return group, np.zeros_like(cells), side

    def of_rows(
        self, group: npt.NDArray[np.integer], care: npt.NDArray[np.integer], provider: npt.NDArray[np.integer]
    ) -> Whole:
        """Cell of each row."""
        return (group.astype(np.int64) * len(CARE_TYPES) + care) * self.providers + gather(self.side, provider)


class Recorder:
    """Sums settlements of the window by month, by pair of units and by person."""

    def __init__(self, world: World, first: int, last: int) -> None:
        self.world, self.first, self.last = world, first, last
        self.keys = Keys.of(world)
        self.months = range(dates.month_index(first), dates.month_index(last) + 1)
        shape = (len(PATHS), len(self.months), self.keys.cells)
        self._cube: Cube = {name: np.zeros(shape, np.int64) for name in ("settlements", "reversed", *DENSE, *SPARSE)}
        units = world.units
        self.flows = np.zeros((3, units * units), np.int64)  # settlements, total_fee, cleared
        people = len(world.population) * len(CARE_TYPES)
        self._gross_of, self._fund_of = np.zeros(people, np.int64), np.zeros(people, np.int64)

    def batch(self, day: int, path: int, settled: Settled, sign: int = 1) -> Whole:
        """Keep a batch whose day lies in the window; returns the cell of every row. `sign` −1: taken back."""
        visits = settled.visits
        key = self.keys.of_rows(gather(self.world.group, visits.row), visits.care, settled.provider)
        if self.first <= day <= self.last:
            month = dates.month_index(day) - self.months[0]
            np.add.at(self._cube["settlements" if sign > 0 else "reversed"][path, month], key, settled.counted)
            for name in DENSE:
                np.add.at(self._cube[name][path, month], key, settled.money(name, sign))
            for name in SPARSE:
                values = settled.money(name, sign)
                rows = np.flatnonzero(values)
                np.add.at(self._cube[name][path, month], key[rows], values[rows])
            if path == 0:
                self._keep_flows(settled, sign)
                self._keep_persons(settled, sign)
        return key

    @property
    def cube(self) -> Cube:
        """Paths × months × cells of every column; what follows from the identities of the bill is made here."""
        kept = self._cube
        outside = kept["outside_scope"] + kept["above_price_limit"] + kept["advance_self_pay"]
        paid = add(kept[payer] for payer in (*FUNDS, "personal_account"))
        return {**kept, "in_scope": kept["total_fee"] - outside, "cash": kept["total_fee"] - paid}

    def _keep_flows(self, settled: Settled, sign: int) -> None:
        geography = self.world.geography
        home = gather(self.world.population.unit, settled.visits.row).astype(np.int64)
        pair = home * self.world.units + gather(geography.provider_unit, settled.provider)
        for flow, weight in zip(self.flows, (settled.counted, settled.total_fee, settled.cleared), strict=True):
            np.add.at(flow, pair, sign * weight)

    def _keep_persons(self, settled: Settled, sign: int) -> None:
        visits = settled.visits
        place = visits.care.astype(np.int64) * len(self.world.population) + visits.row
        np.add.at(self._gross_of, place, sign * (settled.total_fee + (settled.counted << _FEE_BITS)))
        np.add.at(self._fund_of, place, sign * (settled.cleared - settled.advances.personal_account))

    def clustered(self) -> Cube:
        """Settlements, gross and fund payments of the window by care type × person."""
        # Rounded, since the fen of a person may be negative: a settlement before the window is taken back in it.
        count = (self._gross_of + (1 << _FEE_BITS - 1)) >> _FEE_BITS
        columns = (count, self._gross_of - (count << _FEE_BITS), self._fund_of)
        shape = (len(CARE_TYPES), len(self.world.population))
        return {name: column.reshape(shape) for name, column in zip(CLUSTERED, columns, strict=True)}


def add(columns: Iterable[Whole]) -> Whole:
    """Sum of columns of equal shape."""
    return reduce(np.add, columns)


def with_derived(sums: Cube) -> Cube:
    """Add the sums of columns: all funds, the person, what crosses the border."""
    derived = {column.name: add(sums[part] for part in parts) for column, parts in DERIVED.items()}
    return {**sums, **derived}
