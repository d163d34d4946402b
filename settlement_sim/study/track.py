"""From a scenario to a run of its track of contribution years, with or without visits."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from settlement_sim import dates, yamlio
from settlement_sim.demand.own_priors import declared
from settlement_sim.errors import InputError, Problem
from settlement_sim.recognition.plan import TrackPlan
from settlement_sim.recognition.track import Track
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.timeline import recognition_predecessors, recognition_timelines, restated
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.geography import Geography

#: The hazard fitted to B6; written by `calibrate --recognition`.
FITTED: Final = Path(str(files("settlement_sim") / "demand/data/calibration_recognition.yaml"))
#: The desk looks up working days beyond the window for what is still open.
_BEYOND: Final = 92


def track_of(loaded: Loaded, book: RuleBook | None = None) -> Track | None:
    """The track that a scenario asks for, ready to run; None where it has none.

    Raises InputError where rules or calendar do not cover its window.
    """
    options = loaded.scenario.years
    if options is None:
        return None
    book = RuleBook.load(loaded.overlays("rules")) if book is None else book
    uncovered = book.covers(options.window.first, options.window.last, of_careers=True)
    if uncovered:
        raise InputError(uncovered)
    calendar = Calendar.load(assume=None if loaded.scenario.calendar == "notices" else loaded.scenario.calendar)
    plan = plan_of(loaded)
    calendar.kinds(plan.first, plan.last + _BEYOND)
    return Track.of(plan, book, declared(loaded.overlays("priors")).careers, calendar)


def plan_of(loaded: Loaded) -> TrackPlan:
    """Window, seed, hazard and policies of a scenario's track."""
    scenario = loaded.scenario
    options = scenario.years
    if options is None:
        found = "no recognition"
        raise InputError(Problem(str(loaded.path), found, "recognition: {window: {from: …, until: …}}"))
    hazard = fitted_hazard(hazard_file(loaded)) if options.hazard is None else options.hazard
    return TrackPlan(
        dates.day(options.window.first), dates.day(options.window.last), scenario.seed, scenario.world.world_seed,
        round(scenario.world.scale * 10_000), Geography.load(loaded.overlays("world")).insured[:, 0], hazard,
        options.staff, options.payment, options.discount, recognition_timelines(loaded),
        recognition_predecessors(loaded), restated(loaded),
    )  # fmt: skip


def hazard_file(loaded: Loaded) -> Path:
    """The file of the fitted hazard that a scenario names, or the packaged one."""
    options = loaded.scenario.years
    named = options.calibration if options else None
    return loaded.beside(named, "recognition", "calibration") if named else FITTED


@cache
def fitted_hazard(path: Path = FITTED) -> int:
    """Thoughts of an application per million months of retirement, as fitted. Raises InputError for another file."""
    document = yamlio.read(path)
    hazard = str(document.data.get("hazard", ""))
    if not hazard.isdecimal():
        expected = "hazard: a whole number; write one with `settlement-sim calibrate --recognition --out FILE`"
        raise InputError(Problem(document.where(("hazard",)), f"hazard {hazard!r}", expected))
    return int(hazard)


def years_fingerprint(loaded: Loaded, track: Track) -> str:
    """sha256 of everything that the fitted hazard depends on: all inputs of the track but the seed and the hazard."""
    scenario, plan = loaded.scenario, track.plan
    options = scenario.years
    said = options.model_dump(mode="json", exclude={"hazard", "calibration", "discount", "payment"}) if options else {}
    policies = scenario.policies.model_dump(mode="json", include={"recognition"})
    parts = (
        track.rules.fingerprint(), track.priors.fingerprint, json.dumps([said, policies], sort_keys=True),
        scenario.readings.recognition_case, scenario.calendar, str(plan.world_seed), str(plan.scale_bp),
        plan.employees.tobytes().hex(),
    )  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_fitted(loaded: Loaded, track: Track) -> bool:
    """Whether the hazard is the fitted one and rests on exactly these inputs."""
    fitted = yamlio.read(hazard_file(loaded)).data
    same = str(fitted.get("fingerprint")) == years_fingerprint(loaded, track)
    return same and track.plan.hazard == int(fitted["hazard"])
