"""The money between the funds, day by day: who owes what, what is stated, what moves, is everybody paid?

posted → statement → agencies → pools → provinces → prepayment at the care place
                  bills of a period → prepayment at the care place → hospitals
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.actors import Actors
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.books import FundBooks
from settlement_sim.clearing.census import Census
from settlement_sim.clearing.disturbances import Disturbance, Disturbances
from settlement_sim.clearing.log import Log, Statement
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.posted import Posted
from settlement_sim.clearing.prepayments import Prepayments
from settlement_sim.draws import Draws
from settlement_sim.engine.clock import Clock
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.money import WHOLE
from settlement_sim.policies.clearing.cycle import Basis, ClearingPolicy, Usage
from settlement_sim.policies.clearing.periods import end_of
from settlement_sim.policies.views import Obligations
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
_NEVER = -(10**6)


class Policies(Protocol):
    """Who answers for which group on which day."""

    @property
    def policies(self) -> tuple[ClearingPolicy, ...]:
        """All policies, by code."""

    def codes(self, day: int) -> Whole:
        """Policy of each group."""

    def orders(self, code: int, day: int, obligations: Obligations, calendar: Calendar) -> Whole:
        """Checked answer of a policy: fen to state, by row."""


@dataclass(frozen=True)
class Terms:
    """What the clearing needs to know of a scenario beside its policies."""

    basis: Basis = "last_q4_mean"
    usage: Usage = "month"
    disturbances: tuple[Disturbance, ...] = ()
    #: Money of a year over that of the year before, 1/10,000 by insured province.
    growth: tuple[int, ...] = ()
    #: Prepayments standing when the run begins, groups × care provinces; None: derived from the first whole month.
    opening: Whole | None = None
    #: Months at the beginning of a run on which no prepayment is based: stays that began before them are missing.
    run_in: int = 1


class ClearingHouse:
    """Everything between the counter and the cash of funds and hospitals."""

    def __init__(
        self, members: Members, policies: Policies, ledger: Ledger, clock: Clock, calendar: Calendar, draws: Draws,
        terms: Terms, first_of_window: int,
    ) -> None:  # fmt: skip
        self.members, self.policies, self.ledger = members, policies, ledger
        self.clock, self.calendar, self.terms = clock, calendar, terms
        first, last = clock.first, clock.last
        self.log = Log(members, first=first_of_window)
        self.disturbances = Disturbances(terms.disturbances)
        self.bank = Bank(members, FundBooks(ledger, members), calendar, self.log)
        self.actors = Actors(members, clock, calendar, draws, self.bank, self.disturbances)
        self.posted = [Posted(members, policy, first, last) for policy in policies.policies]
        growth = np.array(terms.growth or [WHOLE] * len(members.provinces), np.int64)
        self.prepayments = Prepayments(
            members, self._policy_of, terms.basis, terms.usage, growth, first, last, terms.run_in
        )  # fmt: skip
        self.census = Census(members, self.log, self.bank, self.actors, self.prepayments, self.posted)
        self._codes = policies.codes(first)
        self._outstanding = np.zeros((members.groups, len(members.provinces)), np.int64)
        #: What was stated and neither remitted nor set off.
        self._unremitted = 0
        #: What hospitals are owed in all.
        self.receivable = 0
        #: Last day of what was stated or paid to hospitals, by group: later settlements may still be taken back.
        self.closed_until = np.full(members.groups, _NEVER)

    def _policy_of(self, group: int) -> ClearingPolicy:
        return self.policies.policies[self._codes[group]]

    # Before the bank ------------------------------------------------------------------------------------

    def open(self, day: int) -> None:
        """A day begins."""
        if day <= self.clock.last:
            self._codes = self.policies.codes(day)
            self.prepayments.begin(day)
            if day == self.clock.first and self.terms.opening is not None:
                self.bank.deposits.append(("opening", self.terms.opening))
                self.prepayments.in_force = self.terms.opening
                self.prepayments.begin(day)

    def post(self, day: int, by_hospital: Whole) -> None:
        """What was settled today less what was taken back: groups × hospitals, fen."""
        by_care_pool = self.members.by_care_pool(by_hospital)
        self.receivable += int(by_hospital.sum())
        self.log.add_month(self.log.posted, day, by_care_pool)
        by_province = self.members.by_care_province(by_care_pool)
        self._outstanding += by_province
        self.prepayments.post(day, by_province)
        for code, posted in enumerate(self.posted):
            mine = (self._codes == code)[:, None]
            posted.post(day, np.where(mine, by_hospital, 0), np.where(mine, by_care_pool, 0))

    def state(self, day: int) -> None:
        """Periods end, statements are made, prepayments are set: actors are sent on their way."""
        for code, posted in enumerate(self.posted):
            self._close(day, code, posted)
        for code, posted in enumerate(self.posted):
            if (day <= self.clock.last and (self._codes == code).any()) or posted.owed:
                self._ask(day, code, posted)
        if day <= self.clock.last:
            self._prepay(day)

    def _close(self, day: int, code: int, posted: Posted) -> None:
        policy = posted.policy
        if day == end_of(policy.period, day) and posted.bills.days:
            cohort = posted.close_period(day)
            self.actors.hospital_bills(cohort, code, policy)
            if policy.advance and day < self.clock.last:
                self.actors.advances(cohort.share(policy.advance), code, policy)
        date = dates.date(day)
        if (date.month, date.day) == (12, 31) and (posted.kept_back.days or self.bank.advances.outstanding):
            self.actors.annual_closing(posted.close_year(day), code, policy, date.year)

    def _ask(self, day: int, code: int, posted: Posted) -> None:
        amount = self.policies.orders(code, day, posted.obligations(day), self.calendar)
        if not amount.any():
            return
        posted.state(amount)
        self._unremitted += int(amount.sum())
        until = posted.policy.covers(day, self.calendar)
        statement = Statement(day, day if until is None else until, code, amount.reshape(self.members.groups, -1))
        self.log.state(statement)
        touched = statement.amount.any(1)
        self.closed_until[touched] = np.maximum(self.closed_until[touched], statement.until)
        self.actors.statement(statement, posted.policy)

    def _prepay(self, day: int) -> None:
        if self.terms.opening is None and (opening := self.prepayments.opening(day)) is not None and opening.any():
            self.bank.deposits.append(("opening", opening))
            self.prepayments.add(day + 1, opening)
        year = dates.year(day)
        if day == self.actors.notice_day(year):
            self.actors.yearly_adjustment(self.prepayments, year)

    # The bank and after ---------------------------------------------------------------------------------

    def settle(self, day: int) -> None:
        """Money moves; then alerts are judged and what is kept of the day is kept."""
        seen = len(self.log.discharges), len(self.log.payments)
        self.bank.settle(day)
        for discharge in self.log.discharges[seen[0] :]:
            self._outstanding[discharge.group] -= self.members.by_care_province(discharge.by_care_pool)
            self._unremitted -= int(discharge.by_care_pool.sum())
        for paid in self.log.payments[seen[1] :]:
            if paid.kind == "hospitals":
                mine = self.members.groups_of(paid.member)
                self.closed_until[mine] = np.maximum(self.closed_until[mine], paid.until)
        self._forget_paid()
        outstanding = self.members.by_province(self._outstanding)
        if day <= self.clock.last:
            self.census.judge(day, outstanding)
        self.census.keep(day, outstanding)
        if dates.date(day + 1).day == 1:
            self.census.assert_whole(day, self.receivable)

    def _forget_paid(self) -> None:
        waiting = set(map(id, self.bank.queue))
        due = [p for p in self.actors.unpaid if p.due <= self.clock.today and id(p) not in waiting]
        if due:
            gone = set(map(id, due))
            self.actors.unpaid = [payment for payment in self.actors.unpaid if id(payment) not in gone]
            self.receivable -= sum(payment.bills.total for payment in due if payment.bills)

    @property
    def controls(self) -> dict[str, int]:
        """What control accounts of the ledger must hold."""
        return {
            "hospital_receivable": self.receivable,
            "prepayment": int(self.bank.prepaid.sum()),
            "province_account": self.bank.in_transit,
            "set_aside": int(self._outstanding.sum()) - self.bank.in_transit,
        }

    # The end --------------------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether nothing is owed, on its way, waiting or kept back."""
        owed = any(p.owed or p.bills.days or p.kept_back.amount.any() for p in self.posted)
        moving = self._unremitted or self.actors.unpaid or self.bank.queue
        return not (owed or moving or self.bank.advances.outstanding)

    @property
    def limit(self) -> int:
        """The last day on which money may still move."""
        return dates.day(f"{dates.year(self.clock.last) + 1}-12-31")
