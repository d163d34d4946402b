"""Where does a need go, and what will its bill be? Fixed at birth, before any policy is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.columns import Columns
from settlement_sim.demand.alias import spare
from settlement_sim.demand.destinations import table_of
from settlement_sim.demand.needs import Needs
from settlement_sim.demand.quantiles import scaled
from settlement_sim.draws import Draws
from settlement_sim.money import split
from settlement_sim.vocabulary import CARE_TYPES, LEVELS
from settlement_sim.world.world import World

_PATTERN_BITS: Final = 16
_BLOCK: Final = 1 << 16


@dataclass(frozen=True)
class Gross(Columns):
    """Provider, gross bill (fen) and item pattern of needs."""

    provider: npt.NDArray[np.int16]
    total_fee: npt.NDArray[np.int64]
    pattern: npt.NDArray[np.int8]


class Pricing:
    """Sends needs to providers and draws their bills."""

    def __init__(self, world: World, draws: Draws) -> None:
        self.world, self.draws = world, draws
        people = world.population
        base = table_of(people.province, np.zeros(1, np.int64), people.residence, world.units)
        self._table_base = base.astype(np.int32)
        self._price_base = people.province.astype(np.int32) * (len(CARE_TYPES) * len(LEVELS))

    def gross(self, needs: Needs) -> Gross:
        """Provider and gross bill of each need, in blocks that fit the cache."""
        starts = range(0, max(len(needs), 1), _BLOCK)
        return Gross.stack([self._block(needs.take(slice(start, start + _BLOCK))) for start in starts])

    def items(self, gross: Gross, care: npt.NDArray[np.integer[Any]]) -> list[npt.NDArray[np.int64]]:
        """The bill split into item classes, by cumulative rounding."""
        patterns, parts = self.world.item_patterns.shape[1:]
        place = care.astype(np.int64) * patterns + gross.pattern
        cumulative = self.world.item_patterns.reshape(-1, parts).T
        return split(gross.total_fee, [gather(column, place) for column in cumulative])

    def _block(self, needs: Needs) -> Gross:
        world, care = self.world, needs.care.astype(np.int64)
        bits = self.draws.bits("where", needs.id)
        provider = world.destinations.pick(gather(self._table_base, needs.row) + care * world.units, bits)
        level = gather(world.provider_level, provider)
        price = gather(world.price, gather(self._price_base, needs.row) + care * len(LEVELS) + level)
        total = scaled(price, world.shapes.multiple(care, self.draws.bits("bill", needs.id)))
        pattern = spare(bits, world.destinations.slot_bits, _PATTERN_BITS) * world.item_patterns.shape[1]
        return Gross(provider.astype(np.int16), total, (pattern >> _PATTERN_BITS).astype(np.int8))
