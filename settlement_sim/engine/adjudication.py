"""How does a block of visits become settlements? Bill, scope, layers and payment, a column at a time.

Rows come sorted by (person, adjudicated at, need_id). The first rows of all persons go through the layers together,
then all second rows, and so on, because a later row of a person sees what the earlier one added to the standing.
So a batch is put in the order (rank of the row within its person, care type, person): every round is a slice, and so
is every care type of a round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather, rank_in_run
from settlement_sim.columns import Columns
from settlement_sim.demand.bills import Gross, Pricing
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Slots
from settlement_sim.engine.standing import StandingStore
from settlement_sim.errors import BrokenLaw
from settlement_sim.money import ENTRY_LIMIT
from settlement_sim.policies.base import STANDING, Advances, Bills, Breakdown, Claims, Scope
from settlement_sim.record.columns import FUNDS
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Visits(Columns):
    """Rows to adjudicate: need, person row, care type, path and cut, in the order (person, time, need_id)."""

    id: Whole
    row: npt.NDArray[np.integer[Any]]
    care: npt.NDArray[np.int8]
    path: npt.NDArray[np.int8]
    cut: npt.NDArray[np.int64]
    gross: Gross

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Settled(Columns):
    """Adjudicated rows: visit, provider and money columns (fen)."""

    visits: Visits
    provider: npt.NDArray[np.int16]
    scope: Scope
    total_fee: Whole
    breakdown: Breakdown
    personal_account: Whole
    cash: Whole
    before: Mapping[str, Whole]  # standing and account before each row; empty unless asked for
    counted: Whole  # 1; 0 for a purchase that met an empty account, which is no settlement and costs nothing

    def void(self, rows: Whole) -> None:
        """Turn pharmacy purchases into nothing; no fund has paid on them."""
        scope = self.scope
        for column in (
            self.total_fee,
            self.cash,
            self.counted,
            *(getattr(scope, f.name) for f in fields(scope)),
        ):
            column[rows] = 0

    def money(self, name: str) -> Whole:
        """One money column by name."""
        for part in (self.scope, self.breakdown, self):
            if hasattr(part, name):
                return getattr(part, name)
        raise KeyError(name)


@dataclass(frozen=True)
class _Batch(Columns):
    """Aligned columns of the rows that are adjudicated together; `place` is their person-year."""

    row: npt.NDArray[np.integer[Any]]
    claims: Claims
    place: Whole
    day: int | Whole
    before: dict[str, Whole]


class Adjudicator:
    """Turns visits into settlements with the rules and policies of one run."""

    def __init__(self, world: World, rules: Rules, slots: Slots, standing: StandingStore, draws: Draws) -> None:
        self.world, self.rules, self.slots, self.standing, self.draws = world, rules, slots, standing, draws
        people = world.population
        self.pricing = Pricing(world, draws)
        self.account = people.account.astype(np.int64)
        #: Whether settlements carry what their persons had used before (for claim files and explanations).
        self.keep_before = False

    def settle(self, visits: Visits, order: Whole, day: int | Whole, year: int | Whole) -> tuple[Settled, Whole]:
        """Adjudicate the rows of `order`, which come by (person, moment, need_id).

        Rows are governed by `day` (discharge) with the standing of the insurance `year`; both may be given per visit.
        Returns the settlements and the row of `visits` of each.
        """
        rank = rank_in_run(gather(visits.row, order))
        by_round = np.argsort((rank * len(CARE_TYPES) + gather(visits.care, order)).astype(np.int16), kind="stable")
        order, rank = gather(order, by_round), gather(rank, by_round)
        visits = visits.take(order)
        visits = replace(visits, row=visits.row.astype(np.int64))
        day, year = (x if isinstance(x, int) else gather(x, order) for x in (day, year))
        provider = visits.gross.provider
        level = gather(self.world.provider_level, provider)
        bills = self._bills(visits, day)
        scope = self._scope(bills, visits, day)
        claims = Claims(
            visits.care, level, self.rules.rows(day, self.world.profile(visits.row, day)), visits.path, visits.cut,
            bills.total_fee, scope.in_scope,
        )  # fmt: skip
        before = {name: np.zeros(len(visits), np.int64) for name in (*STANDING, "account")} if self.keep_before else {}
        paid, advances = self._rounds(
            _Batch(visits.row, claims, self.standing.place(visits.row, year), day, before), rank
        )
        account, cash = advances.personal_account, advances.cash
        _assert_identities(bills.total_fee, scope, paid, advances)
        counted = advances.settles.astype(np.int64)
        settled = Settled(visits, provider, scope, bills.total_fee, paid, account, cash, before, counted)
        settled.void(np.flatnonzero(~advances.settles))
        return settled, order

    def _bills(self, visits: Visits, day: int | Whole) -> Bills:
        world, gross = self.world, visits.gross
        care_place, insured_place = gather(world.provider_pool, gross.provider), gather(world.group, visits.row) >> 1
        # Voiding a purchase writes into the total: the gross bill of the need stays as it was drawn.
        return Bills(
            self.pricing.items(gross, visits.care),
            gross.total_fee.copy(),
            self.rules.places(day, care_place),
            self.rules.places(day, insured_place),
            visits.path,
        )

    def _scope(self, bills: Bills, visits: Visits, day: int | Whole) -> Scope:
        def ask(policy: Any, index: Any) -> Scope:
            return policy.scope(bills if isinstance(index, slice) else bills.take(index), self.rules)

        return self.slots.ask("catalogue", day, lambda: gather(self.world.group, visits.row), ask)

    def _rounds(self, batch: _Batch, rank: Whole) -> tuple[Breakdown, Advances]:
        """Adjudicate the k-th rows of all persons together, round by round."""
        bounds = np.searchsorted(rank, np.arange(int(rank.max(initial=0)) + 2)).tolist()
        rounds = [self._round(batch.take(slice(*ends))) for ends in zip(bounds, bounds[1:], strict=False)]
        paid, advances = zip(*rounds, strict=True)
        return Breakdown.stack(paid), Advances.stack(advances)

    def _round(self, batch: _Batch) -> tuple[Breakdown, Advances]:
        self._note_before(batch)
        paid = self._layers(batch)
        balance = gather(self.account, batch.row)
        advances = self._advances(batch, paid, balance)
        self.account[batch.row] = balance - advances.personal_account
        return paid, advances

    def _advances(self, batch: _Batch, paid: Breakdown, balance: Whole) -> Advances:
        def ask(policy: Any, index: Any) -> Advances:
            if isinstance(index, slice):
                return policy.settle(batch.claims, paid, balance, self.rules)
            return policy.settle(batch.claims.take(index), paid.take(index), balance[index], self.rules)

        return self.slots.ask("channel", batch.day, lambda: gather(self.world.group, batch.row), ask)

    def _note_before(self, batch: _Batch) -> None:
        view, everyone = self.standing.view(batch.place), slice(None)
        for name, column in batch.before.items():
            column[:] = gather(self.account, batch.row) if name == "account" else view.read(name, everyone)

    def _layers(self, batch: _Batch) -> Breakdown:
        def ask(policy: Any, index: Any) -> Breakdown:
            part = batch.claims if isinstance(index, slice) else batch.claims.take(index)
            return policy.adjudicate(part, self.standing.view(batch.place[index]), self.rules)

        paid = self.slots.ask("benefit", batch.day, lambda: gather(self.world.group, batch.row), ask)
        self.standing.write(batch.place, paid.increments)
        return replace(paid, increments=[])


def _assert_identities(total_fee: Whole, scope: Scope, paid: Breakdown, advances: Advances) -> None:
    """What policies return is checked: the parts of a bill sum to it, its payers too, and nothing is negative."""
    parts = (scope.outside_scope, scope.above_price_limit, scope.advance_self_pay, scope.in_scope)
    payers = (*(getattr(paid, fund) for fund in FUNDS), advances.personal_account, advances.cash)
    if (reduce(np.add, parts) != total_fee).any():
        raise BrokenLaw("the parts of a bill do not sum to it")
    if (reduce(np.add, payers) != total_fee).any():
        raise BrokenLaw("what funds and person pay is not the bill")
    if min(column.min(initial=0) for column in (*parts, *payers, paid.deductible_paid)) < 0:
        raise BrokenLaw("a policy returned a negative amount")
    if (paid.fund_total > scope.in_scope).any():
        raise BrokenLaw("funds pay more than what is in scope")
    if total_fee.max(initial=0) >= ENTRY_LIMIT:
        raise BrokenLaw("a bill is larger than one entry may be")
