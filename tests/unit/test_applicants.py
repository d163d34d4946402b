"""Who applies, when, and does anything but hazard and retirement decide it?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.careers import Workers
from settlement_sim.draws import Draws
from settlement_sim.recognition.applicants import applications
from settlement_sim.world.calendar import Calendar

MARCH, DECEMBER = dates.day("2024-03-01"), dates.day("2024-12-31")
ALL = 1_000_000


def crowd(*retires: str) -> Workers:
    months = np.array([dates.month_of(text) for text in retires], np.int64)
    zeros = np.zeros(len(months), np.int64)
    return Workers(np.arange(len(months)), zeros, zeros + 1, zeros, months - 720, months)


def applied(people: Workers, hazard: int, window: tuple[int, int] = (MARCH, DECEMBER), seed: int = 3) -> dict[int, int]:
    """Day by row."""
    rows, days = applications(people, Draws(seed), hazard, window, Calendar.load())
    assert len(set(rows.tolist())) == len(rows), "each once"
    return dict(zip(rows.tolist(), days.tolist(), strict=True))


def test_nobody_without_a_hazard_and_nobody_of_nobody() -> None:
    assert applied(crowd(*["2020-01"] * 50), 0) == {}
    assert applied(crowd(), ALL) == {}


def test_certain_applications_come_in_the_first_month_of_retirement_in_the_window() -> None:
    found = applied(crowd("2020-01", "2024-03", "2024-04", "2024-12", "2025-01"), ALL)
    months = {row: dates.month_iso(dates.month_index(day)) for row, day in found.items()}
    assert months == {0: "2024-03", 1: "2024-03", 2: "2024-04", 3: "2024-12"}


def test_on_working_days_in_the_order_of_days() -> None:
    people = crowd(*["2020-01"] * 3_000)
    rows, days = applications(people, Draws(3), 200_000, (MARCH, DECEMBER), Calendar.load())
    calendar = Calendar.load()
    assert all(calendar.is_working_day(day) for day in np.unique(days).tolist())
    keys = list(zip(days.tolist(), people.id[rows].tolist(), strict=True))
    assert keys == sorted(keys) and len(set(days.tolist())) > 60


def test_days_of_the_month_are_alike() -> None:
    """Of 28 days that all may be drawn: 9,000 applications of April, thought of on the 1st to the 28th."""
    april = dates.day("2024-04-01"), dates.day("2024-04-30")
    days = np.array(list(applied(crowd(*["2020-01"] * 9_000), ALL, april).values()))
    assert len(days) == 9_000
    # Thursday to Saturday 4-6 April are days off, made up on Sunday the 7th: four days' thoughts come on that day.
    assert abs((days == dates.day("2024-04-07")).mean() - 4 / 28) < 0.017  # 4.5 standard errors
    assert days.min() == dates.day("2024-04-01") and days.max() == dates.day("2024-04-28")


@pytest.mark.parametrize(("first", "last"), [("2024-03-15", "2024-12-31"), ("2024-03-01", "2024-03-08")])
def test_the_window_cuts_days_off(first: str, last: str) -> None:
    window = dates.day(first), dates.day(last)
    people = crowd(*["2020-01"] * 200)
    found, whole = applied(people, ALL, window), applied(people, ALL)
    assert found == {row: day for row, day in whole.items() if window[0] <= day <= window[1]}
    assert 0 < len(found) < 200


def test_a_longer_window_adds_applications_and_changes_none() -> None:
    people = crowd(*["2020-01"] * 2_000)
    short = applied(people, 20_000, (MARCH, dates.day("2024-06-30")))
    longer = applied(people, 20_000)
    assert longer.items() >= short.items() and len(longer) > len(short)


def test_a_person_alone_applies_as_among_others() -> None:
    people = crowd(*["2020-01"] * 400)
    whole = applied(people, 30_000)
    part = applied(people.take(np.arange(100, 200)), 30_000)
    assert {row + 100: day for row, day in part.items()} == {row: d for row, d in whole.items() if 100 <= row < 200}


def test_another_seed_other_days() -> None:
    people = crowd(*["2020-01"] * 400)
    assert applied(people, 30_000) != applied(people, 30_000, seed=4)
