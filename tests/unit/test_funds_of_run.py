"""Which statement, remittance and payment are those of a settlement? Cases by hand; days from the procedure."""

from __future__ import annotations

from typing import Any

import pytest

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.policies.views import Obligations
from settlement_sim.study.funds_of_run import FundsOfRun, Remitted
from settlement_sim.world.calendar import Calendar

PROVINCES = {"a": ["a"], "b": ["b"], "c": ["c"]}
JANUARY_15 = dates.day("2024-01-15")


@ss.policy("clearing")
class HalfAtATime(ss.ClearingPolicy):
    """Each statement asks for half of what is owed, the last one for all."""

    def orders(self, day: int, obligations: Obligations, calendar: Calendar) -> ss.Orders:
        amount = super().orders(day, obligations, calendar).amount
        return ss.Orders(amount if day >= dates.day("2024-04-01") else amount // 2)


def cleared(
    *owed: tuple[str, str, str, str], of: str = "ab", policy: Any = "prepaid_monthly_gross", **more: Any
) -> FundsOfRun:
    """Obligations (day, from, at, yuan) cleared; seen from one pool's employees in one other pool."""
    case = {
        "format": 1, "title": {"zh": "例", "en": "A case"}, "provinces": PROVINCES, "policy": policy,
        "window": {"from": "2024-01-01", "until": "2024-02-29"},
        "obligations": [{"on": day, "from": payer, "at": at, "amount": yuan} for day, payer, at, yuan in owed], **more,
    }  # fmt: skip
    payer, at = ("abc".index(name) for name in of)
    return FundsOfRun(ss.clear(case).house, payer * 2, at)


def days(of: FundsOfRun, day: int = JANUARY_15) -> list[str | None]:
    """Days of statement, remittance, payment and annual closing."""
    found = (of.statement(day), of.remitted(day), of.paid(day), of.closed(day))
    return [dates.iso(each.day) if each else None for each in found]


STANDING = {"opening": [{"from": "a", "at": "b", "amount": "200.00"}]}
JANUARY = ("2024-01-15", "a", "b", "100.00")


def test_the_days_of_the_procedure() -> None:
    funds = cleared(JANUARY, **STANDING)
    # 21 February; +5 and +10 working days: 28 February, 13 March. 20 February + 5: 27 February. 31 March is a Monday.
    assert days(funds) == ["2024-02-21", "2024-03-13", "2024-02-27", "2025-03-31"]
    statement, paid, closed = funds.statement(JANUARY_15), funds.paid(JANUARY_15), funds.closed(JANUARY_15)
    assert statement and (dates.iso(statement.until), funds.asked(statement)) == ("2024-01-31", 100_00)
    assert funds.remitted(JANUARY_15) == Remitted(dates.day("2024-03-13"), 100_00, 0)
    assert paid and closed and (paid.amount, closed.amount) == (95_00, 5_00)


@pytest.mark.parametrize(
    ("today", "waits"),
    [
        ("2024-01-15", ["not_stated", "not_paid"]), ("2024-02-20", ["not_stated", "not_paid"]),
        ("2024-02-21", ["not_remitted", "not_paid"]), ("2024-02-27", ["not_remitted"]),
        ("2024-03-12", ["not_remitted"]), ("2024-03-13", []),
    ],
)  # fmt: skip
def test_what_is_waited_for_at_the_end_of_a_day(today: str, waits: list[str]) -> None:
    assert list(cleared(JANUARY, **STANDING).open(JANUARY_15, dates.day(today))) == waits


def test_another_pair_is_none_of_it() -> None:
    assert days(cleared(JANUARY, of="ac", **STANDING))[1:] == [None, None, None]


def test_a_hospital_is_paid_when_the_money_is_there() -> None:
    """Nothing is prepaid: what is remitted on 13 March pays the hospital that day."""
    assert days(cleared(JANUARY)) == ["2024-02-21", "2024-03-13", "2024-03-13", "2025-03-31"]


def test_a_cap_splits_a_remittance() -> None:
    """60 yuan a day: 60 on 13 March, the last 40 on the 14th."""
    funds = cleared(JANUARY, policy={"use": "prepaid_monthly_gross", "with": {"cap": "60.00"}}, **STANDING)
    assert funds.remitted(JANUARY_15) == Remitted(dates.day("2024-03-14"), 40_00, 0)


def test_bilateral_netting_sets_off_what_both_owe() -> None:
    both = (JANUARY, ("2024-01-20", "b", "a", "30.00"))
    remitted = dates.day("2024-03-13")
    assert cleared(*both, policy="bilateral_net").remitted(JANUARY_15) == Remitted(remitted, 70_00, 30_00)
    assert cleared(*both, of="ba", policy="bilateral_net").remitted(JANUARY_15) == Remitted(remitted, 0, 30_00)


def test_multilateral_netting_pays_the_centre() -> None:
    """a owes b 100, b owes c 60: a pays 100 to the centre; b receives 40 and pays nothing itself."""
    both = (JANUARY, ("2024-01-15", "b", "c", "60.00"))
    remitted = dates.day("2024-03-13")
    assert cleared(*both, policy="multilateral_net").remitted(JANUARY_15) == Remitted(remitted, 100_00, 0)
    assert cleared(*both, of="bc", policy="multilateral_net").remitted(JANUARY_15) == Remitted(remitted, 0, 60_00)


def test_what_a_credit_covers_is_never_stated() -> None:
    """100 of January are stated on 21 February though they were taken back on the 3rd: that pays February's 60."""
    funds = cleared(JANUARY, ("2024-02-03", "a", "b", "-100.00"), ("2024-02-10", "a", "b", "60.00"), **STANDING)
    assert days(funds)[:2] == ["2024-02-21", "2024-03-13"]
    tenth = dates.day("2024-02-10")
    assert days(funds, tenth)[:2] == [None, None]
    assert list(funds.open(tenth, dates.day("2024-02-20"))) == ["not_stated", "not_paid"]
    assert list(funds.open(tenth, dates.day("2024-02-21"))) == ["not_paid"], "of 60 posted, none is asked for any more"
    assert list(funds.open(tenth, dates.day("2024-03-27"))) == [], "bills of −40 are paid: less is paid than before"


def test_a_part_that_is_stated_is_not_all() -> None:
    """50 on 21 February, 25 of the rest on 21 March, the last 25 on 21 April."""
    funds = cleared(JANUARY, policy=HalfAtATime(), **STANDING)
    statement = funds.statement(JANUARY_15)
    assert statement and (dates.iso(statement.day), funds.asked(statement)) == ("2024-04-21", 25_00)


def test_bills_that_were_all_taken_back_are_no_payment() -> None:
    funds = cleared(JANUARY, ("2024-01-15", "a", "b", "-100.00"), ("2024-01-16", "a", "c", "5.00"), **STANDING)
    assert days(funds)[1:] == [None, None, None]
    assert list(funds.open(JANUARY_15, dates.day("2024-02-01"))) == []


def test_the_policy_of_the_day_is_the_one_that_counts() -> None:
    """Until 19 January as ever; then every day by itself, at once, from the 20th on."""
    policy = [{"use": "prepaid_monthly_gross", "until": "2024-01-19"}, {"use": "real_time_gross", "from": "2024-01-20"}]
    funds = cleared(JANUARY, ("2024-01-20", "a", "b", "7.00"), policy=policy, **STANDING)
    assert days(funds)[:2] == ["2024-02-21", "2024-03-13"]
    assert days(funds, dates.day("2024-01-20"))[:3] == ["2024-01-20"] * 3
    assert [funds.policy(dates.day(day)).name for day in ("2024-01-19", "2024-01-20")] == [
        "prepaid_monthly_gross", "real_time_gross",
    ]  # fmt: skip
