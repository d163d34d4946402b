"""What have hospitals been advanced, and what of it have their bills covered?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from settlement_sim.clearing.members import Members
from settlement_sim.clearing.payments import Payment
from settlement_sim.policies.clearing.periods import end_of

Whole = npt.NDArray[np.int64]


class Advances:
    """Advances not yet recovered, by policy and the last day of the period they were given for: groups × hospitals."""

    def __init__(self, members: Members) -> None:
        self.members = members
        self._given: dict[tuple[int, int], Whole] = {}

    def give(self, payment: Payment) -> None:
        """An advance was paid, on the bills of a period, for the next."""
        assert payment.bills is not None, "an advance is a share of bills"
        key = (payment.code, end_of(payment.policy.period, payment.until + 1))
        given = self._given.setdefault(key, np.zeros((self.members.groups, self.members.hospitals), np.int64))
        given[np.ix_(payment.bills.groups, payment.bills.slots)] += payment.bills.amount

    def recoverable(self, payment: Payment) -> Whole:
        """Groups × hospitals of a payment: what advances for its period or earlier ones have paid of its bills."""
        bills = payment.bills
        if payment.kind != "hospitals" or bills is None:
            return np.zeros((1, 1), np.int64)
        there = np.ix_(bills.groups, bills.slots)
        given = sum(
            (self._given[key][there] for key in self._until(payment.code, payment.until)), np.zeros_like(bills.amount)
        )
        return np.minimum(given, np.maximum(bills.amount, 0))

    def recover(self, payment: Payment, recovered: Whole) -> None:
        """Take off what a payment has recovered, the earliest advances first."""
        assert payment.bills is not None, "only bills recover advances"
        there, left = np.ix_(payment.bills.groups, payment.bills.slots), recovered
        for key in self._until(payment.code, payment.until):
            off = np.minimum(self._given[key][there], left)
            self._given[key][there] -= off
            left = left - off

    def take_back(self, code: int, until: int) -> Whole:
        """Groups × hospitals: what is left of the advances for periods up to a day; they are settled with this."""
        left = np.zeros((self.members.groups, self.members.hospitals), np.int64)
        for key in list(self._until(code, until)):
            left += self._given.pop(key)
        return left

    @property
    def outstanding(self) -> bool:
        """Whether anything was advanced that no bill has covered."""
        return any(given.any() for given in self._given.values())

    def _until(self, code: int, until: int) -> Iterator[tuple[int, int]]:
        return iter(sorted(key for key in self._given if key[0] == code and key[1] <= until))
