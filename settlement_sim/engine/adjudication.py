"""How does a block of visits become settlements? Bill, scope, layers and payment, a column at a time.

Rows come sorted by (person, adjudicated at, need_id). The first rows of all persons go through the layers together,
then all second rows, and so on, because a later row of a person sees what the earlier one added to the standing.
So a batch is put in the order (rank of the row within its person, care type, person): every round is a slice, and so
is every care type of a round.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather, rank_in_run
from settlement_sim.columns import Columns
from settlement_sim.demand.bills import Pricing
from settlement_sim.draws import Draws
from settlement_sim.engine.complete import Payment
from settlement_sim.engine.settled import Settled, Visits
from settlement_sim.engine.slots import Asked, Slots, joined
from settlement_sim.engine.standing import StandingStore
from settlement_sim.engine.uniforms import NeedUniforms
from settlement_sim.errors import BrokenLaw, PolicyError
from settlement_sim.money import ENTRY_LIMIT
from settlement_sim.policies.answers import FUNDS, PAYS, Advances, Amounts, Breakdown, Scope
from settlement_sim.policies.layers_in_order import adjudicate_layers
from settlement_sim.policies.views import STANDING, Bills, Claims
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class _Batch(Columns):
    """Aligned columns of the rows that are adjudicated together; `place` is their person-year."""

    id: Whole
    row: Codes
    claims: Claims
    place: Whole
    day: int | Whole
    before: dict[str, Whole]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class _Round(Columns):
    """What one round decided."""

    paid: dict[str, Whole]
    advances: Payment
    adds: dict[str, Whole]


class Adjudicator:
    """Turns visits into settlements with the rules and policies of one run."""

    def __init__(self, world: World, rules: Rules, slots: Slots, standing: StandingStore, draws: Draws) -> None:
        self.world, self.rules, self.slots, self.standing, self.draws = world, rules, slots, standing, draws
        people = world.population
        self.pricing = Pricing(world, draws)
        self.account = people.account.astype(np.int64)
        #: Whether settlements carry what their persons had used before (for claim files and explanations).
        self.keep_before = False
        #: Whether settlements carry what they added to standing, so that they can be taken back.
        self.keep_adds = any(getattr(policy, "reverses", True) for policy in slots.timelines["channel"].policies)

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
        care_pool = gather(self.world.provider_pool, provider)
        bills = self._bills(visits, care_pool, day)
        scope = self._scope(bills, visits, day)
        claims = self._claims(visits, provider, care_pool, bills, scope, day)
        before = {name: np.zeros(len(visits), np.int64) for name in (*STANDING, "account")} if self.keep_before else {}
        batch = _Batch(visits.id, visits.row, claims, self.standing.place(visits.row, year), day, before)
        done = self._rounds(batch, rank)
        self._assert_identities(batch, scope, done)
        counted = done.advances.settles.astype(np.int64)
        settled = Settled(
            visits, provider, scope, bills.total_fee, done.paid, done.advances, before, counted, done.adds
        )
        settled.void(np.flatnonzero(~done.advances.settles))
        return settled, order

    def _bills(self, visits: Visits, care_pool: Codes, day: int | Whole) -> Bills:
        gross, insured_pool = visits.gross, gather(self.world.group, visits.row) >> 1
        # Voiding a purchase writes into the total: the gross bill of the need stays as it was drawn.
        return Bills(
            self.pricing.items(gross, visits.care),
            gross.total_fee.copy(),
            self.rules.places(day, care_pool),
            self.rules.places(day, insured_pool),
            visits.path,
        )

    def _scope(self, bills: Bills, visits: Visits, day: int | Whole) -> Scope:
        def question(policy: Any, index: Any) -> Scope:
            return policy.scope(_rows(bills, index), self.rules)

        asked = Asked(len(visits), day, lambda: gather(self.world.group, visits.row), visits.id)
        return joined(len(visits), self.slots.ask("catalogue", asked, Scope, question))

    def _claims(
        self, visits: Visits, provider: Codes, care_pool: Codes, bills: Bills, scope: Scope, day: int | Whole
    ) -> Claims:
        world = self.world
        return Claims(
            care_type=visits.care,
            level=gather(world.provider_level, provider),
            rule=self.rules.rows(day, world.profile(visits.row, day)),
            care_pool=care_pool,
            unit=gather(world.population.unit, visits.row),
            path=visits.path,
            cut=visits.cut,
            filing=visits.filing,
            total_fee=bills.total_fee,
            advance_self_pay=scope.advance_self_pay,
            in_scope=scope.in_scope,
            uniforms=NeedUniforms(visits.id, self.draws),
        )

    def _rounds(self, batch: _Batch, rank: Whole) -> _Round:
        """Adjudicate the k-th rows of all persons together, round by round."""
        bounds = np.searchsorted(rank, np.arange(int(rank.max(initial=0)) + 2)).tolist()
        rounds = [self._round(batch.take(slice(*ends))) for ends in zip(bounds, bounds[1:], strict=False)]
        return _Round.stack(rounds)

    def _round(self, batch: _Batch) -> _Round:
        self._note_before(batch)
        asked = Asked(len(batch), batch.day, lambda: gather(self.world.group, batch.row), batch.id)
        claims, adds = self._layers(batch, asked)
        paid = claims.paid
        balance = gather(self.account, batch.row)
        advances = self._advances(claims, asked, balance)
        paid["medical_assistance"] -= advances.claimed_later
        self.standing.write(batch.place, adds)
        left = balance - advances.personal_account
        if left.min(initial=0) < 0:
            self._law("channel", batch, left < 0, "more from a personal account than it holds")
        self.account[batch.row] = left
        return _Round(paid, advances, _by_column(adds, len(batch)) if self.keep_adds else {})

    def _layers(self, batch: _Batch, asked: Asked) -> tuple[Claims, list[Amounts]]:
        """What the layers of benefit pay, and what that adds to standing."""

        def ask(slot: str, claims: Claims) -> Breakdown:
            def question(policy: Any, index: Any) -> Breakdown:
                return policy.adjudicate(_rows(claims, index), self.standing.view(batch.place[index]), self.rules)

            return _together(self.slots.ask(slot, asked, Breakdown, question))

        return adjudicate_layers(ask, batch.claims)

    def _advances(self, claims: Claims, asked: Asked, balance: Whole) -> Payment:
        def question(policy: Any, index: Any) -> Advances:
            return policy.settle(_rows(claims, index), balance[index], self.rules)

        payment: Payment = joined(asked.rows, self.slots.ask("channel", asked, Advances, question))
        return payment

    def _note_before(self, batch: _Batch) -> None:
        view, everyone = self.standing.view(batch.place), slice(None)
        for name, column in batch.before.items():
            column[:] = gather(self.account, batch.row) if name == "account" else view.read(name, everyone)

    def _assert_identities(self, batch: _Batch, scope: Scope, done: _Round) -> None:
        """What policies return is checked: the parts of a bill sum to it, its payers too, and nothing is negative."""
        total, paid, payment = batch.claims.total_fee, done.paid, done.advances
        parts = [getattr(scope, f.name) for f in fields(scope)]
        covered = reduce(np.add, (paid[fund] for fund in FUNDS))
        payers = covered + payment.personal_account + payment.cash
        self._law("catalogue", batch, reduce(np.add, parts) != total, "parts that do not sum to the bill")
        for part in parts:
            self._not_negative("catalogue", batch, part, "part of the bill")
        # What each layer returned has been found not negative; what is claimed later was taken off since.
        if paid["medical_assistance"].min(initial=0) < 0:
            later = (paid["medical_assistance"] < 0) & (payment.claimed_later > 0)
            self._law("channel", batch, later, "more claimed later than assistance pays")
        # A catastrophic insurance whose base includes the advance self-pay may pay that back.
        most = scope.in_scope + scope.advance_self_pay
        if (covered > most).any():
            self._too_much(batch, paid, most)
        self._law("channel", batch, payers != total, "account and cash that are not what the funds leave")
        for name in ("personal_account", "cash", "claimed_later", "deposit", "unpaid"):
            self._not_negative("channel", batch, getattr(payment, name), name)
        self._law("channel", batch, payment.unpaid > payment.cash, "more unpaid than was due in cash")
        if not payment.settles.all():
            moved = ~payment.settles & (covered + payment.claimed_later + payment.personal_account > 0)
            self._law("channel", batch, moved, "no settlement although somebody has paid")
        if total.max(initial=0) >= ENTRY_LIMIT:
            raise BrokenLaw("a bill is larger than one entry may be")

    def _too_much(self, batch: _Batch, paid: dict[str, Whole], most: Whole) -> None:
        """Tell the first slot whose funds, with those before it, pay too much."""
        so_far = np.zeros_like(most)
        for slot, columns in PAYS.items():
            so_far += reduce(np.add, (paid[column] for column in columns if column in FUNDS))
            self._law(slot, batch, so_far > most, "funds that pay more than what is in scope of the bill")

    def _not_negative(self, slot: str, batch: _Batch, column: Whole, name: str) -> None:
        if column.min(initial=0) < 0:
            self._law(slot, batch, column < 0, f"a negative {name}")

    def _law(self, slot: str, batch: _Batch, broken: npt.NDArray[np.bool_], what: str) -> None:
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            asked = Asked(len(batch), batch.day, lambda: gather(self.world.group, batch.row), batch.id)
            first = asked.first(np.array([row]))
            raise PolicyError(slot, self.slots.who(slot, asked, row).name, *first, f"returned {what}")


def _rows(columns: Any, index: Any) -> Any:
    return columns if isinstance(index, slice) else columns.take(index)


def _together(answers: list[tuple[Any, Breakdown]]) -> Breakdown:
    """One breakdown of a batch from those of its parts."""
    (index, first), *rest = answers
    if not rest and isinstance(index, slice):
        return first
    pays, adds = (
        tuple(replace(part, index=index[part.index]) for index, answer in answers for part in getattr(answer, name))
        for name in ("pays", "adds")
    )
    return Breakdown(pays, adds)


def _by_column(adds: list[Amounts], rows: int) -> dict[str, Whole]:
    """What each row added to each standing column."""
    columns = dict(zip(STANDING, np.zeros((len(STANDING), rows), np.int64), strict=True))
    for part in adds:
        columns[part.column][part.index] += part.amount
    return columns
