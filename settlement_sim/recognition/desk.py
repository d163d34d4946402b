"""How does an application become a decision? Records come from the pool left, the desk decides, papers may be missing.

One simpy process per application: there is waiting (staff) and reaction (papers sent back).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import simpy

from settlement_sim.demand.careers import percent
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits, Draws
from settlement_sim.vocabulary import POOLS
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
#: Stands for the day of a decision that has not come.
OPEN: Final = -(2**62)
#: States in which an application may end.
STATES: Final = ("accepted", "refused", "open")


class Paper(NamedTuple):
    """Working days that an application takes, and whether its months can be proven; drawn when it is made."""

    out: int  # records of the pool left
    decision: int
    correction: int  # 0: nothing is sent back
    proven: bool
    payment: int  # from the decision to a back-payment


@dataclass
class Decided:
    """Columns by application: day of the decision (`OPEN`: none yet), whether papers were sent back."""

    day: Whole
    corrected: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, number: int) -> Decided:
        """Nothing decided yet."""
        return cls(np.full(number, OPEN), np.zeros(number, bool))


def papers(identity: Whole, draws: Draws, priors: Priors) -> list[Paper]:
    """What will happen to each application."""

    def bits(stream: str) -> Bits:
        return draws.bits(f"application/{stream}", identity)

    def within(name: str) -> Whole:
        """1 to the most working days of a step."""
        return 1 + ((bits(name) >> np.uint64(32)).astype(np.int64) * priors[f"application.{name}"] >> 32)

    sent_back = percent(bits("corrected")) < priors["application.corrected"]
    columns = (
        within("records_out"), within("records_in"), np.where(sent_back, within("correction_days"), 0),
        percent(bits("refused")) >= priors["application.refused"], within("pay_days"),
    )  # fmt: skip
    return [Paper(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


class Desk:
    """The agencies that decide, one queue per pool. `staff`: applications decided at a time; None: no limit."""

    def __init__(self, env: simpy.Environment, calendar: Calendar, staff: int | None) -> None:
        self.env, self.calendar = env, calendar
        self.counters = [simpy.Resource(env, staff) for _ in POOLS] if staff else None

    def application(
        self, number: int, pool: int, applied: int, paper: Paper, decided: Decided, then: Callable[[int], None]
    ) -> Generator[simpy.Event, Any, None]:
        """One application from its day to the decision; `then(number)` is called with it."""
        yield self.env.timeout(applied - self.env.now)
        yield self._working_days(paper.out)
        yield from self._at_counter(pool, paper.decision)
        if paper.correction:
            decided.corrected[number] = True
            yield self._working_days(paper.correction)
            yield from self._at_counter(pool, paper.decision)
        decided.day[number] = int(self.env.now)
        then(number)

    def _at_counter(self, pool: int, days: int) -> Generator[simpy.Event, Any, None]:
        if self.counters is None:
            yield self._working_days(days)
            return
        with self.counters[pool].request() as turn:
            yield turn
            yield self._working_days(days)

    def _working_days(self, days: int) -> simpy.Event:
        today = int(self.env.now)
        return self.env.timeout(self.calendar.add_working_days(today, days) - today)
