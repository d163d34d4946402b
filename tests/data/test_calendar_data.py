"""Is the vendored table of holidays the one the notices print?"""

import chinese_calendar
import numpy as np
import pytest

from settlement_sim import dates, yamlio
from settlement_sim.vocabulary import GRADES
from settlement_sim.world import calendar, calendar_notices
from settlement_sim.world.calendar import Calendar, is_working

OFFICIAL = Calendar.load()
SOURCES = calendar_notices.HOLIDAYS.parents[2] / "sources" / "calendar.yaml"
YEARS = [notice.year for notice in OFFICIAL.notices]


def kinds_of(year: int) -> calendar.Kinds:
    return OFFICIAL.kinds(dates.day(f"{year}-01-01"), dates.day(f"{year}-12-31"))


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_chinese_calendar_package(year: int) -> None:
    for day in range(dates.day(f"{year}-01-01"), dates.day(f"{year}-12-31") + 1):
        theirs = chinese_calendar.is_workday(dates.date(day))
        assert OFFICIAL.is_working_day(day) == theirs, f"{dates.iso(day)} differs"


# The days off of each paragraph of a notice, counted by hand; then the number of its make-up days.
PRINTED = {
    2022: ([3, 7, 3, 5, 3, 3, 7], 7),
    2023: ([3, 7, 1, 5, 3, 8], 7),  # New Year's three days begin on 31 December 2022
    2024: ([1, 8, 3, 5, 1, 3, 7], 8),
    2025: ([1, 8, 3, 5, 3, 8], 5),
    2026: ([3, 9, 3, 5, 3, 3, 7], 6),
}


@pytest.mark.parametrize("year", YEARS)
def test_days_off_and_make_up_days_are_as_many_as_printed(year: int) -> None:
    notice = OFFICIAL.notices[YEARS.index(year)]
    spans, makeup = PRINTED[year]
    assert [holiday.last - holiday.first + 1 for holiday in notice.holidays] == spans
    assert sum(len(holiday.makeup) for holiday in notice.holidays) == makeup
    # The first of those three is a day of 2022.
    moved = {2022: 1, 2023: -1}.get(year, 0)
    assert np.bincount(kinds_of(year), minlength=4)[2:].tolist() == [sum(spans) + moved, makeup]


# A rearranged day is paid back, so working days = weekdays − statutory days off. Those are 11 until 2024; the
# notice for 2025 tells that two are added. Weekdays: 52 weeks make 260; 2022 has a Saturday over (260),
# 2023 a Sunday (260), 2024 Monday and Tuesday (262), 2025 a Wednesday (261), 2026 a Thursday (261).
WORKED = {2022: 260 - 11, 2023: 260 - 11, 2024: 262 - 11, 2025: 261 - 13, 2026: 261 - 13}


@pytest.mark.parametrize("year", YEARS)
def test_rearranged_days_are_paid_back(year: int) -> None:
    assert is_working(kinds_of(year)).sum() == WORKED[year]


def test_the_notices_are_the_ones_we_know() -> None:
    assert {notice.year: notice.number for notice in OFFICIAL.notices} == {
        2022: "国办发明电〔2021〕11号",
        2023: "国办发明电〔2022〕16号",
        2024: "国办发明电〔2023〕7号",
        2025: "国办发明电〔2024〕12号",
        2026: "国办发明电〔2025〕7号",
    }
    for notice in OFFICIAL.notices:
        assert notice.zh == f"国务院办公厅关于{notice.year}年部分节假日安排的通知"
        assert str(notice.year) in notice.en


def test_every_notice_has_its_source_and_every_source_its_notice() -> None:
    sources = yamlio.read(SOURCES).data["sources"]
    assert set(sources) == {notice.source for notice in OFFICIAL.notices}
    for notice in OFFICIAL.notices:
        source = sources[notice.source]
        assert source["date"] == dates.iso(notice.issued), "source and table give one day of issue"
        assert notice.number in source["title"]["zh"] and notice.zh in source["title"]["zh"]
        assert source["grade"] in GRADES and source["publisher"]


def test_a_notice_is_issued_in_the_year_before() -> None:
    for notice in OFFICIAL.notices:
        assert dates.year(notice.issued) == notice.year - 1
