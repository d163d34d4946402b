"""Does the calendar keep its promises, and does a broken table say where it is broken?"""

from pathlib import Path

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.errors import InputError
from settlement_sim.world import calendar
from settlement_sim.world.calendar import Calendar, is_working

TABLE = """\
format: 1
notices:
  - year: 2023
    number: 某〔2022〕1号
    title: {zh: 通知, en: Notice}
    issued: 2022-12-08
    source: a_source
    holidays:
      - {zh: 元旦, en: New Year, first: 2022-12-31, last: 2023-01-02, days: 3}
      - {zh: 春节, en: Spring Festival, first: 2023-01-21, last: 2023-01-27, makeup: [2023-01-28, 2023-01-29]}
"""


@pytest.fixture(scope="module")
def official() -> Calendar:
    return Calendar.load()


def written(folder: Path, old: str = "", new: str = "") -> Path:
    assert TABLE.count(old) == 1 or not old, "the edit of the table must be unambiguous"
    path = folder / "table.yaml"
    path.write_text(TABLE.replace(old, new) if old else TABLE, encoding="utf-8")
    return path


def test_kinds_of_days_of_a_small_table(tmp_path: Path) -> None:
    found = Calendar.load(written(tmp_path))
    # 2023-01-01 is a Sunday. The 1st and 2nd are off, 3–6 worked, 7–8 weekend.
    assert found.kinds(0, 7).tolist() == [2, 2, 0, 0, 0, 0, 1, 1]
    # 20 January is a Friday; 21–27 off, Saturday 28 and Sunday 29 worked, Monday 30 worked.
    assert found.kinds(19, 29).tolist() == [0, 2, 2, 2, 2, 2, 2, 2, 3, 3, 0]
    assert found.kinds(0, 0).dtype == np.int8
    assert (found.first, found.last) == (0, 364), "the year of the notice, not its first day off"


def test_days_before_the_epoch_have_their_kinds(official: Calendar) -> None:
    """The end of 2022 by hand: Friday 30 December is worked, Saturday the 31st is off by the notice for 2023."""
    assert official.kinds(-2, 0).tolist() == [calendar.WORKDAY, calendar.HOLIDAY, calendar.HOLIDAY]
    # National Day is off to Friday the 7th; Saturday and Sunday are made up.
    assert official.kinds(dates.day("2022-10-06"), dates.day("2022-10-10")).tolist() == [2, 2, 3, 3, 0]
    assert official.is_working_day(dates.day("2022-10-09")) and not official.is_working_day(-1)
    # After 30 September: the 8th (made up), the 9th (made up), the 10th.
    assert dates.iso(official.add_working_days(dates.day("2022-09-30"), 3)) == "2022-10-10"
    # 30 December is the last working day of 2022; the next is Tuesday 3 January.
    assert official.add_working_days(-2, 1) == 2 and official.next_working_day(-1) == 2
    assert official.working_days_between(-3, 3) == 3  # 30 December, 3 and 4 January


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    assert is_working(np.array([0, 1, 2, 3], np.int8)).tolist() == [True, False, False, True]
    assert calendar.KINDS[calendar.MAKEUP] == "makeup"


def test_kinds_cannot_be_written_to(official: Calendar) -> None:
    with pytest.raises(ValueError, match="read-only"):
        official.kinds(0, 9)[0] = 1


def test_working_days_count_back_what_was_added(official: Calendar) -> None:
    days = np.arange(official.first, official.last - 60)
    for n in (1, 2, 5, 10, 20, 30):
        for start, end in zip(days.tolist(), official.add_working_days(days, n).tolist(), strict=True):
            assert official.working_days_between(start, end) == n
            assert official.working_days_between(end, start) == -n
            assert official.is_working_day(end)


def test_adding_steps_one_at_a_time_is_adding_them_at_once(official: Calendar) -> None:
    days = np.arange(official.first, official.last - 60)
    stepped = days
    for n in range(1, 12):
        stepped = official.add_working_days(stepped, 1)
        assert (stepped == official.add_working_days(days, n)).all()


