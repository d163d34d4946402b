"""What becomes of a need on its day? A visit at once, a stay with or without waiting, care at home because the chronic
list or the terms keep it there, or nothing because the person already waits or lies in a bed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.columns import Columns
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.behaviour import STREAM, Response, accepts, accepts_all
from settlement_sim.demand.bills import Gross
from settlement_sim.demand.needs import CHRONIC, INPATIENT, Needs, later
from settlement_sim.demand.quantiles import SHAPES, scaled
from settlement_sim.draws import Draws
from settlement_sim.engine.beds import Beds, Requests
from settlement_sim.engine.complete import Routed
from settlement_sim.engine.needs_view import NeedsView
from settlement_sim.engine.probe import SILENT, Probe
from settlement_sim.engine.settled import Visits
from settlement_sim.engine.slots import Asked, Slots, joined
from settlement_sim.ledger.ledger import GROUPS
from settlement_sim.money import share
from settlement_sim.policies.answers import MANUAL, Route
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES
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
    filing: npt.NDArray[np.int8]
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
        return cls(whole, np.zeros(0, np.int32), small, small, whole, small, whole, whole, whole, none)

    def visits(self) -> Visits:
        """The same rows as an adjudicator wants them."""
        return Visits(self.id, self.row, self.care, self.path, self.cut, self.filing, self.gross)


#: Why a need is cared for at home: its disease is not on the list that settles across provinces, or its terms.
AT_HOME: Final = ("not_listed", "turned_away")


@dataclass
class Counts:
    """What happened to needs beside settlements, over the window."""

    absorbed: int = 0
    admitted: int = 0
    waited: int = 0
    waited_seconds: int = 0
    over_capacity: int = 0
    #: Needs cared for at home and what that costs (fen): reason × pool and scheme × care type.
    at_home: Whole = field(default_factory=lambda: np.zeros((len(AT_HOME), GROUPS * len(CARE_TYPES)), np.int64))
    home_cost: Whole = field(default_factory=lambda: np.zeros((len(AT_HOME), GROUPS * len(CARE_TYPES)), np.int64))


class Admissions:
    """Sends the needs of a day on their way."""

    def __init__(
        self, world: World, rules: Rules, slots: Slots, draws: Draws, response: Response, potential_bp: int,
        probe: Probe = SILENT,
    ) -> None:  # fmt: skip
        self.world, self.rules, self.slots, self.draws = world, rules, slots, draws
        self.response, self.potential_bp, self.probe = response, potential_bp, probe
        self.beds = Beds(len(world.provider_level))
        self.counts = Counts()
        self.view = NeedsView(world, draws)
        self._busy_until = np.full(len(world.population), np.iinfo(np.int32).min, np.int32)
        self._tied = world.priors["stay.tied_to_bill"]
        self._emergency = world.priors["emergency_share"]
        self._home_price = world.priors["behaviour.home_price"] * 100

    def open_day(self, day: int, needs: Needs, gross: Gross) -> tuple[Episodes, Episodes]:
        """Visits that need no bed, in the order (person, second, need_id), and the stays that begin today."""
        length, emergency = self._stays(needs, gross)
        route = self._route(day, needs, gross, emergency)
        self.probe.note("route", needs, gross=gross, route=route, length=length, emergency=emergency)
        home = self._cared_at_home(day, needs, gross, route, emergency)
        moment = day * SECONDS_PER_DAY + needs.second.astype(np.int64)
        free = moment >= gather(self._busy_until, needs.row)
        free[home] = False
        inpatient = np.flatnonzero(free & (needs.care == INPATIENT))
        later_today = after_admission(needs.row, inpatient)
        free[later_today] = False
        self.probe.note("enter", needs, free=free)
        self.counts.absorbed += len(needs) - len(home) - int(np.count_nonzero(free))
        inpatient = inpatient[free[inpatient]]
        asking = Requests(
            needs.id, needs.row, route.path, route.cut, route.filing, gross.provider.astype(np.int64), moment, length,
            emergency, gross,
        )  # fmt: skip
        stays = self._admit(day, asking.take(inpatient))
        free[inpatient] = False
        index = np.flatnonzero(free)
        return self._walk_in(needs.take(index), gross.take(index), route.take(index), gather(moment, index)), stays

    def _cared_at_home(
        self, day: int, needs: Needs, gross: Gross, route: Routed, emergency: npt.NDArray[np.bool_]
    ) -> Whole:
        """Rows that do not cross the border: their disease is not listed, or their terms keep them."""
        unlisted = self._unlisted(day, needs)
        self._care_at_home("not_listed", needs, gross, unlisted)
        if accepts_all(self.potential_bp, self.response):
            return unlisted
        # An emergency does not weigh its terms.
        by_hand, cut = (route.path == MANUAL) & ~emergency, np.where(emergency, 0, route.cut)
        bits = self.draws.bits(STREAM, needs.id)
        away = ~accepts(bits, by_hand, cut, self.potential_bp, self.response)
        away[unlisted] = False
        self._care_at_home("turned_away", needs, gross, np.flatnonzero(away))
        return np.concatenate([unlisted, np.flatnonzero(away)])

    def _unlisted(self, day: int, needs: Needs) -> Whole:
        """Chronic needs whose disease does not yet settle across provinces."""
        first_five, later_five = self.rules.listed(day)
        chronic = np.flatnonzero(needs.care == CHRONIC)
        return chronic[~np.where(later(needs.id[chronic]), later_five, first_five)]

    def _care_at_home(self, reason: str, needs: Needs, gross: Gross, rows: Whole) -> None:
        cost = share(gross.total_fee[rows], self._home_price)
        self.probe.note(reason, needs.take(rows), home_cost=cost)
        cell = gather(self.world.group, needs.row[rows]).astype(np.int64) * len(CARE_TYPES) + needs.care[rows]
        which = AT_HOME.index(reason)
        np.add.at(self.counts.at_home[which], cell, 1)
        np.add.at(self.counts.home_cost[which], cell, cost)

    def _walk_in(self, needs: Needs, gross: Gross, route: Routed, moment: Whole) -> Episodes:
        return Episodes(
            needs.id, needs.row, needs.care, route.path, route.cut, route.filing, moment, moment, moment, gross
        )

    def _admit(self, day: int, asking: Requests) -> Episodes:
        self._busy_until[asking.row] = np.iinfo(np.int32).max
        started, start, extra = self.beds.open_day(day, asking, self._capacity(day))
        end = start + started.length
        self._busy_until[started.row] = end
        self._count(start - started.arrival, extra)
        self.probe.note("admit", started, start=start, end=end, extra=extra)
        care = np.full(len(started), INPATIENT, np.int8)
        return Episodes(
            started.id, started.row, care, started.path, started.cut, started.filing, started.arrival, start, end,
            started.gross,
        )  # fmt: skip

    def _stays(self, needs: Needs, gross: Gross) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Length in seconds and emergency of each need; nothing for whoever needs no bed."""
        length, emergency = np.zeros(len(needs), np.int64), np.zeros(len(needs), bool)
        rows = np.flatnonzero(needs.care == INPATIENT)
        length[rows], emergency[rows] = self._stay(needs.id[rows], gross.provider[rows])
        return length, emergency

    def _stay(self, ids: Whole, provider: Any) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Length in seconds and emergency of each stay, fixed at birth."""
        bits = self.draws.bits("stay", ids)
        tied = percent_below(bits, 0, self._tied)
        bits_of_rank = np.where(tied, self.draws.bits("bill", ids), bits)
        mean = self.world.stay_seconds[self.world.provider_level[provider]]
        length = scaled(mean, self.world.shapes.multiple(_STAY, bits_of_rank))
        return length, percent_below(bits, 1, self._emergency)

    def _capacity(self, day: int) -> Whole:
        """Beds of each group open to travellers today: licensed beds less local occupancy, rounded down."""
        kind = int(self.world.calendar.kinds(day, day)[0])
        geography = self.world.geography
        free = 10_000 - geography.occupancy[geography.provider_level, kind].astype(np.int64)
        return geography.licensed_beds * free // 10_000

    def _route(self, day: int, needs: Needs, gross: Gross, emergency: npt.NDArray[np.bool_]) -> Routed:
        view = self.view.of(day, needs, gross, emergency)

        def question(policy: Any, index: Any) -> Route:
            return policy.route(view if isinstance(index, slice) else view.take(index), self.rules)

        asked = Asked(len(needs), day, lambda: gather(self.world.group, needs.row), needs.id)
        return joined(len(needs), self.slots.ask("access", asked, Route, question))

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
