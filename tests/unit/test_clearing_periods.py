"""On which days does a period end, is it stated, remitted and paid? Days counted by hand on the calendar of 2024."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny_funds import calendar, day, policy

from settlement_sim import dates
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.daily_net import DailyNet
from settlement_sim.policies.clearing.half_monthly import HalfMonthly
from settlement_sim.policies.clearing.periods import Bank, Period, end_of, latest_end, on_bank_day, working_days_on
from settlement_sim.policies.clearing.real_time_gross import RealTimeGross
from settlement_sim.policies.registry import built_in
from settlement_sim.policies.views import Obligations


def on(number: int | None) -> str | None:
    """Month and day, with the year where it is not 2024."""
    return None if number is None else dates.iso(number).removeprefix("2024-")


# periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "today", "end", "latest"),
    [
        ("month", "02-01", "02-29", "01-31"), ("month", "02-29", "02-29", "02-29"),
        ("half_month", "02-01", "02-15", "01-31"), ("half_month", "02-15", "02-15", "02-15"),
        ("half_month", "02-16", "02-29", "02-15"), ("half_month", "02-28", "02-29", "02-15"),
        ("day", "02-17", "02-17", "02-17"), ("month", "01-31", "01-31", "01-31"),
        ("half_month", "04-30", "04-30", "04-30"), ("month", "01-05", "01-31", "2023-12-31"),
    ],
)  # fmt: skip
def test_the_end_of_a_period_and_the_last_one_that_has_ended(period: Period, today: str, end: str, latest: str) -> None:
    assert (on(end_of(period, day(today))), on(latest_end(period, day(today)))) == (end, latest)


@pytest.mark.parametrize("period", ["month", "half_month", "day"])
def test_every_day_is_in_one_period_and_every_end_is_its_own(period: Period) -> None:
    for today in range(day("01-01"), day("12-31") + 1):
        end = end_of(period, today)
        assert end >= today and end_of(period, end) == end == latest_end(period, end)
        assert latest_end(period, today) in (today, latest_end(period, today - 1)), "a new one ends today, or none"


# days on which money moves ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bank", "today", "moves"),
    [
        ("with_offices", "01-05", "01-05"), ("with_offices", "01-06", "01-08"),  # Friday; Saturday to Monday
        ("with_offices", "02-04", "02-04"), ("not_on_makeup_days", "02-04", "02-05"),  # a Sunday made up
        ("with_offices", "02-10", "02-18"), ("not_on_makeup_days", "02-10", "02-19"),  # Spring Festival, Sunday made up
        ("every_day", "02-10", "02-10"), ("every_day", "01-06", "01-06"),
        ("not_on_makeup_days", "05-11", "05-13"), ("with_offices", "05-01", "05-06"),  # Labour Day to the 5th
    ],
)  # fmt: skip
def test_the_first_day_on_which_money_moves(bank: Bank, today: str, moves: str) -> None:
    assert on(on_bank_day(calendar(), bank, day(today))) == moves


@pytest.mark.parametrize(("count", "expected"), [(0, "02-09"), (1, "02-18"), (2, "02-19"), (5, "02-22")])
def test_working_days_after_a_day(count: int, expected: str) -> None:
    """From Friday 9 February: the 18th is a Sunday made up. None at all is the day itself, worked or not."""
    assert on(working_days_on(calendar(), day("02-09"), count)) == expected
    assert on(working_days_on(calendar(), day("02-10"), 0)) == "02-10"


# statements ---------------------------------------------------------------------------------------------


def stated(of: ClearingPolicy, first: str, last: str) -> dict[str | None, str | None]:
    """Days with a statement, and up to which day it covers."""
    days = range(day(first), day(last) + 1)
    return {on(today): on(of.covers(today, calendar())) for today in days if of.covers(today, calendar()) is not None}


def test_the_procedure_states_a_month_on_the_21st_of_the_next() -> None:
    assert stated(policy(), "01-01", "04-30") == {
        "01-21": "2023-12-31", "02-21": "01-31", "03-21": "02-29", "04-21": "03-31",
    }  # fmt: skip


def test_a_statement_may_wait_for_a_working_day() -> None:
    """21 January and 21 April are Sundays."""
    assert stated(policy(statement_roll="next_working_day"), "01-01", "04-30") == {
        "01-22": "2023-12-31", "02-21": "01-31", "03-21": "02-29", "04-22": "03-31",
    }  # fmt: skip


def test_no_statement_comes_before_the_upload() -> None:
    """Two days after the period, but three until everything is uploaded."""
    early = policy(statement_after=2, upload_days=3)
    assert stated(early, "01-01", "02-28") == {"01-03": "2023-12-31", "02-03": "01-31"}


def test_half_months_are_stated_five_days_later() -> None:
    assert stated(HalfMonthly(), "01-01", "03-05") == {
        "01-05": "2023-12-31", "01-20": "01-15", "02-05": "01-31", "02-20": "02-15", "03-05": "02-29",
    }  # fmt: skip


def test_days_that_fall_on_one_statement_are_covered_by_it() -> None:
    """A day later, over the weekend on Monday: that one covers Friday to Sunday."""
    assert stated(DailyNet(), "01-03", "01-09") == {
        "01-03": "01-02", "01-04": "01-03", "01-05": "01-04", "01-08": "01-07", "01-09": "01-08",
    }  # fmt: skip


def test_in_real_time_every_day_states_itself() -> None:
    assert stated(RealTimeGross(), "02-10", "02-12") == {"02-10": "02-10", "02-11": "02-11", "02-12": "02-12"}


def test_a_statement_asks_for_all_that_was_posted_to_the_end_of_its_period() -> None:
    """Two rows from 30 January: 100 and 7 to its end, 50 more on 1 February; 60 of the first have been stated."""
    columns = [[100, 100, 150], [0, 7, 7]]
    seen = Obligations(
        np.array([0, 1]), np.array([0, 0]), np.array([1, 0]), np.array(columns), np.array([60, 0]), day("01-30")
    )  # fmt: skip
    assert policy().orders(day("02-21"), seen, calendar()).amount.tolist() == [40, 7]
    assert policy().orders(day("02-20"), seen, calendar()).amount.tolist() == [0, 0]
    assert policy().orders(day("02-21"), seen.take(np.arange(0)), calendar()).amount.tolist() == []


# what follows -------------------------------------------------------------------------------------------


def after(of: ClearingPolicy, until: str) -> list[str | None]:
    found = of.dates(day(until), calendar())
    days = (found.statement, found.submitted, found.collected, found.remitted, found.reconciled, found.hospitals)
    return [on(number) for number in days]


@pytest.mark.parametrize(
    ("of", "until", "expected"),
    [
        # 21 February; +5: 28 February; +5: 6 March; +10: 13 March. 20 February; +5: 27 February.
        (policy(), "01-31", ["02-21", "02-28", "03-06", "03-13", "02-20", "02-27"]),
        # 20 January is a Saturday; +2: 23; +2: 25; +5: 30. Bills after 5 days, +3 working days from the 20th: the 24th.
        (HalfMonthly(), "01-15", ["01-20", "01-23", "01-25", "01-30", "01-20", "01-24"]),
        # Friday 5 January: Monday the 8th, all at once; remitted on the 9th. Reconciled on Saturday, paid on Monday.
        (DailyNet(), "01-05", ["01-08", "01-08", "01-08", "01-09", "01-06", "01-08"]),
        (RealTimeGross(), "02-10", ["02-10"] * 6),
        # No steps at all, on a Saturday: the statement stands, money waits for Monday.
        (policy(period="day", statement_after=0, upload_days=0, submission_days=0, collection_days=0,
                remittance_days=0, hospital_after=0, hospital_days=0), "01-06",
         ["01-06", "01-06", "01-08", "01-08", "01-06", "01-08"]),
        # Collected after ten days and remitted after five: nobody remits what has not been collected.
        (policy(collection_days=10, remittance_days=5), "01-31",
         ["02-21", "02-28", "03-13", "03-13", "02-20", "02-27"]),
    ],
    ids=["procedure", "half-monthly", "daily", "real time", "no steps", "late collection"],
)  # fmt: skip
def test_the_days_of_a_period(of: ClearingPolicy, until: str, expected: list[str]) -> None:
    assert after(of, until) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [({}, "2024-03-29"), ({"closing_month": 6}, "2024-06-28"), ({"closing_month": 2}, "2024-02-29")],
)
def test_the_annual_closing_is_the_last_working_day_of_its_month(parameters: dict[str, Any], expected: str) -> None:
    """31 March 2024 is a Sunday, 30 June too."""
    assert dates.iso(policy(**parameters).closing(2023, calendar())) == expected


# presets ------------------------------------------------------------------------------------------------

PRESETS = [kind for kind in built_in() if kind.slot == "clearing"]


@pytest.mark.parametrize("kind", PRESETS, ids=lambda kind: kind.name)
def test_a_preset_keeps_the_parameters_it_does_not_name(kind: type[ClearingPolicy]) -> None:
    own = {name for name in kind.__annotations__ if name in ClearingPolicy.model_fields}
    inherited = set(ClearingPolicy.model_fields) - own
    assert {name: getattr(kind(), name) for name in inherited} == {name: getattr(policy(), name) for name in inherited}
    assert all(getattr(kind(), name) != getattr(policy(), name) for name in own), "a preset that repeats a default"
    assert set(kind.model_fields) == set(ClearingPolicy.model_fields), (
        "a parameter that the clearing house does not read"
    )


def test_the_presets_are_those_of_the_contract() -> None:
    months = {kind.name: kind().prepayment_months for kind in PRESETS}
    assert months == {
        "prepaid_monthly_gross": 2, "bilateral_net": 2, "multilateral_net": 2, "half_monthly": 1, "daily_net": 0,
        "real_time_gross": 0,
    }  # fmt: skip
    assert {kind.name: kind().netting for kind in PRESETS if kind().netting != "none"} == {
        "bilateral_net": "bilateral", "multilateral_net": "multilateral", "daily_net": "bilateral",
    }  # fmt: skip
