"""Does the house bring everything together? The way of 100, policies side by side, what is closed, what never ends."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import A1, A2, B1, ClearingHouse, Lived, Whole, by_group, calendar, day, lived, paid, policy

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.clearing.disturbances import Disturbance
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies.views import Obligations
from settlement_sim.world.calendar import Calendar

REAL_TIME = policy(
    period="day", statement_after=0, upload_days=0, submission_days=0, collection_days=0, remittance_days=0,
    bank="every_day", hospital_after=0, hospital_days=0, prepayment_months=0,
)  # fmt: skip
ONE = ("01-15", A1, 0, 100_00)


def payments(house: ClearingHouse) -> list[tuple[str, str, int]]:
    return [(dates.iso(p.day)[2:], p.kind, p.amount) for p in house.log.payments]


def statements(house: ClearingHouse) -> list[tuple[str, str, int, int]]:
    """Day, end of the period, policy, fen."""
    return [
        (dates.iso(s.day)[2:], dates.iso(s.until)[2:], s.code, int(s.amount.sum())) for s in house.log.statements
    ]  # fmt: skip


def crossed(house: ClearingHouse) -> list[tuple[str, int]]:
    return [(dates.iso(t.day)[2:], t.amount) for t in house.log.transfers if t.kind == "clearing"]


# the way of 100 -----------------------------------------------------------------------------------------


def test_the_way_of_100_yuan() -> None:
    """Of a bill in January, with a prepayment of 120: stated on 21 February, the hospital paid on the 27th less 5 %,
    remitted on 13 March; the rest on the last working day of March 2025."""
    house = lived(ONE, opening=by_group((A1, 1, 120_00))).life()
    assert statements(house) == [("24-02-21", "24-01-31", 0, 100_00)]
    assert payments(house) == [("24-02-27", "hospitals", 95_00), ("25-03-31", "retained", 5_00)]
    assert crossed(house) == [("24-03-13", 100_00)]
    assert house.idle and house.receivable == 0 and dates.iso(house.log.days[-1]) == "2025-03-31"
    assert house.bank.prepaid[0, 1] == 120_00, "the prepayment is whole again"
    held = {dates.iso(on)[2:]: int(sums[0, 1]) for on, sums in zip(house.log.days, house.log.balances, strict=True)}
    assert [held[on] for on in ("24-01-01", "24-02-26", "24-02-27", "24-03-12", "24-03-13")] == [
        120_00, 120_00, 25_00, 25_00, 125_00,
    ]  # fmt: skip


def test_what_is_posted_on_the_last_day_is_paid_too() -> None:
    house = lived(("02-29", A1, 0, 100), until="02-29").life()
    assert crossed(house) == [("24-04-12", 100)] and house.receivable == 0


def test_a_house_with_nothing_to_do_stops_with_the_window() -> None:
    house = lived(until="01-10").life()
    assert house.idle and house.log.days == list(range(day("01-01"), day("01-11")))


def test_whoever_is_never_paid_keeps_it_open_to_the_end_of_the_next_year() -> None:
    stops = Disturbance("stops", frozenset({0}), day("01-01"))
    house = lived(ONE, of=(policy(prepayment_months=0),), disturbances=(stops,)).life()
    assert not house.idle and house.receivable == 100_00 and dates.iso(house.log.days[-1]) == "2025-12-31"


# policies side by side ----------------------------------------------------------------------------------


def test_a_bill_is_cleared_by_the_policy_of_its_day() -> None:
    """Until the 14th as ever, from the 15th in real time: each states what was posted in its own days."""
    bills = [("01-10", A1, 0, 100), ("01-15", A1, 0, 20), ("02-02", A1, 0, 3)]
    house = lived(*bills, of=(policy(retention=0), REAL_TIME), since=("01-01", "01-15")).life()
    assert statements(house) == [
        ("24-01-15", "24-01-15", 1, 20), ("24-02-02", "24-02-02", 1, 3), ("24-02-21", "24-01-31", 0, 100),
    ]  # fmt: skip
    assert crossed(house) == [("24-01-15", 20), ("24-02-02", 3), ("24-03-13", 100)]
    # 5 % of 20 are 1, of 3 nothing; the 100 have no prepayment and wait for the remittance.
    assert payments(house) == [
        ("24-01-15", "hospitals", 19), ("24-02-02", "hospitals", 3), ("24-03-13", "hospitals", 100),
        ("25-03-31", "retained", 1),
    ]  # fmt: skip


@ss.policy("clearing")
class HalfAtATime(ss.ClearingPolicy):
    """Asks on every 10th for half of what is owed, and from June on for all."""

    def orders(self, day: int, obligations: Obligations, calendar: Calendar) -> ss.Orders:
        date, owed = dates.date(day), obligations.until(day)
        part = owed if date.month >= 6 else owed // 2
        return ss.Orders(part if date.day == 10 else np.zeros_like(owed))


def test_a_policy_may_state_in_parts() -> None:
    """99: 49 on 10 February, half of the rest each month, on 10 June the last; a period of its own it does not name."""
    house = lived(("01-15", A1, 0, 99), of=(HalfAtATime(retention=0),)).life()
    assert statements(house) == [
        ("24-02-10", "24-02-10", 0, 49), ("24-03-10", "24-03-10", 0, 25), ("24-04-10", "24-04-10", 0, 12),
        ("24-05-10", "24-05-10", 0, 6), ("24-06-10", "24-06-10", 0, 7),
    ]  # fmt: skip
    assert sum(fen for _, fen in crossed(house)) == 99 and house.idle


def test_a_day_on_which_nothing_is_owed_has_no_statement() -> None:
    assert statements(lived(("01-15", A1, 0, -5)).window()) == []


# hospitals ----------------------------------------------------------------------------------------------


def test_each_year_has_its_closing() -> None:
    """5 % of December's 100 on 31 March 2025; of January's 60 a year later, on the 31st too."""
    bills = [("12-20", A1, 0, 100), ("2025-01-10", A1, 0, 60)]
    house = lived(*bills, until="2025-01-31").life()
    assert [(on, fen) for on, kind, fen in payments(house) if kind == "retained"] == [("25-03-31", 5), ("26-03-31", 3)]
    assert dates.iso(house.log.days[-1]) == "2026-03-31"


def test_an_advance_comes_on_the_first_bank_day_and_none_after_the_window() -> None:
    """Half of January's 95 on 1 February, taken off February's 38; the other 10 come back at the annual closing."""
    bills = [("01-15", A1, 0, 100), ("02-10", A1, 0, 40)]
    house = lived(*bills, of=(policy(advance=50),), opening=by_group((A1, 1, 500))).life()
    assert payments(house) == [
        ("24-02-01", "advance", 48), ("24-02-27", "hospitals", 95), ("24-03-27", "hospitals", 0),
        ("25-03-31", "advance", -10), ("25-03-31", "retained", 7),
    ]  # fmt: skip
    assert house.receivable == 0 and house.idle and not house.ledger.balances["hospital_advances"].any()


def test_what_hospitals_are_owed_grows_and_shrinks() -> None:
    own = lived(ONE, ("02-01", A2, 2, 7_00), opening=by_group((A1, 1, 120_00)))
    house = own.window()
    assert house.receivable == 100_00 - 95_00 + 7_00
    assert house.controls == {
        "hospital_receivable": 12_00, "prepayment": 25_00, "province_account": 0, "set_aside": 107_00,
    }  # fmt: skip


# what is closed -----------------------------------------------------------------------------------------


def closed_until(house: ClearingHouse) -> dict[int, str]:
    return {group: dates.iso(int(day))[5:] for group, day in enumerate(house.closed_until) if day > 0}


def test_what_is_stated_is_closed() -> None:
    house = lived(ONE, ("02-01", A2, 0, 5), until="02-21", of=(policy(prepayment_months=0),)).window()
    assert closed_until(house) == {A1: "01-31"}, "of a2 nothing was owed for January"
    assert not closed_until(lived(ONE, until="02-20").window())


def test_what_hospitals_have_been_paid_is_closed_for_all_of_a_member() -> None:
    """Paid on 5 February, long before the statement: the bills of a1 and a2 are one payment."""
    early = policy(hospital_after=1, hospital_days=2)
    house = lived(ONE, ("02-01", A2, 0, 5), until="02-06", of=(early,), opening=by_group((A1, 1, 120_00))).window()
    assert payments(house) == [("24-02-04", "hospitals", 95_00)], "a Sunday made up"
    assert closed_until(house) == {A1: "01-31", A2: "01-31"}


def test_a_later_closing_does_not_open_an_earlier_one() -> None:
    """In real time up to 10 February; then January is stated by the policy that was in force before."""
    bills = [("01-10", A1, 0, 100), ("02-10", A1, 0, 5)]
    house = lived(*bills, of=(policy(), REAL_TIME), since=("01-01", "01-15")).window()
    assert closed_until(house)[A1] == "02-10"


# prepayments --------------------------------------------------------------------------------------------


def test_a_standing_prepayment_is_there_on_the_first_day() -> None:
    house = lived(opening=by_group((A1, 1, 7)), until="01-02").window()
    assert house.bank.prepaid[0, 1] == 7 and house.log.in_force[0][0, 1] == 7
    assert [(dates.iso(t.day)[5:], t.kind, t.amount) for t in house.log.transfers] == [("01-01", "opening", 7)]


def test_without_one_it_opens_after_the_run_in() -> None:
    house = lived(ONE, ("02-15", A1, 0, 30), run_in=1, growth=(15_000, 10_000, 10_000)).window()
    assert [(dates.iso(t.day)[5:], t.amount) for t in house.log.transfers] == [("02-29", 40)], "2 × 30 ÷ 1.5"


@pytest.mark.parametrize(("until", "top_ups"), [("02-20", []), ("02-21", [("24-03-13", 73)])])
def test_nothing_is_asked_for_after_the_window(until: str, top_ups: list[tuple[str, int]]) -> None:
    """On 21 February January's 100 are 143 % of 70: 100 ÷ 70 % = 142.9, so 73 more. What is asked for comes."""
    house = lived(("01-15", A1, 0, 100), until=until, opening=by_group((A1, 1, 70))).life()
    assert [(dates.iso(t.day)[2:], t.amount) for t in house.log.transfers if t.kind == "top_up"] == top_ups


