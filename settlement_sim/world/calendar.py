"""On which days do offices work, and when is the n-th working day from here?

The only authority is the State Council's yearly notice. A year without one is an error, unless the caller
names an assumption. Periods follow the Civil Code: the day of the event is not counted (article 201), and a
period whose last day is a day off ends when the days off are over (article 203).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.world.calendar_notices import HOLIDAYS, Notice, read_notices

#: A day is an ordinary working day, an ordinary weekend day, off by notice, or a weekend day made up.
WORKDAY, WEEKEND, HOLIDAY, MAKEUP = range(4)
KINDS: Final = ("workday", "weekend", "holiday", "makeup")
#: What a caller may assume for years after the last notice. `weekday_pattern`: Monday to Friday, no holidays
#: at all; some 13 working days a year too many.
ASSUMPTIONS: Final = ("weekday_pattern",)
#: The last year an assumption reaches.
ASSUMED_UNTIL: Final = 2099

Days = npt.NDArray[np.integer[Any]]
Kinds = npt.NDArray[np.int8]


def is_working(kinds: Kinds) -> npt.NDArray[np.bool_]:
    """Whether each kind of day is worked: ordinary working days and make-up days. Same shape."""
    return np.isin(kinds, (WORKDAY, MAKEUP))


@dataclass(frozen=True, eq=False)
class Calendar:
    """The kind of every day from `first` to `last`, both covered.

    `notices` are those it rests on; `assumption` is None or the name of what holds after the last of them.
    Every method raises InputError, naming the missing notice, when asked about a day outside.
    """

    first: int
    last: int
    notices: tuple[Notice, ...]
    assumption: str | None
    table: str
    _kinds: Kinds
    _working: npt.NDArray[np.int64]
    #: How many working days lie before each day, and one more entry for the day after `last`.
    _ranks: npt.NDArray[np.int64]

    @classmethod
    def load(cls, path: str | Path = HOLIDAYS, *, assume: str | None = None) -> Calendar:
        """Read a table of notices; `assume` (of `ASSUMPTIONS`) covers the years after it to `ASSUMED_UNTIL`.

        Raises InputError for a broken table or an unknown assumption.
        """
        if assume is not None and assume not in ASSUMPTIONS:
            expected = f"one of {', '.join(ASSUMPTIONS)}"
            raise InputError(Problem("calendar assumption", repr(assume), expected, nearest(assume, ASSUMPTIONS)))
        notices = read_notices(path)
        last_year = notices[-1].year if assume is None else max(notices[-1].year, ASSUMED_UNTIL)
        first, last = dates.day(f"{notices[0].year:04d}-01-01"), dates.day(f"{last_year:04d}-12-31")
        kinds = _paint(notices, first, last)
        worked = is_working(kinds)
        ranks = np.concatenate(([0], np.cumsum(worked)))
        return cls(first, last, notices, assume, Path(path).name, kinds, first + np.flatnonzero(worked), ranks)

    def kinds(self, first: int, last: int) -> Kinds:
        """The kind of each day from `first` to `last` inclusive: int8 codes, read-only."""
        self._require(first, last)
        return self._kinds[first - self.first : last - self.first + 1]

    def is_working_day(self, day: int) -> bool:
        """Whether offices work on a day."""
        return bool(is_working(self.kinds(day, day))[0])

    @overload
    def next_working_day(self, day: int) -> int: ...
    @overload
    def next_working_day(self, day: Days) -> npt.NDArray[np.int64]: ...
    def next_working_day(self, day: int | Days) -> int | npt.NDArray[np.int64]:
        """The day itself if it is worked, else the first working day after it (Civil Code, article 203).

        Takes one day or an array of them (same shape back). For the day strictly after, add one working day.
        """
        return self.add_working_days(day, 0)

    @overload
    def add_working_days(self, day: int, n: int) -> int: ...
    @overload
    def add_working_days(self, day: Days, n: int | Days) -> npt.NDArray[np.int64]: ...
    @overload
    def add_working_days(self, day: int, n: Days) -> npt.NDArray[np.int64]: ...
    def add_working_days(self, day: int | Days, n: int | Days) -> int | npt.NDArray[np.int64]:
        """The n-th working day after `day`, which itself is not counted (Civil Code, article 201).

        Takes one day or an array, and one n or an array beside it. With n = 0 it is `next_working_day(day)`.
        Raises ValueError for a negative n.
        """
        found = self._nth(np.asarray(day), np.asarray(n))
        return found if found.ndim else int(found)

    def working_days_between(self, start: int, end: int) -> int:
        """How many working days lie after `start`, up to and including `end`; negative when `end` is earlier.

        So `working_days_between(day, add_working_days(day, n))` is n for every n from 1.
        """
        self._require(min(start, end), max(start, end))
        return int(self._ranks[end + 1 - self.first] - self._ranks[start + 1 - self.first])

    def assumed_years(self, first: int, last: int) -> tuple[int, ...]:
        """The years from day `first` to day `last` that rest on the assumption and not on a notice."""
        self._require(first, last)
        return tuple(range(max(dates.year(first), self.notices[-1].year + 1), dates.year(last) + 1))

    def _nth(self, days: Days, n: Days) -> npt.NDArray[np.int64]:
        if days.size == 0 or n.size == 0:
            return (days + n).astype(np.int64)
        if n.min() < 0:
            raise ValueError(f"a number of working days is 0 or more, not {n.min()}")
        self._require(int(days.min()), int(days.max()))
        on = days.astype(np.int64, casting="same_kind") - self.first
        at = self._ranks[on + (n > 0)] + np.maximum(n, 1) - 1
        if at.max() >= len(self._working):
            self._require(self.first, self.last + 1)
        return np.asarray(self._working[at])

    def _require(self, first: int, last: int) -> None:
        if first < self.first:
            expected = f"a day from {dates.iso(self.first)} on"
            raise InputError(Problem(self.table, _missing(dates.year(first)), expected))
        if last > self.last:
            year = max(dates.year(self.last + 1), dates.year(first))
            raise InputError(Problem(self.table, _missing(year), self._remedy()))

    def _remedy(self) -> str:
        if self.assumption:
            return f"a day until {dates.iso(self.last)}, where the assumption {self.assumption!r} ends"
        return f"a notice in the table; or name a calendar assumption: {' or '.join(ASSUMPTIONS)}"


def _missing(year: int) -> str:
    return f"no State Council notice for {year}"


def _paint(notices: tuple[Notice, ...], first: int, last: int) -> Kinds:
    """Weekends first, then what the notices say on top; days of a notice before `first` fall away."""
    days = np.arange(first, last + 1)
    # Day 0 is a Sunday, so the remainder by 7 is 0 on Sundays and 6 on Saturdays.
    kinds = np.where(np.isin(days % 7, (0, 6)), WEEKEND, WORKDAY).astype(np.int8)
    for holiday in (holiday for notice in notices for holiday in notice.holidays):
        kinds[max(holiday.first - first, 0) : max(holiday.last - first + 1, 0)] = HOLIDAY
        for day in holiday.makeup:
            if day >= first:
                kinds[day - first] = MAKEUP
    kinds.flags.writeable = False
    return kinds
