"""On what does a result rest? One digest of rules, places, people, priors, calendar, policies, window and targets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from settlement_sim.errors import InputError
from settlement_sim.observed import figures as reported
from settlement_sim.observed.growth import growth
from settlement_sim.observed.targets import Target, implied, targets
from settlement_sim.scenario.load import Loaded

if TYPE_CHECKING:
    from settlement_sim.study.run import Prepared


def inputs_fingerprint(prepared: Prepared, goal: Sequence[Target] | None = None) -> str:
    """sha256 of everything a calibration depends on: all inputs but the run seed and the calibration itself.

    `goal`: the totals it is fitted to; by default those the scenario names for its window.
    """
    scenario = prepared.loaded.scenario
    parts_said = {"window", "warm_up", "readings", "demand", "manual", "policies"}
    said = scenario.model_dump(mode="json", include=parts_said)
    # When funds pay each other, and whose years are recognised, changes neither visits nor bills.
    for slot in ("clearing", "recognition", "transfer"):
        said["policies"].pop(slot)
    for reading in ("prepayment_basis", "prepayment_usage", "recognition_case"):
        said["readings"].pop(reading, None)
    said["world"] = scenario.world.model_dump(mode="json", include={"world_seed", "scale"})
    factors = hashlib.sha256(prepared.plan.growth.factor.tobytes()).hexdigest()
    goal = targets_of(prepared.loaded) if goal is None else goal
    parts = (prepared.world.fingerprint(), prepared.book.settlement_fingerprint(), factors, str(list(goal)))
    return hashlib.sha256("\n".join((*parts, json.dumps(said, sort_keys=True))).encode()).hexdigest()


def targets_of(loaded: Loaded) -> list[Target]:
    """The totals a scenario would be fitted to; none where no figure covers exactly its window."""
    figures = figures_of(loaded)
    try:
        return goal_of(loaded, figures)
    except InputError:
        return []


def goal_of(loaded: Loaded, figures: reported.Figures) -> list[Target]:
    """Totals reported for the window of a scenario; for a backcast, those its reading of growth implies.

    Raises InputError where there are none for exactly this window.
    """
    scenario = loaded.scenario
    window = (str(scenario.window.first), str(scenario.window.last))
    if scenario.kind == "backcast":
        return [*implied(figures, growth(scenario.readings.growth), window)]
    return targets(figures, window)


def figures_of(loaded: Loaded, more: Sequence[Path] = ()) -> reported.Figures:
    """The packaged figures with the scenario's own, and `more` on top."""
    return reported.load([*loaded.overlays("observed"), *more])
