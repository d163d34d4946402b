"""The run: what happens on each day, who waits for whom, and what is left at the end?

births → admissions → (direct) settlement → recorder → ledger → clearing
                    ↘ stay → discharge ↗
                               ↘ (by hand) advance → desk → reimbursement
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather, sum_by
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.needs import Births
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.engine.account import credit_accounts
from settlement_sim.engine.adjudication import Adjudicator, Settled
from settlement_sim.engine.admissions import Admissions, Counts, Episodes
from settlement_sim.engine.clock import Clock, Process
from settlement_sim.engine.nursery import Nursery
from settlement_sim.engine.plan import DEFAULT_BATCH, Observer, Outcome, Plan, Progress
from settlement_sim.engine.slots import Slots
from settlement_sim.engine.standing import StandingStore
from settlement_sim.errors import BrokenLaw
from settlement_sim.ledger.ledger import GROUPS, Entry, Ledger
from settlement_sim.policies.base import DIRECT, MANUAL
from settlement_sim.record.recorder import Recorder
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules
from settlement_sim.world.world import World


class Simulation:
    """One run over one world."""

    def __init__(self, world: World, book: RuleBook, plan: Plan) -> None:
        self.world, self.plan = world, plan
        draws = Draws(plan.seed, plan.replication)
        self.rules = Rules(book, world.profiles, plan.warm_up, plan.last)
        self.slots = Slots(plan.timelines)
        self.standing = StandingStore(world.population, world.priors)
        self.adjudicator = Adjudicator(world, self.rules, self.slots, self.standing, draws)
        self.admissions = Admissions(world, self.rules, self.slots, draws)
        rates = Rates(world.priors, world.calendar, world.calibration.weights, plan.growth)
        births = Births(world.population, rates, world.priors, draws)
        self.nursery = Nursery(births, self.adjudicator.pricing, plan.last)
        self.clock = Clock(plan.warm_up, plan.last)
        recorder = Recorder(world, plan.first, plan.last)
        receivable = np.zeros(recorder.keys.cells, np.int64)
        self.outcome = Outcome(recorder, self.admissions.counts, Ledger(), receivable)
        self.observers: list[Observer] = []
        self._in_beds = Episodes.none()
        self._desk: list[Episodes] = []
        for phase, act in (
            ("RULES", self._rules_phase), ("NEEDS", self._needs_phase), ("SETTLEMENT", self._settlement_phase),
            ("DESKS", self._desks_phase), ("CENSUS", self._census_phase),
        ):  # fmt: skip
            self.clock.on(phase, act)

    def run(self, progress: Progress | None = None) -> Outcome:
        """Simulate warm-up and window (once). `progress(days done, days in all)` is called once a day."""
        self.adjudicator.keep_before = bool(self.observers)
        if progress:
            total = self.plan.last - self.plan.warm_up + 1
            self.clock.on("CENSUS", lambda day: progress(day - self.plan.warm_up + 1, total))
        with self.nursery:
            self.clock.run()
        self.outcome.open_stays = len(self._in_beds)
        self.outcome.waiting = self.admissions.waiting
        return self.outcome

    # RULES ----------------------------------------------------------------------------------------------

    def _rules_phase(self, day: int) -> None:
        date = dates.date(day)
        if day == self.plan.warm_up:
            self._open_standing(date.year, date.month)
        elif date.day == 1:
            if date.month == 1:
                self.standing.begin_year(date.year)
            self.standing.add_home_care(date.year, date.month)
        if day == self.plan.first:
            self.outcome.counts = self.admissions.counts = Counts()
        if date.day == 1 or day == self.plan.warm_up:
            credited, spent = credit_accounts(self.adjudicator.account, self.world, self.rules, day)
            self._post_by_group("credit_account", day, {"credited": credited})
            self._post_by_group("spend_at_home", day, {"spent_at_home": spent})

    def _open_standing(self, year: int, month: int) -> None:
        """The declared care at home of the months before the first simulated day, and the opening accounts."""
        for earlier in range(1, month + 1):
            self.standing.add_home_care(year, earlier)
        opening = np.bincount(self.world.group, self.adjudicator.account, GROUPS).astype(np.int64)
        self._post_by_group("credit_account", self.plan.warm_up, {"credited": opening})

    def _post_by_group(self, event: str, day: int, amounts: dict[str, npt.NDArray[np.int64]]) -> None:
        """Post an event of pools and schemes; its count is that of the groups it touches."""
        ledger = self.outcome.ledger
        ledger.post(event, amounts)
        (amount,) = amounts.values()
        groups = np.flatnonzero(amount)
        if ledger.listeners and groups.size:
            cut = {name: column[groups] for name, column in amounts.items()}
            ledger.record(Entry(day, event, groups, np.ones_like(groups), cut, by_group=True))

    # NEEDS ----------------------------------------------------------------------------------------------

    def _needs_phase(self, day: int) -> None:
        self._others, stays = self.admissions.open_day(day, *self.nursery.of(day))
        self._in_beds = Episodes.stack([self._in_beds, stays])

    # SETTLEMENT -----------------------------------------------------------------------------------------

    def _settlement_phase(self, day: int) -> None:
        """Everybody whose visit ends today, in the order (person, moment, need_id), in blocks of `batch` rows."""
        others, leaving = self._by_hand(day, self._others), self._by_hand(day, self._leaving(day))
        ending = Episodes.stack([others, leaving])
        moment = (ending.row.astype(np.int64) << 17) + ending.discharged % SECONDS_PER_DAY
        order = np.lexsort((ending.id, moment))
        for start in range(0, max(len(ending), 1), self.plan.batch):
            self._settle("settle", day, day, ending, order[start : start + self.plan.batch])

    def _leaving(self, day: int) -> Episodes:
        """Stays discharged today."""
        ends = self._in_beds.discharged < (day + 1) * SECONDS_PER_DAY
        leaving = self._in_beds.take(np.flatnonzero(ends))
        self._in_beds = self._in_beds.take(np.flatnonzero(~ends))
        return leaving

    def _by_hand(self, day: int, ending: Episodes) -> Episodes:
        """Send claims by hand to the desk; the rest settles directly."""
        if not ending.path.any():
            return ending
        by_hand = ending.path == MANUAL
        self.clock.env.process(self._advance(day, ending.take(np.flatnonzero(by_hand))))
        return ending.take(np.flatnonzero(~by_hand))

    def _settle(
        self,
        event: str,
        today: int,
        governed: int | npt.NDArray[np.int64],
        ending: Episodes,
        order: npt.NDArray[np.int64],
    ) -> None:
        """Adjudicate the rows of `order`, book them, show them to observers."""
        year = dates.year(governed) if isinstance(governed, int) else dates.years(governed).astype(np.int64)
        settled, order = self.adjudicator.settle(ending.visits(), order, governed, year)
        self._book(event, today, settled)
        if self.plan.first <= today:
            self.outcome.empty_accounts += len(settled.counted) - int(settled.counted.sum())
        if self.observers:
            counted = np.flatnonzero(settled.counted)
            for observer in self.observers:
                observer(today, settled.take(counted), ending.take(order[counted]))

    def _book(self, event: str, today: int, settled: Settled) -> None:
        """Record and post one batch."""
        recorder, ledger = self.outcome.recorder, self.outcome.ledger
        key = recorder.batch(today, MANUAL if event == "reimburse" else DIRECT, settled)
        group = gather(self.world.group, settled.visits.row)
        columns = {name: settled.money(name) for name in ledger.amounts(event)}
        ledger.post(event, {name: sum_by(group, column, GROUPS) for name, column in columns.items()})
        if ledger.listeners:
            ledger.record(Entry.of(today, event, key, settled.counted, columns))
        if event == "settle":
            np.add.at(self.outcome.receivable, key, settled.breakdown.fund_total + settled.personal_account)

    # DESKS ----------------------------------------------------------------------------------------------

    def _advance(self, day: int, episodes: Episodes) -> Process:
        """The patient pays the whole bill at discharge; the claim reaches the desk after a fixed delay."""
        visits = episodes.visits()
        fees = visits.gross.total_fee
        ledger = self.outcome.ledger
        ledger.post("advance", {"total_fee": sum_by(self.world.group[episodes.row], fees, GROUPS)})
        if ledger.listeners:
            keys = self.outcome.recorder.keys
            cells = keys.of_rows(self.world.group[visits.row], visits.care, visits.gross.provider)
            ledger.record(Entry.of(day, "advance", cells, np.ones_like(fees), {"total_fee": fees}))
        self.outcome.open_manual += len(episodes)
        yield self.clock.until_day(day + self.plan.manual_delay)
        self._desk.append(episodes)

    def _desks_phase(self, day: int) -> None:
        """Reimbursements of today, by the rules of the day of discharge."""
        if not self._desk:
            return
        episodes = Episodes.stack(self._desk)
        self._desk = []
        self.outcome.open_manual -= len(episodes)
        order = np.lexsort((episodes.id, episodes.row))
        self._settle("reimburse", day, episodes.discharged // SECONDS_PER_DAY, episodes, order)

    # CENSUS ---------------------------------------------------------------------------------------------

    def _census_phase(self, day: int) -> None:
        receivable = self.outcome.receivable
        orders = self._orders(day, receivable)
        if orders.any():
            paid = np.add.reduceat(orders, np.arange(0, len(orders), self.outcome.recorder.keys.of_group))
            self.outcome.ledger.post("clear", {"cleared": paid})
            if self.outcome.ledger.listeners:
                cells = np.flatnonzero(orders)
                entry = Entry(day, "clear", cells, np.ones_like(cells), {"cleared": orders[cells]})
                self.outcome.ledger.record(entry)
            self.outcome.clearing.append((day, orders))
            receivable -= orders
        controls = {"hospital_receivable": int(receivable.sum())}
        if day == self.plan.last or dates.date(day + 1).day == 1:
            # A sum over all persons: at the end of each month, since it costs as much as a day's settlements.
            controls["personal_accounts"] = int(self.adjudicator.account.sum())
        self.outcome.ledger.check(day, controls)

    def _orders(self, day: int, receivable: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """What the clearing policies remit today, each for its own pools and schemes."""
        orders = np.zeros_like(receivable)
        policy: Any
        for policy, groups in self.slots.timelines["clearing"].parts(day, np.arange(GROUPS)):
            due = receivable.reshape(GROUPS, -1)[groups]
            orders.reshape(GROUPS, -1)[groups] = policy.orders(day, due)
        if (orders < 0).any() or (orders > receivable).any():
            raise BrokenLaw(f"a clearing policy remits more than is due on {dates.iso(day)}")
        return orders


__all__ = ["DEFAULT_BATCH", "Outcome", "Plan", "Progress", "Simulation"]
