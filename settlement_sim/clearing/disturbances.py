"""Who pays late, or not at all for a while?"""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass, field
from typing import Final, Literal

from settlement_sim import dates

#: Nothing is paid any more.
NEVER: Final = 10**9


@dataclass(frozen=True)
class Disturbance:
    """What happens to payments of some pools that are due from `first` to `last` (day numbers, inclusive)."""

    what: Literal["late", "stops"]
    pools: frozenset[int]
    first: int
    last: int = NEVER
    months: int = 0

    def moved(self, day: int) -> int:
        """The day on which a payment due on `day` is made."""
        if self.what == "late":
            return months_later(day, self.months)
        return NEVER if self.last >= NEVER else self.last + 1


@dataclass
class Disturbances:
    """All disturbances of a run, and which of them have had an effect."""

    listed: tuple[Disturbance, ...] = ()
    felt: set[int] = field(default_factory=set)

    def paid_on(self, pool: int, due: int) -> int:
        """The day on which a pool pays what is due on a day, not yet moved to a bank day; one after the other."""
        for number, disturbance in enumerate(self.listed):
            if due < NEVER and pool in disturbance.pools and disturbance.first <= due <= disturbance.last:
                due = disturbance.moved(due)
                self.felt.add(number)
        return due


def months_later(day: int, months: int) -> int:
    """The same day of the month so many months later, or the last of that month.

    >>> dates.iso(months_later(dates.day("2024-01-31"), 1))
    '2024-02-29'
    """
    date = dates.date(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return dates.day(date.replace(year=year, month=month + 1, day=min(date.day, last)))
