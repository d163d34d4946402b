"""How much is prepaid, from when on, and when is more asked for? Worked by hand, in fen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny_funds import A1, A2, B1, by_group, day, members, policy

from settlement_sim import dates
from settlement_sim.clearing.prepayments import Prepayments


def prepayments(
    first: str = "2024-01-01", last: str = "2025-12-31", growth: tuple[int, ...] = (10_000,) * 3, run_in: int = 0,
    basis: Any = "last_q4_mean", usage: Any = "month", of_policy: Any = None, **parameters: Any,
) -> Prepayments:  # fmt: skip
    chosen = policy(basis=of_policy, **parameters)
    return Prepayments(
        members(), lambda group: chosen, basis, usage, np.array(growth), dates.day(first), dates.day(last), run_in
    )  # fmt: skip


def posted(to: Prepayments, months: dict[str, int], group: int = A1, care_province: int = 1) -> Prepayments:
    """Post so much on the last day of each month."""
    for month, fen in months.items():
        to.begin(dates.month_bounds(dates.month_of(month))[0])
        to.post(dates.month_bounds(dates.month_of(month))[1], by_group((group, care_province, fen)))
    return to


# the opening --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "run_in", "opens"),
    [
        ("2024-01-01", 0, "2024-01-31"), ("2024-01-01", 1, "2024-02-29"), ("2024-01-02", 0, "2024-02-29"),
        ("2023-11-16", 1, "2024-01-31"),
    ],
)  # fmt: skip
def test_it_opens_on_the_last_day_of_the_first_whole_month_after_the_run_in(
    first: str, run_in: int, opens: str
) -> None:
    found = prepayments(first, run_in=run_in)
    posted(found, {"2023-11": 0, "2023-12": 0, "2024-01": 100, "2024-02": 100})
    days = [day for day in range(dates.day(first), dates.day("2024-04-01")) if found.opening(day) is not None]
    assert list(map(dates.iso, days)) == [opens]


def test_it_is_months_of_that_volume_less_a_years_growth() -> None:
    """Two months of 100 at 13 % growth: 200 ÷ 1.13 = 176.99; of b at none: 200. A month of reversals is none."""
    found = posted(prepayments(growth=(11_300, 10_000, 10_000)), {"2024-01": 100})
    found.post(day("01-31"), by_group((A2, 2, -50), (B1, 0, 100)))
    opening = found.opening(day("01-31"))
    assert opening is not None and opening.tolist() == by_group((A1, 1, 177), (B1, 0, 200)).tolist()


def test_it_is_rounded_half_up() -> None:
    """5 ÷ 2 = 2.5 fen."""
    found = posted(prepayments(growth=(20_000,) * 3, prepayment_months=1), {"2024-01": 5})
    opening = found.opening(day("01-31"))
    assert opening is not None and opening[A1, 1] == 3


# the year -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "months", "target"),
    [
        # 300 and 700 in the quarter: one month lacks. Mean 500, two months of it.
        ("last_q4_mean", {"2024-11": 300, "2024-12": 700}, 1_000),
        ("last_q4_mean", {"2024-10": 1, "2024-11": 0, "2024-12": 0}, 1),  # 2 ÷ 3 = 0.67, half up
        ("last_q4_mean", {"2024-12": 700}, None),
        # Eight of twelve months are enough, seven are not.
        ("last_year_mean", {f"2024-{n:02d}": 80 for n in range(5, 13)}, 160),
        ("last_year_mean", {f"2024-{n:02d}": 80 for n in range(6, 13)}, None),
    ],
)
def test_a_year_rests_on_the_one_before(basis: Any, months: dict[str, int], target: int | None) -> None:
    found = posted(prepayments(f"{min(months)}-01", basis=basis), months)
    found.in_force = by_group((A1, 1, 400), (B1, 0, 30))
    change = found.adjustment(2025)
    if target is None:
        assert change is None
    else:
        assert change is not None and change.tolist() == by_group((A1, 1, target - 400), (B1, 0, -30)).tolist()


def test_the_basis_of_a_policy_comes_before_the_reading() -> None:
    months = {f"2024-{n:02d}": 120 if n < 10 else 60 for n in range(1, 13)}
    reading, own = (posted(prepayments(**named), months) for named in ({}, {"of_policy": "last_year_mean"}))
    by_reading, by_policy = reading.adjustment(2025), own.adjustment(2025)
    assert by_reading is not None and by_reading[A1, 1] == 120, "two months of 60"
    assert by_policy is not None and by_policy[A1, 1] == 210, "two months of (9 × 120 + 3 × 60) ÷ 12"


def test_months_of_the_run_in_and_after_the_last_day_are_none() -> None:
    found = posted(prepayments("2024-10-01", last="2024-12-30"), {"2024-10": 10, "2024-11": 10, "2024-12": 10})
    assert [found.simulated(dates.month_of(f"2024-{n}")) for n in ("09", 10, 11, 12)] == [False, True, True, False]
    found = posted(prepayments("2024-10-01", run_in=1), {"2024-10": 10, "2024-11": 10})
    assert [found.simulated(dates.month_of(f"2024-{n}")) for n in (10, 11, 12)] == [False, True, False]


def test_what_january_sets_is_in_force_from_1_march() -> None:
    found = prepayments()
    found.in_force = by_group((A1, 1, 400))
    found.adjust(2024, by_group((A1, 1, -150)))
    for on, in_force in (("02-29", 400), ("03-01", 250), ("03-02", 250)):
        found.begin(day(on))
        assert found.in_force[A1, 1] == in_force
    assert found.on_first_of[dates.month_of("2024-03")][A1, 1] == 250


# usage --------------------------------------------------------------------------------------------------


def test_a_month_is_judged_on_the_day_of_its_statement() -> None:
    """Posted in January over what was in force on its first day; on 21 February, and on no other day."""
    found = prepayments()
    found.in_force = by_group((A1, 1, 400), (A1 + 1, 1, 100))
    posted(found, {"2024-01": 360})
    found.in_force = by_group((A1, 1, 9_999))
    nothing = np.zeros((3, 3), np.int64)
    days = [on for on in range(day("02-01"), day("03-10")) if found.used(on, 0, nothing) is not None]
    assert list(map(dates.iso, days)) == ["2024-02-21"]
    judged = found.used(day("02-21"), 0, nothing)
    assert judged is not None and [part.tolist() for part in judged] == [[0, 360, 0], [0, 500, 0]]


def test_a_month_that_was_not_simulated_is_not_judged() -> None:
    found = posted(prepayments("2024-01-02"), {"2024-01": 360})
    assert found.used(day("02-21"), 0, np.zeros((3, 3), np.int64)) is None


def test_what_is_unpaid_is_judged_every_day() -> None:
    found = prepayments(usage="outstanding")
    found.in_force = by_group((A1, 1, 400), (A1 + 1, 1, 100))
    judged = found.used(day("01-02"), 0, np.array([[0, 77, 0], [5, 0, 0], [0, 0, 0]]))
    assert judged is not None and [part.tolist() for part in judged] == [[0, 77, 0], [0, 500, 0]]


# top-ups ------------------------------------------------------------------------------------------------


def test_a_top_up_brings_usage_down_to_its_aim_and_is_shared_as_the_amounts_are() -> None:
    """95 used of 100; 95 ÷ 70 % = 135.71, so 36 more. Of 50, 30 and 20: 18, 10.8 and 7.2; cumulated and rounded down
    18, 28, 36."""
    found = prepayments()
    found.in_force = by_group((A1, 1, 50), (A1 + 1, 1, 30), (A2, 1, 20), (A2, 2, 1_000), (B1, 0, 7))
    added = found.top_up(0, 1, 95)
    assert added is not None and added.tolist() == by_group((A1, 1, 18), (A1 + 1, 1, 10), (A2, 1, 8)).tolist()


@pytest.mark.parametrize("used", [0, 70])
def test_where_nothing_is_lacking_nothing_is_asked_for(used: int) -> None:
    found = prepayments()
    found.in_force = by_group((A1, 1, 100))
    assert found.top_up(0, 1, used) is None


def test_nothing_is_added_to_nothing() -> None:
    assert prepayments().top_up(0, 1, 95) is None


def test_large_amounts_are_shared_exactly() -> None:
    """Of 4 × 10^15 fen, a third each; the products leave 64 bits."""
    found, third = prepayments(), 10**15
    found.in_force = by_group((A1, 1, third), (A1 + 1, 1, third), (A2, 1, third))
    added = found.top_up(0, 1, 4 * 10**15)
    assert added is not None
    missing = -(-4 * 10**15 * 10_000 // 7_000) - 3 * third
    assert added.sum() == missing and np.ptp(added[[A1, A1 + 1, A2], 1]) <= 1
