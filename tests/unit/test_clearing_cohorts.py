"""Which bills are paid together, and which of them had an advance paid before?"""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import A1, A2, B1, A, B, by_group, day, members

from settlement_sim.clearing.cohorts import Bills, Cohort


def cohort(*bills: tuple[str, int, int, int]) -> Cohort:
    found = Cohort.empty(members())
    for on in sorted({on for on, *_ in bills}):
        found.add(day(on), by_group(*((group, slot, fen) for d, group, slot, fen in bills if d == on)))
    return found


def test_bills_are_parted_by_member_and_care_pool() -> None:
    """Employees of a1 and a2 at both hospitals of b1; at c1; those of b at a2."""
    parts = cohort(
        ("01-02", A1, 0, 100), ("01-02", A2, 1, 20), ("01-05", A1, 0, 3), ("01-05", A1, 2, 7), ("01-05", B1, 1, 9)
    ).parts()  # fmt: skip
    found = {(member, pool): bills for member, pool, bills in parts}
    assert list(found) == [(A, 2), (A, 3), (B, 1)]
    here = found[A, 2]
    assert (here.groups.tolist(), here.slots.tolist()) == ([A1, A2], [0, 1])
    assert here.amount.tolist() == [[103, 0], [0, 20]] and here.total == 123
    assert here.days.tolist() == [day("01-02"), day("01-05")] and here.of_day.tolist() == [[100, 20], [3, 0]]
    assert found[A, 3].of_day.tolist() == [[0], [7]] and found[B, 1].total == 9


def test_what_cancels_out_within_a_cohort_is_still_told() -> None:
    """One group's bill and another's reversal are two bills; a bill that was itself taken back is none."""
    ((member, pool, bills),) = cohort(("01-02", A1, 0, 50), ("01-03", A2, 0, -50)).parts()
    assert (member, pool, bills.total) == (A, 2, 0) and bills.amount[:, 0].tolist() == [50, -50]
    assert cohort(("01-02", A1, 0, 50), ("01-03", A1, 0, -50)).parts() == []


def test_an_advance_is_a_share_of_what_is_positive() -> None:
    """60 % of 105 fen is 63, of −40 nothing; its day is the last of the period."""
    closed = cohort(("01-02", A1, 0, 105), ("01-03", A2, 0, -40))
    closed.until = day("01-31")
    ((_, _, bills),) = closed.share(6_000).parts()
    assert bills.amount[:, 0].tolist() == [63, 0] and (bills.days.tolist(), bills.of_day[0, 0]) == ([day("01-31")], 63)
    assert closed.amount[A1, 0] == 105, "the bills stay as they are"


@pytest.mark.parametrize(
    ("recovered", "covered"),
    [(0, [0, 0, 0]), (25, [25, 0, 0]), (40, [40, -10, 10]), (50, [40, -10, 20]), (60, [40, -10, 30])],
)
def test_an_advance_has_paid_the_earliest_bills(recovered: int, covered: list[int]) -> None:
    """Bills of 40, −10 and 30 on three days. What was advanced for the first is freed by the second, for the third."""
    of_day = np.array([[40], [-10], [30]])
    bills = Bills(np.array([A1]), np.array([0]), of_day.sum(0, keepdims=True), np.arange(3), of_day)
    assert bills.covered_first(np.array([recovered])).ravel().tolist() == covered
    assert sum(covered) == recovered
