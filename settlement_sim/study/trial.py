"""How does one policy behave on a small world? Batches as the engine would ask it, and a run in which it takes over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import PolicyError
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.base import SLOTS, Policy
from settlement_sim.rules.compiled import Rules
from settlement_sim.scenario.load import find, load
from settlement_sim.study.batches import Batch, Listener, batches, each_column
from settlement_sim.study.run import Prepared, prepare

#: One traveller in a hundred for five weeks, which hold the end of a month; a tried policy takes over after three.
_SCALE: Final = "0.01"
_DAYS: Final = 35
_BEFORE: Final = 21
#: What policies are asked about is dear, so that ceilings and the layers above them are reached.
_DEARER: Final = 8


@dataclass(frozen=True)
class Watched:
    """A run: a digest of what was settled, stated and paid on each day before a policy took over, what stopped it, and
    a digest of all money between the funds.
    """

    days: dict[int, str]
    stopped: PolicyError | None
    money: str


@dataclass(frozen=True)
class Trial:
    """A scenario on a small world, shared by all policies that are tried on it."""

    prepared: Prepared

    @classmethod
    def of(cls, scenario: str | Path) -> Trial:
        """The first five weeks of a scenario. Raises InputError."""
        path = find(scenario)
        return _trial(path.resolve(), path.read_bytes())

    @property
    def takes_over(self) -> int:
        """The day on which a tried policy begins."""
        return self.prepared.plan.first + _BEFORE

    def own(self, slot: str) -> Policy:
        """The policy of the scenario that answers for the first pool and scheme."""
        timeline = self.prepared.plan.timelines[slot]
        return timeline.policies[timeline.assigned[0, 0]]

    def batches(self, slot: str, rows: int) -> list[Batch]:
        """What the engine asks a slot in a run: at most so many rows in one batch; clearing day by day."""
        world, plan = self.prepared.world, self.prepared.plan
        if slot == "clearing":
            return batches(slot, self._heard[slot], world.calendar, rows)
        rules = Rules(self.prepared.book, world.profiles, plan.warm_up, plan.last, world.geography.units)
        return batches(slot, self._heard[slot], rules, rows)

    @cached_property
    def _heard(self) -> dict[str, list[tuple[Any, ...]]]:
        """What each slot is asked where care is dear, a filing required and a claim by hand decided a day later."""
        plan, world = self.prepared.plan, self.prepared.world
        policies = {slot: self.own(slot) for slot in SLOTS} | {"access": FilingRequired()}
        listeners: dict[str, Any] = {slot: Listener(policy) for slot, policy in policies.items()}
        timelines = {
            slot: replace(timeline, policies=(listeners[slot],), assigned=np.zeros_like(timeline.assigned))
            for slot, timeline in plan.timelines.items()
        }
        desk = replace(plan.desk, delay_days=1, staff=None)
        plan = replace(plan, timelines=timelines, predecessors=None, desk=desk)
        Simulation(replace(world, price=world.price * _DEARER), self.prepared.book, plan).run()
        return {slot: listener.heard for slot, listener in listeners.items()}

    @cached_property
    def as_it_stands(self) -> Watched:
        """The run of the scenario itself."""
        return self._watch(self.prepared)

    def run_with(self, policy: Policy) -> Watched:
        """The run in which a policy takes over its slot, for everybody."""
        plan = self.prepared.plan
        taken = _taken_over(plan.timelines[policy.slot], policy, self.takes_over)
        return self._watch(replace(self.prepared, plan=replace(plan, timelines={**plan.timelines, policy.slot: taken})))

    def _watch(self, prepared: Prepared) -> Watched:
        simulation = Simulation(prepared.world, prepared.book, prepared.plan)
        days: dict[int, Any] = {day: hashlib.sha256() for day in range(prepared.plan.first, self.takes_over)}

        def note(day: int, event: str, columns: Any) -> None:
            if day in days:
                days[day].update(event.encode())
                each_column(lambda column: days[day].update(column.tobytes()), columns)

        def observe(event: str, day: int, settled: Settled, _: Any) -> None:
            note(day, event, replace(settled, adds={}))  # which are kept only where they may be reversed

        simulation.observers.append(observe)
        stopped = _stopped_by(simulation.run)
        log = simulation.outcome.funds.log
        for statement in log.statements:
            note(statement.day, "statement", statement.amount)
        moved: tuple[Any, ...] = (*log.collections, *log.transfers, *log.payments)
        for row in moved:
            note(row.day, repr(row), ())
        money = hashlib.sha256(repr(moved).encode()).hexdigest()
        return Watched({day: digest.hexdigest() for day, digest in days.items()}, stopped, money)


@cache
def _trial(path: Path, _: bytes) -> Trial:
    """One trial for each text that a scenario had."""
    first = load(path).scenario.window.first
    last = dates.iso(dates.day(first) + _DAYS - 1)
    return Trial(prepare(load(path, (f"warm_up={first}", f"window.until={last}", f"world.scale={_SCALE}"))))


def _stopped_by(run: Callable[[], object]) -> PolicyError | None:
    try:
        run()
    except PolicyError as error:
        return error
    return None


def _taken_over(timeline: Timeline, policy: Policy, day: int) -> Timeline:
    starts = np.union1d(timeline.starts, [day])
    assigned = timeline.assigned[np.searchsorted(timeline.starts, starts, side="right") - 1].copy()
    assigned[starts >= day] = len(timeline.policies)
    return Timeline((*timeline.policies, policy), starts, assigned)
