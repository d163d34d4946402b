"""What happens in the window of recognition? Applications, decisions, back-payments and transfers, day by day."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import simpy

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, percent, workers
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Asked, Slots, Timeline
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.policies.careers import Careers, Recognition
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.recognition.local_rule import LocalRule
from settlement_sim.recognition.applicants import applications
from settlement_sim.recognition.assess import Assessed, Assessor, Left, Persons, cases_of
from settlement_sim.recognition.desk import OPEN, Decided, Desk, papers
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.transfers import STEP, Transfers
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
_CHUNK: Final = 4_000


class BackPayment(NamedTuple):
    """What a person paid to a pool for missing months."""

    day: int
    row: int
    pool: int
    amount: int


@dataclass(frozen=True)
class TrackPlan:
    """What a run of the track needs beside rules and priors."""

    first: int
    last: int
    seed: int
    world_seed: int
    scale_bp: int
    employees: Whole  # insured, by pool
    hazard: int  # thoughts of an application per million months of retirement
    staff: int | None
    payment: Literal["lump_sum", "monthly"]
    discount: int  # 1/10,000 a year
    timelines: dict[str, Timeline]
    predecessors: dict[str, Timeline]
    restated: frozenset[str]


@dataclass
class Track:
    """One run of the track; `run` fills it."""

    plan: TrackPlan
    priors: Priors
    rules: CareerRules
    calendar: Calendar
    assessed: Assessed = field(init=False)
    left: Left = field(init=False)
    decided: Decided = field(init=False)
    back_payments: list[BackPayment] = field(default_factory=list)
    #: Fen claimed of pooled funds for each row of `left`.
    claimed: Whole = field(init=False)

    @classmethod
    def of(cls, plan: TrackPlan, book: RuleBook, priors: Priors, calendar: Calendar) -> Track:
        """A track under the rules of a book."""
        return cls(plan, priors, CareerRules(book), calendar)

    def run(self) -> Track:
        """Simulate the window; returns itself."""
        self.slots = Slots(self.plan.timelines, self.plan.predecessors, self.plan.restated)
        self.slots.counting = True
        self._applicants()
        self.ledger = Ledger()
        self.transfers = Transfers(self.ledger, self.rules, self.slots)
        self.decided, self.claimed = Decided.of(len(self.assessed)), np.zeros(len(self.left.person), np.int64)
        self._papers = papers(self.assessed.id, self._draws, self.priors)
        self.env = simpy.Environment(initial_time=self.plan.first)
        desk = Desk(self.env, self.calendar, self.plan.staff)
        for row, paper in enumerate(self._papers):
            pool, applied = int(self.assessed.pool[row]), int(self.assessed.applied[row])
            self.env.process(desk.application(row, pool, applied, paper, self.decided, self._decide))
        self.env.process(self._year_ends())
        self.env.process(self._books())
        self.env.run(until=self.plan.last + 1)
        return self

    @property
    def accepted(self) -> npt.NDArray[np.bool_]:
        """Applications that were decided in the window and recognised."""
        proven = np.array([paper.proven for paper in self._papers], bool)
        return (self.decided.day != OPEN) & proven & self.assessed.gains

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.plan.seed)

    # Who applies, and what is recognised

    def _applicants(self) -> None:
        plan = self.plan
        months = (int(dates.month_index(plan.first)), int(dates.month_index(plan.last)))
        people = workers(self.priors, self.rules, plan.employees, plan.world_seed, months, plan.scale_bp)
        rows, days = applications(people, self._draws, plan.hazard, (plan.first, plan.last), self.calendar)
        assessor = Assessor(self.rules, self.priors, LifeTable(self.priors, plan.discount))
        parts: list[tuple[Assessed, Left]] = []
        size = 0
        for begin in range(0, max(len(rows), 1), _CHUNK):
            some = slice(begin, begin + _CHUNK)
            lives = Lives(people.take(rows[some]), self.priors, plan.world_seed)
            who = Persons(lives.people.id, lives.people.born, lives.people.retires, lives.knots("career.base_ratio"))
            careers = lives.careers(days[some])
            old, new = LocalRule().recognise(careers, self.rules), self._recognised(careers)
            kept = np.flatnonzero((assessor.saving(careers, old, new) > 0) | self._without_gain(who.id))
            assessed, left = assessor.assess(who.take(kept), careers.take(kept), old.take(kept), new.take(kept))
            parts.append((assessed, left.after(size)))
            size += len(kept)
        self.assessed = Assessed.stack([one for one, _ in parts])
        self.left = Left.stack([one for _, one in parts])

    def _without_gain(self, identity: Whole) -> npt.NDArray[np.bool_]:
        drawn = percent(self._draws.bits("application/without_gain", identity))
        return drawn < self.priors["application.without_gain"]

    def _recognised(self, careers: Careers) -> Recognition:
        asked = Asked(
            len(careers), careers.applied.astype(np.int64), lambda: careers.pool * STEP, np.zeros(0, np.int64)
        )  # fmt: skip
        answers = self.slots.ask(
            "recognition", asked, Recognition, lambda policy, index: policy.recognise(careers.take(index), self.rules)
        )
        whole = [np.arange(len(careers))[index] for index, _ in answers]
        order = np.argsort(np.concatenate(whole), kind="stable")
        return self._checked(careers, Recognition.stack([answer for _, answer in answers]).take(order))

    def _checked(self, careers: Careers, answer: Recognition) -> Recognition:
        for wrong, what in breaches("recognition", (careers,), answer):
            if np.any(wrong):
                day = dates.iso(int(careers.applied[np.flatnonzero(wrong)[0]]))
                raise PolicyError("recognition", "of the scenario", day, "none", f"returned {what}")
        return answer

    # What a decision brings about

    def _decide(self, row: int) -> None:
        if not (self._papers[row].proven and self.assessed.gains[row]):
            return
        if self.assessed.after.short[row]:
            self.env.process(self._pay_back(row))
        code = int(self._transfer_code(np.array([row]))[0])
        policy: Any = self.plan.timelines["transfer"].policies[code]
        rows = np.flatnonzero(self.left.person == row)
        if len(rows):
            cases = cases_of(self.left.take(rows), self.assessed, np.full(len(rows), self.assessed.cost[row]))
            self.claimed[rows] = policy.pooled(cases)
            # Where costs are claimed year by year, the account still moves at once.
            self.transfers.claim(int(self.env.now), code, cases.without_cost() if policy.each_year else cases)

    def _transfer_code(self, rows: Whole) -> Whole:
        """Which transfer policy holds for some decisions: that of the place on the day of each."""
        group = self.assessed.after.place[rows] * STEP
        codes: Whole = self.plan.timelines["transfer"].codes(self.decided.day[rows], group)
        return codes

    def _pay_back(self, row: int) -> Generator[simpy.Event, Any, None]:
        """One sum, or month by month; what is rounded stays within a fen of the whole."""
        assessed, pool = self.assessed, int(self.assessed.after.place[row])
        parts = int(assessed.after.short[row]) if self.plan.payment == "monthly" else 1
        due = self.calendar.add_working_days(int(self.env.now), self._papers[row].payment)
        paid = 0
        for part in range(1, parts + 1):
            yield self.env.timeout(due - self.env.now)
            until = int(assessed.price_after[row]) * part // parts
            self._post_back_payment(row, pool, until - paid)
            paid = until
            due = self.calendar.next_working_day(due + 30)

    def _post_back_payment(self, row: int, pool: int, amount: int) -> None:
        whole = np.zeros(GROUPS, np.int64)
        whole[pool * STEP] = amount
        self.ledger.post("back_pay", {"back_paid": whole})
        self.back_payments.append(BackPayment(int(self.env.now), row, pool, amount))

    def _year_ends(self) -> Generator[simpy.Event, Any, None]:
        """On the last day of each year: claims of that year for retirees who live."""
        for year in range(dates.year(self.plan.first), dates.year(self.plan.last) + 1):
            day = dates.day(f"{year}-12-31")
            if day > self.plan.last:
                return
            yield self.env.timeout(day - self.env.now)
            self._claim_a_year(day)

    def _claim_a_year(self, day: int) -> None:
        due = self.accepted & (self.decided.day <= day) & self._alive(day)
        left = self.left.take(np.flatnonzero(due[self.left.person]))
        whose = self._transfer_code(left.person)
        for code, policy in enumerate(self.plan.timelines["transfer"].policies):
            part = left.take(np.flatnonzero((whose == code) & policy.each_year))  # type: ignore[attr-defined]
            if len(part.person):
                cases = cases_of(part, self.assessed, self._cost_of_the_year(part.person, day))
                self.transfers.claim(day, code, cases.without_account())

    def _cost_of_the_year(self, person: Whole, day: int) -> Whole:
        """What some retirees cost in the year that ends on a day, at the prices of that year."""
        years = (day - self.decided.day[person]) // 365
        return self._life.cost(self.assessed.yearly[person], self.assessed.age[person] + years, years)

    @cached_property
    def _life(self) -> LifeTable:
        return LifeTable(self.priors, self.plan.discount)

    def _alive(self, day: int) -> npt.NDArray[np.bool_]:
        """Whether each applicant still lives; how long is drawn on the day of the application."""
        assessed = self.assessed
        years = self._life.years_left(assessed.age, assessed.retiree, self._draws.bits("retiree/life", assessed.id))
        return assessed.applied + 365 * years + 182 >= day

    def _books(self) -> Generator[simpy.Event, Any, None]:
        """Every evening the books balance, and what passed between funds sums to nothing."""
        while True:
            self.ledger.check(int(self.env.now), {"between_funds": 0})
            yield self.env.timeout(1)
