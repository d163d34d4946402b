"""How does a block of visits become settlements? Bill, scope, layers and payment, a column at a time.

Rows come sorted by (person, adjudicated at, need_id). The first rows of all persons go through the layers together,
then all second rows, and so on, because a later row of a person sees what the earlier one added to the standing.
So a batch is put in the order (rank of the row within its person, care type, person): every round is a slice, and so
is every care type of a round.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from settlement_sim.arrays import gather, rank_in_run
from settlement_sim.demand.bills import Pricing
from settlement_sim.draws import Draws
from settlement_sim.engine.batch import Batch, Round
from settlement_sim.engine.complete import Payment
from settlement_sim.engine.identities import Identities
from settlement_sim.engine.settled import Codes, Settled, Visits, Whole
from settlement_sim.engine.slots import Asked, Slots, joined
from settlement_sim.engine.standing import StandingStore
from settlement_sim.engine.uniforms import NeedUniforms
from settlement_sim.policies.answers import Advances, Amounts, Breakdown, Scope
from settlement_sim.policies.layers_in_order import adjudicate_layers
from settlement_sim.policies.views import STANDING, Bills, Claims
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.world import World


class Adjudicator:
    """Turns visits into settlements with the rules and policies of one run."""

    def __init__(self, world: World, rules: Rules, slots: Slots, standing: StandingStore, draws: Draws) -> None:
        self.world, self.rules, self.slots, self.standing, self.draws = world, rules, slots, standing, draws
        people = world.population
        self.pricing = Pricing(world, draws)
        self.identities = Identities(world, slots)
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
        batch = Batch(visits.id, visits.row, claims, self.standing.place(visits.row, year), day, before)
        done = self._rounds(batch, rank)
        self.identities.check(batch, scope, done)
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

    def _rounds(self, batch: Batch, rank: Whole) -> Round:
        """Adjudicate the k-th rows of all persons together, round by round."""
        bounds = np.searchsorted(rank, np.arange(int(rank.max(initial=0)) + 2)).tolist()
        rounds = [self._round(batch.take(slice(*ends))) for ends in zip(bounds, bounds[1:], strict=False)]
        return Round.stack(rounds)

    def _round(self, batch: Batch) -> Round:
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
            self.identities.refuse("channel", batch, left < 0, "more from a personal account than it holds")
        self.account[batch.row] = left
        return Round(paid, advances, _by_column(adds, len(batch)) if self.keep_adds else {})

    def _layers(self, batch: Batch, asked: Asked) -> tuple[Claims, list[Amounts]]:
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

    def _note_before(self, batch: Batch) -> None:
        view, everyone = self.standing.view(batch.place), slice(None)
        for name, column in batch.before.items():
            column[:] = gather(self.account, batch.row) if name == "account" else view.read(name, everyone)


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
