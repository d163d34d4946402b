"""What was posted while a policy was in force, and what of it has been stated?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from settlement_sim.clearing.cohorts import Cohort
from settlement_sim.clearing.members import Members
from settlement_sim.money import share
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import end_of
from settlement_sim.policies.views import Obligations

Whole = npt.NDArray[np.int64]


class Posted:
    """The obligations of one policy, and the hospital bills of its open period and open year."""

    def __init__(self, members: Members, policy: ClearingPolicy, first: int, last: int) -> None:
        """`first`, `last`: days on which something may be posted."""
        self.members, self.policy = members, policy
        pools, schemes = len(members.pools), len(members.schemes)
        rows = np.arange(members.groups * pools)
        self._view = Obligations(
            rows // pools // schemes, rows // pools % schemes, rows % pools,
            np.zeros((rows.size, last - first + 1), np.int64), np.zeros(rows.size, np.int64), first,
        )  # fmt: skip
        self.bills = Cohort.empty(members)
        self.kept_back = Cohort.empty(members)
        #: Bills of the latest closed period, by group and hospital: what advances are a share of.
        self.latest = np.zeros((members.groups, members.hospitals), np.int64)
        self.last_posted = first - 1
        #: The most that was owed, by row, on the last day of any period.
        self._at_ends = np.zeros(rows.size, np.int64)

    def post(self, day: int, by_hospital: Whole, by_care_pool: Whole) -> None:
        """Post a day: groups × hospitals, and the same by care pool. Days are posted in order, none left out."""
        at, posted = day - self._view.first, self._view.posted
        posted[:, at] = by_care_pool.ravel() + (posted[:, at - 1] if at else 0)
        self.last_posted = day
        if day == end_of(self.policy.period, day):
            np.maximum(self._at_ends, posted[:, at], out=self._at_ends)
        if by_hospital.any():
            back = share(np.abs(by_hospital), self.policy.retention) * np.sign(by_hospital)
            self.bills.add(day, by_hospital - back)
            self.kept_back.add(day, back)

    def obligations(self, day: int) -> Obligations:
        """What the policy sees on a day; read-only."""
        seen = self._view.posted[:, : min(day, self.last_posted) - self._view.first + 1]
        seen = seen.view()
        seen.flags.writeable = False
        stated = self._view.stated.view()
        stated.flags.writeable = False
        return replace(self._view, posted=seen, stated=stated)

    def state(self, amount: Whole) -> None:
        """A statement has asked for these amounts."""
        np.add(self._view.stated, amount, out=self._view.stated)

    @property
    def owed(self) -> bool:
        """Whether anything of a period waits for its statement, though it may be taken back afterwards."""
        at = self.last_posted - self._view.first
        return at >= 0 and bool((np.maximum(self._at_ends, self._view.posted[:, at]) > self._view.stated).any())

    def close_period(self, until: int) -> Cohort:
        """The bills of the period that ends today; a new one is opened."""
        closed, self.bills = self.bills, Cohort.empty(self.members)
        closed.until = until
        self.latest = closed.amount
        return closed

    def close_year(self, until: int) -> Cohort:
        """What was kept back in the year that ends today."""
        closed, self.kept_back = self.kept_back, Cohort.empty(self.members)
        closed.until = until
        return closed
