"""Which number is a day, a month, a moment; and which text is the number?

A day is an int counted from `EPOCH` (2023-01-01 is day 0), a month an int counted from 2023-01 (month 0), a
moment an int of seconds from the first midnight of `EPOCH`. Earlier ones are negative and always round down:
day -1 is 2022-12-31, month -1 is 2022-12, second -1 is 2022-12-31 23:59:59. No time zones and no clock here.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

Whole = int | np.integer[Any]
Days = npt.NDArray[np.integer[Any]]

EPOCH: Final = dt.date(2023, 1, 1)
SECONDS_PER_DAY: Final = 86_400
#: Arrays of days are looked up in a table from 1880-01-01 to 2199-12-31: births of the oldest, any horizon.
TABLE_YEARS: Final = (1880, 2199)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_ORDINAL: Final = EPOCH.toordinal()
_TABLE_FIRST: Final = dt.date(TABLE_YEARS[0], 1, 1).toordinal() - _ORDINAL
_TABLE_LAST: Final = dt.date(TABLE_YEARS[1], 12, 31).toordinal() - _ORDINAL


def _table() -> npt.NDArray[np.int16]:
    every_day = np.datetime64(EPOCH, "D") + np.arange(_TABLE_FIRST, _TABLE_LAST + 1)
    months = every_day.astype("datetime64[M]") - np.datetime64(EPOCH, "M")
    return months.astype(np.int16)


_MONTH_OF_DAY: Final = _table()
_YEAR_OF_DAY: Final = (EPOCH.year + _MONTH_OF_DAY // 12).astype(np.int16)


def day(value: str | dt.date) -> int:
    """Days from `EPOCH` to a date, given as ISO text or as a `datetime.date`.

    Raises ValueError for any other spelling, a date that does not exist, and a `datetime.datetime`.

    >>> day("2023-01-01"), day("2024-02-29"), day("2022-12-31")
    (0, 424, -1)
    """
    if isinstance(value, dt.datetime):
        raise ValueError(f"{value!r} carries a time of day; give a date, or use parse_moment")
    if isinstance(value, str):
        value = _parse_date(value)
    return value.toordinal() - _ORDINAL


def date(day: Whole) -> dt.date:
    """The calendar date of a day."""
    return dt.date.fromordinal(int(day) + _ORDINAL)


def iso(day: Whole) -> str:
    """A day as text `YYYY-MM-DD`.

    >>> iso(424)
    '2024-02-29'
    """
    return date(day).isoformat()


def year(day: Whole) -> int:
    """The calendar year of a day."""
    return date(day).year


def years(days: Days) -> npt.NDArray[np.int16]:
    """The calendar year of each day; same shape. Raises ValueError outside `TABLE_YEARS`."""
    return _look_up(_YEAR_OF_DAY, days)


@overload
def month_index(days: Whole) -> int: ...
@overload
def month_index(days: Days) -> npt.NDArray[np.int16]: ...
def month_index(days: Whole | Days) -> int | npt.NDArray[np.int16]:
    """Months since 2023-01 of one day (an int) or of each day (int16, same shape).

    Raises ValueError for arrays outside `TABLE_YEARS`.

    >>> month_index(day("2024-02-29"))
    13
    """
    if isinstance(days, np.ndarray):
        return _look_up(_MONTH_OF_DAY, days)
    found = date(days)
    return (found.year - EPOCH.year) * 12 + found.month - 1


def month_of(text: str) -> int:
    """The month index of text `YYYY-MM`. Raises ValueError for anything else.

    >>> month_of("2024-02")
    13
    """
    match = _MONTH.fullmatch(text)
    if not match or not (1 <= int(match[2]) <= 12 and int(match[1]) >= 1):
        raise ValueError(f"{text!r} is not a month; write YYYY-MM, for example 2024-02")
    return (int(match[1]) - EPOCH.year) * 12 + int(match[2]) - 1


def month_iso(month: Whole) -> str:
    """A month index as text `YYYY-MM`.

    >>> month_iso(13), month_iso(-1)
    ('2024-02', '2022-12')
    """
    years_on, month_on = divmod(int(month), 12)
    return f"{EPOCH.year + years_on:04d}-{month_on + 1:02d}"


def month_bounds(month: Whole) -> tuple[int, int]:
    """The first and the last day of a month, both belonging to it.

    >>> tuple(map(iso, month_bounds(13)))
    ('2024-02-01', '2024-02-29')
    """
    return _first_of(int(month)), _first_of(int(month) + 1) - 1


def first_days(months: Days) -> npt.NDArray[np.int64]:
    """The first day of each month; same shape.

    >>> first_days(np.array([0, 13, -1])).tolist()
    [0, 396, -31]
    """
    starts = np.datetime64(EPOCH, "M") + np.asarray(months, np.int64)
    return (starts.astype("datetime64[D]") - np.datetime64(EPOCH, "D")).astype(np.int64)


def parse_moment(text: str) -> int:
    """Seconds from the first midnight of `EPOCH`, of `YYYY-MM-DD`, `… HH:MM` or `… HH:MM:SS`.

    Without a time it is midnight, the beginning of the day. Raises ValueError for anything else.

    >>> parse_moment("2023-01-02"), parse_moment("2023-01-01 09:30")
    (86400, 34200)
    """
    on, space, at = text.partition(" ")
    return day(on) * SECONDS_PER_DAY + (_parse_time(at, text) if space else 0)


def moment_iso(seconds: Whole) -> str:
    """A moment as text `YYYY-MM-DD HH:MM`, with seconds only where they are not zero.

    >>> moment_iso(34200), moment_iso(-1)
    ('2023-01-01 09:30', '2022-12-31 23:59:59')
    """
    on, at = divmod(int(seconds), SECONDS_PER_DAY)
    hour, rest = divmod(at, 3600)
    minute, second = divmod(rest, 60)
    return f"{iso(on)} {hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def _parse_date(text: str) -> dt.date:
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD, for example 2024-02-29")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; there is no such day in the calendar") from None


def _parse_time(at: str, text: str) -> int:
    match = _TIME.fullmatch(at)
    if not match:
        raise ValueError(f"{text!r} is not a moment; write YYYY-MM-DD HH:MM, for example 2024-05-06 09:00")
    hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"{text!r} is not a moment; a day runs from 00:00 to 23:59:59")
    return hour * 3600 + minute * 60 + second


def _first_of(month: int) -> int:
    years_on, month_on = divmod(month, 12)
    return dt.date(EPOCH.year + years_on, month_on + 1, 1).toordinal() - _ORDINAL


def _look_up(table: npt.NDArray[np.int16], days: Days) -> npt.NDArray[np.int16]:
    if days.size and (days.min() < _TABLE_FIRST or days.max() > _TABLE_LAST):
        outside = days.min() if days.min() < _TABLE_FIRST else days.max()
        raise ValueError(f"day {outside} lies outside the years {TABLE_YEARS[0]} to {TABLE_YEARS[1]}")
    # Widened, since int16 days would overflow in the subtraction; days with fractions raise TypeError.
    return table[days.astype(np.int64, casting="same_kind") - _TABLE_FIRST]
