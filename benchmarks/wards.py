"""Beds for the per-patient model as a counter and a queue, so that opening and closing them costs next to nothing.

The model's own wards hold every closed bed by a request of its own. That is easy to believe and slow: on most days
hundreds of thousands of beds open or close, and nearly all of its time went there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import simpy


class QuickWard:
    """Stands in for the ward of the per-patient model. `open_`: open beds day by day."""

    def __init__(self, env: simpy.Environment, open_: Sequence[int]) -> None:
        self.env, self.open, self.closings = env, open_, 0
        self.beds, self.taken = 0, 0
        self.waiting: deque[Bed] = deque()

    def open_day(self, number: int) -> None:
        self.beds = self.open[number]
        self.give()

    def bed(self) -> Bed:
        return Bed(self)

    @property
    def full(self) -> bool:
        return self.taken >= self.beds

    def give(self) -> None:
        """Free beds to whoever has waited longest."""
        while self.waiting and self.taken < self.beds:
            self.taken += 1
            self.waiting.popleft().succeed()


class Bed(simpy.Event):
    """A request for a bed and its use, in a `with`; it happens when the bed is given."""

    def __init__(self, ward: QuickWard) -> None:
        super().__init__(ward.env)
        self.ward = ward
        ward.waiting.append(self)
        ward.give()

    def __enter__(self) -> Bed:
        return self

    def __exit__(self, *exception: Any) -> None:
        if self.env.active_process is not None:  # not when an unfinished process is thrown away
            self.ward.taken -= 1
            self.ward.give()
