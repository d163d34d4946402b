"""Which bills of hospitals are paid together, and how old are they?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from settlement_sim.clearing.members import Members
from settlement_sim.money import share

Whole = npt.NDArray[np.int64]


@dataclass
class Cohort:
    """Bills of one period (or what was kept back of a year's): amounts by group and hospital, and by day.

    `of_day`: members × hospitals for each of `days`. `until`: last day of the period.
    """

    members: Members
    amount: Whole
    days: list[int] = field(default_factory=list)
    of_day: list[Whole] = field(default_factory=list)
    until: int = 0

    @classmethod
    def empty(cls, members: Members) -> Self:
        """Nothing yet."""
        return cls(members, np.zeros((members.groups, members.hospitals), np.int64))

    def add(self, day: int, by_hospital: Whole) -> None:
        """Add bills of a day: groups × hospitals."""
        self.amount += by_hospital
        self.days.append(day)
        self.of_day.append(self.members.by_member(by_hospital))

    def share(self, bp: int) -> Cohort:
        """A share of these bills, none negative, as an advance for the next period."""
        part = Cohort(self.members, share(np.maximum(self.amount, 0), bp), until=self.until)
        part.days, part.of_day = [self.until], [self.members.by_member(part.amount)]
        return part

    def parts(self) -> list[tuple[int, int, Bills]]:
        """(member, care pool, bills) of everybody with bills here."""
        by_pool = self.members.by_member(self.members.by_care_pool(np.abs(self.amount)))
        return [(int(m), int(c), self._of(int(m), int(c))) for m, c in np.argwhere(by_pool)]

    def _of(self, member: int, care_pool: int) -> Bills:
        groups, slots = self.members.groups_of(member), self.members.hospitals_of(member, care_pool)
        of_day = np.stack([amounts[member, slots] for amounts in self.of_day])
        return Bills(groups, slots, self.amount[np.ix_(groups, slots)], np.array(self.days), of_day)


@dataclass
class Bills:
    """Bills of the hospitals of one care pool for one member: groups × hospitals, and days × hospitals."""

    groups: Whole
    slots: Whole
    amount: Whole
    days: Whole
    of_day: Whole

    @property
    def total(self) -> int:
        """Fen of all bills."""
        return int(self.amount.sum())

    def covered_first(self, recovered: Whole) -> Whole:
        """Days × hospitals: what of each day's bills an advance had paid, the earliest first. `recovered`: by hospital.

        Bills of a day may be negative where more was taken back than settled; the rest is then paid in cash.
        """
        upto = np.minimum(np.maximum(np.cumsum(self.of_day, 0), 0), recovered)
        return np.diff(upto, axis=0, prepend=0)
