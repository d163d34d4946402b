"""Does a probe see its person's needs, keep them as they were, and leave no trace in the run?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import runs

from settlement_sim.columns import Columns
from settlement_sim.demand.needs import need_id
from settlement_sim.engine.clock import Clock
from settlement_sim.engine.probe import SILENT, PersonProbe
from settlement_sim.engine.simulation import Simulation
from settlement_sim.study.run import Finished

SETTINGS = (
    *runs.TINY[:-1], "window.until=2024-01-31", "manual.delay_days=3", "policies.channel.0.use=direct",
    "policies.channel.0.with.reversed=30",
)  # fmt: skip


@dataclass(frozen=True)
class Rows(Columns):
    """Some needs with an amount each."""

    id: npt.NDArray[np.int64]
    amount: npt.NDArray[np.int64]


def ids(*needs: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Ids of (person, k) in January 2024, which is month 12."""
    return np.array([int(need_id(np.array([person]), 12, k)[0]) for person, k in needs])


def probe_on(day: int, person: int) -> PersonProbe:
    probe = PersonProbe(person)
    probe.begin(Clock(day, day))
    return probe


def test_only_the_persons_rows_are_kept_and_they_stay_as_they_were() -> None:
    probe = probe_on(365, person=7)
    amount, flags = np.array([10, 20, 30]), np.array([True, False, True])
    rows = Rows(ids((6, 0), (7, 0), (7, 3)), amount)
    probe.note("seen", rows, inner=rows, flag=flags, all_of_them=5)
    amount[:] = 0
    flags[:] = True
    first, second = probe.events
    assert (first.name, first.day, first.need) == ("seen", 365, int(ids((7, 0))[0]))
    assert (first.number("amount"), first.number("inner.amount"), first.number("flag")) == (20, 20, 0)
    assert (second.number("amount"), second.number("all_of_them")) == (30, 5)


def test_events_of_one_need_by_name() -> None:
    probe, rows = probe_on(365, person=7), Rows(ids((7, 0), (7, 1)), np.array([1, 2]))
    for name in ("a", "b", "c"):
        probe.note(name, rows)
    need = int(ids((7, 1))[0])
    assert [event.name for event in probe.of(need)] == ["a", "b", "c"]
    assert [event.name for event in probe.of(need, "a", "c")] == ["a", "c"]


def test_a_probe_that_has_not_begun_says_so() -> None:
    with pytest.raises(AssertionError, match="the run has not begun"):
        PersonProbe(7).note("seen", Rows(ids((7, 0)), np.array([1])))


def test_the_silent_probe_keeps_nothing() -> None:
    SILENT.begin(Clock(0, 0))
    SILENT.note("seen", Rows(ids((7, 0)), np.array([1])))
    assert not vars(SILENT)


def busiest() -> int:
    """A person with many needs, some of whose settlements are taken back."""
    prepared = runs.prepared(*SETTINGS)
    seen: Counter[int] = Counter()

    def count(event: str, today: int, settled: Any, episodes: Any) -> None:
        seen.update({int(person): 1 for person in settled.visits.row if event == "reverse"})
        seen.update(settled.visits.row.tolist())

    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    simulation.observers.append(count)
    simulation.run()
    return int(prepared.world.population.id[max(seen, key=lambda row: seen[row])])


def test_asking_for_a_probe_changes_no_table(tmp_path: Path) -> None:
    prepared = runs.prepared(*SETTINGS)
    probe = PersonProbe(busiest())
    simulation = Simulation(prepared.world, prepared.book, prepared.plan, probe)
    simulation.observers.append(probe.settled)
    watched = Finished(prepared, simulation.run(), 1.0)
    assert {event.name for event in probe.events} >= {"route", "enter", "settle", "reverse", "advance", "take_back"}
    plain = Finished(prepared, runs.run(prepared).outcome, 1.0)
    tables = [runs.files_of(finished, tmp_path / name) for name, finished in (("plain", plain), ("watched", watched))]
    assert len(tables[0]) > 10 and tables[0] == tables[1]
