"""Which entries of the journal hold a claim?"""

from __future__ import annotations

import numpy as np

from settlement_sim import dates
from settlement_sim.ledger.ledger import Entry, Grain
from settlement_sim.study.bookings import Bookings

JANUARY = dates.day("2024-01-01")
OWN, OTHER = 7, 8


def entry(day: int, event: str, *amounts: tuple[int, int], grain: Grain = "care") -> Entry:
    """An entry of January's `day` with (cell, fen) of the pooled fund."""
    cells, fen = (np.array(column) for column in zip(*amounts, strict=True))
    return Entry(JANUARY + day - 1, event, cells, np.ones_like(cells), {"pooled_fund": fen}, grain)


def bookings(*entries: Entry) -> Bookings:
    kept = Bookings(OWN)
    for one in entries:
        kept(one)
    return kept


def test_sums_are_of_one_cell_by_day_and_event() -> None:
    kept = bookings(
        entry(5, "settle", (OWN, 100), (OTHER, 7)), entry(5, "settle", (OWN, 20)), entry(5, "reverse", (OWN, -30)),
        entry(6, "settle", (OWN, 3)), entry(6, "reimburse", (OTHER, 9)),
    )  # fmt: skip
    found = {
        (day - JANUARY + 1, event): (held.count, dict(held.amounts)) for (day, event), held in kept.of_cell.items()
    }
    assert found == {
        (5, "settle"): (2, {"pooled_fund": 120}), (5, "reverse"): (1, {"pooled_fund": -30}),
        (6, "settle"): (1, {"pooled_fund": 3}),
    }  # fmt: skip


def test_cells_of_another_grain_are_none_of_it() -> None:
    kept = bookings(
        entry(5, "credit_account", (OWN, 100), grain="group"), entry(5, "pay_hospitals", (OWN, 100), grain="hospital")
    )  # fmt: skip
    assert not kept.of_cell
