"""Who applies in the window, and what is recognised of each? In chunks, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, Workers, percent, workers
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Asked, Slots
from settlement_sim.errors import PolicyError
from settlement_sim.policies.careers import Careers, Recognition
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.recognition.local_rule import LocalRule
from settlement_sim.recognition.applicants import applications
from settlement_sim.recognition.assess import Assessed, Assessor, Left, Persons
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.plan import STEP, TrackPlan
from settlement_sim.rules.careers import CareerRules
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
_CHUNK: Final = 4_000


@dataclass(frozen=True)
class Applied:
    """Asks the policies of a plan about everybody who thinks of an application."""

    plan: TrackPlan
    priors: Priors
    rules: CareerRules
    slots: Slots

    def all(self, calendar: Calendar) -> tuple[Assessed, Left]:
        """Those who apply, in the order of their days, and the months they leave behind."""
        plan, draws = self.plan, Draws(self.plan.seed)
        months = (dates.month_index(plan.first), dates.month_index(plan.last))
        people = workers(self.priors, self.rules, plan.employees, plan.world_seed, months, plan.scale_bp)
        rows, days = applications(people, draws, plan.hazard, (plan.first, plan.last), calendar)
        parts = [*self._parts(people.take(rows), days)]
        sizes = np.cumsum([0, *(len(assessed) for assessed, _ in parts)]).tolist()
        left = [one.after(size) for (_, one), size in zip(parts, sizes, strict=False)]
        return Assessed.stack([assessed for assessed, _ in parts]), Left.stack(left)

    def _parts(self, people: Workers, days: Whole) -> Iterator[tuple[Assessed, Left]]:
        assessor = Assessor(self.rules, self.priors, LifeTable(self.priors, self.plan.discount))
        for begin in range(0, max(len(people), 1), _CHUNK):
            some = slice(begin, begin + _CHUNK)
            lives = Lives(people.take(some), self.priors, self.plan.world_seed)
            who = Persons(lives.people.id, lives.people.born, lives.people.retires, lives.knots("career.base_ratio"))
            careers = lives.careers(days[some])
            old, new = LocalRule().recognise(careers, self.rules), self._recognised(careers)
            kept = np.flatnonzero((assessor.saving(careers, old, new) > 0) | self._in_vain(careers, who.id))
            yield assessor.assess(who.take(kept), careers.take(kept), old.take(kept), new.take(kept))

    def _in_vain(self, careers: Careers, identity: Whole) -> npt.NDArray[np.bool_]:
        """Who of those whom a policy covers applies without anything to gain."""
        drawn = percent(Draws(self.plan.seed).bits("application/without_gain", identity))
        covered = np.zeros(len(careers), bool)
        timeline = self.plan.timelines["recognition"]
        for code, rows in timeline.parts(careers.applied, careers.pool * STEP):
            policy: Any = timeline.policies[code]
            covered[rows] = policy.covers(_rows(careers, rows)) if hasattr(policy, "covers") else True
        return covered & (drawn < self.priors["application.without_gain"])

    def _recognised(self, careers: Careers) -> Recognition:
        none = np.zeros(0, np.int64)
        asked = Asked(len(careers), careers.applied.astype(np.int64), lambda: careers.pool * STEP, none)
        answers = self.slots.ask(
            "recognition", asked, Recognition,
            lambda policy, index: policy.recognise(_rows(careers, index), self.rules),
        )  # fmt: skip
        order = np.argsort(np.concatenate([np.arange(len(careers))[index] for index, _ in answers]), kind="stable")
        found = Recognition.stack([answer for _, answer in answers]).take(order)
        for wrong, what in breaches("recognition", (careers,), found):
            if np.any(wrong):
                row = int(np.flatnonzero(wrong)[0])
                policy, day = self.slots.who("recognition", asked, row), dates.iso(int(careers.applied[row]))
                raise PolicyError("recognition", policy.name, day, "none", f"returned {what}")
        return found


def _rows(careers: Careers, index: Any) -> Careers:
    """Some rows; all of them keep what was counted already."""
    return careers if isinstance(index, slice) else careers.take(index)
