"""From a scenario to an outcome: build the world, read the rules, simulate."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from settlement_sim import dates
from settlement_sim.clearing.disturbances import NEVER, Disturbance
from settlement_sim.clearing.house import Terms
from settlement_sim.demand.calibration import BASE_YEAR, PACKAGED, Calibration
from settlement_sim.demand.own_priors import declared
from settlement_sim.demand.rates import Growth
from settlement_sim.engine.desk import DeskRules
from settlement_sim.engine.simulation import DEFAULT_BATCH, Outcome, Plan, Progress, Simulation
from settlement_sim.errors import InputError
from settlement_sim.observed import figures
from settlement_sim.observed.growth import growth as reported_growth
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.recognition.track import Track
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario import schema
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.response import response_of
from settlement_sim.scenario.timeline import predecessors, restated, timelines
from settlement_sim.study.track import track_of
from settlement_sim.study.years import YearsResult, simulate_years
from settlement_sim.vocabulary import POOLS
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.geography import Geography
from settlement_sim.world.world import World, build_world


@dataclass(frozen=True)
class Prepared:
    """A scenario with its world and rules, ready to run with any seed."""

    loaded: Loaded
    world: World
    book: RuleBook
    plan: Plan
    build_seconds: float
    track: Track | None = None  # of contribution years


@dataclass(frozen=True)
class Finished:
    """A run: what was prepared, what came out, how long the simulation itself took."""

    prepared: Prepared
    outcome: Outcome
    run_seconds: float
    years: YearsResult | None = None


def prepare(loaded: Loaded, *, calibration: Calibration | None = None, batch: int = DEFAULT_BATCH) -> Prepared:
    """Build everything a scenario needs; raises InputError where the rules do not cover its days."""
    begun = time.perf_counter()
    scenario = loaded.scenario
    book = rule_book(loaded)
    slots = timelines(loaded)
    if calibration is None:
        calibration = Calibration.load(calibration_path(loaded))
    geography, priors = Geography.load(loaded.overlays("world")), declared(loaded.overlays("priors"))
    figures.load(loaded.overlays("observed"))  # what is wrong with own figures is told before anything runs
    assume = None if scenario.calendar == "notices" else scenario.calendar
    calendar = Calendar.load(assume=assume)
    _covered_to_the_end(calendar, dates.day(scenario.window.last))
    world = build_world(
        scenario.world.world_seed, calibration, scale_bp=round(scenario.world.scale * 10_000),
        calendar=calendar, geography=geography, priors=priors.demand,
    )  # fmt: skip
    demand = scenario.demand
    plan = Plan(
        dates.day(scenario.warm_up), dates.day(scenario.window.first), dates.day(scenario.window.last),
        scenario.seed, growth_of(scenario.readings.growth, calibration.year), slots, predecessors(loaded),
        restated(loaded), desk_of(loaded), response_of(loaded, world.priors), demand.potential_bp,
        funds_of(loaded), batch,
    )  # fmt: skip
    track = track_of(loaded, book)
    return Prepared(loaded, world, book, plan, time.perf_counter() - begun, track)


def desk_of(loaded: Loaded) -> DeskRules:
    """The desk of claims by hand. What one of its staff decides in a day is read only where staff is limited."""
    manual = loaded.scenario.manual
    if manual.staff is None:
        return DeskRules(manual.delay_days, review_days=manual.review_days)
    return DeskRules(manual.delay_days, manual.staff, manual.claims_per_day, manual.review_days)


def _covered_to_the_end(calendar: Calendar, last: int) -> None:
    """Clearing goes on after the window. Raises InputError where the calendar ends before the annual closing."""
    calendar.kinds(last, dates.day(f"{dates.year(last) + 1}-12-31"))


def funds_of(loaded: Loaded) -> Terms:
    """Readings, disturbances and the growth of money that the clearing rests on."""
    readings = loaded.scenario.readings
    growth = reported_growth(readings.growth)
    return Terms(
        readings.prepayment_basis, readings.prepayment_usage,
        tuple(map(disturbance_of, loaded.scenario.disturbances)), tuple(map(growth.gross, DIRECTIONS)),
    )  # fmt: skip


def disturbance_of(said: schema.Disturbance) -> Disturbance:
    """A disturbance in numbers of pools and days."""
    one = said.payer if isinstance(said.payer, str) else ""
    pools = [pool for pool in POOLS if (pool == "chongqing") == (one == "chongqing")] if one else said.payer
    last = NEVER if said.last is None else dates.day(said.last)
    return Disturbance(
        said.what, frozenset(map(POOLS.index, pools)), dates.day(said.first), last, said.months or 0
    )  # fmt: skip


def calibration_path(loaded: Loaded) -> Path:
    """The calibration file a scenario names, or the packaged one."""
    named = loaded.scenario.calibration
    return loaded.beside(named, "calibration") if named else PACKAGED


def rule_book(loaded: Loaded) -> RuleBook:
    """The rules of a scenario. Raises InputError unless every leaf is in force on all of its days."""
    scenario = loaded.scenario
    book = RuleBook.load(loaded.overlays("rules"))
    uncovered = book.covers(scenario.warm_up, scenario.window.last)
    if uncovered:
        raise InputError(uncovered)
    return book


def growth_of(reading: str, base_year: int = BASE_YEAR) -> Growth:
    """Growth of stays and other visits up to a base year by insured province, under a declared reading."""
    growth = reported_growth(reading)
    factor = [[growth.stays(direction), growth.settlements(direction)] for direction in DIRECTIONS]
    return Growth(reading, np.array(factor, np.int64), base_year)


def run(
    prepared: Prepared,
    progress: Progress | None = None,
    *,
    claims: Path | None = None,
    journal: Path | None = None,
    recognition: bool = True,
) -> Finished:
    """Simulate a prepared scenario; stream claims and journal to files where paths are given.

    `recognition` false leaves out contribution years, which change nothing about visits.
    """
    begun = time.perf_counter()
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    with ExitStack() as files:
        if claims:
            from settlement_sim.record.claims import ClaimsFile

            simulation.observers.append(
                files.enter_context(closing(ClaimsFile(claims, prepared.world, prepared.plan.first)))
            )
        if journal:
            from settlement_sim.record.journal import JournalFile

            ledger = simulation.outcome.ledger
            ledger.listeners.append(files.enter_context(closing(JournalFile(journal, prepared.world, ledger))))
        outcome = simulation.run(progress)
    seconds = time.perf_counter() - begun
    years = None
    if recognition and prepared.track:
        years = simulate_years(prepared.loaded, prepared.plan.seed, prepared.track)
    return Finished(prepared, outcome, seconds, years)
