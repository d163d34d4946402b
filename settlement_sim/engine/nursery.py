"""Who is born on a day? Births depend on nothing that happens, so the next month is born beside the present one."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from settlement_sim import dates
from settlement_sim.demand.bills import Gross, Pricing
from settlement_sim.demand.needs import Births, Needs


@dataclass(frozen=True)
class _Month:
    """Everybody born in a month, in the order of the days; day i is from bounds[i] to bounds[i + 1]."""

    days: range
    needs: Needs
    gross: Gross
    bounds: list[int]

    def of(self, day: int) -> tuple[Needs, Gross]:
        """Needs of one day and their bills."""
        index = day - self.days.start
        rows = slice(self.bounds[index], self.bounds[index + 1])
        return self.needs.take(rows), self.gross.take(rows)


class Nursery:
    """Needs with their bills, day by day; a thread bears the month after the one that is asked for."""

    def __init__(self, births: Births, pricing: Pricing, last: int) -> None:
        """`last`: last day that will be asked for."""
        self.births, self.pricing, self.last = births, pricing, last
        self._present: _Month | None = None
        self._next: Future[_Month] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown(cancel_futures=True)

    def of(self, day: int) -> tuple[Needs, Gross]:
        """Needs of a day and their bills; days must be asked for in order."""
        if self._present is None or day not in self._present.days:
            month = dates.month_index(day)
            self._present = self._next.result() if self._next else self._bear(month)
            ends = dates.month_bounds(month)[1]
            self._next = self._thread.submit(self._bear, month + 1) if ends < self.last else None
        return self._present.of(day)

    def _bear(self, month: int) -> _Month:
        needs, bounds = self.births.whole_month(month)
        first, last = dates.month_bounds(month)
        return _Month(range(first, last + 1), needs, self.pricing.gross(needs), bounds)
