"""When does a claim by hand get decided? A desk with staff takes claims first come, first served, on working days:
by day of arrival, then need_id.

Without a limit on staff a claim is taken on the day it arrives. A decided claim is paid after the review, in working
days. Each pool and scheme has a desk of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import rank_in_run
from settlement_sim.columns import Columns
from settlement_sim.engine.probe import SILENT, Probe
from settlement_sim.world.calendar import Calendar

Payload = TypeVar("Payload", bound=Columns)
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DeskRules:
    """Calendar days until a claim reaches the desk, staff (None: no limit), claims a person decides per working day,
    working days from decision to payment.
    """

    delay_days: int = 30
    staff: int | None = None
    claims_per_day: int = 12
    review_days: int = 0


class Desk(Generic[Payload]):
    """The claims that wait, and those that are decided but not yet paid."""

    def __init__(self, calendar: Calendar, rules: DeskRules, pays: str = "reimburse", probe: Probe = SILENT) -> None:
        """`pays`: the event that its payments are booked as."""
        self.calendar, self.rules, self.pays, self.probe = calendar, rules, pays, probe
        self._arrived: list[tuple[Codes, Payload]] = []
        self._waiting: list[tuple[Codes, Payload]] = []
        self._due: dict[int, list[Payload]] = {}

    def arrive(self, group: Codes, claims: Payload) -> None:
        """Claims reach the desk today; `group`: pool and scheme of each. They have a column `id`."""
        self._arrived.append((group, claims))
        self.probe.note(f"{self.pays}: arrive", claims)

    def open(self, day: int) -> Payload | None:
        """Decide what the staff can today; returns the claims paid today."""
        self._queue_up()
        taken = self._take(day)
        if taken is not None:
            review = self.rules.review_days
            due = self.calendar.add_working_days(day, review) if review else day
            self._due.setdefault(due, []).append(taken)
            self.probe.note(f"{self.pays}: decide", taken, due=due)
        paid = self._due.pop(day, [])
        return type(paid[0]).stack(paid) if paid else None

    def _queue_up(self) -> None:
        """Those of today stand behind those that wait, in the order of need_id."""
        if self._arrived:
            group = np.concatenate([group for group, _ in self._arrived])
            claims = type(self._arrived[0][1]).stack([claims for _, claims in self._arrived])
            ids: Codes = getattr(claims, "id")  # noqa: B009  a column that every payload has
            order = np.argsort(ids, kind="stable")
            self._waiting.append((group[order], claims.take(order)))
            self._arrived = []

    def _take(self, day: int) -> Payload | None:
        if not self._waiting:
            return None
        limited = self.rules.staff is not None
        if limited and not self.calendar.is_working_day(day):
            return None
        group = np.concatenate([group for group, _ in self._waiting])
        first = self._waiting[0][1]
        claims = type(first).stack([claims for _, claims in self._waiting])
        self._waiting = []
        if not limited:
            return claims
        order = np.argsort(group, kind="stable")
        turn = np.empty(len(group), np.int64)
        turn[order] = rank_in_run(group[order])
        now = turn < (self.rules.staff or 0) * self.rules.claims_per_day
        later = np.flatnonzero(~now)
        if later.size:
            self._waiting = [(group[later], claims.take(later))]
        return claims.take(np.flatnonzero(now)) if now.any() else None
