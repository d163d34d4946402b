"""On what does a result rest? One digest of rules, places, people, priors, calendar, policies, window and targets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from settlement_sim.errors import InputError
from settlement_sim.observed import figures as reported
from settlement_sim.observed.targets import Target, targets
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.run import Prepared


def inputs_fingerprint(prepared: Prepared, goal: Sequence[Target] | None = None) -> str:
    """sha256 of everything a calibration depends on: all inputs but the run seed and the calibration itself.

    `goal`: the totals it is fitted to; by default those the scenario names for its window.
    """
    scenario = prepared.loaded.scenario
    said = scenario.model_dump(mode="json", include={"window", "warm_up", "readings", "world", "manual", "policies"})
    growth = hashlib.sha256(prepared.plan.growth.factor.tobytes()).hexdigest()
    goal = targets_of(prepared.loaded) if goal is None else goal
    parts = (prepared.world.fingerprint(), prepared.book.fingerprint(), growth, str(list(goal)))
    return hashlib.sha256("\n".join((*parts, json.dumps(said, sort_keys=True))).encode()).hexdigest()


def targets_of(loaded: Loaded) -> list[Target]:
    """The totals reported for the window of a scenario; none where no figure covers exactly that window."""
    window = loaded.scenario.window
    try:
        return targets(figures_of(loaded), (str(window.first), str(window.last)))
    except InputError:
        return []


def figures_of(loaded: Loaded) -> reported.Figures:
    """The packaged figures with the scenario's own."""
    names = loaded.scenario.observed.overlays
    return reported.load([loaded.beside(name, "observed", "overlays", i) for i, name in enumerate(names)])
