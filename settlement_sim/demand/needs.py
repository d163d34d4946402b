"""Which needs are born in a month? One row per need, all draws fixed by its id, the same under every policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather, rank_in_run
from settlement_sim.columns import Columns
from settlement_sim.demand.alias import AliasTables, spare
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import COUNTS, LATER_COUNTS, MonthTables, Rates, stratum
from settlement_sim.draws import Draws, below
from settlement_sim.money import WHOLE
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.population import Population

#: need_id = person · 2**18 + month · 2**6 + k, months counted from January 2000.
K_BITS: Final = 6
MONTH_BITS: Final = 12
#: Ordinary needs of a person and month have k below this, those for later diseases from here upward.
LATER_FROM: Final = COUNTS
assert COUNTS + LATER_COUNTS == 1 << K_BITS, "ordinary needs and those for later diseases share the numbers k"
_MONTHS_TO_EPOCH: Final = 23 * 12
_SECOND_BITS: Final = 26
_BLOCK: Final = 1 << 18


def need_id(person: npt.NDArray[np.int64], month: int, k: npt.NDArray[np.int64] | int) -> npt.NDArray[np.int64]:
    """Ids of the k-th needs of persons in a month (months since the epoch)."""
    return (((person << MONTH_BITS) + month + _MONTHS_TO_EPOCH) << K_BITS) + k


def need_text(need: int) -> str:
    """An id as people read it: person-year-month-k.

    >>> need_text(int(need_id(np.array([7]), 12, 1)[0]))
    '7-2024-01-1'
    """
    k, month = need & ((1 << K_BITS) - 1), (need >> K_BITS) & ((1 << MONTH_BITS) - 1)
    return f"{need >> (K_BITS + MONTH_BITS)}-{2000 + month // 12}-{month % 12 + 1:02d}-{k}"


def later(need: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of these ids (any shape) are needs for one of `LATER_DISEASES`.

    >>> later(need_id(np.array([7, 7, 7]), 12, np.array([0, 47, 48]))).tolist()
    [False, False, True]
    """
    return (need & ((1 << K_BITS) - 1)) >= LATER_FROM


@dataclass(frozen=True)
class Needs(Columns):
    """Needs in the order (day, person, second, need_id). `second` is the second of the day."""

    id: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]  # row of the person in the population
    care: npt.NDArray[np.int8]
    second: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.id)


def in_person_order(needs: Needs, bounds: list[int]) -> Needs:
    """Needs in the order (day, person, k), as (day, person, second, need_id).

    `bounds`: where each day begins, and the last ends. Only the needs of who has several on a day are sorted.
    """
    repeated = np.flatnonzero(needs.row[1:] == needs.row[:-1])
    index = np.unique(np.concatenate([repeated, repeated + 1]))
    day = np.searchsorted(bounds, index, side="right")
    order = index[np.lexsort((needs.id[index], needs.second[index], needs.row[index], day))]
    moved = needs.take(slice(None))
    for name in ("id", "care", "second"):
        column = getattr(moved, name)
        column[index] = column[order]
    return moved


