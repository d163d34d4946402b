"""Which bills do advances pay, and what is given back? Worked by hand, in fen."""

from __future__ import annotations

import numpy as np
from tiny_funds import A1, A, day, members, payment, policy

from settlement_sim.clearing.advances import Advances
from settlement_sim.clearing.payments import Payment

JANUARY, FEBRUARY, MARCH = day("01-31"), day("02-29"), day("03-31")


def advance(fen: int, until: int, code: int = 0) -> Payment:
    return payment("advance", fen, due=until + 1, until=until, code=code)


def bills(fen: int, until: int, code: int = 0) -> Payment:
    return payment("hospitals", fen, due=until + 27, until=until, code=code)


def given(*payments: Payment) -> Advances:
    kept = Advances(members())
    for each in payments:
        kept.give(each)
    return kept


def recovered(of: Advances, from_: Payment) -> int:
    found = of.recoverable(from_)
    of.recover(from_, found)
    return int(found.sum())


def test_an_advance_is_for_the_period_after_the_bills_it_is_a_share_of() -> None:
    kept = given(advance(60, JANUARY))
    assert [recovered(kept, bills(100, until)) for until in (JANUARY, FEBRUARY, MARCH)] == [0, 60, 0]
    assert not kept.outstanding


def test_of_half_months_it_is_for_the_next_half() -> None:
    kept = Advances(members())
    kept.give(payment("advance", 60, due=1, until=JANUARY, of=policy(period="half_month")))
    assert [recovered(kept, bills(100, until)) for until in (JANUARY, day("02-15"))] == [0, 60]


def test_what_its_bills_do_not_cover_is_taken_off_the_next_the_earliest_first() -> None:
    """60 for February, 50 for March. Of February's 45, March's 30 and April's 100: 45, 30, and the last 35."""
    kept = given(advance(60, JANUARY), advance(50, FEBRUARY))
    assert recovered(kept, bills(45, FEBRUARY)) == 45
    assert recovered(kept, bills(30, MARCH)) == 30 and kept.outstanding
    assert recovered(kept, bills(100, day("04-30"))) == 35 and not kept.outstanding


def test_another_policy_and_what_was_kept_back_recover_nothing() -> None:
    kept = given(advance(60, JANUARY))
    assert kept.recoverable(bills(100, FEBRUARY, code=1)).sum() == 0
    assert kept.recoverable(payment("retained", 100, due=1, until=FEBRUARY)).sum() == 0
    assert kept.recoverable(payment("return", 100, due=1, until=FEBRUARY, place=1)).sum() == 0


def test_bills_taken_back_recover_nothing() -> None:
    assert given(advance(60, JANUARY)).recoverable(bills(-100, FEBRUARY)).sum() == 0


def test_what_no_bill_has_covered_is_given_back_once() -> None:
    """At the closing of a year: what was for its periods; what was for the next year's stays."""
    kept = given(advance(60, JANUARY), advance(50, day("12-31")), advance(9, JANUARY, code=1))
    assert recovered(kept, bills(20, FEBRUARY)) == 20
    left = kept.take_back(0, day("12-31"))
    assert left[A1, 0] == left.sum() == 40 and kept.outstanding
    assert kept.take_back(0, day("12-31")).sum() == 0
    assert kept.take_back(1, day("12-31")).sum() == 9 and kept.take_back(0, day("2025-12-31")).sum() == 50


def test_each_hospital_recovers_its_own() -> None:
    kept, second = given(advance(60, JANUARY)), bills(0, FEBRUARY)
    assert second.bills is not None and second.member == A
    second.bills.amount = np.array([[0, 100], [0, 0]])
    assert kept.recoverable(second).sum() == 0
