"""How does a block of visits become settlements? Bill, scope, layers and payment, a column at a time.

Rows come sorted by (person, adjudicated at, need_id). The first rows of all persons go through the layers together,
then all second rows, and so on, because a later row of a person sees what the earlier one added to the standing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.alias import spare
from settlement_sim.demand.destinations import table_of
from settlement_sim.demand.needs import PHARMACY
from settlement_sim.demand.quantiles import scaled
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Slots
from settlement_sim.engine.standing import StandingStore
from settlement_sim.errors import BrokenLaw
from settlement_sim.money import ENTRY_LIMIT, split
from settlement_sim.policies.base import MANUAL, Bills, Breakdown, Claims, Columns, Scope
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES, LEVELS
from settlement_sim.world.population import EMPLOYEE, RESIDENT
from settlement_sim.world.world import World

_PATTERN_BITS: Final = 16
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Visits(Columns):
    """Rows to adjudicate: need, person row, care type, path and cut, in the order (person, time, need_id)."""

    id: Whole
    row: npt.NDArray[np.int32]
    care: npt.NDArray[np.int8]
    path: npt.NDArray[np.int8]
    cut: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Settled(Columns):
    """Adjudicated rows: keys and money columns (fen); `place` is the person-year written to."""

    visits: Visits
    provider: Whole
    scope: Scope
    total_fee: Whole
    breakdown: Breakdown
    personal_account: Whole
    cash: Whole

    def money(self, name: str) -> Whole:
        """One money column by name."""
        for part in (self.scope, self.breakdown, self):
            if hasattr(part, name):
                return getattr(part, name)
        raise KeyError(name)


class Adjudicator:
    """Turns visits into settlements with the rules and policies of one run."""

    def __init__(self, world: World, rules: Rules, slots: Slots, standing: StandingStore, draws: Draws) -> None:
        self.world, self.rules, self.slots, self.standing, self.draws = world, rules, slots, standing, draws
        people = world.population
        self._table_base = table_of(people.province, np.int64(0), people.residence, world.units)
        self.account = people.account.astype(np.int32)
        self._resident = people.scheme == RESIDENT
        self._has_account = people.scheme == EMPLOYEE

    def provider(self, visits: Visits) -> tuple[Whole, npt.NDArray[np.uint64]]:
        """Provider of each visit, and the bits of the draw that chose it."""
        bits = self.draws.bits("where", visits.id)
        table = self._table_base[visits.row] + visits.care * np.int64(self.world.units)
        return self.world.destinations.pick(table, bits), bits

    def settle(self, visits: Visits, day: int | Whole, year: int | Whole) -> Settled:
        """Adjudicate rows governed by `day` (discharge), standing of the insurance `year`."""
        provider, bits = self.provider(visits)
        level = self.world.provider_level[provider]
        bills = self._bills(visits, provider, level, bits, day)
        scope = self._scope(bills, visits, day)
        claims = Claims(
            visits.care, level, self.rules.rows(day, self.world.profile(visits.row, day)),
            self.world.population.assistance[visits.row], self._resident[visits.row], visits.cut,
            scope.in_scope, scope.advance_self_pay,
        )  # fmt: skip
        paid, account, empty = self._rounds(claims, scope, bills.total_fee, visits, day, year)
        cash = bills.total_fee - paid.fund_total - account
        if cash.min(initial=0) < 0 or bills.total_fee.max(initial=0) >= ENTRY_LIMIT:
            raise BrokenLaw("a bill was paid more than once, or is larger than one entry may be")
        settled = Settled(visits, provider, scope, bills.total_fee, paid, account, cash)
        self.empty_accounts = int(empty.sum())
        return settled.take(np.flatnonzero(~empty)) if self.empty_accounts else settled

    def total_fee(self, visits: Visits, day: int) -> Whole:
        """Gross bills alone, for claims whose split comes later."""
        provider, bits = self.provider(visits)
        return self._bills(visits, provider, self.world.provider_level[provider], bits, day).total_fee

    def _bills(self, visits: Visits, provider: Whole, level: Any, bits: Any, day: int | Whole) -> Bills:
        world = self.world
        people = visits.row
        price = world.price[(world.province[people].astype(np.int64) * len(CARE_TYPES) + visits.care) * len(LEVELS) + level]
        total = scaled(price, world.shapes.multiple(visits.care, self.draws.bits("bill", visits.id)))
        patterns = world.item_patterns
        which = spare(bits, world.destinations.slot_bits, _PATTERN_BITS) * patterns.shape[1] >> _PATTERN_BITS
        cumulative = patterns.reshape(-1, patterns.shape[2])
        place = visits.care.astype(np.int64) * patterns.shape[1] + which
        return Bills(
            split(total, [column[place] for column in cumulative.T]), total,
            self.rules.places(day, world.provider_pool[provider]),
            self.rules.places(day, world.population.pool[people]), visits.path,
        )  # fmt: skip

    def _scope(self, bills: Bills, visits: Visits, day: int | Whole) -> Scope:
        def ask(policy: Any, index: Any) -> Scope:
            return policy.scope(bills if isinstance(index, slice) else bills.take(index), self.rules)

        return self.slots.ask("catalogue", day, self.world.group[visits.row], ask)

    def _rounds(
        self, claims: Claims, scope: Scope, total: Whole, visits: Visits, day: int | Whole, year: int | Whole
    ) -> tuple[Breakdown, Whole, npt.NDArray[np.bool_]]:
        """Adjudicate the k-th rows of all persons together, round by round."""
        place = self.standing.place(visits.row, year)
        rank = rank_in_run(visits.row)
        if not rank.any():
            return self._round(claims, scope, total, visits, place, day)
        paid, account = Breakdown.zeros(len(visits)), np.zeros(len(visits), np.int64)
        empty = np.zeros(len(visits), bool)
        for k in range(int(rank.max()) + 1):
            index = np.flatnonzero(rank == k)
            part, account[index], empty[index] = self._round(
                claims.take(index), scope.take(index), total[index], visits.take(index), place[index], day
            )
            for field in fields(Breakdown):
                if field.name != "increments":
                    getattr(paid, field.name)[index] = getattr(part, field.name)
        return paid, account, empty

    def _round(
        self, claims: Claims, scope: Scope, total: Whole, visits: Visits, place: Whole, day: int | Whole
    ) -> tuple[Breakdown, Whole, npt.NDArray[np.bool_]]:
        def ask(policy: Any, index: Any) -> Breakdown:
            part = claims if isinstance(index, slice) else claims.take(index)
            return policy.adjudicate(part, self.standing.view(place[index]), self.rules)

        paid = self.slots.ask("benefit", day, self.world.group[visits.row], ask)
        self.standing.write(place, paid.increments)
        return (paid, *self._pay_from_account(claims, scope, total - paid.fund_total, paid, visits, day))

    def _pay_from_account(
        self, claims: Claims, scope: Scope, person_total: Whole, paid: Breakdown, visits: Visits, day: int | Whole
    ) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Account payments of employees who settle directly, and pharmacy purchases that met an empty account.

        What an account may pay is a rule of the insured place. A purchase with an empty account is no settlement.
        """
        account, empty = np.zeros(len(person_total), np.int64), np.zeros(len(person_total), bool)
        index = np.flatnonzero(self._has_account[visits.row] & (visits.path != MANUAL))
        rows = visits.row[index]
        balance = self.account[rows].astype(np.int64)
        empty[index] = (balance == 0) & (visits.care[index] == PHARMACY)
        whole = self.rules.take("account.pays", claims.rule[index]) == 1
        payable = np.where(whole, person_total[index], scope.in_scope[index] - paid.fund_total[index])
        advances = self.slots.only("channel").settle(person_total[index], payable, balance)
        self.account[rows] -= advances.personal_account.astype(np.int32)
        account[index] = advances.personal_account
        return account, empty


def rank_in_run(person: npt.NDArray[np.integer]) -> Whole:
    """Position of each row among the consecutive rows of its person: 0 for the first.

    >>> rank_in_run(np.array([4, 4, 7, 9, 9, 9])).tolist()
    [0, 1, 0, 0, 1, 2]
    """
    index = np.arange(len(person))
    first = np.empty(len(person), bool)
    first[:1] = True
    np.not_equal(person[1:], person[:-1], out=first[1:])
    return index - np.maximum.accumulate(np.where(first, index, 0))