class Births:
    """Bears the needs of a population, month by month.

    Who is certified for a later disease has needs for it besides: chronic care, numbered from `LATER_FROM`, counted
    by a stream of their own. Every other draw is that of the id, as for all needs; so ordinary needs stay the same.

    A potential P above one adds needs and changes none. A second count with the table of the first gives candidates,
    a draw of each keeps the share P − 1, and they are numbered behind the first. So the needs of a smaller potential
    are among those of a larger one, ids and draws alike, and counts are Poisson with P times the mean (but for their
    common limit, `COUNTS` or `LATER_COUNTS`).
    """

    def __init__(self, population: Population, rates: Rates, priors: Priors, draws: Draws) -> None:
        self.population, self.rates, self.draws = population, rates, draws
        self.opening = priors.row("hours.opening") * 3600
        self.span = (priors.row("hours.closing") - priors.row("hours.opening")) * 3600
        self._holders = np.flatnonzero(population.later_diseases)
        self._year = -1

    def month(self, month: int) -> Iterator[tuple[int, Needs]]:
        """(day, needs of the day) for every day of a month, in order."""
        needs, bounds = self.whole_month(month)
        first, _ = dates.month_bounds(month)
        for index, (start, stop) in enumerate(zip(bounds, bounds[1:], strict=False)):
            yield first + index, needs.take(slice(start, stop))

    def whole_month(self, month: int) -> tuple[Needs, list[int]]:
        """Needs of a month in the order of its days, and where each day begins (and the last ends)."""
        tables = self.rates.month(month)
        blocks = [self._block(start, month, tables) for start in range(0, len(self.population), _BLOCK)]
        day = np.concatenate([block[0] for block in blocks])
        order = np.argsort(day, kind="stable")
        columns = (np.concatenate(column) for column in zip(*(block[1:] for block in blocks), strict=True))
        ids, row, care, second = (gather(column, order) for column in columns)
        first, last = dates.month_bounds(month)
        bounds = [0, *np.cumsum(np.bincount(day, minlength=last - first + 1)).tolist()]
        return in_person_order(Needs(ids, row, care, second), bounds), bounds

    def _block(self, start: int, month: int, tables: MonthTables) -> tuple[npt.NDArray[Any], ...]:
        """Day of month, id, row, care type and second of the needs of one block of persons."""
        stop = min(start + _BLOCK, len(self.population))
        first = need_id(self.population.id[start:stop], month, 0)
        strata = self._strata(tables.first_day)[start:stop]
        table = strata * len(self.rates.classes) + self.population.rate_class[start:stop]
        count = self._count("count", tables.count, COUNTS, table, first)
        holder = self._holders[slice(*np.searchsorted(self._holders, (start, stop)))] - start
        more = self._count("count/later", tables.later, LATER_COUNTS, table[holder], first[holder])
        skip = np.repeat(LATER_FROM - count[holder], more)
        count[holder] += more
        row, end = np.repeat(np.arange(stop - start), count), np.cumsum(count)
        ids = gather(first + count - end, row) + np.arange(len(row))
        # The needs for later diseases are each holder's last.
        last = np.repeat(end[holder] - np.cumsum(more), more) + np.arange(len(skip))
        ids[last] += skip
        care = tables.care.pick(gather(strata, row), self.draws.bits("care", ids))
        care[last] = CHRONIC
        bits = self.draws.bits("day", ids)
        day = tables.day.pick(care, bits).astype(np.int16)
        inside = spare(bits, tables.day.slot_bits, _SECOND_BITS) * gather(self.span, care) >> _SECOND_BITS
        second = gather(self.opening, care) + inside
        return day, ids, (row + start).astype(np.int32), care.astype(np.int8), second.astype(np.int32)

    def _count(
        self, stream: str, tables: AliasTables, limit: int, table: npt.NDArray[np.int64], first: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Needs per person, by its table and the id of its first need of the month."""
        count = tables.pick(table, self.draws.bits(stream, first))
        added = self.rates.potential_bp - WHOLE
        if added:
            candidates = tables.pick(table, self.draws.bits(f"{stream}/potential", first))
            row = np.repeat(np.arange(len(first)), candidates)
            bits = self.draws.bits(f"{stream}/kept", gather(first, row) + rank_in_run(row))
            kept = np.bincount(row[below(bits, added)], minlength=len(first))
            count = np.minimum(count + kept, limit)
        return count

    def _strata(self, day: int) -> npt.NDArray[np.int64]:
        """Strata by age on the first day of the year, made once a year."""
        year = int(dates.years(np.array([day]))[0])
        if year != self._year:
            self._year, self._strata_of_year = year, stratum(self.population, dates.day(f"{year}-01-01"))
        return self._strata_of_year


INPATIENT: Final = CARE_TYPES.index("inpatient")
OUTPATIENT: Final = CARE_TYPES.index("outpatient")
CHRONIC: Final = CARE_TYPES.index("chronic")
PHARMACY: Final = CARE_TYPES.index("pharmacy")
