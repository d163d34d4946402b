"""Who does what between a statement and the money? Agencies, finance bureaux and care places, as simpy processes.

Each waits for its day, then hands an instruction to the bank. A step takes all the days it may, or a drawn number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.cohorts import Cohort
from settlement_sim.clearing.disturbances import NEVER, Disturbances
from settlement_sim.clearing.log import Statement
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.payments import Kind, Part, Payment
from settlement_sim.clearing.prepayments import Prepayments
from settlement_sim.draws import Draws
from settlement_sim.engine.clock import Clock, Process
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import on_bank_day, working_days_on
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
#: Added to day numbers, so that ids of draws are never negative.
_BEFORE_EPOCH: Final = 1_000_000


class Actors:
    """Starts the processes of a statement, of a period's hospital bills and of the prepayments."""

    def __init__(
        self, members: Members, clock: Clock, calendar: Calendar, draws: Draws, bank: Bank, disturbances: Disturbances
    ) -> None:
        self.members, self.clock, self.calendar, self.draws = members, clock, calendar, draws
        self.bank, self.disturbances = bank, disturbances
        #: Instructions that hospitals wait for, due or not.
        self.unpaid: list[Payment] = []

    # The centre and the insured place -------------------------------------------------------------------

    def statement(self, statement: Statement, policy: ClearingPolicy) -> None:
        """The national centre states what is owed."""
        self.clock.env.process(self._centre(statement, policy))

    def _centre(self, statement: Statement, policy: ClearingPolicy) -> Process:
        """Every member that owes anything receives its statement on the day of the statement."""
        yield self.clock.until_day(statement.day)
        owed = self.members.by_member(statement.amount).any(1)
        for member in np.flatnonzero(owed).tolist():
            self.clock.env.process(self._insured_agency(statement, policy, member))

    def _insured_agency(self, statement: Statement, policy: ClearingPolicy, member: int) -> Process:
        """The agency of the insured place submits to finance."""
        who = self.members.of_member(member)
        days = self._days("submission", policy.submission_days, policy, statement.until, who)
        yield self.clock.until_day(working_days_on(self.calendar, statement.day, days))
        days = self._days("remittance", policy.remittance_days, policy, statement.until, who)
        remitted = policy.remitted(self.clock.today, days, self.calendar)
        for group in self.members.groups_of(member).tolist():
            if statement.amount[group].any():
                self.clock.env.process(self._pool_finance(statement, policy, group, remitted))

    def _pool_finance(self, statement: Statement, policy: ClearingPolicy, group: int, remitted: int) -> Process:
        """The finance bureau of a pool pays its province, unless it is late or has stopped."""
        who = self.members.of_group(group)
        days = self._days("collection", policy.collection_days, policy, statement.until, who)
        due = policy.collected(self.clock.today, days, self.calendar)
        paid = self.disturbances.paid_on(group // len(self.members.schemes), due)
        if paid >= NEVER:
            return
        paid = due if paid == due else on_bank_day(self.calendar, policy.bank, paid)
        yield self.clock.until_day(paid)
        parts = self._parts(statement, policy, group, max(remitted, paid))
        self.bank.collecting += parts
        self.clock.env.process(self._province_finance(parts))

    def _province_finance(self, parts: list[Part]) -> Process:
        """The finance bureau of a province remits what has been collected when all its days are over."""
        yield self.clock.until_day(parts[0].due)
        self.bank.collected += parts

    def _parts(self, statement: Statement, policy: ClearingPolicy, group: int, due: int) -> list[Part]:
        """What a group owes each care province."""
        parts = []
        for province in range(len(self.members.provinces)):
            there = np.where(self.members.province_of == province, statement.amount[group], 0)
            if there.any():
                parts.append(Part(due, statement.until, statement.code, group, province, policy, there))
        return parts

    # The care place -------------------------------------------------------------------------------------

    def hospital_bills(self, cohort: Cohort, code: int, policy: ClearingPolicy) -> None:
        """The bills of a period are reconciled and paid."""
        days = working_days_on(self.calendar, cohort.until + policy.hospital_after, policy.hospital_days)
        self._pay_on(on_bank_day(self.calendar, policy.bank, days), "hospitals", cohort, code, policy)

    def annual_closing(self, cohort: Cohort, code: int, policy: ClearingPolicy, year: int) -> None:
        """What was kept back of a year's bills is paid; what no bill has covered of its advances comes back."""
        closing = policy.closing(year, self.calendar)
        self._pay_on(closing, "retained", cohort, code, policy)
        self.clock.env.process(self._take_back(closing, code, cohort.until))

    def advances(self, cohort: Cohort, code: int, policy: ClearingPolicy) -> None:
        """A share of the bills of the period that has ended is advanced for the next."""
        due = on_bank_day(self.calendar, policy.bank, cohort.until + 1)
        self._pay_on(due, "advance", cohort, code, policy)

    def _pay_on(self, due: int, kind: Kind, cohort: Cohort, code: int, policy: ClearingPolicy) -> None:
        payments = [
            Payment(kind, due, cohort.until, code, member, int(self.members.province_of[pool]), pool, policy, bills)
            for member, pool, bills in cohort.parts()
        ]
        if kind != "advance":
            self.unpaid += payments
        self.clock.env.process(self._care_agency(due, payments))

    def _care_agency(self, due: int, payments: list[Payment]) -> Process:
        """The agency of the care place gives its instructions when they are due."""
        yield self.clock.until_day(due)
        self.bank.queue += payments

    def _take_back(self, closing: int, code: int, until: int) -> Process:
        yield self.clock.until_day(closing)
        self.bank.closings.append((code, until))

    # Prepayments ----------------------------------------------------------------------------------------

    def yearly_adjustment(self, prepayments: Prepayments, year: int) -> None:
        """The notice of the year has been given: agencies submit, finance transfers."""
        change = prepayments.adjustment(year)
        if change is None:
            return
        prepayments.adjust(year, change)
        for province in range(len(self.members.provinces)):
            mine = (self.members.province_of_group == province)[:, None]
            if change[mine[:, 0]].any():
                policy = prepayments.policy_of_province(province)
                self.clock.env.process(self._transfer(policy, "adjustment", np.where(mine, change, 0)))

    def top_up(self, prepayments: Prepayments, province: int, care_province: int, amount: Whole) -> None:
        """An emergency top-up is asked for; until it arrives there is no second one."""
        prepayments.pending.add((province, care_province))
        policy = prepayments.policy_of_province(province)

        def arrived() -> None:
            prepayments.in_force = prepayments.in_force + amount
            prepayments.pending.discard((province, care_province))

        self.clock.env.process(self._transfer(policy, "top_up", amount, arrived))

    def _transfer(
        self, policy: ClearingPolicy, kind: str, by_group: Whole, arrived: Callable[[], None] = lambda: None
    ) -> Process:
        yield self.clock.until_day(working_days_on(self.calendar, self.clock.today, policy.submission_days))
        yield self.clock.until_day(policy.remitted(self.clock.today, policy.remittance_days, self.calendar))
        arrived()
        more = np.maximum(by_group, 0)
        if more.any():
            self.bank.deposits.append((kind, more))
        self._return(np.maximum(-by_group, 0), policy)

    def _return(self, by_group: Whole, policy: ClearingPolicy) -> None:
        today = self.clock.today
        for member, province in np.argwhere(self.members.by_member(by_group)).tolist():
            mine = np.where(self.members.member_of_group == member, by_group[:, province], 0)
            self.bank.queue.append(
                Payment("return", today, today, 0, member, province, province, policy, by_group=mine)
            )  # fmt: skip

    def notice_day(self, year: int) -> int:
        """Last working day of January."""
        last = dates.month_bounds(dates.month_of(f"{year}-01"))[1]
        while not self.calendar.is_working_day(last):
            last -= 1
        return last

    def _days(self, step: str, most: int, policy: ClearingPolicy, until: int, who: tuple[str, str]) -> int:
        """All days of a step, or 1 … n drawn by the end of the period and the names of the actor."""
        if policy.delays == "latest" or most == 0:
            return most
        bits = self.draws.bits("/".join(("clearing", step, *who)), np.array([until + _BEFORE_EPOCH]))
        return 1 + (int(bits[0]) >> 32) * most // (1 << 32)