# guards -------------------------------------------------------------------------------------------------


def broken(own: Lived, at: str, spoil: object) -> None:
    """Live while something is spoilt after the desks of a day."""
    own.house.clock.on("DESKS", own.state)
    own.house.clock.on("DESKS", lambda today: spoil(own.house) if today == day(at) else None)  # type: ignore[operator]
    own.house.clock.on("CENSUS", own.settle)
    own.house.clock.run()


def add(column: Whole, fen: int) -> None:
    column.flat[0] += fen


def owe(house: ClearingHouse) -> None:
    house.receivable += 1


@pytest.mark.parametrize(
    ("spoil", "law"),
    [
        (lambda house: add(house.posted[0].bills.amount, 1), "bills of hospitals do not sum to what they are .*01-31"),
        (lambda house: add(house.posted[0].kept_back.amount, 1), "bills of hospitals do not sum"),
        (owe, "account hospital_receivable differs from its sub-ledger on 2024-01-20"),
        (lambda house: add(house.bank.prepaid, -1), "more than all its prepayments"),
        (lambda house: add(house.bank.prepaid, 1), "account prepayment differs from its sub-ledger on 2024-01-20"),
        (lambda house: setattr(house.bank, "in_transit", 5), "account province_account differs from its sub-ledger"),
        (lambda house: add(house._outstanding, 5), "account set_aside differs from its sub-ledger"),
        (lambda house: house.bank.deposits.append(("top_up", by_group((A1, 1, -1)))), "a negative top_up"),
    ],
    ids=["a bill", "what is kept back", "a receivable", "less than nothing", "a prepayment", "in transit",
         "outstanding", "a negative deposit"],
)  # fmt: skip
def test_a_house_that_is_spoilt_stops(spoil: object, law: str) -> None:
    with pytest.raises(BrokenLaw, match=law):
        broken(lived(ONE, ("01-16", B1, 0, 7), until="01-31"), "01-20", spoil)


def test_a_house_that_is_not_spoilt_does_not_stop() -> None:
    own = lived(ONE, until="01-31")
    broken(own, "01-20", lambda house: None)
    assert own.house.receivable == 100_00 and calendar() is own.house.calendar and not paid(own.house.bank)
