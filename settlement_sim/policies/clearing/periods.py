"""Which days make a period, and on which days does money move? Pure functions of a calendar."""

from __future__ import annotations

from typing import Final, Literal

from settlement_sim import dates
from settlement_sim.world.calendar import WORKDAY, Calendar

Period = Literal["month", "half_month", "day"]
Bank = Literal["with_offices", "not_on_makeup_days", "every_day"]
_HALF: Final = 15


def end_of(period: Period, day: int) -> int:
    """Last day of the period that holds a day.

    >>> dates.iso(end_of("half_month", dates.day("2024-02-10"))), dates.iso(end_of("month", dates.day("2024-02-10")))
    ('2024-02-15', '2024-02-29')
    """
    if period == "day":
        return day
    first, last = dates.month_bounds(dates.month_index(day))
    return first + _HALF - 1 if period == "half_month" and day < first + _HALF else last


def latest_end(period: Period, day: int) -> int:
    """The latest last day of a period on or before a day.

    >>> dates.iso(latest_end("month", dates.day("2024-02-28"))), dates.iso(latest_end("month", dates.day("2024-02-29")))
    ('2024-01-31', '2024-02-29')
    """
    end = end_of(period, day)
    if end == day:
        return day
    first = dates.month_bounds(dates.month_index(day))[0]
    return first + _HALF - 1 if period == "half_month" and day >= first + _HALF else first - 1


def on_bank_day(calendar: Calendar, bank: Bank, day: int) -> int:
    """The day itself if money moves on it, else the first such day after it."""
    if bank == "every_day":
        return day
    day = calendar.next_working_day(day)
    while bank == "not_on_makeup_days" and calendar.kinds(day, day)[0] != WORKDAY:
        day = calendar.next_working_day(day + 1)
    return day


def working_days_on(calendar: Calendar, day: int, count: int) -> int:
    """The n-th working day after a day; the day itself for n = 0."""
    return calendar.add_working_days(day, count) if count else day
