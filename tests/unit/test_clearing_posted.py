"""Does a policy see what was posted while it was in force, less what it has stated, and are bills kept by period?"""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import A1, A2, B1, by_group, day, members, policy

from settlement_sim.clearing.posted import Posted
from settlement_sim.policies.views import Obligations

OWN = members()


def posted(*bills: tuple[str, int, int, int], **parameters: object) -> Posted:
    """Posted from 1 to 10 January: (month-day, group, hospital slot, fen); every day up to the last that is told."""
    kept = Posted(OWN, policy(**parameters), day("01-01"), day("01-10"))
    for today in range(day("01-01"), 1 + max(day(on) for on, *_ in bills)):
        amount = by_group(*((group, slot, fen) for on, group, slot, fen in bills if day(on) == today))
        kept.post(today, amount, OWN.by_care_pool(amount))
    return kept


def row(group: int, care_pool: int) -> int:
    return group * 4 + care_pool


def of(seen: Obligations, until: str, group: int = A1, care_pool: int = 2) -> int:
    return int(seen.until(day(until))[row(group, care_pool)])


def test_rows_are_pools_schemes_and_care_pools() -> None:
    seen = posted(("01-01", A1, 0, 1)).obligations(day("01-01"))
    assert len(seen) == 32
    at = row(A2 + 1, 3)
    assert (seen.pool[at], seen.scheme[at], seen.care_pool[at]) == (1, 1, 3)


def test_what_is_owed_grows_day_by_day() -> None:
    """Two hospitals of b1 are one care pool; another scheme is another row."""
    kept = posted(("01-02", A1, 0, 100), ("01-02", A1, 1, 7), ("01-04", A1, 0, 50), ("01-04", A1 + 1, 0, 1_000))
    seen = kept.obligations(day("01-04"))
    assert [of(seen, f"01-0{n}") for n in range(1, 5)] == [0, 107, 107, 157]
    assert of(seen, "01-09") == 157 and seen.until(day("01-01") - 1).sum() == 0, "before and after the first and last"
    assert of(seen, "01-04", A1 + 1) == 1_000


def test_nobody_sees_the_future() -> None:
    kept = posted(("01-02", A1, 0, 100), ("01-04", A1, 0, 50))
    assert of(kept.obligations(day("01-03")), "01-09") == 100
    assert of(kept.obligations(day("01-09")), "01-09") == 150


def test_what_was_stated_is_not_owed_again() -> None:
    kept = posted(("01-02", A1, 0, 100), ("01-04", A1, 0, 50))
    asked = np.zeros(32, np.int64)
    asked[row(A1, 2)] = 100
    kept.state(asked)
    seen = kept.obligations(day("01-04"))
    assert [of(seen, f"01-0{n}") for n in (2, 4)] == [0, 50]


def test_what_is_taken_back_after_its_statement_is_a_credit() -> None:
    """100 stated; −100 and 60 later leave nothing to ask for until another 40 and a fen have come."""
    kept = posted(("01-02", A1, 0, 100), ("01-04", A1, 0, -100), ("01-05", A1, 0, 60), ("01-06", A1, 0, 41))
    asked = np.zeros(32, np.int64)
    asked[row(A1, 2)] = 100
    kept.state(asked)
    assert [of(kept.obligations(day("01-06")), f"01-0{n}") for n in (4, 5, 6)] == [0, 0, 1]


def test_the_most_that_may_be_stated_is_what_was_owed_at_the_end_of_some_day() -> None:
    seen = posted(("01-02", A1, 0, 100), ("01-04", A1, 0, -30), ("01-05", A1, 0, 10)).obligations(day("01-05"))
    assert [int(seen.most(day(f"01-0{n}"))[row(A1, 2)]) for n in (1, 2, 4, 5)] == [0, 100, 100, 100]
    assert of(seen, "01-05") == 80


def test_a_policy_may_not_write_into_what_it_sees() -> None:
    seen = posted(("01-02", A1, 0, 100)).obligations(day("01-02"))
    for column in (seen.posted, seen.stated):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_whether_a_statement_is_still_to_come() -> None:
    kept = Posted(OWN, policy(), day("01-01"), day("01-10"))
    assert not kept.owed, "before the first day"
    kept = posted(("01-02", A1, 0, 100))
    assert kept.owed
    asked = np.zeros(32, np.int64)
    asked[row(A1, 2)] = 100
    kept.state(asked)
    assert not kept.owed
    assert not posted(("01-02", A1, 0, -5)).owed, "a credit asks for nothing"


def test_what_was_owed_at_the_end_of_a_period_is_stated_though_it_was_taken_back() -> None:
    """Every day is a period: 100 of the 2nd will be stated, whatever comes on the 4th."""
    assert posted(("01-02", A1, 0, 100), ("01-04", A1, 0, -100), period="day").owed
    assert not posted(("01-02", A1, 0, 100), ("01-04", A1, 0, -100)).owed, "of a month, nothing is left"


def test_a_share_of_each_bill_is_kept_back() -> None:
    """5 % of 30 fen are 1.5, half up 2, and of what is taken back as much again."""
    kept = posted(("01-02", A1, 0, 30), ("01-02", A1, 1, 1_000), ("01-03", A1, 0, -30))
    assert kept.kept_back.amount[A1].tolist() == [0, 50, 0] and kept.bills.amount[A1].tolist() == [0, 950, 0]
    assert [amounts[A1].tolist() for amounts in kept.kept_back.of_day] == [[2, 50, 0], [-2, 0, 0]]
    assert [amounts[A1].tolist() for amounts in kept.bills.of_day] == [[28, 950, 0], [-28, 0, 0]]
    assert kept.bills.days == [day("01-02"), day("01-03")], "days without bills are none"


def test_a_period_and_a_year_are_closed_and_begin_anew() -> None:
    kept = posted(("01-02", A1, 0, 100), ("01-03", B1, 1, 200))
    closed = kept.close_period(day("01-03"))
    assert (closed.until, int(closed.amount.sum()), closed.days) == (day("01-03"), 285, [day("01-02"), day("01-03")])
    assert not kept.bills.days and not kept.bills.amount.any() and kept.kept_back.amount.sum() == 15
    year = kept.close_year(day("01-10"))
    assert (year.until, int(year.amount.sum())) == (day("01-10"), 15) and not kept.kept_back.amount.any()
