"""The run: what happens on each day, who waits for whom, and what is left at the end?

births → admissions → (direct) settlement → recorder → ledger → clearing
                    ↘ stay → discharge ↗
              ↘ (at home)      ↘ (by hand) advance → desk → reimbursement
"""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.needs import Births
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.engine.account import credit_accounts
from settlement_sim.engine.adjudication import Adjudicator
from settlement_sim.engine.admissions import Admissions, Counts, Episodes
from settlement_sim.engine.books import Books
from settlement_sim.engine.by_hand import ByHand
from settlement_sim.engine.chance import without_chance
from settlement_sim.engine.clearing import Clearing
from settlement_sim.engine.clock import Clock
from settlement_sim.engine.nursery import Nursery
from settlement_sim.engine.plan import DEFAULT_BATCH, Observer, Outcome, Plan, Progress
from settlement_sim.engine.probe import SILENT, Probe
from settlement_sim.engine.reversals import Reversals
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.slots import Slots
from settlement_sim.engine.standing import StandingStore
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.policies.answers import MANUAL
from settlement_sim.record.recorder import Recorder
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules
from settlement_sim.world.world import World

Whole = npt.NDArray[np.int64]


class Simulation:
    """One run over one world."""

    def __init__(self, world: World, book: RuleBook, plan: Plan, probe: Probe = SILENT) -> None:
        self.world, self.plan, self.probe = world, plan, probe
        draws = Draws(plan.seed, plan.replication)
        self.rules = Rules(book, world.profiles, plan.warm_up, plan.last, world.geography.units)
        self.slots = Slots(plan.timelines, plan.predecessors, plan.restated)
        self.standing = StandingStore(world.population, world.priors)
        self.adjudicator = Adjudicator(world, self.rules, self.slots, self.standing, draws)
        self.admissions = Admissions(world, self.rules, self.slots, draws, plan.response, plan.potential_bp, probe)
        rates = Rates(world.priors, world.calendar, world.calibration.weights, plan.growth, plan.potential_bp)
        births = Births(world.population, rates, world.priors, draws)
        self.nursery = Nursery(births, self.adjudicator.pricing, plan.last)
        self.clock = Clock(plan.warm_up, plan.last)
        probe.begin(self.clock)
        recorder = Recorder(world, plan.first, plan.last)
        ledger = Ledger()
        self.clearing = Clearing(world, recorder.keys, self.slots, ledger, self.clock, draws, plan.funds, plan.first)
        self.outcome = Outcome(recorder, self.admissions.counts, ledger, self.slots, self.clearing.house)
        self.books = Books(world, self.outcome, self.clearing)
        self.by_hand = ByHand(self.books, plan, self.clock, probe)
        self.reversals = Reversals(len(world.population), probe)
        self.observers: list[Observer] = []
        self._in_beds = Episodes.none()
        self._at_the_desk = any(getattr(p, "at_the_desk", False) for p in plan.timelines["channel"].policies)
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
        with ExitStack() as stack:
            stack.enter_context(self.nursery)
            stack.enter_context(without_chance())
            self.clock.run()
            self._count_what_is_open()
            self.slots.counting = False  # decisions are those of the window
            self.clearing.run_on()
        return self.outcome

    def _count_what_is_open(self) -> None:
        self.outcome.open_stays = len(self._in_beds)
        self.outcome.waiting = self.admissions.waiting
        self.outcome.reversals_refused = self.reversals.refused

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
            self.slots.counting = True
        if date.day == 1 or day == self.plan.warm_up:
            credited, spent = credit_accounts(self.adjudicator.account, self.world, self.rules, day)
            self.books.groups("credit_account", day, {"credited": credited})
            self.books.groups("spend_at_home", day, {"spent_at_home": spent})

    def _open_standing(self, year: int, month: int) -> None:
        """The declared care at home of the months before the first simulated day, and the opening accounts."""
        for earlier in range(1, month + 1):
            self.standing.add_home_care(year, earlier)
        opening = np.bincount(self.world.group, self.adjudicator.account, GROUPS).astype(np.int64)
        self.books.groups("credit_account", self.plan.warm_up, {"credited": opening})

    # NEEDS ----------------------------------------------------------------------------------------------

    def _needs_phase(self, day: int) -> None:
        self._others, stays = self.admissions.open_day(day, *self.nursery.of(day))
        self._in_beds = Episodes.stack([self._in_beds, stays])

    # SETTLEMENT -----------------------------------------------------------------------------------------

    def _settlement_phase(self, day: int) -> None:
        """Everybody whose visit ends today, in the order (person, moment, need_id), in blocks of `batch` rows."""
        others, leaving = self._direct(day, self._others), self._direct(day, self._leaving(day))
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

    def _direct(self, day: int, ending: Episodes) -> Episodes:
        """Send claims by hand on their way; returns the others."""
        by_hand = ending.path == MANUAL
        if self._at_the_desk:
            by_hand |= self._channel_is_a_desk(day, ending)
        if not by_hand.any():
            return ending
        self.by_hand.advance(day, ending.take(np.flatnonzero(by_hand)))
        return ending.take(np.flatnonzero(~by_hand))

    def _channel_is_a_desk(self, day: int, ending: Episodes) -> npt.NDArray[np.bool_]:
        timeline = self.slots.timelines["channel"]
        codes = timeline.codes(day, gather(self.world.group, ending.row))
        desks = np.array([getattr(policy, "at_the_desk", False) for policy in timeline.policies])[codes]
        for code in np.unique(codes[desks & (ending.path != MANUAL)]).tolist():
            self.slots.unchanged.discard(("channel", code))
            self.slots.heard.add(("channel", code))
        return desks

    def _settle(self, event: str, today: int, governed: int | Whole, ending: Episodes, order: Whole) -> None:
        """Adjudicate the rows of `order`, book them, show them to observers."""
        year = dates.year(governed) if isinstance(governed, int) else dates.years(governed).astype(np.int64)
        settled, order = self.adjudicator.settle(ending.visits(), order, governed, year)
        key = self.books.settled(event, today, settled)
        if self.plan.first <= today:
            self.outcome.empty_accounts += len(settled.counted) - int(settled.counted.sum())
        self.by_hand.note_payment(event, today, settled, ending, order, key)
        self.by_hand.claim_assistance(today, settled, key)
        if self.adjudicator.keep_adds:
            place = self.standing.place(settled.visits.row, year if isinstance(year, int) else year[order])
            self.reversals.note(today, settled, ending.take(order), place)
        self._show(event, today, settled, ending, order)

    def _show(self, event: str, today: int, settled: Settled, ending: Episodes, order: Whole) -> None:
        if self.observers:
            counted = np.flatnonzero(settled.counted)
            for observer in self.observers:
                observer(event, today, settled.take(counted), ending.take(order[counted]))

    # DESKS ----------------------------------------------------------------------------------------------

    def _desks_phase(self, day: int) -> None:
        """Reversals, then claims by hand paid today by the rules of the day of discharge, then assistance."""
        self._take_back(day)
        paid = self.by_hand.claims_paid(day)
        if paid is not None:
            episodes, order = paid
            self._settle("reimburse", day, episodes.discharged // SECONDS_PER_DAY, episodes, order)
        self.by_hand.pay_assistance(day)
        self.clearing.state(day)

    def _take_back(self, day: int) -> None:
        """Settlements that are reversed today: exact negations; the visit is then claimed by hand."""
        taken = self.reversals.due(day, self.clearing.house.closed_until, self.world.group)
        if taken is None:
            return
        settled = taken.settled
        key = self.books.settled("reverse", day, settled, sign=-1)
        self.by_hand.undo_default(day, settled, key)
        self.standing.take_back(taken.place, settled.adds)
        self.adjudicator.account[settled.visits.row] += settled.advances.personal_account
        self._show("reverse", day, settled, taken.episodes, np.arange(len(taken)))
        self.by_hand.advance(day, taken.episodes)

    # CENSUS ---------------------------------------------------------------------------------------------

    def _census_phase(self, day: int) -> None:
        self.clearing.settle(day)
        if day == self.plan.last or dates.date(day + 1).day == 1:
            # A sum over all persons: at the end of each month, since it costs as much as a day's settlements.
            self.outcome.ledger.check(day, {"personal_accounts": int(self.adjudicator.account.sum())})


__all__ = ["DEFAULT_BATCH", "Outcome", "Plan", "Progress", "Simulation"]
