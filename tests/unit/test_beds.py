"""Beds: the same sample path as plain `simpy`, ties, emergencies and changing capacities included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_sim.demand.bills import Gross
from settlement_sim.engine.beds import Beds, Requests

QUARTER = 21_600
GROUPS = 3
#: Days of arrivals with a capacity of their own (the last one stays), and days simulated.
DAYS, HORIZON = 6, 16
#: Order inside a second: the day begins, then discharges (1, the priority of a timeout), then arrivals.
OPENING, ARRIVAL = 0, 2
#: Who goes first when a bed becomes free.
CLOSED, PATIENT = 0, 1
#: Start in quarters, None for whoever still waits at the end; and whether over capacity.
Found = tuple[int | None, bool]


@dataclass(frozen=True)
class Stay:
    """A wish for a bed; times in quarters of a day, so that many are equal."""

    group: int
    arrival: int
    length: int
    emergency: bool


STAYS = st.lists(
    st.builds(Stay, st.integers(0, 2), st.integers(0, 4 * DAYS - 1), st.integers(1, 12), st.booleans()),
    max_size=40,
).map(lambda stays: sorted(stays, key=lambda stay: stay.arrival))
CONSTANT = st.lists(st.integers(0, 4), min_size=GROUPS, max_size=GROUPS).map(lambda beds: [beds] * DAYS)
CHANGING = st.lists(st.lists(st.integers(0, 4), min_size=GROUPS, max_size=GROUPS), min_size=DAYS, max_size=DAYS)


@settings(max_examples=100, deadline=None)
@given(STAYS, CONSTANT)
def test_starts_are_those_of_simpy(stays: list[Stay], capacity: list[list[int]]) -> None:
    assert by_beds(stays, capacity) == by_simpy(stays, capacity)


@settings(max_examples=200, deadline=None)
@given(STAYS, CHANGING)
def test_starts_are_those_of_simpy_when_capacity_changes(stays: list[Stay], capacity: list[list[int]]) -> None:
    assert by_beds(stays, capacity) == by_simpy(stays, capacity)


@settings(max_examples=100, deadline=None)
@given(STAYS, CHANGING)
def test_beds_are_never_over_full_and_never_empty_while_somebody_waits(
    stays: list[Stay], capacity: list[list[int]]
) -> None:
    found = list(zip(stays, by_beds(stays, capacity), strict=True))
    for group in range(GROUPS):
        mine = [(stay, *start) for stay, start in found if stay.group == group]
        for moment in range(4 * HORIZON):
            check_moment(moment, on(capacity, moment // 4)[group], mine)


def check_moment(moment: int, open_: int, mine: list[tuple[Stay, int | None, bool]]) -> None:
    """Nobody enters a bed that is not open, waits beside a free one, or exceeds the capacity without need."""
    inside = [(stay, start) for stay, start, extra in mine if start is not None and not extra]
    lying = sum(start <= moment < start + stay.length for stay, start in inside)
    waiting = sum(stay.arrival <= moment and (start is None or moment < start) for stay, start, _ in mine)
    enters = any(start == moment for _, start in inside)
    exceeds = any(start == moment and extra for _, start, extra in mine)
    assert not enters or lying <= open_, f"one enters, and {lying} lie in {open_} beds"
    assert not waiting or lying >= open_, f"{waiting} wait beside a free bed"
    assert not exceeds or lying >= open_, "one exceeds the capacity beside a free bed"


@settings(max_examples=60, deadline=None)
@given(STAYS, CHANGING)
def test_nobody_overtakes_and_no_emergency_waits(stays: list[Stay], capacity: list[list[int]]) -> None:
    found = list(zip(stays, by_beds(stays, capacity), strict=True))
    for group in range(GROUPS):
        planned = [start for stay, (start, _) in found if stay.group == group and not stay.emergency]
        starts = [4 * HORIZON if start is None else start for start in planned]
        assert starts == sorted(starts), "who comes later starts earlier"
    assert all(start == stay.arrival for stay, (start, _) in found if stay.emergency)
    assert not any(extra for stay, (_, extra) in found if not stay.emergency)


def on(capacity: list[list[int]], day: int) -> list[int]:
    """Capacity of each group on a day."""
    return capacity[min(day, len(capacity) - 1)]


def by_beds(stays: list[Stay], capacity: list[list[int]], days: int = HORIZON) -> list[Found]:
    """What becomes of each stay; its place in the list is its need_id. `capacity` by day and group."""
    beds, found = Beds(len(capacity[0])), dict[int, Found]()
    for day in range(days):
        today = [number for number, stay in enumerate(stays) if stay.arrival // 4 == day]
        # Persons are in no order of arrival, and need_ids neither.
        asking = requests(stays, today[::-1])
        started, start, extra = beds.open_day(day, asking, np.array(on(capacity, day), np.int64))
        assert_travels_along(started, stays)
        assert not np.any(start % QUARTER) and np.all(start // QUARTER // 4 == day), "starts of another day"
        starts = zip((start // QUARTER).tolist(), extra.tolist(), strict=True)
        now = dict(zip(started.id.tolist(), starts, strict=True))
        assert not now.keys() & found.keys(), "one stay starts twice"
        found |= now
    waiting = sorted(set(range(len(stays))) - found.keys())
    assert sorted(beds.waiting.id.tolist()) == waiting, "who has not started waits"
    return [found.get(number, (None, False)) for number in range(len(stays))]


def requests(stays: list[Stay], numbers: list[int]) -> Requests:
    """The stays of these numbers as a table; row, path, cut, filing and bill can be told from the number."""
    mine, number = [stays[n] for n in numbers], np.array(numbers, np.int64)
    group, arrival, length = (
        np.array([getattr(stay, name) for stay in mine], np.int64) for name in ("group", "arrival", "length")
    )
    urgent = np.array([stay.emergency for stay in mine], bool)
    row, path, filing = (number + 1_000).astype(np.int32), (number % 2).astype(np.int8), (number % 5).astype(np.int8)
    bill = Gross(group.astype(np.int16), 100 * number, path)
    return Requests(number, row, path, 500 * number, filing, group, arrival * QUARTER, length * QUARTER, urgent, bill)


def assert_travels_along(started: Requests, stays: list[Stay]) -> None:
    same = requests(stays, started.id.tolist())
    for name in ("row", "path", "cut", "filing", "group", "arrival", "length", "emergency"):
        assert np.array_equal(getattr(started, name), getattr(same, name)), f"{name} is another's"
    assert np.array_equal(started.gross.total_fee, same.gross.total_fee), "the bill is another's"


def by_simpy(stays: list[Stay], capacity: list[list[int]]) -> list[Found]:
    """One process per stay. Beds that are not open are held by requests that go before every patient."""
    env = simpy.Environment()
    most = [max(*(day[group] for day in capacity), 1) for group in range(GROUPS)]
    resources = [simpy.PriorityResource(env, beds) for beds in most]
    found: dict[int, Found] = {}

    def moment(delay: int, priority: int) -> simpy.Event:
        event = simpy.Event(env)
        event._ok, event._value = True, None
        env.schedule(event, priority=priority, delay=delay)
        return event

    def ward(group: int) -> Iterator[simpy.Event]:
        closed: list[simpy.resources.resource.PriorityRequest] = []
        for day in range(HORIZON):
            wanted = most[group] - on(capacity, day)[group]
            closed += [resources[group].request(priority=CLOSED) for _ in range(wanted - len(closed))]
            for bed in closed[wanted:][::-1]:
                bed.cancel()
                resources[group].release(bed)
            del closed[wanted:]
            yield moment(4, OPENING)

    def patient(number: int, stay: Stay) -> Iterator[simpy.Event]:
        yield moment(stay.arrival, ARRIVAL)
        beds = resources[stay.group]
        if stay.emergency and beds.count == beds.capacity:
            found[number] = (stay.arrival, True)
            return
        with beds.request(priority=PATIENT) as bed:
            yield bed
            found[number] = (env.now, False)
            yield env.timeout(stay.length)

    for group in range(GROUPS):
        env.process(ward(group))
    for number, stay in enumerate(stays):
        env.process(patient(number, stay))
    env.run(until=4 * HORIZON)
    return [found.get(number, (None, False)) for number in range(len(stays))]


def one_group(arrivals: list[tuple[int, int]], capacity: list[int], emergency: bool = False) -> list[Found]:
    """What becomes of (arrival, length) in quarters with one capacity a day; the last may be an emergency."""
    last = len(arrivals) - 1
    stays = [Stay(0, *both, emergency and number == last) for number, both in enumerate(arrivals)]
    return by_beds(stays, [[beds] for beds in capacity])


def starts(arrivals: list[tuple[int, int]], capacity: list[int]) -> list[int | None]:
    """Starts in quarters where nobody is an emergency."""
    found = one_group(arrivals, capacity)
    assert not any(extra for _, extra in found), "only emergencies exceed the capacity"
    return [start for start, _ in found]


# Ties -----------------------------------------------------------------------------------------------------


def test_at_equal_time_a_discharge_goes_before_an_admission() -> None:
    assert one_group([(0, 3), (3, 4)], [1]) == [(0, False), (3, False)]
    assert one_group([(0, 3), (3, 4)], [1], emergency=True) == [(0, False), (3, False)]


def test_at_midnight_a_discharge_goes_before_an_admission() -> None:
    assert one_group([(0, 4), (4, 4)], [1]) == [(0, False), (4, False)]
    assert one_group([(0, 4), (4, 4)], [1], emergency=True) == [(0, False), (4, False)]


def test_at_equal_arrival_need_id_decides() -> None:
    assert starts([(0, 5), (0, 1), (0, 1)], [1]) == [0, 5, 6]


def test_at_equal_arrival_need_id_decides_on_later_days_too() -> None:
    assert starts([(0, 9), (3, 4), (3, 4), (3, 4)], [1]) == [0, 9, 13, 17]


def test_who_waited_overnight_goes_before_who_comes_when_the_bed_becomes_free() -> None:
    # The bed becomes free at midnight; the third comes at midnight.
    assert starts([(0, 4), (3, 4), (4, 4)], [1]) == [0, 4, 8]


def test_an_emergency_goes_before_who_comes_at_the_same_moment_only_by_need_id() -> None:
    assert one_group([(2, 4), (2, 4)], [1], emergency=True) == [(2, False), (2, True)]
    stays = [Stay(0, 2, 4, True), Stay(0, 2, 4, False)]
    assert by_beds(stays, [[1]]) == [(2, False), (6, False)]


# Emergencies ----------------------------------------------------------------------------------------------


def test_an_emergency_is_admitted_at_once_and_takes_no_bed_from_the_queue() -> None:
    # One bed: the first lies until 6, the second waits for it; the emergency at 3 goes beyond the capacity.
    stays = [Stay(0, 0, 6, False), Stay(0, 1, 2, False), Stay(0, 3, 20, True), Stay(0, 4, 1, False)]
    assert by_beds(stays, [[1]]) == [(0, False), (6, False), (3, True), (8, False)]


def test_an_emergency_that_finds_a_bed_occupies_it() -> None:
    stays = [Stay(0, 0, 6, True), Stay(0, 1, 2, False)]
    assert by_beds(stays, [[1]]) == [(0, False), (6, False)]


def test_without_open_beds_only_emergencies_are_admitted() -> None:
    stays = [Stay(0, 0, 4, False), Stay(0, 0, 4, True), Stay(0, 5, 4, True)]
    assert by_beds(stays, [[0]]) == [(None, False), (0, True), (5, True)]


def test_who_waits_at_a_group_without_open_beds_starts_when_it_opens() -> None:
    assert starts([(0, 4), (5, 4), (6, 4)], [0, 0, 0, 2]) == [12, 12, 16]


def test_an_emergency_finds_no_bed_while_more_lie_than_are_open() -> None:
    assert one_group([(0, 8), (0, 12), (5, 4)], [2, 1], emergency=True)[2] == (5, True)


def test_an_emergency_takes_no_opening_bed_from_who_waits() -> None:
    # The second bed opens at 4, the moment of the emergency, and goes to the second.
    assert one_group([(0, 12), (1, 4), (4, 4)], [1, 2], emergency=True) == [(0, False), (4, False), (4, True)]


# Days without arrivals ------------------------------------------------------------------------------------


def test_a_day_without_arrivals_forgets_nobody_in_a_bed() -> None:
    assert starts([(0, 10), (8, 1)], [1]) == [0, 10]
    assert starts([(0, 23), (20, 1)], [1]) == [0, 23]


def test_a_day_without_arrivals_serves_who_waits() -> None:
    assert starts([(0, 6), (0, 8), (0, 1)], [1]) == [0, 6, 14]


def test_a_stay_beyond_the_capacity_is_never_counted_as_an_occupant() -> None:
    stays = [Stay(0, 0, 4, False), Stay(0, 1, 40, True), Stay(0, 9, 4, False)]
    assert by_beds(stays, [[1]]) == [(0, False), (1, True), (9, False)]


# Falling capacity -----------------------------------------------------------------------------------------


def test_when_capacity_falls_a_bed_closes_when_its_occupant_leaves() -> None:
    # Three lie until 8, 10 and 12; from day 1 two beds are open. That of 8 closes, that of 10 is given on.
    assert starts([(0, 8), (0, 10), (0, 12), (5, 4)], [3, 2]) == [0, 0, 0, 10]


def test_when_capacity_falls_to_one_all_but_the_last_leave_first() -> None:
    assert starts([(0, 8), (0, 10), (0, 12), (5, 4)], [3, 1])[3] == 12


def test_nobody_holds_a_promise_of_a_bed_that_has_closed() -> None:
    # Two lie until 6 and 10, the third waits. One bed is open from day 1: that of 6 closes, and the third
    # gets that of 10; the fourth waits for 20.
    assert starts([(0, 6), (0, 10), (1, 10), (5, 2)], [2, 1]) == [0, 0, 10, 20]


def test_a_bed_left_at_midnight_closes_if_the_new_day_has_one_less() -> None:
    assert starts([(0, 4), (0, 12), (1, 4)], [2, 1]) == [0, 0, 12]


def test_a_group_that_closes_keeps_its_occupants_and_admits_nobody() -> None:
    assert starts([(0, 10), (1, 4)], [1, 0, 0, 0, 1]) == [0, 16]


# Rising capacity ------------------------------------------------------------------------------------------


def test_when_capacity_rises_the_new_bed_is_free_at_once() -> None:
    assert starts([(0, 12), (5, 4)], [1, 2]) == [0, 5]


def test_when_capacity_rises_who_waits_starts_with_the_day_and_nobody_overtakes() -> None:
    # One bed, taken until 20; the second waits for it. From day 1 three beds are open.
    assert starts([(0, 20), (1, 4), (5, 4)], [1, 3]) == [0, 4, 5]


def test_when_capacity_rises_no_bed_is_empty_while_somebody_waits() -> None:
    # The bed that opens at 4 goes to the second and becomes free at 8.
    assert starts([(0, 20), (1, 4), (5, 4)], [1, 2]) == [0, 4, 8]


def test_when_capacity_rises_who_has_waited_longest_goes_first() -> None:
    assert starts([(0, 20), (1, 4), (2, 4), (3, 4)], [1, 3]) == [0, 4, 4, 8]


def test_capacity_rises_on_a_day_without_arrivals() -> None:
    assert starts([(0, 20), (1, 4)], [1, 1, 2]) == [0, 8]


def test_who_comes_at_midnight_goes_after_who_waited_for_the_opening_bed() -> None:
    assert starts([(0, 20), (3, 4), (4, 4)], [1, 2]) == [0, 4, 8]


def test_capacity_that_falls_and_rises_again_loses_nobody() -> None:
    # Two lie until 6 and 16; one bed on day 1, on which nobody comes; on day 2 one of two beds is free.
    assert starts([(0, 6), (0, 16), (10, 4)], [2, 1, 2]) == [0, 0, 10]


def test_capacity_that_falls_and_rises_before_anybody_leaves_changes_nothing() -> None:
    assert starts([(0, 9), (0, 10), (1, 4), (1, 4)], [2, 1, 2]) == [0, 0, 9, 10]


@pytest.mark.parametrize("day", [0, 400])
def test_groups_do_not_share_beds(day: int) -> None:
    stays = [Stay(group, 4 * day, 8, False) for group in (0, 1, 1, 2)]
    found = by_beds(stays, [[1, 1, 1]], days=day + 4)
    assert [start for start, _ in found if start is not None] == [4 * day, 4 * day, 4 * day + 8, 4 * day]
