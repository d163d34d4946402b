"""Does an alias table give each outcome exactly its weight, and refuse weights it cannot hold?"""

from __future__ import annotations

import numpy as np
import pytest
from helpers import masses, outcomes

from settlement_sim.demand.alias import AliasTables, build, spare


def one(*weights: int) -> AliasTables:
    return build(np.array([weights], np.int64))


@pytest.mark.parametrize(
    "weights",
    [(1, 3), (3, 1), (1, 1), (1, 2, 5, 8), (0, 0, 4, 0), (16, 0, 0, 0, 0, 0, 0, 0, 16), (1, 1, 1, 1, 4)],
)
def test_weights_that_sum_to_a_power_of_two_are_met_exactly(weights: tuple[int, ...]) -> None:
    tables = one(*weights)
    unit = (1 << (32 + tables.slot_bits)) // sum(weights)
    mass = masses(tables)
    assert mass[: len(weights)].tolist() == [w * unit for w in weights]
    assert not mass[len(weights) :].any(), "a slot without an outcome is drawn"


def test_thirds_are_met_to_one_part_in_a_billion() -> None:
    # 2**30 // 3 = 357,913,941 for each; the first takes the one that is left over; a slot counts 2**32 draws.
    assert masses(one(1, 1, 1)).tolist() == [357_913_942 * 16, 357_913_941 * 16, 357_913_941 * 16, 0]


def test_the_largest_outcome_takes_the_rounding() -> None:
    scaled = [(w << 30) // 1_003 for w in (3, 1_000 - 7, 7)]
    scaled[1] += (1 << 30) - sum(scaled)
    assert masses(one(3, 993, 7)).tolist() == [s << 4 for s in scaled] + [0]


def test_a_slot_keeps_its_own_outcome_up_to_its_threshold() -> None:
    # (3, 1, 7, 5) / 16 in slots of 4/16: outcome 0 fills three quarters of its slot, outcome 1 a quarter.
    tables = one(3, 1, 7, 5)
    for slot, threshold in ((0, 3 << 30), (1, 1 << 30)):
        here, middle = np.array([slot, slot]), np.array([threshold - 1, threshold])
        own, other = outcomes(tables, 0, here, middle)
        assert own == slot != other, f"slot {slot} does not change hands at its threshold"


def test_a_single_outcome_is_always_drawn() -> None:
    tables = one(7)
    ends = np.array([0, 2**63 - 1, 2**63, 2**64 - 1], np.uint64)
    assert tables.pick(np.zeros(4, int), ends).tolist() == [0, 0, 0, 0]


def test_an_outcome_without_weight_is_never_drawn() -> None:
    rng = np.arange(1 << 16, dtype=np.uint64) << np.uint64(48)
    for weights in ((0, 5, 0, 3, 0), (0, 0, 1), (1, 0)):
        drawn = set(one(*weights).pick(np.zeros(len(rng), int), rng).tolist())
        assert drawn == {i for i, w in enumerate(weights) if w}


def test_tables_of_a_stack_keep_to_themselves() -> None:
    weights = np.array([[1, 0, 3], [0, 4, 0], [2, 1, 1]])
    tables = build(weights)
    for number, row in enumerate(weights):
        assert masses(tables, number).tolist() == [*(row << 32).tolist(), 0], f"table {number}"
    bits = np.full(3, 2**63, np.uint64)  # slot 2 of 4, at its very beginning
    assert tables.pick(np.array([0, 1, 2], np.int8), bits).tolist() == [2, 1, 2]


def test_weights_are_not_written_to() -> None:
    weights = np.array([[1, 2, 3]])
    build(weights)
    assert weights.tolist() == [[1, 2, 3]]
    build(np.broadcast_to(np.array([1, 2, 3]), (2, 3)))


def test_very_unequal_weights_keep_their_order_of_size() -> None:
    mass = masses(one(1, 2**32 - 1))
    assert mass.tolist() == [0, 1 << 33], "one in four billion is below one part in 2**30: never drawn"
    assert masses(one(8, 2**32 - 8)).tolist() == [2 << 3, (1 << 33) - (2 << 3)]


def test_the_low_bits_are_left_over() -> None:
    tables = one(3, 1, 7, 5)
    high = np.arange(1 << 14, dtype=np.uint64) << np.uint64(50)
    low = np.uint64((1 << 30) - 1)
    zero = np.zeros(len(high), int)
    assert (tables.pick(zero, high) == tables.pick(zero, high | low)).all(), "an unused bit matters"
    assert spare(high | low, 2, 30).tolist() == [(1 << 30) - 1] * len(high)
    assert spare(np.array([0b1011], np.uint64), 2, 3).tolist() == [0b011]


def test_bits_that_were_used_are_not_spare() -> None:
    with pytest.raises(AssertionError, match="these bits are used by the alias draw"):
        spare(np.zeros(1, np.uint64), 2, 31)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[1, -1]], "weights must fit 32 bits"),
        ([[1, 2**32]], "weights must fit 32 bits"),
        ([[1, 2], [0, 0]], "each table needs a positive sum below 2\\*\\*33"),
        ([[2**32 - 1] * 3], "each table needs a positive sum below 2\\*\\*33"),
    ],
)
def test_weights_that_cannot_be_held_are_refused(weights: list[list[int]], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        build(np.array(weights))
