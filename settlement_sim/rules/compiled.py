"""How are rules read for a million rows at once? As flat tables indexed by (version, profile) and a local axis.

A profile is one combination of the insured axes (pool, scheme, tier, status, assistance, age band). A version is
an interval of time in which no leaf changes, so one gather answers for rows governed by different dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.errors import LookupOutside
from settlement_sim.vocabulary import AGE_BANDS, AXES, LEVELS

if TYPE_CHECKING:
    from settlement_sim.rules.book import RuleBook

PROFILE_AXES: Final = ("tier", "status", "assistance", "age_band")
Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Profiles:
    """Codes of the insured axes, one entry per profile; age bands run fastest."""

    pool: Codes
    scheme: Codes
    tier: Codes
    status: Codes
    assistance: Codes
    age_band: Codes

    @classmethod
    def of(cls, *columns: npt.NDArray[np.integer]) -> tuple[Profiles, Codes]:
        """Profiles of the combinations (pool, scheme, tier, status, assistance) found in columns of persons,
        crossed with every age band, and the first profile of each person (age band 0)."""
        key = np.zeros(len(columns[0]), np.int64)
        for column in columns:
            key = key * 64 + column
        combinations, first = np.unique(key, return_inverse=True)
        bands = len(AGE_BANDS)
        pool, scheme, tier, status, assistance = (np.repeat(combinations >> s & 63, bands) for s in (24, 18, 12, 6, 0))
        age_band = np.tile(np.arange(bands), len(combinations))
        return cls(pool, scheme, tier, status, assistance, age_band), first * bands

    def __len__(self) -> int:
        return len(self.pool)


class Rules:
    """The rule book as flat tables for a set of profiles."""

    def __init__(self, book: RuleBook, profiles: Profiles, first: int, last: int) -> None:
        """`first`, `last`: the days that will be asked for; rules may be silent about others."""
        self.book, self.profiles = book, profiles
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

    def take(self, leaf: str, rows: Codes, local: npt.NDArray[np.integer] | int | None = None) -> npt.NDArray[np.int64]:
        """Values of a leaf for rows of `rows()`; `local` is the code on its local axis (level, admission, bracket)."""
        table = self._table(leaf)
        if leaf in self._uniform:
            return np.full(len(rows), self._uniform[leaf])
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

    def insured(self, axis: str, rows: Codes) -> Codes:
        """Code on an insured axis (scheme, assistance, …) of the profile of each row of `rows()`."""
        return gather(getattr(self.profiles, axis), rows % len(self.profiles))

    def _table(self, leaf: str) -> npt.NDArray[np.int64]:
        if leaf not in self._tables:
            table = self._tables[leaf] = self._compile(leaf)
            asked = table.reshape((len(self._starts), -1))[self._asked]
            if (asked == asked.flat[0]).all():
                self._uniform[leaf] = int(asked.flat[0])
        return self._tables[leaf]

    def _compile(self, leaf: str) -> npt.NDArray[np.int64]:
        """(versions · profiles) × local axis; the check here spares one at every lookup."""
        dense, axes = self.book.dense(leaf), self.book.axes(leaf)
        own = [axis for axis in PROFILE_AXES if axis in axes]
        local = [axis for axis in axes if axis not in PROFILE_AXES]
        order = [0, 1, 2, *(3 + axes.index(axis) for axis in (*own, *local))]
        index = (self.profiles.pool, self.profiles.scheme, *(getattr(self.profiles, axis) for axis in own))
        table = dense.transpose(order)[(slice(None), *index)]
        asked = table[self._asked]
        spoken = asked[..., : len(LEVELS) - 1] if local == ["level"] else asked
        if spoken.min(initial=0) < 0:
            raise LookupOutside(f"{leaf} has no value on some day for a pool, scheme or level that is asked for")
        return np.ascontiguousarray(table.reshape((-1, *table.shape[2:])))
