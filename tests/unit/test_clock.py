"""Do the phases of every day come in order, and does a process wake before the phases of its day?"""

from __future__ import annotations

import pytest

from settlement_sim.engine.clock import PHASES, Clock, Process


def test_phases_come_in_order_on_every_day() -> None:
    clock, seen = Clock(10, 12), []
    for phase in reversed(PHASES):
        clock.on(phase, lambda day, phase=phase: seen.append((day, phase)))
    clock.run()
    assert seen == [(day, phase) for day in (10, 11, 12) for phase in PHASES]


def test_acts_of_one_phase_come_in_the_order_of_registration() -> None:
    clock, seen = Clock(0, 0), []
    for name in "abc":
        clock.on("NEEDS", lambda _, name=name: seen.append(name))
    clock.run()
    assert seen == ["a", "b", "c"]


def test_today_is_the_day_of_every_phase() -> None:
    clock, seen = Clock(-1, 1), []
    for phase in PHASES:
        clock.on(phase, lambda day: seen.append((day, clock.today)))
    clock.run()
    assert seen == [(day, day) for day in (-1, 0, 1) for _ in PHASES]


@pytest.mark.parametrize(("wait", "wakes"), [(3, 13), (1, 11), (0, 10), (-5, 10)])
def test_a_process_wakes_before_the_phases_of_its_day(wait: int, wakes: int) -> None:
    clock, seen = Clock(10, 14), []

    def waiting() -> Process:
        yield clock.until_day(10 + wait)
        seen.append(("woke", clock.today))

    def start(day: int) -> None:
        if day == 10:
            clock.env.process(waiting())

    clock.on("SETTLEMENT", start)
    clock.on("RULES", lambda day: seen.append(("rules", day)))
    clock.run()
    at = seen.index(("woke", wakes))
    assert seen[at - 1] == ("rules", wakes if wait <= 0 else wakes - 1)


def test_who_waits_beyond_the_last_day_never_wakes() -> None:
    clock, seen = Clock(10, 11), []

    def waiting() -> Process:
        yield clock.until_day(12)
        seen.append("woke")

    clock.env.process(waiting())
    clock.run()
    assert seen == []


def test_a_phase_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        Clock(0, 0).on("NOON", print)
