"""Who gets a bed, and when? First come, first served, in continuous time, per provider group.

The recursion is that of a FIFO multi-server queue (Kiefer and Wolfowitz 1955): a stay starts when it arrives or when
the first bed becomes free. Only the c latest ends matter for c beds, so a day on which a group cannot run full is
one vector operation, and only the arrivals of a full group are walked one by one. The same sample path as
`simpy.Resource`: at equal time a discharge goes before an admission, then need_id decides.

When capacity falls, a bed closes when its occupant leaves; who has been promised a bed keeps it.
"""

from __future__ import annotations

import heapq
from typing import Final

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
_FREE: Final = np.iinfo(np.int64).min


class Beds:
    """Occupied and promised beds of all provider groups; times in seconds since the epoch."""

    def __init__(self, groups: int) -> None:
        self.groups = groups
        self._group = np.zeros(0, np.int64)
        self._end = np.zeros(0, np.int64)

    def census(self, at: int) -> npt.NDArray[np.int64]:
        """Stays in or promised a regular bed of each group that end after a moment."""
        return np.bincount(self._group[self._end > at], minlength=self.groups)

    def admit(
        self, group: npt.NDArray[np.int64], arrival: Seconds, length: Seconds, emergency: npt.NDArray[np.bool_],
        capacity: npt.NDArray[np.int64],
    ) -> tuple[Seconds, npt.NDArray[np.bool_]]:  # fmt: skip
        """Start of each stay, and whether it exceeds the capacity (emergencies, and groups without any bed).

        Rows in order of (arrival, need_id); `capacity`: beds of each group open on this day.
        """
        open_ = self._end > arrival.min(initial=np.iinfo(np.int64).max)
        self._group, self._end = self._group[open_], self._end[open_]
        occupied = np.bincount(self._group, minlength=self.groups) + np.bincount(group, minlength=self.groups)
        start, extra = arrival.copy(), np.zeros(len(group), bool)
        full = (occupied > capacity)[group]
        for tight in np.unique(group[full]):
            rows = np.flatnonzero(group == tight)
            free = self._free_times(int(tight), int(capacity[tight]))
            start[rows], extra[rows] = _queue(free, arrival[rows], length[rows], emergency[rows])
        keep = ~extra
        self._group = np.concatenate([self._group, group[keep]])
        self._end = np.concatenate([self._end, (start + length)[keep]])
        return start, extra

    def _free_times(self, group: int, capacity: int) -> list[int]:
        """When each open bed becomes free: the latest ends, or at once; a heap."""
        ends = np.sort(self._end[self._group == group])
        latest = ends[max(len(ends) - capacity, 0) :].tolist()
        return [_FREE] * (capacity - len(latest)) + latest


def _queue(
    free: list[int], arrival: Seconds, length: Seconds, emergency: npt.NDArray[np.bool_]
) -> tuple[list[int], list[bool]]:
    """Starts of the arrivals of one group, in order; an emergency that finds no bed exceeds the capacity."""
    heapq.heapify(free)
    starts, extras = [], []
    for came, stays, urgent in zip(arrival.tolist(), length.tolist(), emergency.tolist(), strict=True):
        extra = not free or (urgent and free[0] > came)
        start = came if extra else max(came, free[0])
        if not extra:
            heapq.heapreplace(free, start + stays)
        starts.append(start)
        extras.append(extra)
    return starts, extras
