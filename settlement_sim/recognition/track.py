"""What happens in the window of recognition? Applications, decisions, back-payments and transfers, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Slots
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.recognition.applied import Applied
from settlement_sim.recognition.assess import Assessed, Left
from settlement_sim.recognition.desk import OPEN, Decided, Desk, Paper, papers
from settlement_sim.recognition.funds import BackPayment, Funds
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.plan import TrackPlan
from settlement_sim.recognition.transfers import Transfers
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.world.calendar import Calendar


@dataclass
class Track:
    """One run of the track; `run` fills what is below the inputs. Rows of all columns are applications."""

    plan: TrackPlan
    priors: Priors
    rules: CareerRules
    calendar: Calendar
    slots: Slots = field(init=False)
    ledger: Ledger = field(init=False)
    transfers: Transfers = field(init=False)
    funds: Funds = field(init=False)
    assessed: Assessed = field(init=False)
    left: Left = field(init=False)
    decided: Decided = field(init=False)
    papers: list[Paper] = field(init=False)

    @classmethod
    def of(cls, plan: TrackPlan, book: RuleBook, priors: Priors, calendar: Calendar) -> Track:
        """A track under the rules of a book."""
        return cls(plan, priors, CareerRules(book), calendar)

    def with_plan(self, **changes: Any) -> Track:
        """The same track with another plan, not yet run."""
        return replace(self, plan=replace(self.plan, **changes))

    def run(self) -> Track:
        """Simulate the window; returns itself. Raises PolicyError where a policy fails."""
        plan = self.plan
        self.slots = Slots(plan.timelines, plan.predecessors, plan.restated)
        self.slots.counting = True
        self.assessed, self.left = Applied(plan, self.priors, self.rules, self.slots).all(self.calendar)
        self.ledger, self.decided = Ledger(), Decided.of(len(self.assessed))
        self.transfers = Transfers(self.ledger, self.rules, self.slots)
        self.papers = papers(self.assessed.id, Draws(plan.seed), self.priors)
        env = simpy.Environment(initial_time=plan.first)
        self.funds = Funds(
            env, plan, self.calendar, LifeTable(self.priors, plan.discount), self.ledger, self.transfers,
            self.assessed, self.left,
        )  # fmt: skip
        self._open_desks(env)
        env.run(until=plan.last + 1)
        return self

    def _open_desks(self, env: simpy.Environment) -> None:
        desk = Desk(env, self.calendar, self.plan.staff)
        days = zip(self.assessed.pool.tolist(), self.assessed.applied.tolist(), self.papers, strict=True)
        for row, (pool, applied, paper) in enumerate(days):
            env.process(desk.application(row, pool, applied, paper, self.decided, self._decide))

    def _decide(self, row: int) -> None:
        if self.papers[row].proven and self.assessed.gains[row]:
            self.funds.accept(row, self.papers[row].payment)

    @property
    def accepted(self) -> npt.NDArray[np.bool_]:
        """Applications that were decided in the window and recognised."""
        proven = np.array([paper.proven for paper in self.papers], bool)
        return (self.decided.day != OPEN) & proven & self.assessed.gains

    @property
    def claimed(self) -> npt.NDArray[np.int64]:
        """Fen that may be claimed of pooled funds for each row of `left`, as a present value."""
        return self.funds.claimed

    @property
    def back_payments(self) -> list[BackPayment]:
        """Payments of persons for missing months, in the order of their days."""
        return self.funds.back_payments
