"""What became of one need, and why? The run is replayed with a probe until the need's life is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from settlement_sim.demand.needs import K_BITS, MONTH_BITS, need_text
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.plan import Progress
from settlement_sim.engine.probe import PersonProbe
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.simulation import Simulation
from settlement_sim.record.recorder import PATHS
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.bookings import Bookings
from settlement_sim.study.funds_of_run import FundsOfRun
from settlement_sim.study.life import Life
from settlement_sim.study.need_ids import Born, Register, read_id
from settlement_sim.study.run import Prepared, prepare
from settlement_sim.study.story import Story
from settlement_sim.study.telling import Telling
from settlement_sim.vocabulary import CARE_TYPES

#: How many ids `find` gives.
FOUND: Final = 5


class _Enough(Exception):
    """Nothing more is asked of a run."""


def explain(
    scenario: Prepared | Loaded | str | Path, need_id: str | int, *, progress: Progress | None = None
) -> Life:  # fmt: skip
    """The life of one need of a scenario: who, where to, on which terms, what it cost whom, where that is booked, and
    when the funds and the hospital are paid.

    `need_id`: as printed (`person-year-month-k`) or as a number. The run is replayed up to the day on which nothing is
    left to happen to the need but the annual closing, or to its end. Raises InputError for an id that the run never
    bears.
    """
    return replay(_prepared(scenario), need_id, progress).life()


def replay(prepared: Prepared, need_id: str | int, progress: Progress | None = None) -> Telling:
    """The run up to the day on which nothing is left to happen to the need, ready to be told."""
    probe = PersonProbe(read_id(need_id) >> (K_BITS + MONTH_BITS))
    simulation = Simulation(prepared.world, prepared.book, prepared.plan, probe)
    born = Register(prepared.world, prepared.plan, simulation.nursery.births).find(need_id)
    story = Story(born, probe, *_booked(simulation, born))
    simulation.observers.append(probe.settled)
    simulation.outcome.ledger.listeners.append(story.bookings)
    until = _until(simulation, lambda day: not story.open(day), progress)
    return Telling(prepared, simulation, story, _paid_by(story, until))


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
    """Run until `done(day)` holds at the end of a day, or to the end; returns the last day, of the window at most."""

    def stop(day: int) -> None:
        if done(day):
            raise _Enough(day)

    simulation.clock.on("CENSUS", stop)
    try:
        simulation.run(progress)
    except _Enough as enough:
        return int(enough.args[0])
    return simulation.plan.last


def _paid_by(story: Story, day: int) -> int:
    """After the window only money moves: the first day from `day` on when none of it is waited for, else the last."""
    last = story.funds.house.log.days[-1]
    return next((today for today in range(day, last) if not story.waits_for_money(today)), last)


def _booked(simulation: Simulation, born: Born) -> tuple[Bookings, FundsOfRun]:
    """Sums of the cell that a need is booked in, and what the funds do about its pair of pools."""
    world, need = simulation.world, born.need
    provider = simulation.adjudicator.pricing.gross(need).provider
    group, care_pool = world.group[need.row], int(world.provider_pool[provider[0]])
    cell = simulation.outcome.recorder.keys.of_rows(group, need.care, provider)
    return Bookings(int(cell[0])), FundsOfRun(simulation.clearing.house, int(group[0]), care_pool)
