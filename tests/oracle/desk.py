"""When is a claim by hand paid? One desk for each pool and scheme, first come, first served."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from .people import Claim, Terms


class Desk:
    """Claims on their way to the desk, in its queue, and decided but not yet paid."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._coming: defaultdict[int, list[Claim]] = defaultdict(list)
        self._queues: defaultdict[Any, deque[Claim]] = defaultdict(deque)
        self._due: defaultdict[int, list[Claim]] = defaultdict(list)

    def hand_in(self, today: int, claim: Claim) -> None:
        """A claim sets out; it arrives after the delay."""
        self._coming[today + self.terms.delay_days].append(claim)

    def paid(self, today: int) -> list[Claim]:
        """Decide what the staff can, then return what is paid today. To be called every day."""
        for claim in sorted(self._coming.pop(today, []), key=lambda claim: claim.need.id):
            self._queues[claim.person.group].append(claim)
        for queue in self._queues.values():
            for _ in range(self._decisions(today, len(queue))):
                self._due[self.terms.working_days_after(today, self.terms.review_days)].append(queue.popleft())
        return self._due.pop(today, [])

    def _decisions(self, today: int, waiting: int) -> int:
        """How many claims a desk decides today: all of them where there is no limit on staff."""
        terms = self.terms
        if terms.staff is None:
            return waiting
        return min(waiting, terms.staff * terms.claims_per_day) if terms.is_working(today) else 0

    @property
    def open(self) -> int:
        """Claims not yet paid."""
        return sum(len(some) for place in (self._coming, self._queues, self._due) for some in place.values())
