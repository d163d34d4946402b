"""What became of one need, and why? The run is replayed with a probe until the need's life is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from simpy.core import StopSimulation

from settlement_sim.demand.needs import K_BITS, MONTH_BITS, need_text
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.plan import Progress
from settlement_sim.engine.probe import PersonProbe
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.simulation import Simulation
from settlement_sim.record.recorder import PATHS
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.bookings import Bookings
from settlement_sim.study.life import Life
from settlement_sim.study.need_ids import Born, Register, read_id
from settlement_sim.study.run import Prepared, prepare
from settlement_sim.study.story import Story
from settlement_sim.study.telling import Telling
from settlement_sim.vocabulary import CARE_TYPES

#: How many ids `find` gives.
FOUND: Final = 5


def explain(
    scenario: Prepared | Loaded | str | Path, need_id: str | int, *, progress: Progress | None = None
) -> Life:  # fmt: skip
    """The life of one need of a scenario: who, where to, on which terms, what it cost whom and where that is booked.

    `need_id`: as printed (`person-year-month-k`) or as a number. The run is replayed up to the day on which nothing is
    left to happen to the need, or to its end. Raises InputError for an id that the run never bears.
    """
    return replay(_prepared(scenario), need_id, progress).life()


def replay(prepared: Prepared, need_id: str | int, progress: Progress | None = None) -> Telling:
    """The run up to the day on which nothing is left to happen to the need, ready to be told."""
    probe = PersonProbe(read_id(need_id) >> (K_BITS + MONTH_BITS))
    simulation = Simulation(prepared.world, prepared.book, prepared.plan, probe)
    born = Register(prepared.world, prepared.plan, simulation.nursery.births).find(need_id)
    story = Story(born, probe, _bookings(simulation, born))
    simulation.observers.append(probe.settled)
    simulation.outcome.ledger.listeners.append(story.bookings)
    until = _until(simulation, lambda day: not story.open(day), progress)
    return Telling(prepared, simulation, story, until)


def find(
    scenario: Prepared | Loaded | str | Path, care_type: str, path: str | None = None, *,
    progress: Progress | None = None,
) -> list[str]:  # fmt: skip
    """Ids of the first needs of a care type that are settled in the window, at most `FOUND`; `path`: only those."""
    prepared = _prepared(scenario)
    simulation, found = Simulation(prepared.world, prepared.book, prepared.plan), list[str]()

    def keep(event: str, today: int, settled: Settled, episodes: Episodes) -> None:
        visits = settled.visits
        wanted = visits.care == CARE_TYPES.index(care_type)
        if path is not None:
            wanted &= visits.path == PATHS.index(path)
        if event != "reverse" and today >= prepared.plan.first:
            found.extend(need_text(need) for need in visits.id[wanted][: FOUND - len(found)].tolist())

    simulation.observers.append(keep)
    _until(simulation, lambda day: len(found) == FOUND, progress)
    return found


def _prepared(scenario: Prepared | Loaded | str | Path) -> Prepared:
    if isinstance(scenario, Prepared):
        return scenario
    return prepare(scenario if isinstance(scenario, Loaded) else load(scenario))


def _until(simulation: Simulation, done: Callable[[int], bool], progress: Progress | None) -> int:
    """Run until `done(day)` holds at the end of a day, or to the end; returns the last day."""
    last = simulation.plan.last

    def stop(day: int) -> None:
        nonlocal last
        if done(day):
            last = day
            raise StopSimulation(None)

    simulation.clock.on("CENSUS", stop)
    simulation.run(progress)
    return last


def _bookings(simulation: Simulation, born: Born) -> Bookings:
    """Sums of the cell that a need is booked in."""
    world, need = simulation.world, born.need
    gross = simulation.adjudicator.pricing.gross(need)
    keys = simulation.outcome.recorder.keys
    cell = int(keys.of_rows(world.group[need.row], need.care, gross.provider)[0])
    return Bookings(keys, cell, world.provider_pool)
