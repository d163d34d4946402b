"""Which columns of a need may an access policy read, and how is each made for some rows of a day?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.demand.bills import Gross
from settlement_sim.demand.needs import Needs
from settlement_sim.draws import Draws
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.policies import views
from settlement_sim.world.population import packed_day
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]


class NeedsView:
    """Makes views of the needs of a day; a column costs nothing until it is read."""

    def __init__(self, world: World, draws: Draws) -> None:
        self.world, self.draws = world, draws
        units = world.units
        self._touch = np.zeros((units, units), bool)
        for a, b in world.geography.border_pairs:
            self._touch[a, b] = self._touch[b, a] = True

    def of(self, day: int, needs: Needs, gross: Gross, emergency: npt.NDArray[np.bool_]) -> views.Needs:
        """The view of all needs of a day."""
        people, geography = self.world.population, self.world.geography

        def person(column: npt.NDArray[Any]) -> Callable[[Whole], Any]:
            return lambda i: gather(column, needs.row[i])

        def provider(column: npt.NDArray[Any]) -> Callable[[Whole], Any]:
            return lambda i: gather(column, gross.provider[i])

        unit, residence, care_unit = person(people.unit), person(people.residence), provider(geography.provider_unit)
        filing, until = person(people.filing), person(people.filing_until)
        makers: dict[str, Callable[[Whole], Any]] = {
            "pool": person(people.pool),
            "scheme": person(people.scheme),
            "status": person(people.status),
            "assistance": person(people.assistance),
            "age": lambda i: (packed_day(day) - people.born[needs.row[i]]) >> 9,
            "care_type": lambda i: needs.care[i],
            "level": provider(self.world.provider_level),
            "unit": unit,
            "residence": residence,
            "care_unit": care_unit,
            "care_pool": provider(self.world.provider_pool),
            "travel_minutes": lambda i: geography.minutes[residence(i), care_unit(i)],
            "border": lambda i: geography.border[unit(i)] & geography.border[care_unit(i)],
            "neighbouring": lambda i: self._touch[unit(i), care_unit(i)],
            "filing": filing,
            "filing_until": until,
            "filed": lambda i: (filing(i) > 0) & (until(i) >= day),
            "day": lambda i: np.full(len(i), day),
            "emergency": lambda i: emergency[i],
        }
        return views.Needs(makers, np.arange(len(needs)), lambda purpose, i: uniforms(self.draws, purpose, needs.id[i]))
