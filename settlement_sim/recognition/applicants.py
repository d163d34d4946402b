"""Who applies on which day? A month's hazard for everybody who has retired, the same draws under every policy."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.careers import Workers
from settlement_sim.draws import Bits, Draws
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
_CHUNK: Final = 50_000
_MONTH_BITS: Final = 12
#: Months of draws count from here, so that they are never negative.
_ORIGIN: Final = dates.month_of("2000-01")
_MILLION: Final = 1_000_000
#: Days of a month on which an application may be made.
_DAYS: Final = 28


def applications(
    people: Workers, draws: Draws, hazard: int, window: tuple[int, int], calendar: Calendar
) -> tuple[Whole, Whole]:
    """Rows of those who think of an application, each once, and the days. `hazard`: per million months."""
    first, last = (dates.month_index(day) for day in window)
    rows, months = [], []
    for begin in range(0, max(len(people), 1), _CHUNK):
        part = people.take(slice(begin, begin + _CHUNK))
        hit = _hits(part, draws, hazard, np.arange(first, last + 1))
        some = np.flatnonzero(hit.any(1))
        rows.append(begin + some)
        months.append(first + hit[some].argmax(1))
    row, month = np.concatenate(rows), np.concatenate(months)
    day = calendar.next_working_day(_day(month, draws.bits("application/day", people.id[row])))
    kept = (window[0] <= day) & (day <= window[1])
    order = np.lexsort((people.id[row[kept]], day[kept]))
    return row[kept][order], day[kept][order]


def _hits(people: Workers, draws: Draws, hazard: int, months: Whole) -> npt.NDArray[np.bool_]:
    """People × months: whether the thought comes up in a month of their retirement."""
    identity = (people.id[:, None] << _MONTH_BITS) + (months - _ORIGIN)
    upper = (draws.bits("application/month", identity) >> np.uint64(32)).astype(np.int64)
    return (upper * _MILLION < hazard << 32) & (people.retires[:, None] <= months)


def _day(month: Whole, bits: Bits) -> Whole:
    return dates.first_days(month) + ((bits >> np.uint64(32)).astype(np.int64) * _DAYS >> 32)
