"""How much money do patients advance, and for how long? Sums by hand."""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim.engine.advanced import KINDS, Advanced
from settlement_sim.ledger.ledger import GROUPS


def of(sums: Advanced, kind: str, group: int) -> list[int]:
    """Cases, fen, fen × days of one kind, pool and scheme."""
    return [int(column[KINDS.index(kind), group]) for column in sums.sums]


def test_nothing_is_advanced_at_first() -> None:
    assert not Advanced().sums.any() and Advanced().sums.shape == (3, 4, GROUPS)


def test_cases_amounts_and_amounts_times_days() -> None:
    """100 for 3 days and 200 for 5 in group 7, 50 for 2 in group 9: 2 cases, 300, 1,300; 1 case, 50, 100."""
    sums = Advanced()
    sums.add("manual", np.array([7, 9, 7]), np.array([100, 50, 200]), np.array([3, 2, 5]))
    assert of(sums, "manual", 7) == [2, 300, 1_300]
    assert of(sums, "manual", 9) == [1, 50, 100]
    assert sums.sums.sum() == 2 + 300 + 1_300 + 1 + 50 + 100, "another kind or group was touched"


def test_the_same_days_for_all_and_several_calls() -> None:
    sums = Advanced()
    for _ in range(2):
        sums.add("assistance", np.array([0, 0]), np.array([10, 20]), 30)
    assert of(sums, "assistance", 0) == [4, 60, 1_800]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_sums_of_its_own(kind: str) -> None:
    sums = Advanced()
    sums.add(kind, np.array([GROUPS - 1]), np.array([8]), 0)
    assert of(sums, kind, GROUPS - 1) == [1, 8, 0]
    assert sums.sums.sum() == 9


def test_two_runs_share_nothing() -> None:
    one, other = Advanced(), Advanced()
    one.add("deposit", np.array([1]), np.array([5]), 1)
    assert not other.sums.any()


def test_large_amounts_for_long_stay_exact() -> None:
    """A thousand claims of a million yuan for a year: 10¹¹ fen, 3.65 · 10¹³ fen × days."""
    sums, amount = Advanced(), np.full(1_000, 100_000_000)
    sums.add("manual", np.zeros(1_000, np.int64), amount, np.full(1_000, 365))
    assert of(sums, "manual", 0) == [1_000, 10**11, 365 * 10**11]
