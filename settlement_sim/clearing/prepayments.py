"""How much is prepaid, when does it change, and when does its use raise an alert?

The amount in force is set once a year from the volumes of the year before; a red alert tops it up in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.members import Members
from settlement_sim.money import WHOLE
from settlement_sim.policies.clearing.cycle import Basis, ClearingPolicy, Usage

Whole = npt.NDArray[np.int64]
#: Months of the year before whose mean is the basis.
BASIS: Final[dict[Basis, range]] = {"last_q4_mean": range(9, 12), "last_year_mean": range(12)}
#: Share of the months of a basis that must have been simulated; their mean stands for all.
_ENOUGH: Final = 2 / 3
PolicyOf = Callable[[int], ClearingPolicy]


@dataclass
class Prepayments:
    """Amounts in force (groups × care provinces), and the months they rest on.

    `policy_of`: the policy of a group today. `basis`, `usage`: readings for policies that name none. `growth`: money of
    a year over that of the year before in 1/10,000, by insured province. `first`, `last`: simulated days. `run_in`:
    months at the beginning that no basis counts, since the stays that began before them are missing.
    """

    members: Members
    policy_of: PolicyOf
    basis: Basis
    usage: Usage
    growth: Whole
    first: int
    last: int
    run_in: int = 0
    posted: dict[int, Whole] = field(default_factory=dict)
    on_first_of: dict[int, Whole] = field(default_factory=dict)
    #: Pairs of provinces that have a top-up on its way.
    pending: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.in_force = self._nothing()
        self._coming: tuple[int, Whole] | None = None

    def _nothing(self) -> Whole:
        return np.zeros((self.members.groups, len(self.members.provinces)), np.int64)

    def begin(self, day: int) -> None:
        """A day begins: the opening and what was set in January come into force on their days."""
        if self._coming and self._coming[0] <= day:
            self.in_force, self._coming = self.in_force + self._coming[1], None
        if dates.date(day).day == 1 or day == self.first:
            self.on_first_of[dates.month_index(day)] = self.in_force

    def post(self, day: int, by_care_province: Whole) -> None:
        """What was posted today."""
        month = dates.month_index(day)
        self.posted[month] = self.posted.get(month, 0) + by_care_province

    # Amounts --------------------------------------------------------------------------------------------

    def opening(self, day: int) -> Whole | None:
        """The prepayment with which the run begins, on the last day of its first month after the run-in; else None.

        Declared: months of that first month's volume, less one year's growth.
        """
        month = dates.month_index(day)
        if day != dates.month_bounds(month)[1] or month != self._first_month():
            return None
        months = np.array([self.policy_of(group).prepayment_months for group in range(self.members.groups)])
        amount = np.maximum(self.posted[dates.month_index(day)], 0) * months[:, None]
        growth = self.growth[self.members.province_of_group][:, None]
        return (amount * WHOLE + growth // 2) // growth

    def _first_month(self) -> int:
        """The first month simulated in full after the run-in."""
        month = dates.month_index(self.first)
        whole = dates.month_bounds(month)[0] == self.first
        return month + (not whole) + self.run_in

    def adjustment(self, year: int) -> Whole | None:
        """What is added (or returned, negative) in a year; None where too few months of a basis were simulated."""
        change = self._nothing()
        for group in range(self.members.groups):
            policy = self.policy_of(group)
            basis = [12 * (year - 1 - dates.EPOCH.year) + m for m in BASIS[policy.basis or self.basis]]
            months = [month for month in basis if self.simulated(month)]
            if len(months) < _ENOUGH * len(basis):
                return None
            total = np.maximum(sum(self.posted[m][group] for m in months), 0)
            # Half up, to the fen.
            target = (2 * total * policy.prepayment_months + len(months)) // (2 * len(months))
            change[group] = target - self.in_force[group]
        return change

    def adjust(self, year: int, change: Whole) -> None:
        """What is added comes into force on 1 March."""
        self.add(dates.day(f"{year}-03-01"), change)

    def add(self, day: int, amount: Whole) -> None:
        """What is added comes into force on a day."""
        self._coming = (day, amount)

    def simulated(self, month: int) -> bool:
        """Whether the run has posted a month from its first to its last day, after its run-in."""
        last = dates.month_bounds(month)[1]
        return self._first_month() <= month and last <= self.last and month in self.posted

    # Alerts ---------------------------------------------------------------------------------------------

    def policy_of_province(self, province: int) -> ClearingPolicy:
        """The policy that speaks for a province: that of its first pool and scheme."""
        return self.policy_of(int(np.flatnonzero(self.members.province_of_group == province)[0]))

    def used(self, day: int, province: int, outstanding: Whole) -> tuple[Whole, Whole] | None:
        """What a province uses and has in force at each care province, where it is judged today; else None.

        `outstanding`: provinces × care provinces, posted and not yet remitted.
        """
        policy = self.policy_of_province(province)
        if (policy.usage or self.usage) == "outstanding":
            return outstanding[province], self.members.by_province(self.in_force)[province]
        month = dates.month_index(day - policy.statement_after) if self._judges(day, policy) else None
        if month is None or month not in self.on_first_of or not self.simulated(month):
            return None
        in_force = self.on_first_of[month]
        return tuple(self.members.by_province(amount)[province] for amount in (self.posted[month], in_force))

    @staticmethod
    def _judges(day: int, policy: ClearingPolicy) -> bool:
        end = day - policy.statement_after
        return dates.month_bounds(dates.month_index(end))[1] == end

    def top_up(self, province: int, care_province: int, used: int) -> Whole | None:
        """Groups × care provinces to add so that usage falls to the aim of the policy; None where nothing is lacking.

        Shared among the groups as the amounts in force are; the last takes the rest.
        """
        policy = self.policy_of_province(province)
        mine = self.members.province_of_group == province
        in_force = np.where(mine, self.in_force[:, care_province], 0)
        missing = -(-used * WHOLE // policy.top_up_to) - int(in_force.sum())
        if missing <= 0 or not in_force.any():
            return None
        result = self._nothing()
        whole = int(in_force.sum())
        # Whole numbers of Python: the products may leave 64 bits.
        bounds = np.array([int(upto) * missing // whole for upto in np.cumsum(in_force)])
        result[:, care_province] = np.diff(bounds, prepend=0)
        return result
