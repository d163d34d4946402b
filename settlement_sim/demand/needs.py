"""Which needs are born in a month? One row per need, all draws fixed by its id, the same under every policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.columns import Columns
from settlement_sim.demand.alias import spare
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import MonthTables, Rates, stratum
from settlement_sim.draws import Draws
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.population import Population

#: need_id = person · 2**18 + month · 2**6 + k, months counted from January 2000.
K_BITS: Final = 6
MONTH_BITS: Final = 12
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


@dataclass(frozen=True)
class Needs(Columns):
    """Needs in the order (day, person, second, need_id). `second` is the second of the day."""

    id: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]  # row of the person in the population
    care: npt.NDArray[np.int8]
    second: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.id)


def in_person_order(needs: Needs) -> Needs:
    """Needs in the order (day, person, k), as (day, person, second, need_id).

    A day begins where the rows of persons fall, so equal neighbours are one person on one day.
    """
    repeated = np.flatnonzero(needs.row[1:] == needs.row[:-1])
    index = np.unique(np.concatenate([repeated, repeated + 1]))
    run = np.cumsum(np.diff(needs.row[index], prepend=-1) != 0)
    order = index[np.lexsort((needs.id[index], needs.second[index], run))]
    moved = needs.take(slice(None))
    for name in ("id", "care", "second"):
        column = getattr(moved, name)
        column[index] = column[order]
    return moved


class Births:
    """Bears the needs of a population, month by month."""

    def __init__(self, population: Population, rates: Rates, priors: Priors, draws: Draws) -> None:
        self.population, self.rates, self.draws = population, rates, draws
        self.opening = priors.row("hours.opening") * 3600
        self.span = (priors.row("hours.closing") - priors.row("hours.opening")) * 3600
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
        needs = in_person_order(Needs(ids, row, care, second))
        first, last = dates.month_bounds(month)
        bounds = np.cumsum(np.bincount(day, minlength=last - first + 1))
        return needs, [0, *bounds.tolist()]

    def _block(self, start: int, month: int, tables: MonthTables) -> tuple[npt.NDArray[Any], ...]:
        """Day of month, id, row, care type and second of the needs of one block of persons."""
        stop = min(start + _BLOCK, len(self.population))
        person = self.population.id[start:stop]
        strata = self._strata(tables.first_day)[start:stop]
        table = strata * len(self.rates.classes) + self.population.rate_class[start:stop]
        count = tables.count.pick(table, self.draws.bits("count", need_id(person, month, 0)))
        row = np.repeat(np.arange(stop - start), count)
        k = np.arange(len(row)) - gather(np.cumsum(count) - count, row)
        ids = need_id(gather(person, row), month, k)
        care = tables.care.pick(gather(strata, row), self.draws.bits("care", ids))
        bits = self.draws.bits("day", ids)
        day = tables.day.pick(care, bits).astype(np.int16)
        inside = spare(bits, tables.day.slot_bits, _SECOND_BITS) * gather(self.span, care) >> _SECOND_BITS
        second = gather(self.opening, care) + inside
        return day, ids, (row + start).astype(np.int32), care.astype(np.int8), second.astype(np.int32)

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
