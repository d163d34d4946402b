"""Is what happened kept as it happened, and summed to the month, the day of waiting and the age it belongs to?"""

from __future__ import annotations

import numpy as np
from tiny_funds import A1, A2, A, B, by_group, day, members, part, payment

from settlement_sim import dates
from settlement_sim.clearing.log import AGES, LONGEST, Log, Statement
from settlement_sim.clearing.netting import CENTRE, Remittance
from settlement_sim.clearing.payments import Payment


def log(first: str = "01-01") -> Log:
    return Log(members(), first=day(first))


def test_statements_are_rows_and_sums_of_their_month() -> None:
    kept = log()
    for on, until, fen in (("02-21", "01-31", 100), ("02-29", "02-20", 5), ("03-21", "02-29", 7)):
        kept.state(Statement(day(on), day(until), 0, by_group((A1, 2, fen), columns=4)))
    assert [dates.iso(s.until) for s in kept.statements] == ["2024-01-31", "2024-02-20", "2024-02-29"]
    assert {dates.month_iso(month): int(sums[A1, 2]) for month, sums in kept.stated.items()} == {
        "2024-02": 105, "2024-03": 7,
    }  # fmt: skip


def test_what_is_set_off_for_one_pair_on_one_day_is_one_row() -> None:
    kept = log()
    for today, payer, fen in ((1, 0, 10), (1, 0, 5), (1, 1, 15), (1, 0, 1), (2, 0, 2)):
        kept.set_off(today, 0, payer, 1 - payer, fen)
    kept.set_off(2, 1, 0, 1, 4)
    assert [(t.day, t.scheme, t.payer, t.amount) for t in kept.transfers] == [
        (1, 0, 0, 15), (1, 0, 1, 15), (1, 0, 0, 1), (2, 0, 0, 2), (2, 1, 0, 4),
    ]  # fmt: skip


def test_money_through_the_centre_names_it() -> None:
    kept = log()
    kept.remitted(1, 1, Remittance(0, CENTRE, 70))
    assert kept.transfers[0] == (1, "clearing", 1, 0, -1, 70)


def test_a_discharge_of_nothing_is_none() -> None:
    kept = log()
    kept.discharged(day("03-13"), part(A1, 1, 60, due=1, until=9), np.zeros(4, np.int64))
    kept.discharged(day("03-13"), part(A1, 1, 60, due=1, until=9), np.array([0, 0, 60, 0]))
    (row,) = kept.discharges
    assert (row.until, row.group, row.by_care_pool.tolist()) == (9, A1, [0, 0, 60, 0])
    assert kept.discharged_in[dates.month_of("2024-03")][A1, 2] == 60


def test_prepayments_and_returns_have_their_direction() -> None:
    kept = log()
    kept.prepaid(5, "top_up", by_group((A1, 1, 10), (A2, 1, 5), (A1 + 1, 2, 3)))
    kept.returned(6, payment("return", 4, due=6, place=1))
    assert [row[1:] for row in kept.transfers] == [
        ("top_up", 0, 0, 1, 15), ("top_up", 1, 0, 2, 3), ("return", 0, 1, 0, 4),
    ]  # fmt: skip


def test_advances_that_are_given_back_are_negative_payments() -> None:
    kept = log()
    by_pool = np.zeros((6, 4), np.int64)
    by_pool[A, 3] = 60
    kept.gave_back(day("03-31"), 0, day("03-01"), by_pool)
    (row,) = kept.payments
    assert (row.kind, row.member, row.province, row.place, row.amount) == ("advance", A, 2, 3, -60)


# days from settlement to cash ---------------------------------------------------------------------------


def bills(of_day: dict[str, int], member: int = A, place: int = 2) -> Payment:
    """Bills of some days at the first hospital of a care pool."""
    found = payment("hospitals", sum(of_day.values()), due=0, member=member, place=place)
    assert found.bills is not None
    found.bills.days = np.array([day(on) for on in of_day])
    slots = len(found.bills.slots)
    found.bills.of_day = np.array([[fen] + [0] * (slots - 1) for fen in of_day.values()])
    return found


def waited(kept: Log, kind: str = "main", member: int = A, slot: int = 0) -> dict[int, int]:
    sums = kept.waits[kind][member, slot]
    return {int(late): int(sums[late]) for late in np.flatnonzero(sums)}


def test_every_bill_waits_from_its_own_day() -> None:
    kept, nothing = log(), np.zeros((1, 1), np.int64)
    kept.hospitals_paid(day("02-27"), bills({"01-02": 40, "01-31": 30}), nothing)
    kept.hospitals_paid(day("02-27"), bills({"01-31": 5}), nothing)
    assert waited(kept) == {27: 35, 56: 40}
    kept.hospitals_paid(day("02-27"), bills({"01-31": 9}, member=B, place=1), nothing)
    assert waited(kept, member=B, slot=1) == {27: 9} and waited(kept) == {27: 35, 56: 40}


def test_bills_from_before_the_window_are_not_counted() -> None:
    kept = log("01-03")
    kept.hospitals_paid(day("02-27"), bills({"01-02": 40, "01-03": 30}), np.zeros((1, 1), np.int64))
    assert waited(kept) == {55: 30}


def test_what_an_advance_had_paid_did_not_wait() -> None:
    """Of 40 and 30, 50 were advanced, to the earliest first."""
    kept = log()
    kept.hospitals_paid(day("02-27"), bills({"01-02": 40, "01-31": 30}), np.array([[50, 0], [0, 0]]))
    assert waited(kept) == {0: 50, 27: 20}


def test_what_was_kept_back_is_counted_by_itself() -> None:
    kept, late = log(), bills({"01-02": 2})
    late.kind = "retained"
    kept.hospitals_paid(dates.day("2025-03-31"), late, np.zeros((1, 1), np.int64))
    assert waited(kept, "retained") == {454: 2} and not waited(kept)


def test_longer_waits_count_as_the_longest() -> None:
    kept = log()
    kept.hospitals_paid(day("01-02") + LONGEST + 50, bills({"01-02": 2}), np.zeros((1, 1), np.int64))
    assert waited(kept) == {LONGEST: 2}


def test_receivables_have_an_age() -> None:
    """On 31 May: 30, 31, 90 and 91 days old."""
    kept, last = log(), day("05-31")
    days = np.array([last - late for late in (30, 31, 90, 91)])
    for fen in (1, 100):
        kept.age(dates.month_of("2024-05"), last, days, A, np.array([0, 1]), np.array([[fen, 0]] * 3 + [[0, fen]]))
    found = kept.receivables[dates.month_of("2024-05")]
    assert AGES == (30, 60, 90)
    assert found[A, 0].tolist() == [101, 101, 101, 0] and found[A, 1].tolist() == [0, 0, 0, 101] and found.sum() == 404


def test_nothing_is_shared_between_two_logs() -> None:
    one, other = log(), log()
    one.set_off(1, 0, 0, 1, 5)
    one.waits["main"][A, 0, 0] = 1
    assert not other.transfers and not other.waits["main"].any()
