"""What does a person hold in hand after a run of the track of contribution years?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from settlement_sim import dates
from settlement_sim.observed.check import Beside, Row, Run, check
from settlement_sim.observed.years import Years
from settlement_sim.recognition.track import Track
from settlement_sim.record import recognition as record
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.unread import outside_range, unread, unread_priors
from settlement_sim.study.fingerprint import figures_of
from settlement_sim.study.recognising import recognising
from settlement_sim.study.track import is_fitted, track_of
from settlement_sim.vocabulary import POOLS, RETIREES

if TYPE_CHECKING:
    import pandas as pd

_CHONGQING = POOLS.index("chongqing")
_WOMAN_AT_50 = RETIREES.index("woman_at_50")
_SPREAD = (5, 50, 95)


@dataclass(frozen=True, repr=False)
class YearsResult:
    """One finished run of the track. Money in tables is integer fen."""

    loaded: Loaded
    track: Track
    seconds: float

    @property
    def run(self) -> YearsResult:
        """What is read and written of it: itself, as no visits stand beside it."""
        return self

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables by name."""
        return record.tables(self.track)

    @cached_property
    def exact(self) -> dict[str, Any]:
        """The integers of `totals.json`, and what a check needs."""
        return {"format": 1, "recognition": record.exact(self.track) | {"check": self.years().to_dict()}}

    def check(self) -> list[Row]:
        """One row per reported figure. Raises InputError unless the scenario is of kind `history`."""
        from settlement_sim.study.results import refuse_unless_history

        refuse_unless_history(self.loaded.scenario.kind, self.loaded.place("kind"))
        return check(without_visits(self.years()), figures_of(self.loaded))

    def beside(self) -> list[Beside]:
        """Nothing: hold-outs are of visits."""
        return []

    def save(self, folder: str | Path) -> Path:
        """Write the run folder atomically; returns it."""
        from settlement_sim.study.folder import unfinished, write_run

        with unfinished(Path(folder)) as work:
            write_run(self, work)
        return Path(folder)

    def __repr__(self) -> str:
        return f"YearsResult of {self.loaded.name}, seed {self.track.plan.seed}"

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_result

        return of_result(self)

    def warnings(self) -> list[str]:
        """Policies without effect, parameters outside their range, settings that nothing read."""
        loaded, timelines = self.loaded, self.track.plan.timelines
        said = [*self.track.slots.idle(), *unread(loaded, timelines), *outside_range(loaded, timelines)]
        return [*said, *unread_priors(loaded)]

    def years(self) -> Years:
        """What the check needs."""
        track, scenario = self.track, self.loaded.scenario
        a, accepted = track.assessed, track.accepted
        counted = accepted if scenario.readings.recognition_case == "approved" else np.ones(len(a), bool)
        handled = counted & (a.pool == _CHONGQING)
        person = accepted & (a.after.place == _CHONGQING) & (a.retiree == _WOMAN_AT_50)
        began, pools = recognising(track.plan.timelines["recognition"], track.rules, _CHONGQING)
        return Years(
            dates.iso(track.plan.first), dates.iso(track.plan.last), began, pools, int(handled.sum()),
            _spread((a.before.short - a.after.short)[person]), _spread((a.price_before - a.price_after)[person] / 100),
            scenario.world.scale == 1, is_fitted(self.loaded, track),
        )  # fmt: skip


def without_visits(years: Years) -> Run:
    """A run in which nobody travels, for a check."""
    return Run(years.first, years.last, years.full_scale, "", True, {}, {}, {}, years, visits=False)


def simulate_years(loaded: Loaded, seed: int | None = None, track: Track | None = None) -> YearsResult:
    """Run the track of a scenario alone. Raises InputError where it has none, or where rules do not cover its days."""
    begun = time.perf_counter()
    ready = track_of(loaded) if track is None else track
    if ready is None:
        from settlement_sim.errors import InputError, Problem

        expected = "recognition: {window: {from: …, until: …}}, for without visits there is nothing else"
        raise InputError(Problem(loaded.place("visits"), "no recognition", expected))
    ran = ready.with_plan(seed=loaded.scenario.seed if seed is None else seed).run()
    return YearsResult(loaded, ran, time.perf_counter() - begun)


def _spread(values: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in np.percentile(values, _SPREAD, method="nearest")) if len(values) else ()