def test_next_working_day_stays_or_goes_to_the_first_worked(official: Calendar) -> None:
    days = np.arange(official.first, official.last - 60)
    for day, found in zip(days.tolist(), official.next_working_day(days).tolist(), strict=True):
        assert found >= day and official.is_working_day(found)
        assert not is_working(official.kinds(day, found)[:-1]).any()


def test_arrays_and_single_days_agree(official: Calendar) -> None:
    days = np.array([[0, 20], [404, 405]], np.int16)
    ahead = np.array([[0, 1], [5, 10]])
    expected = [[official.add_working_days(int(d), int(n)) for d, n in zip(*row, strict=True)]
                for row in zip(days, ahead, strict=True)]  # fmt: skip
    assert official.add_working_days(days, ahead).tolist() == expected
    assert official.add_working_days(404, np.array([5, 10])).tolist() == [
        official.add_working_days(404, 5),
        official.add_working_days(404, 10),
    ]
    assert isinstance(official.add_working_days(404, 5), int)
    assert official.next_working_day(np.array([], np.int32)).shape == (0,)


def test_going_back_is_refused(official: Calendar) -> None:
    with pytest.raises(ValueError, match="a number of working days is 0 or more, not -1"):
        official.add_working_days(0, -1)


NO_2027 = "holidays.yaml: found no State Council notice for 2027; expected a notice in the table; or name a "


def test_a_year_without_a_notice_is_an_error(official: Calendar) -> None:
    after = dates.day("2027-01-01")
    for ask in (
        lambda: official.kinds(after - 1, after),
        lambda: official.is_working_day(after),
        lambda: official.next_working_day(after),
        lambda: official.add_working_days(after - 1, 1),
        lambda: official.add_working_days(np.array([0, after - 3]), 3),
        lambda: official.working_days_between(after, 0),
        lambda: official.assumed_years(0, after),
    ):
        with pytest.raises(InputError) as error:
            ask()
        assert str(error.value) == NO_2027 + "calendar assumption: weekday_pattern"


def test_the_year_named_is_the_one_that_is_missing(official: Calendar) -> None:
    with pytest.raises(InputError, match="no State Council notice for 2029"):
        official.is_working_day(dates.day("2029-06-01"))
    with pytest.raises(InputError, match="no State Council notice for 2021; expected a day from 2022-01-01 on"):
        official.is_working_day(dates.day("2021-12-31"))


def test_an_assumption_covers_later_years_only(official: Calendar) -> None:
    assumed = Calendar.load(assume="weekday_pattern")
    assert (assumed.kinds(official.first, official.last) == official.kinds(official.first, official.last)).all()
    # 2027-01-01 is a Friday, worked under the assumption; the 2nd and 3rd are a weekend.
    first = dates.day("2027-01-01")
    assert assumed.kinds(first, first + 3).tolist() == [0, 1, 1, 0]
    assert assumed.add_working_days(first - 1, 2) == first + 3
    with pytest.raises(InputError, match="no State Council notice for 2021"):
        assumed.is_working_day(official.first - 1)
    with pytest.raises(InputError, match="until 2099-12-31, where the assumption 'weekday_pattern' ends"):
        assumed.is_working_day(dates.day("2100-01-01"))


def test_the_years_that_rest_on_the_assumption_are_told(official: Calendar) -> None:
    assumed = Calendar.load(assume="weekday_pattern")
    assert assumed.assumed_years(dates.day("2024-01-01"), dates.day("2028-01-31")) == (2027, 2028)
    assert official.assumed_years(official.first, official.last) == ()


def test_an_unknown_assumption_is_refused() -> None:
    with pytest.raises(InputError) as error:
        Calendar.load(assume="weekday_patern")
    assert str(error.value) == (
        "calendar assumption: found 'weekday_patern'; expected one of weekday_pattern; did you mean 'weekday_pattern'?"
    )


