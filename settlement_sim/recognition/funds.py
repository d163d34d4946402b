"""What does a decision bring about? Back-payments to the pool of retirement, claims on the pools left behind."""

from __future__ import annotations

from collections.abc import Generator
from math import floor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import simpy

from settlement_sim import dates
from settlement_sim.draws import Draws
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.recognition.assess import Assessed, Left, cases_of
from settlement_sim.recognition.desk import OPEN
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.plan import STEP, TrackPlan
from settlement_sim.recognition.transfers import Transfers
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
#: Evenings lie between days, which are whole numbers.
_EVENING = 0.5
#: Days from one monthly payment to the next.
_MONTH = 30
_YEAR = 365


class BackPayment(NamedTuple):
    """What a person paid to a pool for missing months."""

    day: int
    row: int
    pool: int
    amount: int


class Funds:
    """Money of the accepted applications: paid back by day, claimed in the evening of the decision or of the year."""

    def __init__(
        self, env: simpy.Environment, plan: TrackPlan, calendar: Calendar, life: LifeTable, ledger: Ledger,
        transfers: Transfers, assessed: Assessed, left: Left,
    ) -> None:  # fmt: skip
        self.env, self.plan, self.calendar, self.life = env, plan, calendar, life
        self.ledger, self.transfers, self.assessed, self.left = ledger, transfers, assessed, left
        self.back_payments: list[BackPayment] = []
        #: Fen that may be claimed of pooled funds for each row of `left`, as a present value.
        self.claimed = np.zeros(len(left.person), np.int64)
        #: Day of each decision in favour; `OPEN`: none.
        self.decided = np.full(len(assessed), OPEN)
        years = life.years_left(assessed.age, assessed.retiree, Draws(plan.seed).bits("retiree/life", assessed.id))
        self._dies = assessed.applied + _YEAR * years + _YEAR // 2
        env.process(self._evenings())

    def accept(self, row: int, payment_days: int) -> None:
        """A decision of today in favour of an applicant, who pays within so many working days."""
        self.decided[row] = int(self.env.now)
        if self.assessed.after.short[row]:
            self.env.process(self._pay_back(row, payment_days))

    def _pay_back(self, row: int, payment_days: int) -> Generator[simpy.Event, Any, None]:
        """One sum, or month by month; what is rounded stays within a fen of the whole."""
        assessed, whole = self.assessed, int(self.assessed.price_after[row])
        parts = int(assessed.after.short[row]) if self.plan.payment == "monthly" else 1
        due = self.calendar.add_working_days(int(self.env.now), payment_days)
        for part in range(1, parts + 1):
            yield self.env.timeout(due - self.env.now)
            self._post_back_payment(row, whole * part // parts - whole * (part - 1) // parts)
            due = self.calendar.next_working_day(due + _MONTH)

    def _post_back_payment(self, row: int, amount: int) -> None:
        paid, pool = np.zeros(GROUPS, np.int64), int(self.assessed.after.place[row])
        paid[pool * STEP] = amount
        self.ledger.post("back_pay", {"back_paid": paid})
        self.back_payments.append(BackPayment(int(self.env.now), row, pool, amount))

    def _evenings(self) -> Generator[simpy.Event, Any, None]:
        """Claims of the day, those of the year on its last day; the books balance, between funds nothing is lost."""
        yield self.env.timeout(_EVENING)
        while True:
            day = floor(self.env.now)
            self._claim(day, np.flatnonzero(self.decided == day))
            if dates.iso(day).endswith("-12-31"):
                self._claim_a_year(day)
            self.ledger.check(day, {"between_funds": 0})
            yield self.env.timeout(1)

    def _claim(self, day: int, persons: Whole) -> None:
        """Whatever may be claimed once. Where costs are claimed year by year, the account still moves at once."""
        for code, policy, rows in self._by_policy(persons):
            part = self.left.take(rows)
            cases = cases_of(part, self.assessed, self.assessed.cost[part.person])
            self.claimed[rows] = policy.pooled(cases)
            self.transfers.claim(day, code, cases.without_cost() if policy.each_year else cases)

    def _claim_a_year(self, day: int) -> None:
        """For the days of the year that each retiree has lived since the decision."""
        days = np.minimum(self._dies, day) - np.maximum(self.decided, day - _YEAR)
        some = np.flatnonzero((self.decided != OPEN) & (days > 0))
        for code, policy, rows in self._by_policy(some):
            if policy.each_year:
                part = self.left.take(rows)
                cost = self._cost_of_the_year(part.person, day) * days[part.person] // _YEAR
                self.transfers.claim(day, code, cases_of(part, self.assessed, cost).without_account())

    def _by_policy(self, persons: Whole) -> list[tuple[int, Any, Whole]]:
        """Rows of `left` of some persons by the transfer policy of the place on the day of the decision."""
        if not len(persons):
            return []
        timeline, among = self.plan.timelines["transfer"], np.zeros(len(self.assessed), bool)
        among[persons] = True
        rows = np.flatnonzero(among[self.left.person])
        whose = self.left.person[rows]
        codes = timeline.codes(self.decided[whose], self.assessed.after.place[whose] * STEP)
        return [(int(code), timeline.policies[code], rows[codes == code]) for code in np.unique(codes)]

    def _cost_of_the_year(self, person: Whole, day: int) -> Whole:
        """What some retirees cost in the year that ends on a day, at the prices of that year."""
        years = (day - self.decided[person]) // _YEAR
        return self.life.cost(self.assessed.yearly[person], self.assessed.age[person] + years, years)
