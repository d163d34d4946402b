"""Who gets a bed, and when? First come, first served, in continuous time, per provider group.

The recursion is that of a FIFO multi-server queue (Kiefer and Wolfowitz 1955): a stay starts when it arrives or when
the first bed becomes free. Only the c latest ends matter for c beds, so a day on which a group cannot run full is
one vector operation, and only the requests of a full group are walked one by one. With constant capacity the sample
path is that of `simpy.Resource`: at equal time a discharge goes before an admission, then need_id decides.

A bed is given on the day on which it is entered. When capacity rises, the new beds open at the start of the day and
whoever has waited longest takes them; when it falls, a bed closes when its occupant leaves.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.bills import Gross

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Requests(Columns):
    """Stays that ask for a bed; moments in seconds since the epoch. Path, cut, filing and bill travel along."""

    id: Whole
    row: npt.NDArray[np.int32]
    path: npt.NDArray[np.int8]
    cut: Whole
    filing: npt.NDArray[np.int8]
    group: Whole
    arrival: Whole
    length: Whole
    emergency: npt.NDArray[np.bool_]
    gross: Gross

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def none(cls) -> Requests:
        """No request."""
        whole, small = np.zeros(0, np.int64), np.zeros(0, np.int8)
        gross = Gross(np.zeros(0, np.int16), whole, small)
        return cls(whole, np.zeros(0, np.int32), small, whole, small, whole, whole, whole, np.zeros(0, bool), gross)

    def and_(self, other: Requests) -> Requests:
        """These and others, in the order (arrival, need_id)."""
        both = Requests.stack([self, other])
        return both.take(np.lexsort((both.id, both.arrival)))


class Beds:
    """Occupied beds of all provider groups, and who waits for one."""

    def __init__(self, groups: int) -> None:
        self.groups = groups
        self.waiting = Requests.none()
        self._group = np.zeros(0, np.int64)
        self._end = np.zeros(0, np.int64)

    def open_day(self, day: int, requests: Requests, capacity: Whole) -> tuple[Requests, Whole, npt.NDArray[np.bool_]]:
        """Stays that start on this day, when, and whether they exceed the capacity; the rest waits.

        `capacity`: beds of each group open on this day. Only emergencies exceed it; they take none of its beds.
        """
        opens = day * SECONDS_PER_DAY
        inside = self._end > opens
        self._group, self._end = self._group[inside], self._end[inside]
        asking = self.waiting.and_(requests)
        start, extra = np.maximum(asking.arrival, opens), np.zeros(len(asking), bool)
        needed = np.bincount(self._group, minlength=self.groups) + np.bincount(asking.group, minlength=self.groups)
        for tight in np.unique(asking.group[(needed > capacity)[asking.group]]):
            rows = np.flatnonzero(asking.group == tight)
            free = self._free_times(int(tight), int(capacity[tight]), opens)
            start[rows], extra[rows] = _queue(free, asking.take(rows), start[rows])
        today = start < opens + SECONDS_PER_DAY
        self.waiting = asking.take(np.flatnonzero(~today))
        started, start, extra = asking.take(np.flatnonzero(today)), start[today], extra[today]
        self._group = np.concatenate([self._group, started.group[~extra]])
        self._end = np.concatenate([self._end, (start + started.length)[~extra]])
        return started, start, extra

    def _free_times(self, group: int, capacity: int, opens: int) -> list[int]:
        """When each bed of the day becomes free: the latest ends, or the start of the day; a heap."""
        ends = np.sort(self._end[self._group == group])
        latest = ends[max(len(ends) - capacity, 0) :].tolist()
        return [opens] * (capacity - len(latest)) + latest


def _queue(free: list[int], asking: Requests, earliest: Whole) -> tuple[list[int], list[bool]]:
    """Starts of the requests of one group, in order; an emergency that finds no bed exceeds the capacity."""
    never = np.iinfo(np.int64).max
    heapq.heapify(free)
    starts, extras = [], []
    for came, stays, urgent in zip(earliest.tolist(), asking.length.tolist(), asking.emergency.tolist(), strict=True):
        extra = urgent and (not free or free[0] > came)
        start = came if extra else max(came, free[0]) if free else never
        if not extra and free:
            heapq.heapreplace(free, start + stays)
        starts.append(start)
        extras.append(extra)
    return starts, extras
