"""What becomes of a need on its day? A visit at once, a stay with or without waiting, or nothing because the person
already waits or lies in a bed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.columns import Columns
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.bills import Gross
from settlement_sim.demand.needs import INPATIENT, Needs
from settlement_sim.demand.quantiles import SHAPES, scaled
from settlement_sim.draws import Draws
from settlement_sim.engine.adjudication import Visits
from settlement_sim.engine.beds import Beds, Requests
from settlement_sim.engine.slots import Slots
from settlement_sim.policies import base
from settlement_sim.policies.base import Route
from settlement_sim.rules.compiled import Rules
from settlement_sim.world.world import World

_STAY: Final = SHAPES.index("stay")
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Episodes(Columns):
    """Visits with their moments, in seconds since the epoch; equal moments for whoever needs no bed."""

    id: Whole
    row: npt.NDArray[np.int32]
    care: npt.NDArray[np.int8]
    path: npt.NDArray[np.int8]
    cut: Whole
    born: Whole
    admitted: Whole
    discharged: Whole
    gross: Gross

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def none(cls) -> Episodes:
        """No visit."""
        whole, small = np.zeros(0, np.int64), np.zeros(0, np.int8)
        none = Gross(np.zeros(0, np.int16), whole, small)
        return cls(whole, np.zeros(0, np.int32), small, small, whole, whole, whole, whole, none)

    def visits(self) -> Visits:
        """The same rows as an adjudicator wants them."""
        return Visits(self.id, self.row, self.care, self.path, self.cut, self.gross)


@dataclass
class Counts:
    """What happened to needs beside settlements, over the window."""

    absorbed: int = 0
    admitted: int = 0
    waited: int = 0
    waited_seconds: int = 0
    over_capacity: int = 0


class Admissions:
    """Sends the needs of a day on their way."""

    def __init__(self, world: World, rules: Rules, slots: Slots, draws: Draws) -> None:
        self.world, self.rules, self.slots, self.draws = world, rules, slots, draws
        self.beds = Beds(len(world.provider_level))
        self.counts = Counts()
        self._busy_until = np.zeros(len(world.population), np.int32)
        self._tied = world.priors["stay.tied_to_bill"]
        self._emergency = world.priors["emergency_share"]

    def open_day(self, day: int, needs: Needs, gross: Gross) -> tuple[Episodes, Episodes]:
        """Visits that need no bed, in the order (person, second, need_id), and the stays that begin today."""
        moment = day * SECONDS_PER_DAY + needs.second.astype(np.int64)
        free = moment >= gather(self._busy_until, needs.row)
        inpatient = np.flatnonzero(free & (needs.care == INPATIENT))
        free[after_admission(needs.row, inpatient)] = False
        self.counts.absorbed += len(needs) - int(np.count_nonzero(free))
        inpatient = inpatient[free[inpatient]]
        stays = self._admit(day, needs.take(inpatient), gross.take(inpatient), moment[inpatient])
        free[inpatient] = False
        index = np.flatnonzero(free)
        return self._walk_in(day, needs.take(index), gross.take(index), gather(moment, index)), stays

    def _walk_in(self, day: int, needs: Needs, gross: Gross, moment: Whole) -> Episodes:
        route = self._route(day, needs, np.zeros(len(needs), bool))
        return Episodes(needs.id, needs.row, needs.care, route.path, route.cut, moment, moment, moment, gross)

    def _admit(self, day: int, needs: Needs, gross: Gross, moment: Whole) -> Episodes:
        length, emergency = self._stay(needs, gross)
        route = self._route(day, needs, emergency)
        group = gross.provider.astype(np.int64)
        requests = Requests(needs.id, needs.row, route.path, route.cut, group, moment, length, emergency, gross)
        self._busy_until[needs.row] = np.iinfo(np.int32).max
        started, start, extra = self.beds.open_day(day, requests, self._capacity(day))
        end = start + started.length
        self._busy_until[started.row] = end
        self._count(start - started.arrival, extra)
        care = np.full(len(started), INPATIENT, np.int8)
        return Episodes(
            started.id, started.row, care, started.path, started.cut, started.arrival, start, end, started.gross
        )

    def _stay(self, needs: Needs, gross: Gross) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Length in seconds and emergency of each stay, fixed at birth."""
        bits = self.draws.bits("stay", needs.id)
        tied = percent_below(bits, 0, self._tied)
        bits_of_rank = np.where(tied, self.draws.bits("bill", needs.id), bits)
        mean = self.world.stay_seconds[self.world.provider_level[gross.provider]]
        length = scaled(mean, self.world.shapes.multiple(_STAY, bits_of_rank))
        return length, percent_below(bits, 1, self._emergency)

    def _capacity(self, day: int) -> Whole:
        """Beds of each group open to travellers today: licensed beds less local occupancy, rounded down."""
        kind = int(self.world.calendar.kinds(day, day)[0])
        geography = self.world.geography
        free = 10_000 - geography.occupancy[geography.provider_level, kind].astype(np.int64)
        return geography.licensed_beds * free // 10_000

    def _route(self, day: int, needs: Needs, emergency: npt.NDArray[np.bool_]) -> Route:
        view = base.Needs(self._makers(day, needs, emergency), np.arange(len(needs)))

        def ask(policy: Any, index: Any) -> Route:
            return policy.route(view if isinstance(index, slice) else view.take(index), self.rules)

        return self.slots.ask("access", day, lambda: gather(self.world.group, needs.row), ask)

    def _makers(self, day: int, needs: Needs, emergency: npt.NDArray[np.bool_]) -> Mapping[str, Callable[[Whole], Any]]:
        people = self.world.population
        return {
            "pool": lambda i: people.pool[needs.row[i]],
            "scheme": lambda i: people.scheme[needs.row[i]],
            "care": lambda i: needs.care[i],
            "filing": lambda i: people.filing[needs.row[i]],
            "filing_until": lambda i: people.filing_until[needs.row[i]],
            "day": lambda i: np.full(len(i), day),
            "emergency": lambda i: emergency[i],
            "manual_draw": lambda i: uniform_10_000(self.draws.bits("path", needs.id[i])),
        }

    @property
    def waiting(self) -> int:
        """Stays that wait for a bed."""
        return len(self.beds.waiting)

    def _count(self, wait: Whole, extra: npt.NDArray[np.bool_]) -> None:
        self.counts.admitted += len(wait)
        self.counts.waited += int((wait > 0).sum())
        self.counts.waited_seconds += int(wait.sum())
        self.counts.over_capacity += int(extra.sum())


def after_admission(row: npt.NDArray[np.int32], admission: Whole) -> Whole:
    """Rows that come after an admission of the same person today: they fall inside that wait or stay.

    No stay is shorter than a day (see the lower cut of the stay table), so the rest of the day is always inside.
    `row`: person of each need in the order of the day; `admission`: the rows that would be admitted.
    """
    found = []
    person, after = row[admission], admission + 1
    while after.size:
        same = after < len(row)
        same[same] = row[after[same]] == person[same]
        person, after = person[same], after[same]
        found.append(after)
        after = after + 1
    return np.concatenate(found) if found else admission


def percent_below(bits: npt.NDArray[np.uint64], field: int, percent: int) -> npt.NDArray[np.bool_]:
    """True with probability `percent`, from the `field`-th group of 14 low bits."""
    part = (bits >> np.uint64(14 * field)).astype(np.int64) & 0x3FFF
    return part * 100 < percent << 14


def uniform_10_000(bits: npt.NDArray[np.uint64]) -> Whole:
    """0..9,999 from the upper 32 bits."""
    return (bits >> np.uint64(32)).astype(np.int64) * 10_000 >> 32
