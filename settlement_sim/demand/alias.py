"""How does one draw choose among weighted outcomes, exactly and for millions of rows?

Integer alias tables (Walker 1977; Vose 1991) with a power-of-two number of slots: the upper bits of a draw
pick the slot, the next 32 bits decide between the slot's own outcome and its alias.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.draws import Bits

Weights = npt.NDArray[np.int64]

#: Weights of a table are brought to this sum, so that thresholds are exact multiples of 1/2**30.
_TOTAL_BITS = 30
_ALIAS_BITS = 16


@dataclass(frozen=True)
class AliasTables:
    """A stack of alias tables with equal numbers of slots.

    `entry` (tables × slots, flat): threshold · 2**16 + alias, so that one gather brings both.
    """

    slot_bits: int
    entry: npt.NDArray[np.int64]

    def pick(self, table: npt.NDArray[np.integer], bits: Bits) -> npt.NDArray[np.int64]:
        """The outcome of each row's table for each row's draw. Leaves the low 32 − slot_bits bits unused."""
        slot = (bits >> np.uint64(64 - self.slot_bits)).view(np.int64)
        entry = gather(self.entry, (table.astype(np.int64) << self.slot_bits) + slot)
        middle = ((bits >> np.uint64(32 - self.slot_bits)) & np.uint64(0xFFFFFFFF)).view(np.int64)
        own = middle < entry >> _ALIAS_BITS
        entry &= (1 << _ALIAS_BITS) - 1
        return entry + (slot - entry) * own


def spare(bits: Bits, slot_bits: int, width: int) -> npt.NDArray[np.int64]:
    """`width` low bits that `pick` with this many slot bits did not use, as integers."""
    assert width <= 32 - slot_bits, "these bits are used by the alias draw"
    return (bits & np.uint64((1 << width) - 1)).astype(np.int64)


def build(weights: Weights) -> AliasTables:
    """Alias tables of integer weights (tables × outcomes, non-negative, each table with a positive sum).

    >>> tables = build(np.array([[1, 3]]))
    >>> tables.pick(np.zeros(2, int), np.array([0, 2**64 - 1], np.uint64)).tolist()
    [0, 1]
    """
    slot_bits = max(1, int(weights.shape[1] - 1).bit_length())
    left = _to_total(weights, 1 << slot_bits) << slot_bits
    threshold, other = _fill(left)
    return AliasTables(slot_bits, (threshold << _ALIAS_BITS | other).ravel())


def _to_total(weights: Weights, slots: int) -> Weights:
    """Weights padded to `slots` and scaled to the common sum; the largest outcome takes the rounding."""
    assert weights.max() < 1 << 32 and weights.min() >= 0, "weights must fit 32 bits"
    padded = np.zeros((len(weights), slots), np.int64)
    padded[:, : weights.shape[1]] = weights
    sums = padded.sum(1, keepdims=True)
    assert sums.min() > 0 and sums.max() < 1 << 33, "each table needs a positive sum below 2**33"
    scaled = (padded << _TOTAL_BITS) // sums
    rows = np.arange(len(scaled))
    scaled[rows, scaled.argmax(1)] += (1 << _TOTAL_BITS) - scaled.sum(1)
    return scaled


def _fill(left: Weights) -> tuple[Weights, Weights]:
    """Give every slot its own part and one alias: the poorest slot borrows from the richest, once each."""
    tables, slots = left.shape
    full = np.int64(1 << _TOTAL_BITS)
    threshold, other = np.zeros((2, tables, slots), np.int64)
    poorest = left.copy()
    rows = np.arange(tables)
    for _ in range(slots):
        low, high = poorest.argmin(1), left.argmax(1)
        own = poorest[rows, low]
        threshold[rows, low] = own << (32 - _TOTAL_BITS)
        other[rows, low] = high
        left[rows, high] -= full - own
        poorest[rows, high] = np.where(high == low, poorest[rows, high], left[rows, high])
        poorest[rows, low] = np.iinfo(np.int64).max
        left[rows, low] = -1
    return threshold, other
