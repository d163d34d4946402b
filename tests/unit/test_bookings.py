"""Which statement holds a claim, and which remittance pays it? First posted, first paid."""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.ledger.ledger import Entry
from settlement_sim.record.recorder import Keys
from settlement_sim.study.bookings import Bookings

#: One hospital in Chongqing, then three in Sichuan, of which two lie in one pool.
KEYS = Keys(3, np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1], np.int8))
POOL_OF = np.array([0, 1, 1, 2], np.int8)
CHONGQING_EMPLOYEE, INPATIENT = np.array([0]), np.array([0])
JANUARY = dates.day("2024-01-01")


def cell(provider: int, care: int = 0) -> int:
    return int(KEYS.of_rows(CHONGQING_EMPLOYEE, np.array([care]), np.array([provider]))[0])


OWN = cell(1)


def entry(day: int, event: str, *amounts: tuple[int, int], by_group: bool = False) -> Entry:
    """An entry of January's `day` with (cell, fen); settlements are paid by the pooled fund."""
    cells, fen = (np.array(column) for column in zip(*sorted(amounts), strict=True))
    column = "cleared" if event == "clear" else "pooled_fund"
    return Entry(JANUARY + day - 1, event, cells, np.ones_like(cells), {column: fen}, by_group)


def bookings(*entries: Entry) -> Bookings:
    kept = Bookings(KEYS, OWN, POOL_OF)
    for one in entries:
        kept(one)
    return kept


def cleared(kept: Bookings, day: int) -> int | None:
    found = kept.cleared_on(JANUARY + day - 1)
    return None if found is None else found - JANUARY + 1


def test_what_was_settled_first_is_paid_first() -> None:
    kept = bookings(
        entry(5, "settle", (OWN, 100)), entry(6, "settle", (OWN, 50)), entry(10, "clear", (OWN, 120)),
        entry(20, "clear", (OWN, 30)),
    )  # fmt: skip
    assert (cleared(kept, 5), cleared(kept, 6)) == (10, 20)


def test_a_part_pays_nothing_yet() -> None:
    kept = bookings(entry(5, "settle", (OWN, 100)), entry(10, "clear", (OWN, 99)))
    assert cleared(kept, 5) is None


def test_what_was_taken_back_need_not_be_paid() -> None:
    kept = bookings(
        entry(5, "settle", (OWN, 100)), entry(6, "settle", (OWN, 50)), entry(8, "reverse", (OWN, -100)),
        entry(31, "clear", (OWN, 50)),
    )  # fmt: skip
    assert cleared(kept, 6) == 31


def test_what_comes_after_may_stay_unpaid() -> None:
    kept = bookings(entry(5, "settle", (OWN, 100)), entry(9, "settle", (OWN, 70)), entry(10, "clear", (OWN, 100)))
    assert (cleared(kept, 5), cleared(kept, 9)) == (10, None)


def test_a_remittance_of_the_day_pays_the_day() -> None:
    assert cleared(bookings(entry(31, "settle", (OWN, 5)), entry(31, "clear", (OWN, 5))), 31) == 31


def test_a_statement_is_of_one_month_and_one_pair_of_pools() -> None:
    same_pool, other_care, other_pool = cell(2), cell(1, care=2), cell(3)
    kept = bookings(
        entry(5, "settle", (OWN, 100), (same_pool, 7), (other_care, 20), (other_pool, 1_000)),
        entry(31, "settle", (OWN, 3)), entry(32, "settle", (OWN, 9)), entry(6, "reverse", (OWN, -100)),
        entry(5, "credit_account", (0, 5_000), by_group=True),
    )  # fmt: skip
    statement = kept.statement(JANUARY + 4, "settle")
    assert (statement.count, statement.cleared) == (4, 130)
    assert kept.statement(JANUARY + 4, "reverse").cleared == -100
    assert kept.of_cell[JANUARY + 4, "settle"].amounts == {"pooled_fund": 100}
    assert not any(event == "credit_account" for _, event in kept.of_pair)


@pytest.mark.parametrize(("day", "expected"), [(10, 120), (11, 0)])
def test_what_was_remitted_on_a_day(day: int, expected: int) -> None:
    kept = bookings(entry(5, "settle", (OWN, 120)), entry(10, "clear", (OWN, 120)))
    assert Bookings.remitted(kept.of_pair, JANUARY + day - 1) == expected
    assert set(kept.of_pair) == {(JANUARY + 4, "settle"), (JANUARY + 9, "clear")}, "asking adds nothing"
