"""How is the independent per-patient model of `tests/oracle` made ready to be timed fairly?

It was written to be believed, not to be fast. Two of its parts are slow for reasons that have nothing to do with one
process per patient: a request for every closed bed, and a search for the version of the rules at every look-up. Both
are replaced here, so that they do not flatter the engine; what comes out is the same, and `benchmarks.run` holds it
against the engine.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence
from typing import Any

import simpy

from settlement_sim.rules.book import RuleBook
from settlement_sim.study.run import Prepared
from tests.oracle.model import Model
from tests.oracle.needs import border_of, needs_of, open_beds, people_of, terms_of
from tests.oracle.policies import Policies
from tests.oracle.rulebook import Rules


def model_of(prepared: Prepared) -> Model:
    """The per-patient model with the needs, rules and policies of a prepared scenario, all draws made."""
    world = prepared.world
    model = Model(
        terms_of(prepared), people_of(world), needs_of(prepared), open_beds(prepared), border_of(world),
        QuickRules(prepared.book), Policies(prepared.loaded.data),
    )  # fmt: skip
    wards: dict[int, Any] = {group: QuickWard(model.env, ward.open) for group, ward in model.wards.items()}
    model.wards = wards
    return model


class QuickRules(Rules):
    """Searches once for the version of a date."""

    def __init__(self, book: RuleBook) -> None:
        super().__init__(book)
        self._versions: dict[dt.date, int] = {}

    def version(self, date: dt.date) -> int:
        found = self._versions.get(date)
        if found is None:
            found = self._versions[date] = super().version(date)
        return found


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
