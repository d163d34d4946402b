"""Who owes whom? Insured pools owe care pools; provinces hold the accounts between which money crosses.

A *group* is an insured pool and scheme. A *member* is a province and scheme: schemes never net with each other. An
*obligation* row is a group and a care pool. A hospital has a slot among those that a province's insured may visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Members:
    """Names, and how pools, provinces and hospitals belong together.

    `province_of`: province of each pool. `hospital_pool`: provinces × slots, the pool of each hospital that the
    insured of a province may visit, −1 where there is none.
    """

    provinces: tuple[str, ...]
    pools: tuple[str, ...]
    schemes: tuple[str, ...]
    province_of: Whole
    hospital_pool: Whole

    @property
    def groups(self) -> int:
        """Insured pools × schemes."""
        return len(self.pools) * len(self.schemes)

    @property
    def members(self) -> int:
        """Provinces × schemes."""
        return len(self.provinces) * len(self.schemes)

    @property
    def hospitals(self) -> int:
        """Slots for hospitals."""
        return self.hospital_pool.shape[1]

    @cached_property
    def province_of_group(self) -> Whole:
        """Insured province of each group."""
        return np.repeat(self.province_of, len(self.schemes))

    @cached_property
    def member_of_group(self) -> Whole:
        """Member of each group."""
        scheme = np.tile(np.arange(len(self.schemes)), len(self.pools))
        return self.province_of_group * len(self.schemes) + scheme

    def groups_of(self, member: int) -> Whole:
        """Groups of a member."""
        return np.flatnonzero(self.member_of_group == member)

    def hospitals_of(self, member: int, care_pool: int) -> Whole:
        """Slots of the hospitals of a care pool, as the insured of a member's province see them."""
        return np.flatnonzero(self.hospital_pool[member // len(self.schemes)] == care_pool)

    def of_member(self, member: int) -> tuple[str, str]:
        """Names of province and scheme of a member."""
        province, scheme = divmod(member, len(self.schemes))
        return self.provinces[province], self.schemes[scheme]

    def of_group(self, group: int) -> tuple[str, str]:
        """Names of pool and scheme of a group."""
        pool, scheme = divmod(group, len(self.schemes))
        return self.pools[pool], self.schemes[scheme]

    def by_care_pool(self, by_hospital: Whole) -> Whole:
        """Groups × hospitals → groups × care pools."""
        result = np.zeros((self.groups, len(self.pools)), np.int64)
        for province, table in enumerate(self._pool_tables):
            rows = self.province_of_group == province
            result[rows] = by_hospital[rows] @ table
        return result

    def by_care_province(self, by_care_pool: Whole) -> Whole:
        """Anything × care pools → the same × care provinces."""
        return by_care_pool @ self._one_hot(self.province_of, len(self.provinces))

    def by_member(self, by_group: Whole) -> Whole:
        """Groups × anything → members × the same."""
        result = np.zeros((self.members, *by_group.shape[1:]), np.int64)
        np.add.at(result, self.member_of_group, by_group)
        return result

    def by_province(self, by_group: Whole) -> Whole:
        """Groups × anything → insured provinces × the same."""
        result = np.zeros((len(self.provinces), *by_group.shape[1:]), np.int64)
        np.add.at(result, self.province_of_group, by_group)
        return result

    @cached_property
    def _pool_tables(self) -> list[Whole]:
        return [self._one_hot(row, len(self.pools)) for row in self.hospital_pool]

    @staticmethod
    def _one_hot(codes: npt.NDArray[np.integer[Any]], count: int) -> Whole:
        return (codes[:, None] == np.arange(count)).astype(np.int64)
