"""What is looked at when money has moved? Alerts, what is kept of the day, whether no bill is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.actors import Actors
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.log import Log
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.posted import Posted
from settlement_sim.clearing.prepayments import Prepayments
from settlement_sim.errors import BrokenLaw
from settlement_sim.money import WHOLE

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Census:
    """The end of a day of the clearing house."""

    members: Members
    log: Log
    bank: Bank
    actors: Actors
    prepayments: Prepayments
    posted: Sequence[Posted]

    def judge(self, day: int, outstanding: Whole) -> None:
        """Ask for a top-up where usage is red. `outstanding`: provinces × care provinces, fen."""
        for province in range(len(self.members.provinces)):
            judged = self.prepayments.used(day, province, outstanding)
            for care_province, (used, in_force) in enumerate(zip(*judged, strict=True) if judged else ()):
                self._judge(province, care_province, int(used), int(in_force))

    def _judge(self, province: int, care_province: int, used: int, in_force: int) -> None:
        red = self.prepayments.policy_of_province(province).red
        if not in_force or used * WHOLE < red * in_force or (province, care_province) in self.prepayments.pending:
            return
        amount = self.prepayments.top_up(province, care_province, used)
        if amount is not None:
            self.actors.top_up(self.prepayments, province, care_province, amount)

    def keep(self, day: int, outstanding: Whole) -> None:
        """Keep the day; at the end of a month also how old the bills of hospitals are."""
        self.log.days.append(day)
        self.log.balances.append(self.bank.prepaid.copy())
        self.log.in_force.append(self.members.by_province(self.prepayments.in_force))
        self.log.outstanding.append(outstanding)
        month = dates.month_index(day)
        if dates.month_bounds(month)[1] == day:
            self._age(month, day)

    def _age(self, month: int, day: int) -> None:
        for payment in self.actors.unpaid:
            if payment.bills:
                bills = payment.bills
                self.log.age(month, day, bills.days, payment.member, bills.slots, bills.of_day)
        slots = np.arange(self.members.hospitals)
        for cohort in (c for posted in self.posted for c in (posted.bills, posted.kept_back) if c.days):
            of_day = np.stack(cohort.of_day)
            for member in range(self.members.members):
                self.log.age(month, day, np.array(cohort.days), member, slots, of_day[:, member])

    def assert_whole(self, day: int, receivable: int) -> None:
        """Raises BrokenLaw unless what is owed to hospitals is the sum of all bills that were not paid."""
        unpaid = sum(payment.bills.total for payment in self.actors.unpaid if payment.bills)
        open_bills = sum(int(p.bills.amount.sum()) + int(p.kept_back.amount.sum()) for p in self.posted)
        if unpaid + open_bills != receivable:
            raise BrokenLaw(f"bills of hospitals do not sum to what they are owed on {dates.iso(day)}")
