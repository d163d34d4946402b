"""Beds of one provider group in plain simpy: how do they open and close from day to day?

A bed that is not open today is held by a request that goes before every patient: it gets a free bed at once,
and else the next one whose occupant leaves. Given back, the bed goes to whoever waits first.
"""

from __future__ import annotations

from collections.abc import Sequence

import simpy

#: Who goes first when a bed becomes free.
CLOSING, PATIENT = 0, 1


class Ward:
    """`open_`: open beds day by day. `closings`: beds that closed only when their occupants left."""

    def __init__(self, env: simpy.Environment, open_: Sequence[int]) -> None:
        """Nothing is open before the first `open_day`."""
        self.open, self.closings = open_, 0
        self._beds = simpy.PriorityResource(env, max(*open_, 1))
        self._closed: list[simpy.resources.resource.PriorityRequest] = []

    def open_day(self, number: int) -> None:
        """Open and close beds for a day, at its start and before anybody leaves or comes."""
        wanted = self._beds.capacity - self.open[number]
        while len(self._closed) < wanted:
            self._closed.append(self._beds.request(priority=CLOSING))
            self.closings += not self._closed[-1].triggered
        while len(self._closed) > wanted:
            last = self._closed.pop()
            if last.triggered:
                self._beds.release(last)
            else:
                last.cancel()

    def bed(self) -> simpy.resources.resource.PriorityRequest:
        """A patient's request, to be used in a `with`."""
        return self._beds.request(priority=PATIENT)

    @property
    def full(self) -> bool:
        """Whether no bed is free for a patient who comes now."""
        return bool(self._beds.count == self._beds.capacity)
