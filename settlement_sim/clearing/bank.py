"""Where is the money of the clearing, and what is paid today? One instruction after the other, against its account.

Whatever lacks money waits, and with it what stands behind it on the same account.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.advances import Advances
from settlement_sim.clearing.books import FundBooks
from settlement_sim.clearing.log import Log
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.netting import CENTRE, crossing, outflow, useful_cut
from settlement_sim.clearing.payments import Part, Payment
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies.clearing.cycle import ClearingPolicy, Netting
from settlement_sim.policies.clearing.periods import end_of, on_bank_day
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]


class Bank:
    """Accounts of members at care provinces, the collecting accounts of provinces, and the queues before them."""

    def __init__(self, members: Members, books: FundBooks, calendar: Calendar, log: Log) -> None:
        self.members, self.books, self.calendar, self.log = members, books, calendar, log
        #: Prepayments in fen: members × care provinces. One member's may lie below zero where another lends to it.
        self.prepaid = np.zeros((members.members, len(members.provinces)), np.int64)
        self.deposits: list[tuple[str, Whole]] = []
        self.collecting: list[Part] = []
        self.collected: list[Part] = []
        self.queue: list[Payment] = []
        #: Collected by provinces and not yet remitted.
        self.in_transit = 0
        self.advances = Advances(members)
        #: Policies and years whose advances are settled today.
        self.closings: list[tuple[int, int]] = []

    # What comes in --------------------------------------------------------------------------------------

    def settle(self, day: int) -> None:
        """Take in prepayments, collect, remit, pay: everything due today, in this order."""
        self._deposit(day)
        self._collect(day)
        due = sorted((p for p in self.collected if p.due <= day and self._open(p.policy, day)), key=lambda p: p.turn)
        together: dict[tuple[int, int], list[Part]] = defaultdict(list)
        for part in due:
            together[part.code, part.group % len(self.members.schemes)].append(part)
        for (_, scheme), parts in sorted(together.items(), key=lambda item: item[0]):
            self._remit(day, parts[0].policy, scheme, parts)
        self.collected = [part for part in self.collected if part.total]
        self._pay_out(day)
        self._assert_sound()

    def _deposit(self, day: int) -> None:
        """Prepayments arrive (groups × care provinces), and at an annual closing advances that no bill has covered."""
        for kind, by_group in self.deposits:
            if by_group.min() < 0:
                raise BrokenLaw(f"a negative {kind} of a prepayment on {dates.iso(day)}")
            self.books.groups("prepay", day, by_group.sum(1))
            self.prepaid += self.members.by_member(by_group)
            self.log.prepaid(day, kind, by_group)
        for code, until in self.closings:
            self._take_back(day, code, until)
        self.deposits, self.closings = [], []

    def _take_back(self, day: int, code: int, until: int) -> None:
        """Hospitals give back what they were advanced beyond their bills."""
        left = self.advances.take_back(code, until)
        everywhere = np.arange(self.members.hospitals)
        self.books.hospitals("advance_hospitals", day, np.arange(self.members.groups), everywhere, -left)
        by_pool = self.members.by_care_pool(left)
        self.prepaid += self.members.by_member(self.members.by_care_province(by_pool))
        self.log.gave_back(day, code, until, self.members.by_member(by_pool))

    def _open(self, policy: ClearingPolicy, day: int) -> bool:
        return on_bank_day(self.calendar, policy.bank, day) == day

    def _collect(self, day: int) -> None:
        by_group = np.zeros(self.members.groups, np.int64)
        for part in self.collecting:
            by_group[part.group] += part.total
            self.in_transit += part.total
            self.log.collected(day, part)
        self.books.groups("collect", day, by_group)
        self.collecting = []

    # What crosses ---------------------------------------------------------------------------------------

    def _remit(self, day: int, policy: ClearingPolicy, scheme: int, parts: list[Part]) -> None:
        """What one policy has due of one scheme."""
        netting, amounts = policy.netting, self._fitting(policy, parts)
        owed = self._owed(parts, amounts)
        for remittance in crossing(owed, netting):
            self.log.remitted(day, scheme, remittance)
        set_off = self._set_off(owed, netting)
        crossed, kept = np.zeros((2, self.members.groups), np.int64)
        for part, amount in zip(parts, amounts, strict=True):
            payer = int(self.members.province_of_group[part.group])
            account = (payer, part.province if netting == "bilateral" else CENTRE)
            off = min(amount, set_off.get(account, 0))
            if off:
                set_off[account] -= off
                self.log.set_off(day, scheme, payer, part.province, off)
            kept[part.group] += off
            crossed[part.group] += amount - off
            self.prepaid[payer * len(self.members.schemes) + scheme, part.province] += amount
            self.in_transit -= amount
            self.log.discharged(day, part, part.split(amount))
        self.books.groups("remit", day, crossed)
        self.books.groups("set_off", day, kept)

    def _set_off(self, owed: Whole, netting: Netting) -> dict[tuple[int, int], int]:
        """What does not cross: of each pair of provinces, or of each province with all others."""
        if netting == "bilateral":
            mutual = np.minimum(owed, owed.T)
            return {(int(i), int(j)): int(mutual[i, j]) for i, j in np.argwhere(mutual)}
        kept = owed.sum(1) - outflow(owed, netting)
        return {(int(i), CENTRE): int(kept[i]) for i in np.flatnonzero(kept)}

    def _owed(self, parts: list[Part], amounts: list[int]) -> Whole:
        owed = np.zeros((len(self.members.provinces),) * 2, np.int64)
        for part, amount in zip(parts, amounts, strict=True):
            owed[self.members.province_of_group[part.group], part.province] += amount
        return owed

    def _fitting(self, policy: ClearingPolicy, parts: list[Part]) -> list[int]:
        """What of each part can be remitted so that nobody sends more than the cap: the latest parts are cut first."""
        amounts = [part.total for part in parts]
        while policy.cap is not None:
            owed = self._owed(parts, amounts)
            over = outflow(owed, policy.netting) - policy.cap
            if over.max() <= 0:
                break
            payer = int(np.flatnonzero(over > 0)[0])
            self._cut(policy.netting, parts, amounts, owed, payer, int(over[payer]))
        return amounts

    def _cut(
        self, netting: Netting, parts: list[Part], amounts: list[int], owed: Whole, payer: int, excess: int
    ) -> None:
        """Take the excess of a payer off its latest parts, in place."""
        for number in reversed(range(len(parts))):
            part = parts[number]
            if excess and self.members.province_of_group[part.group] == payer:
                cut = min(amounts[number], useful_cut(owed, netting, payer, part.province, excess))
                amounts[number] -= cut
                owed[payer, part.province] -= cut
                excess -= cut

    # What goes out --------------------------------------------------------------------------------------

    def _pay_out(self, day: int) -> None:
        blocked: set[tuple[int, int]] = set()
        waiting = []
        standing = [payment for payment in self.queue if not _lapsed(payment, day)]
        for payment in sorted(standing, key=lambda payment: payment.turn):
            recovered = self.advances.recoverable(payment)
            need = self.amount(payment) - int(recovered.sum())
            if not self._can_give_back(payment):
                waiting.append(payment)
            elif payment.account in blocked or not self._open(payment.policy, day) or need > self.available(payment):
                blocked.add(payment.account)
                waiting.append(payment)
            else:
                self._pay(day, payment, recovered, need)
        self.queue = waiting

    def available(self, payment: Payment) -> int:
        """Money of the account and of those that may lend to it; never more than the care place holds."""
        at, schemes = self.prepaid[:, payment.province], len(self.members.schemes)
        first = payment.member // schemes * schemes
        circles = [int(at.sum())]
        if payment.policy.pooling != "together":
            circles.append(int(at[first : first + schemes].sum()))
        if payment.policy.pooling == "earmarked":
            circles.append(int(at[payment.member]))
        return max(min(circles), 0)

    def amount(self, payment: Payment) -> int:
        """Fen of an instruction, before advances are recovered."""
        return payment.bills.total if payment.bills else int(payment.by_group.sum())

    def _can_give_back(self, payment: Payment) -> bool:
        """Whether hospitals have received what bills of settlements taken back now ask of them, group by group."""
        bills, cash = payment.bills, self.books.ledger.balances["hospital_cash"]
        asked = np.minimum(bills.amount.sum(1), 0) if bills else np.zeros(0, np.int64)
        return bills is None or bool((asked == 0).all() or (cash[bills.groups] + asked >= 0).all())

    def _pay(self, day: int, payment: Payment, recovered: Whole, need: int) -> None:
        self.prepaid[payment.account] -= need
        self.log.paid(day, payment, need)
        if payment.bills is None:
            self.books.groups("prepay", day, -payment.by_group)
            self.log.returned(day, payment)
            return
        bills = payment.bills
        if payment.kind == "advance":
            self.advances.give(payment)
            self.books.hospitals("advance_hospitals", day, bills.groups, bills.slots, bills.amount)
            return
        self.books.hospitals("pay_hospitals", day, bills.groups, bills.slots, bills.amount - recovered)
        if recovered.any():
            self.advances.recover(payment, recovered)
            self.books.hospitals("recover", day, bills.groups, bills.slots, recovered)
        self.log.hospitals_paid(day, payment, recovered)

    def _assert_sound(self) -> None:
        if self.prepaid.sum(0).min() < 0:
            raise BrokenLaw("a care place has paid hospitals more than all its prepayments")


def _lapsed(payment: Payment, day: int) -> bool:
    """An advance for which there was no money lapses when its period is over: the bills themselves are due then."""
    return payment.kind == "advance" and day > end_of(payment.policy.period, payment.until + 1)
