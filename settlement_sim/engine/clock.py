"""What happens when? simpy is the clock and the calendar; the phases of a day order its recording."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

import simpy

from settlement_sim.dates import SECONDS_PER_DAY

#: RULES may change what holds; NEEDS are born and admitted; SETTLEMENT at the counters; DESKS pay by hand; CENSUS
#: closes the day.
PHASES: Final = ("RULES", "NEEDS", "SETTLEMENT", "DESKS", "CENSUS")
Phase = Callable[[int], None]
Process = Generator[simpy.Event, Any, None]


class Clock:
    """One simpy environment in seconds since the epoch, with a process that walks the phases of each day."""

    def __init__(self, first: int, last: int) -> None:
        """`first`, `last`: day numbers, both simulated."""
        self.first, self.last = first, last
        self.env = simpy.Environment(initial_time=first * SECONDS_PER_DAY)
        self._phases: dict[str, list[Phase]] = {phase: [] for phase in PHASES}

    def on(self, phase: str, act: Phase) -> None:
        """Call `act(day)` in a phase of every day, in the order of registration."""
        self._phases[phase].append(act)

    @property
    def today(self) -> int:
        """Day number of the present moment."""
        return int(self.env.now) // SECONDS_PER_DAY

    def until_day(self, day: int) -> simpy.Event:
        """An event at the first moment of a day, before its phases (now, if the day has begun)."""
        return self.env.timeout(max(day * SECONDS_PER_DAY - int(self.env.now), 0))

    def run(self) -> None:
        """Simulate every day."""
        self.env.process(self._days())
        self.env.run(until=(self.last + 1) * SECONDS_PER_DAY)

    def run_on(self, acts: Mapping[str, Phase], done: Callable[[], bool], limit: int) -> None:
        """Days after the last, on which only `acts` happen, each in its phase; until done, or day `limit` ends."""
        day = self.last
        while not done() and day < limit:
            day += 1
            for phase, act in acts.items():
                self.env.run(until=(day + 1) * SECONDS_PER_DAY - len(PHASES) + PHASES.index(phase))
                act(day)
            self.env.run(until=(day + 1) * SECONDS_PER_DAY)

    def _days(self) -> Process:
        for day in range(self.first, self.last + 1):
            for index, phase in enumerate(PHASES):
                close = (day + 1) * SECONDS_PER_DAY - len(PHASES) + index
                yield self.env.timeout(close - int(self.env.now))
                for act in self._phases[phase]:
                    act(day)
