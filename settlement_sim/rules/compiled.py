"""How are rules read for a million rows at once? As flat tables indexed by (version, profile) and a local axis.

A profile is one combination of the insured axes (pool, scheme, tier, status, assistance, age band). A version is
an interval of time in which no leaf changes, so one gather answers for rows governed by different dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.errors import InputError, LookupOutside, Problem, nearest
from settlement_sim.vocabulary import AGE_BANDS, AXES

if TYPE_CHECKING:
    from settlement_sim.rules.book import RuleBook

PROFILE_AXES: Final = ("tier", "status", "assistance", "age_band")
Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Profiles:
    """Codes of the insured axes, one entry per profile: pools run slowest, age bands fastest."""

    pool: Codes
    scheme: Codes
    tier: Codes
    status: Codes
    assistance: Codes
    age_band: Codes

    @classmethod
    def of(cls, pool: Codes, scheme: Codes, tier: Codes, status: Codes, assistance: Codes) -> tuple[Profiles, Codes]:
        """Profiles of the combinations (scheme, tier, status, assistance) found in columns of persons, crossed with
        every pool and every age band, and the first profile of each person (age band 0)."""
        key = np.zeros(len(pool), np.int64)
        for column in (scheme, tier, status, assistance):
            key = key * 64 + column
        combinations, which = np.unique(key, return_inverse=True)
        pools, bands = len(AXES["pool"]), len(AGE_BANDS)
        every = np.repeat(np.tile(combinations, pools), bands)
        scheme, tier, status, assistance = (every >> shift & 63 for shift in (18, 12, 6, 0))
        age_band = np.tile(np.arange(bands), pools * len(combinations))
        block = len(combinations) * bands
        first = np.multiply(pool, block, dtype=np.int64) + which * bands
        return cls(np.repeat(np.arange(pools), block), scheme, tier, status, assistance, age_band), first

    @cached_property
    def of_each_pool(self) -> int:
        """Number of profiles of each pool. Raises LookupOutside where they are not crossed with every pool."""
        block, rest = divmod(len(self), len(AXES["pool"]))
        if rest or (self.pool != np.repeat(np.arange(len(AXES["pool"])), block)).any():
            raise LookupOutside("these profiles are not crossed with every pool: make them with Profiles.of")
        return block

    def __len__(self) -> int:
        return len(self.pool)


class Rules:
    """The rule book as flat tables for a set of profiles."""

    def __init__(self, book: RuleBook, profiles: Profiles, first: int, last: int, units: Sequence[str] = ()) -> None:
        """`first`, `last`: the days that will be asked for; rules may be silent about others. `units`: names of the
        places that `take` is told by code; without them no district's own rules are known.

        Raises InputError where a district with rules of its own is none of the units.
        """
        self.book, self.profiles = book, profiles
        self._districts = _known_districts(book, units) if units else []
        #: Per unit, which table holds: 0 the pool's, then those of the districts.
        self._variant = np.array([self._districts.index(u) + 1 if u in self._districts else 0 for u in units], np.int64)
        self._starts = np.array([dates.day(start) for start in book.starts])
        self._asked = slice(int(np.min(self.version(first))), int(np.max(self.version(last))) + 1)
        self._tables: dict[str, npt.NDArray[np.int64]] = {}
        #: Leaves with one value everywhere need no lookup.
        self._uniform: dict[str, int] = {}
        self._catalogue: dict[str, list[int | npt.NDArray[np.int64]]] = {}

    def version(self, day: int | Codes) -> Codes:
        """Version in force on a day or on each of many days; raises LookupOutside before the first."""
        version = np.searchsorted(self._starts, day, side="right") - 1
        if np.min(version, initial=0) < 0:
            first = dates.iso(int(self._starts[0]))
            raise LookupOutside(f"no rule is in force on {dates.iso(int(np.min(day)))}; the first begins on {first}")
        return version

    def rows(self, day: int | Codes, profile: Codes) -> Codes:
        """Row of every table for each profile on its governing day."""
        return self.version(day) * len(self.profiles) + profile

    def places(self, day: int | Codes, pool: npt.NDArray[np.integer]) -> Codes:
        """Row of every catalogue table for each care-place pool on its governing day."""
        return self.version(day) * len(AXES["pool"]) + pool

    def take(
        self, leaf: str, rows: Codes, local: Codes | int | None = None, unit: Codes | None = None
    ) -> npt.NDArray[np.int64]:
        """Values of a leaf for rows of `rows()`; `local` is the code on its local axis (level, admission, bracket),
        `unit` that of the place of insurance, for leaves that districts may set: their own values come first."""
        table = self._table(leaf)
        if leaf in self._uniform:
            return np.full(len(rows), self._uniform[leaf])
        if unit is not None and self._districts and self.book.leaves[leaf].by_district:
            rows = rows + gather(self._variant, unit) * (len(self._starts) * len(self.profiles))
        if table.ndim == 1:
            return gather(table, rows)
        return gather(table, rows * table.shape[1] + (0 if local is None else local))

    def place(self, leaf: str, rows: Codes, item: int) -> npt.NDArray[np.int64] | int:
        """Values of a catalogue leaf for rows of `places()` and one item class; one number where all places agree."""
        if leaf not in self._catalogue:
            by_item = self.book.dense(leaf)[:, :, 0].reshape(-1, len(AXES["item"])).T.copy()
            self._catalogue[leaf] = [int(c[0]) if (c == c[0]).all() else c for c in by_item]
        column = self._catalogue[leaf][item]
        return column if isinstance(column, int) else gather(column, rows)

    def in_pool(self, rows: Codes, pool: Codes) -> Codes:
        """The rows of the same profiles in other pools (one pool for each row), on the same days."""
        block, size = self.profiles.of_each_pool, len(self.profiles)
        return rows // size * size + np.multiply(pool, block, dtype=np.int64) + rows % block

    def constant(self, leaf: str) -> int | None:
        """The value of a leaf that has one value everywhere on the days asked for; None where it varies."""
        self._table(leaf)
        return self._uniform.get(leaf)

    def listed(self, day: int) -> tuple[bool, ...]:
        """Which groups of chronic and special diseases settle directly across provinces on a day."""
        table = self._table("chronic.listed")
        return tuple(bool(flag) for flag in table[int(self.version(day)) * len(self.profiles)])

    def insured(self, axis: str, rows: Codes) -> Codes:
        """Code on an insured axis (scheme, assistance, …) of the profile of each row of `rows()`."""
        return gather(getattr(self.profiles, axis), rows % len(self.profiles))

    def _table(self, leaf: str) -> npt.NDArray[np.int64]:
        if leaf not in self._tables:
            variants = ["", *self._districts] if self.book.leaves[leaf].by_district else [""]
            table = np.stack([self._compile(leaf, district) for district in variants])
            spoken = self._spoken(leaf, table[:, self._asked])
            if spoken.min(initial=0) < 0:
                raise LookupOutside(f"{leaf} has no value on some day for a pool, scheme or level that is asked for")
            if (spoken == spoken.flat[0]).all():
                self._uniform[leaf] = int(spoken.flat[0])
            self._tables[leaf] = table.reshape((-1, *table.shape[3:]))
        return self._tables[leaf]

    def _compile(self, leaf: str, district: str) -> npt.NDArray[np.int64]:
        """Version × profile × local axis."""
        dense, axes = self.book.dense(leaf, district), self.book.axes(leaf)
        own = [axis for axis in PROFILE_AXES if axis in axes]
        local = [axis for axis in axes if axis not in PROFILE_AXES]
        order = [0, 1, 2, *(3 + axes.index(axis) for axis in (*own, *local))]
        index = (self.profiles.pool, self.profiles.scheme, *(getattr(self.profiles, axis) for axis in own))
        return dense.transpose(order)[(slice(None), *index)]

    def _spoken(self, leaf: str, table: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The entries of a table [variant, version, profile, local axis] that the leaf speaks about."""
        local = [axis for axis in self.book.axes(leaf) if axis not in PROFILE_AXES]
        for place, axis in enumerate(local, start=3):
            silent = self.book.leaves[leaf].without.get(axis, ())
            table = table.take([code for code, label in enumerate(AXES[axis]) if label not in silent], place)
        return table


def _known_districts(book: RuleBook, units: Sequence[str]) -> list[str]:
    """Districts with rules of their own. Raises InputError where one is none of the units."""
    problems = [
        Problem(where, f"district {name!r}", "a unit of the map", nearest(name, units))
        for name, where in book.districts.items()
        if name not in units
    ]
    if problems:
        raise InputError(problems)
    return list(book.districts)
