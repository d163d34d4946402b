"""What do clearing policies order for the corridor? The clearing house with the policies of a scenario behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import sum_by
from settlement_sim.clearing.house import ClearingHouse, Terms
from settlement_sim.clearing.members import Members
from settlement_sim.draws import Draws
from settlement_sim.engine.clock import Clock
from settlement_sim.engine.slots import EVERYONE, Asked, Slots
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.policies.answers import Orders
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.views import Obligations
from settlement_sim.record.recorder import Keys
from settlement_sim.vocabulary import POOLS, PROVINCES, SCHEMES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]


class CorridorPolicies:
    """The clearing slot of a scenario, as the clearing house asks it."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.policies: tuple[ClearingPolicy, ...] = slots.timelines["clearing"].policies  # type: ignore[assignment]
        #: The first of the policies equal to each.
        self._first = [self.policies.index(policy) for policy in self.policies]

    def codes(self, day: int) -> Whole:
        """Policy of each group on a day; entries with equal policies are one, so that they net with each other."""
        codes = np.zeros(GROUPS, np.int64)
        asked = Asked(GROUPS, day, lambda: np.arange(GROUPS), np.zeros(0, np.int64))
        for code, index in self.slots.parts("clearing", asked):
            codes[index] = self._first[code]
        return codes

    def orders(self, code: int, day: int, obligations: Obligations, calendar: Calendar) -> Whole:
        """What a policy states today, by row. Raises PolicyError where that is more than is owed, or negative."""

        def question(policy: Any, rows: Any) -> Any:
            return policy.orders(day, obligations.take(rows), calendar)

        group = obligations.pool * len(SCHEMES) + obligations.scheme
        asked = Asked(len(obligations), day, lambda: group, np.zeros(0, np.int64))
        self._compare(code, day)
        orders = self.slots.answer("clearing", code, asked, EVERYONE, Orders, question)
        self._tell_equals(code)
        return within(self.policies[code], day, obligations, orders)

    def _tell_equals(self, code: int) -> None:
        """Entries with an equal policy have been asked too, and changed what it changed."""
        for other in (other for other, first in enumerate(self._first) if first == code != other):
            self.slots.heard.add(("clearing", other))
            if ("clearing", code) not in self.slots.unchanged:
                self.slots.unchanged.discard(("clearing", other))

    def _compare(self, code: int, day: int) -> None:
        """A policy that orders alike may still pay hospitals or prepay otherwise than its predecessor."""
        if ("clearing", code) not in self.slots.unchanged:
            return
        groups = np.flatnonzero(self.codes(day) == code)
        before = self.slots.before["clearing"]
        for position in np.unique(before.codes(day, groups)).tolist():
            if before.policies[position] != self.policies[code]:
                self.slots.unchanged.discard(("clearing", code))


def within(policy: ClearingPolicy, day: int, obligations: Obligations, orders: Orders) -> Whole:
    """The amounts of checked orders. Raises PolicyError where one is more than is owed, or negative."""
    if not orders.amount.any():
        return orders.amount
    for wrong, what in breaches("clearing", (day, obligations), orders):
        if wrong.any():
            raise PolicyError("clearing", policy.name, dates.iso(day), "none", f"returned {what}")
    return orders.amount


class Clearing:
    """The clearing house of the corridor: settlements go in by cell of the recorder."""

    def __init__(
        self, world: World, keys: Keys, slots: Slots, ledger: Ledger, clock: Clock, draws: Draws, terms: Terms,
        first: int,
    ) -> None:  # fmt: skip
        self.keys = keys
        self.house = ClearingHouse(
            members_of(world, keys), CorridorPolicies(slots), ledger, clock, world.calendar, draws, terms, first
        )
        self._today = np.zeros(GROUPS * keys.providers, np.int64)

    def add(self, cell: Whole, cleared: Whole) -> None:
        """Settlements of today by cell; negative where they are taken back."""
        group, rest = np.divmod(cell, self.keys.of_group)
        place = group * self.keys.providers + rest % self.keys.providers
        self._today += sum_by(place, cleared, len(self._today))

    def state(self, day: int) -> None:
        """After the desks: post the day, end periods, make statements."""
        self.house.open(day)
        if self._today.any() or day <= self.house.clock.last:
            self.house.post(day, self._today.reshape(GROUPS, -1))
            self._today[:] = 0
        self.house.state(day)

    def run_on(self) -> None:
        """After the window: until everybody is paid, or nobody ever will be."""
        house = self.house
        acts = {"DESKS": house.state, "CENSUS": self.settle}
        house.clock.run_on(acts, lambda: house.idle, house.limit)

    def settle(self, day: int) -> None:
        """Move money and assert the ledger."""
        self.house.settle(day)
        self.house.ledger.check(day, self.house.controls)


def members_of(world: World, keys: Keys) -> Members:
    """Provinces, pools and hospitals of the corridor: whose insured may visit which hospital of the other side."""
    slots = np.arange(keys.providers)
    hospital_pool = np.full((len(PROVINCES), keys.providers), -1)
    for province in range(len(PROVINCES)):
        count = int((keys.province != province).sum())
        group = np.full(count, 0 if province == 0 else len(SCHEMES))
        hospital_pool[province, :count] = world.provider_pool[keys.provider(group, slots[:count])]
    return Members(PROVINCES, POOLS, SCHEMES, (np.arange(len(POOLS)) > 0).astype(np.int64), hospital_pool)
