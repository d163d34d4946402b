"""How does one policy of contribution years behave? Careers and cases as the track has them, and a run it joins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, workers
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError, PolicyError, Problem
from settlement_sim.policies.base import Policy
from settlement_sim.recognition.assess import cases_of
from settlement_sim.recognition.track import Track
from settlement_sim.scenario.load import load
from settlement_sim.scenario.timeline import GROUPS
from settlement_sim.study.batches import Batch
from settlement_sim.study.track import track_of
from settlement_sim.study.trial import Watched

#: One person in five, who applies twenty times as readily; a tried policy takes over after this many days.
_SETTINGS: Final = ("world.scale=0.2", "recognition.hazard=20000")
_BEFORE: Final = 150
#: A career is some hundred months wide.
_MOST: Final = 2_000


@dataclass(frozen=True)
class YearsTrial:
    """A scenario's track on a small world."""

    track: Track

    @classmethod
    def of(cls, scenario: str | Path) -> YearsTrial:
        """Raises InputError where the scenario has no recognition."""
        found = track_of(load(scenario, _SETTINGS))
        if found is None:
            raise InputError(Problem(str(scenario), "no recognition", "a scenario with recognition: {window: …}"))
        return cls(found)

    @property
    def takes_over(self) -> int:
        """The day on which a tried policy begins."""
        return self.track.plan.first + _BEFORE

    def own(self, slot: str) -> Policy:
        """The policy of the scenario that answers for the first pool."""
        timeline = self.track.plan.timelines[slot]
        return timeline.policies[timeline.assigned[0, 0]]

    def batches(self, slot: str, rows: int) -> list[Batch]:
        """Careers of people who retire, or cases of those recognised: at most so many rows."""
        rows = min(rows, _MOST)
        whole = self._careers(rows) if slot == "recognition" else self._cases()
        return [whole.take(np.unique(np.linspace(0, len(whole) - 1, rows).astype(np.int64)))]

    def _careers(self, rows: int) -> Batch:
        track, plan = self.track, self.track.plan
        months = (dates.month_index(plan.first), dates.month_index(plan.last))
        people = workers(track.priors, track.rules, plan.employees, plan.world_seed, months, plan.scale_bp)
        some = people.take(np.unique(np.linspace(0, len(people) - 1, rows).astype(np.int64)))
        days = np.maximum(dates.first_days(some.retires), plan.first)
        return Batch("recognition", (Lives(some, track.priors, plan.world_seed).careers(days),), track.rules)

    def _cases(self) -> Batch:
        track = self.as_it_ran
        left = track.left
        return Batch("transfer", (cases_of(left, track.assessed, track.assessed.cost[left.person]),), track.rules)

    @cached_property
    def as_it_ran(self) -> Track:
        """The scenario's own track, run."""
        return self.track.with_plan().run()

    @cached_property
    def as_it_stands(self) -> Watched:
        """The scenario's own policies all the time."""
        return self._watched(self.as_it_ran)

    def run_with(self, policy: Policy) -> Watched:
        """A run in which a policy takes over its slot, for everybody, on `takes_over`."""
        plan = self.track.plan
        own = plan.timelines[policy.slot]
        kept = own.starts < self.takes_over
        new = np.full((1, len(GROUPS)), len(own.policies), np.int16)
        joined = Timeline(
            (*own.policies, policy), np.append(own.starts[kept], self.takes_over),
            np.concatenate([own.assigned[kept], new]),
        )  # fmt: skip
        tried = self.track.with_plan(timelines={**plan.timelines, policy.slot: joined}, predecessors={})
        try:
            return self._watched(tried.run())
        except PolicyError as error:
            return Watched({}, error, "")

    def _watched(self, track: Track) -> Watched:
        """A digest of the applications and of the money of each day before the policy took over."""
        days, a = {}, track.assessed
        for day in range(track.plan.first, self.takes_over):
            rows = np.flatnonzero(a.applied == day)
            said = [column[rows].tolist() for column in (a.id, a.price_before, a.price_after, a.after.place)]
            said += [[*moved] for moved in track.transfers.moved if moved.day == day]
            days[day] = hashlib.sha256(str(said).encode()).hexdigest()
        return Watched(days, None, str(track.transfers.moved))
