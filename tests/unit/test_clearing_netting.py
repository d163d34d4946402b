"""What crosses, what is sent, what is worth cutting? Three provinces, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim.clearing.netting import CENTRE, crossing, outflow, useful_cut
from settlement_sim.policies.clearing.cycle import Netting

#: a owes b 100 and c 20; b owes a 30 and c 50; c owes a 10.
OWED = np.array([[0, 100, 20], [30, 0, 50], [10, 0, 0]])
NETTINGS: list[Netting] = ["none", "bilateral", "multilateral"]


@pytest.mark.parametrize(
    ("netting", "expected"),
    [
        ("none", [(0, 1, 100), (0, 2, 20), (1, 0, 30), (1, 2, 50), (2, 0, 10)]),
        ("bilateral", [(0, 1, 70), (0, 2, 10), (1, 2, 50)]),
        # a owes 120 and is owed 40; b owes 80, is owed 100; c owes 10, is owed 70.
        ("multilateral", [(0, CENTRE, 80), (CENTRE, 1, 20), (CENTRE, 2, 60)]),
    ],
)
def test_what_crosses(netting: Netting, expected: list[tuple[int, int, int]]) -> None:
    assert [(r.payer, r.payee, r.amount) for r in crossing(OWED, netting)] == expected


@pytest.mark.parametrize(
    ("netting", "expected"), [("none", [120, 80, 10]), ("bilateral", [80, 50, 0]), ("multilateral", [80, 0, 0])]
)
def test_what_each_has_to_send(netting: Netting, expected: list[int]) -> None:
    assert outflow(OWED, netting).tolist() == expected


@pytest.mark.parametrize(
    ("netting", "pair", "over", "cut"),
    [
        ("none", (0, 1), 25, 25), ("multilateral", (0, 1), 25, 25), ("bilateral", (0, 1), 25, 25),
        ("bilateral", (0, 1), 90, 70), ("bilateral", (1, 0), 90, 0), ("bilateral", (2, 1), 5, 0),
    ],
)  # fmt: skip
def test_what_is_set_off_anyway_is_not_worth_cutting(
    netting: Netting, pair: tuple[int, int], over: int, cut: int
) -> None:
    assert useful_cut(OWED, netting, *pair, over) == cut


@pytest.mark.parametrize("netting", NETTINGS)
def test_nothing_owed_is_nothing_sent(netting: Netting) -> None:
    assert crossing(np.zeros((3, 3), np.int64), netting) == []


@given(st.lists(st.integers(0, 10**12), min_size=12, max_size=12), st.sampled_from(NETTINGS))
def test_what_crosses_extinguishes_what_is_owed(drawn: list[int], netting: Netting) -> None:
    """Everybody comes out as gross, the centre with nothing, and nobody sends to itself or below nothing."""
    owed = np.zeros((4, 4), np.int64)
    owed[~np.eye(4, dtype=bool)] = drawn
    net, sent = np.zeros(5, np.int64), np.zeros(5, np.int64)  # the last is the centre, which is −1
    for row in crossing(owed, netting):
        assert row.amount > 0 and row.payer != row.payee
        net[row.payer] -= row.amount
        net[row.payee] += row.amount
        sent[row.payer] += row.amount
    assert net[CENTRE] == 0 and (net[:4] == owed.sum(0) - owed.sum(1)).all()
    assert (sent[:4] == outflow(owed, netting)).all()
