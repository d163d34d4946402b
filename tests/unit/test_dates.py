"""Do days, months and moments convert there and back, and is every other spelling refused with a sentence?"""

import datetime as dt

import numpy as np
import pytest

from settlement_sim import dates

DAYS = {
    "1900-01-01": -44_925,  # 123 years of 365 days and 30 leap days (1904 … 2020; 1900 is none): 44,895 + 30
    "1956-03-12": -24_401,
    "2022-12-31": -1,
    "2023-01-01": 0,
    "2023-12-31": 364,
    "2024-02-29": 424,  # 365 + 31 + 29 − 1
    "2024-12-31": 730,  # 365 + 366 − 1
    "2025-01-01": 731,
    "2199-12-31": 64_647,
}


@pytest.mark.parametrize(("text", "number"), DAYS.items())
def test_a_day_converts_there_and_back(text: str, number: int) -> None:
    assert dates.day(text) == number
    assert dates.iso(number) == text
    assert dates.date(number).isoformat() == text
    assert dates.year(number) == int(text[:4])
    assert dates.day(dt.date.fromisoformat(text)) == number


def test_every_day_of_two_centuries_converts_there_and_back() -> None:
    for number in range(dates.day("1890-01-01"), dates.day("2100-01-01")):
        assert dates.day(dates.iso(number)) == number


def test_days_may_be_numpy_integers() -> None:
    assert dates.iso(np.int16(424)) == "2024-02-29"
    assert dates.month_index(np.int32(424)) == 13
    assert dates.moment_iso(np.int64(34_200)) == "2023-01-01 09:30"


@pytest.mark.parametrize(
    "text",
    ["2024-2-9", "20240209", "2024/02/09", "09-02-2024", "2024-02", " 2024-02-09", "2024-02-09\n",
     "2024-W06-5", "2024-02-09T00:00", "２０２４-02-09", "", "today"],
)  # fmt: skip
def test_other_spellings_of_a_date_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date; write YYYY-MM-DD, for example 2024-02-29"):
        dates.day(text)


@pytest.mark.parametrize("text", ["2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "2024-00-10", "0000-01-01"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is not a date; there is no such day in the calendar"):
        dates.day(text)


def test_a_time_of_day_is_not_dropped_silently() -> None:
    with pytest.raises(ValueError, match="carries a time of day"):
        dates.day(dt.datetime(2024, 5, 6, 9))


def test_years_and_months_of_arrays_agree_with_single_days() -> None:
    days = np.arange(dates.day("1880-01-01"), dates.day("2199-12-31") + 1)
    found = [dates.date(day) for day in days]
    assert dates.years(days).tolist() == [date.year for date in found]
    assert dates.month_index(days).tolist() == [(date.year - 2023) * 12 + date.month - 1 for date in found]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64])
def test_shape_is_kept_and_codes_are_int16(dtype: type[np.integer]) -> None:
    days = np.array([[0, -1, 424], [31, 30, 731]], dtype)
    assert dates.years(days).tolist() == [[2023, 2022, 2024], [2023, 2023, 2025]]
    assert dates.month_index(days).tolist() == [[0, -1, 13], [1, 0, 24]]
    assert dates.years(days).dtype == dates.month_index(days).dtype == np.int16


def test_no_days_have_no_years() -> None:
    assert dates.years(np.array([], np.int32)).tolist() == []


@pytest.mark.parametrize("beyond", ["1879-12-31", "2200-01-01"])
def test_arrays_outside_the_table_are_refused(beyond: str) -> None:
    outside = dates.day(beyond)
    with pytest.raises(ValueError, match=f"day {outside} lies outside the years 1880 to 2199"):
        dates.month_index(np.array([0, outside]))


def test_arrays_of_fractions_are_refused() -> None:
    with pytest.raises(TypeError):
        dates.years(np.array([1.5]))


@pytest.mark.parametrize(
    ("text", "month", "first", "last"),
    [
        ("2022-12", -1, "2022-12-01", "2022-12-31"),
        ("2023-01", 0, "2023-01-01", "2023-01-31"),
        ("2023-02", 1, "2023-02-01", "2023-02-28"),
        ("2024-02", 13, "2024-02-01", "2024-02-29"),
        ("2024-12", 23, "2024-12-01", "2024-12-31"),
        ("1956-03", -802, "1956-03-01", "1956-03-31"),  # (1956 − 2023) × 12 + 3 − 1 = −804 + 2
    ],
)
def test_a_month_converts_there_and_back(text: str, month: int, first: str, last: str) -> None:
    assert dates.month_of(text) == month
    assert dates.month_iso(month) == text
    assert tuple(map(dates.iso, dates.month_bounds(month))) == (first, last)
    assert dates.month_index(dates.day(first)) == dates.month_index(dates.day(last)) == month


def test_months_follow_each_other_without_a_gap() -> None:
    for month in range(-1200, 1200):
        assert dates.month_bounds(month)[1] + 1 == dates.month_bounds(month + 1)[0]


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-2", "202402", "2024-02-01", "0000-01", ""])
def test_other_spellings_of_a_month_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month; write YYYY-MM, for example 2024-02"):
        dates.month_of(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-01-01 00:00", 0),
        ("2023-01-01 00:00:01", 1),
        ("2022-12-31 23:59:59", -1),
        ("2022-12-31 00:00", -86_400),
        ("2024-05-06 09:00", 42_454_800),  # day 365 + 31 + 29 + 31 + 30 + 5 = 491; 491 × 86,400 + 9 × 3,600
    ],
)
def test_a_moment_converts_there_and_back(text: str, seconds: int) -> None:
    assert dates.parse_moment(text) == seconds
    assert dates.moment_iso(seconds) == text


def test_a_moment_without_a_time_is_midnight() -> None:
    assert dates.parse_moment("2024-05-06") == dates.day("2024-05-06") * dates.SECONDS_PER_DAY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-05-06 9:00", "is not a moment; write YYYY-MM-DD HH:MM"),
        ("2024-05-06 ", "is not a moment; write YYYY-MM-DD HH:MM"),
        ("2024-05-06  09:00", "is not a moment; write YYYY-MM-DD HH:MM"),
        ("2024-05-06 09:00+08:00", "is not a moment; write YYYY-MM-DD HH:MM"),
        ("2024-05-06 24:00", "a day runs from 00:00 to 23:59:59"),
        ("2024-05-06 09:60", "a day runs from 00:00 to 23:59:59"),
        ("2024-05-06T09:00", "is not a date; write YYYY-MM-DD"),
        ("2024-02-30 09:00", "there is no such day"),
    ],
)
def test_other_spellings_of_a_moment_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dates.parse_moment(text)
