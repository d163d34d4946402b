"""How is the independent per-patient model of `tests/oracle` made ready to be timed fairly?

It was written to be believed, not to be fast. Two of its parts are slow for reasons that have nothing to do with one
process per patient: a request for every closed bed, and rules looked up anew on every date. Both are replaced here, so
that they do not flatter the engine; what comes out is the same, and `benchmarks.run` holds it against the engine.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from typing import Any

import simpy

from settlement_sim.rules.book import RuleBook
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import SCHEMES
from tests.oracle.model import Model
from tests.oracle.needs import needs_of, open_beds, people_of, terms_of
from tests.oracle.people import Access
from tests.oracle.rulebook import Rules

#: The baseline: no filing is asked of anybody, and so many percent of the stays are settled by hand.
BASELINE_ACCESS = Access(frozenset(), cut_referral=0, cut_other=0, manual_stays=23)


def model_of(prepared: Prepared) -> Model:
    """The per-patient model with the needs and rules of a prepared baseline, all draws made."""
    people, terms = people_of(prepared.world), terms_of(prepared, BASELINE_ACCESS)
    model = Model(terms, people, needs_of(prepared), open_beds(prepared), QuickRules(prepared.book))
    wards: dict[int, Any] = {group: QuickWard(model.env, ward.open) for group, ward in model.wards.items()}
    model.wards = wards
    return model


class QuickRules(Rules):
    """Remembers a cell until the next day on which any rule changes."""

    def __init__(self, book: RuleBook) -> None:
        super().__init__(book)
        self._since = Beginnings(book.starts)

    def __call__(self, name: str, pool: str, scheme: str, date: dt.date, **axes: str) -> int:
        key = (name, pool, scheme, self._since[date], *axes.values())
        value = self._known.get(key)
        if value is None:
            cell = self.book.cell(name, pool=pool, scheme=scheme, date=date, **axes)
            value = self._known[key] = cell.value
        return value

    def of_place(self, name: str, pool: str, date: dt.date, **axes: str) -> int:
        key = (name, pool, self._since[date], *axes.values())
        value = self._places.get(key)
        if value is None:
            (value,) = {self(name, pool, scheme, date, **axes) for scheme in SCHEMES}
            self._places[key] = value
        return value


class Beginnings(dict[dt.date, dt.date]):
    """The last day up to a date on which any rule changed."""

    def __init__(self, starts: Sequence[dt.date]) -> None:
        self.starts = list(starts)

    def __missing__(self, date: dt.date) -> dt.date:
        number = bisect_right(self.starts, date)
        self[date] = self.starts[number - 1] if number else dt.date.min
        return self[date]


class QuickWard:
    """The beds of a provider group as a counter and a queue. `open_`: open beds day by day."""

    def __init__(self, env: simpy.Environment, open_: Sequence[int]) -> None:
        self.env, self.open, self.closings = env, open_, 0
        self.beds, self.taken = 0, 0
        self.waiting: deque[Bed] = deque()

    def open_day(self, number: int) -> None:
        self.beds = self.open[number]
        self.closings += max(self.taken - self.beds, 0)
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
        self.ward.taken -= 1
        self.ward.give()
