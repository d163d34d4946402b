"""What do several test files need? Weights of a calibration, and the mass that an alias table gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.alias import AliasTables

Column = npt.NDArray[np.int64]

#: Visits per person-year where the relative rate is one, in 1/1,000,000.
WEIGHTS = {
    "chongqing": {"inpatient": 1524342, "outpatient": 3174389, "chronic": 1463943, "pharmacy": 3176848},
    "sichuan": {"inpatient": 3094817, "outpatient": 3095798, "chronic": 1434088, "pharmacy": 3097038},
}


def masses(tables: AliasTables, table: int = 0) -> Column:
    """How many of the 2**(32 + slot_bits) equally likely draws give each outcome of one table.

    In a slot the first so many of the 2**32 next draws give one outcome and the others another: where it
    changes is found by halving, through nothing but draws.
    """
    slot = np.arange(1 << tables.slot_bits)
    first, last = (outcomes(tables, table, slot, np.full_like(slot, end)) for end in (0, (1 << 32) - 1))
    low, high = np.zeros_like(slot), np.full_like(slot, 1 << 32)  # the change lies in (low, high]
    for _ in range(32):
        middle = (low + high) // 2
        same = outcomes(tables, table, slot, middle) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    mass = np.zeros_like(slot)
    np.add.at(mass, first, high)
    np.add.at(mass, last, (1 << 32) - high)
    return mass


def outcomes(tables: AliasTables, table: int, slot: Column, middle: Column) -> Column:
    """The outcome of the draws whose upper bits are `slot` and whose next 32 bits are `middle`."""
    bits = slot.astype(np.uint64) << np.uint64(64 - tables.slot_bits)
    bits |= middle.astype(np.uint64) << np.uint64(32 - tables.slot_bits)
    return tables.pick(np.full(len(slot), table), bits)
