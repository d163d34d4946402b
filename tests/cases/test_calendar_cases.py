"""Do periods of working days end where a clerk with a wall calendar would end them?"""

import pytest

from settlement_sim import dates
from settlement_sim.world.calendar import HOLIDAY, MAKEUP, WEEKEND, WORKDAY, Calendar

OFFICIAL = Calendar.load()


def kinds(first: str, last: str) -> list[int]:
    return OFFICIAL.kinds(dates.day(first), dates.day(last)).tolist()


def test_spring_festival_2024() -> None:
    # Sa 3 weekend | Su 4 make-up | Mo 5 – Fr 9 worked (the eve, 9 February, is leave only by encouragement)
    assert kinds("2024-02-03", "2024-02-09") == [WEEKEND, MAKEUP] + [WORKDAY] * 5
    # Sa 10 – Sa 17 off, 8 days | Su 18 make-up | Mo 19 worked
    assert kinds("2024-02-10", "2024-02-19") == [HOLIDAY] * 8 + [MAKEUP, WORKDAY]


def test_national_day_2024() -> None:
    # Sa 28 September weekend | Su 29 make-up | Mo 30 worked | Tu 1 – Mo 7 October off, 7 days
    assert kinds("2024-09-28", "2024-10-07") == [WEEKEND, MAKEUP, WORKDAY] + [HOLIDAY] * 7
    # Tu 8 – Fr 11 worked | Sa 12 make-up | Su 13 weekend
    assert kinds("2024-10-08", "2024-10-13") == [WORKDAY] * 4 + [MAKEUP, WEEKEND]


ADDED = [
    # From Friday 2 February 2024: Su 4, Mo 5, Tu 6, We 7, Th 8 = 5; Fr 9, Su 18, Mo 19, Tu 20, We 21 = 10.
    ("2024-02-02", 5, "2024-02-08"),
    ("2024-02-02", 10, "2024-02-21"),
    # From Thursday 8 February: Fr 9, Su 18, Mo 19, Tu 20, We 21 = 5; Th 22, Fr 23, Mo 26, Tu 27, We 28 = 10.
    ("2024-02-08", 5, "2024-02-21"),
    ("2024-02-08", 10, "2024-02-28"),
    # From inside the holiday, Monday 12 February, the first is Su 18: Su 18, Mo 19, Tu 20, We 21, Th 22 = 5.
    ("2024-02-12", 1, "2024-02-18"),
    ("2024-02-12", 5, "2024-02-22"),
    # From Friday 27 September: Su 29, Mo 30, Tu 8, We 9, Th 10 October = 5;
    # Fr 11, Sa 12, Mo 14, Tu 15, We 16 = 10.
    ("2024-09-27", 5, "2024-10-10"),
    ("2024-09-27", 10, "2024-10-16"),
    # From Monday 30 September: Tu 8, We 9, Th 10, Fr 11, Sa 12 = 5; Mo 14, Tu 15, We 16, Th 17, Fr 18 = 10.
    ("2024-09-30", 5, "2024-10-12"),
    ("2024-09-30", 10, "2024-10-18"),
    # A week without any notice: from Monday 4 March 2024, five days on is Monday 11 March.
    ("2024-03-04", 5, "2024-03-11"),
    # Across the year's end: Th 28 December 2023; Fr 29 = 1, Tu 2 January = 2 (Monday 1 January is off).
    ("2023-12-28", 2, "2024-01-02"),
    # Zero days from a day off (Saturday 17 February) is the day offices reopen; from a worked day, itself.
    ("2024-02-17", 0, "2024-02-18"),
    ("2024-02-18", 0, "2024-02-18"),
]


@pytest.mark.parametrize(("start", "n", "end"), ADDED)
def test_adding_working_days(start: str, n: int, end: str) -> None:
    assert dates.iso(OFFICIAL.add_working_days(dates.day(start), n)) == end
    if n:
        assert OFFICIAL.working_days_between(dates.day(start), dates.day(end)) == n


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2024-02-10", "2024-02-18"),  # a Sunday, made up
        ("2024-10-01", "2024-10-08"),
        ("2024-10-12", "2024-10-12"),  # a Saturday, made up
        ("2024-10-13", "2024-10-14"),
        ("2023-09-29", "2023-10-07"),  # Mid-Autumn and National Day together, 8 days; the Saturday is made up
        ("2025-10-01", "2025-10-09"),
        ("2026-02-15", "2026-02-24"),
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_when_offices_open(day: str, opens: str) -> None:
    assert dates.iso(OFFICIAL.next_working_day(dates.day(day))) == opens


def test_working_days_of_a_month() -> None:
    # October 2024: 31 days; 7 off; weekends 13, 19, 20, 26, 27 (5; the 12th is made up): 31 − 7 − 5 = 19.
    first, last = dates.month_bounds(dates.month_of("2024-10"))
    assert OFFICIAL.working_days_between(first - 1, last) == 19
    # February 2024: 29 days; 8 off; weekends 3, 24, 25 (the 4th and 18th are made up): 29 − 8 − 3 = 18.
    first, last = dates.month_bounds(dates.month_of("2024-02"))
    assert OFFICIAL.working_days_between(first - 1, last) == 18