BROKEN = {
    "a second format": ("format: 1", "format: 2", "1:9: found format '2'"),
    "no notices": (
        TABLE.partition("notices:\n")[2],
        "    []\n",
        "3:5: found no notice; expected at least one notice",
    ),
    "notices that are not a list": (
        TABLE.partition("notices:\n")[2],
        "  2023: x\n",
        "3:3: found a mapping; expected a list",
    ),
    "an unknown key": (
        "    number:",
        "    nomber:",
        "4:5: found key 'nomber'; expected one of year, number, title, issued, source, holidays; "
        "did you mean 'number'?",
    ),
    "a missing key": (
        "    source: a_source\n",
        "",
        "3:5: found no key 'source'; expected all of year, number, title, issued, source, holidays",
    ),
    "a year that is no year": (
        "year: 2023",
        "year: MMXXIII",
        "3:11: found 'MMXXIII'; expected a whole number from 1950 to 2098",
    ),
    "a year too early": (
        "year: 2023",
        "year: 1",
        "3:11: found '1'; expected a whole number from 1950 to 2098",
    ),
    "an empty text": ("a_source", "", "7:5: found nothing; expected a text"),
    "an empty name": ("zh: 春节", "zh: ''", "10:14: found ''; expected a text"),
    "a title that is not a mapping": (
        "{zh: 通知, en: Notice}",
        "通知",
        "5:12: found '通知'; expected a mapping with zh, en",
    ),
    "a holiday that is not a mapping": (
        "{zh: 元旦, en: New Year, first: 2022-12-31, last: 2023-01-02, days: 3}",
        "元旦",
        "9:9: found '元旦'; expected a mapping with zh, en, first, last",
    ),
    "a date that is none": (
        "first: 2023-01-21",
        "first: 2023-1-21",
        "10:46: found '2023-1-21'; expected a date YYYY-MM-DD that exists",
    ),
    "a date that is missing": (
        "issued: 2022-12-08",
        "issued:",
        "6:5: found nothing; expected a date YYYY-MM-DD that exists",
    ),
    "a date in another year": (
        "2023-01-29]",
        "2024-01-28]",
        "10:97: found 2024-01-28; expected a day from 2022-12-01 to 2023-12-31",
    ),
    "a last day before the first": (
        "last: 2023-01-27",
        "last: 2023-01-17",
        "10:64: found 2023-01-17; expected a day not before 2023-01-21",
    ),
    "a count that is not the printed one": (
        "days: 3",
        "days: 4",
        "9:75: found 4; expected 3, the days from 2022-12-31 to 2023-01-02",
    ),
    "a count that is no number": (
        "days: 3",
        "days: three",
        "9:75: found 'three'; expected a whole number from 1 to 366",
    ),
    "a make-up day on a weekday": (
        "2023-01-29]",
        "2023-01-30]",
        "10:97: found 2023-01-30, a Monday; expected a Saturday or a Sunday",
    ),
    "a make-up day that is off": (
        "2023-01-29]",
        "2023-01-22]",
        "10:97: found 2023-01-22 as the make-up working day of 春节; expected a day that is not already 春节",
    ),
    "a make-up day twice": (
        "2023-01-29]",
        "2023-01-28]",
        "expected a day that is not already the make-up working day of 春节",
    ),
    "holidays that overlap": (
        "first: 2023-01-21",
        "first: 2023-01-02",
        "10:46: found 2023-01-02 as 春节; expected a day that is not already 元旦",
    ),
    "make-up days that are not a list": (
        "[2023-01-28, 2023-01-29]",
        "2023-01-28",
        "10:84: found '2023-01-28'; expected a list",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_table_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(InputError) as error:
        Calendar.load(path)
    found = "; ".join(str(error.value).splitlines())
    assert said in found and found.startswith(f"{path}:"), found
    assert len(error.value.problems) == (2 if said.startswith("4:5") else 1), "one mistake, one message"


def test_a_gap_between_notices_is_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    later = TABLE.partition("notices:\n")[2].partition("    holidays:")[0].replace("year: 2023", "year: 2025")
    path.write_text(TABLE + later + "    holidays: []\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        Calendar.load(path)
    assert str(error.value) == (f"{path}:11:11: found 2025; expected 2024: notices follow each other year by year")


def test_all_problems_are_told_at_once_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    text = TABLE.replace("2023-01-29]", "2023-02-30]").replace("days: 3", "days: 5").replace("a_source", "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        Calendar.load(path)
    assert [problem.where.removeprefix(f"{path}:") for problem in error.value.problems] == [
        "7:5",
        "9:75",
        "10:97",
    ]
