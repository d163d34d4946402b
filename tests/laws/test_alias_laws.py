"""Whatever the weights: does the table give each outcome its mass, and nothing to anybody else?"""

from __future__ import annotations

import numpy as np
from helpers import masses
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim.demand.alias import build

ROW = st.lists(st.integers(0, 2**24), min_size=1, max_size=70).filter(any)
#: Small numbers with many ties and zeros.
TIED = st.lists(st.integers(0, 3), min_size=1, max_size=40).filter(any)
#: One outcome towers over the rest.
STEEP = (
    st.lists(st.integers(0, 31), min_size=1, max_size=30)
    .map(lambda exponents: [1 << e for e in exponents])
    .filter(lambda weights: sum(weights) < 2**33)
)
BITS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20)


def parts_of_2_to_30(weights: list[int]) -> list[int]:
    """Each weight in whole parts of 2**30, rounded down; the (first) largest takes what is left."""
    total = sum(weights)
    parts = [(w << 30) // total for w in weights]
    parts[parts.index(max(parts))] += (1 << 30) - sum(parts)
    return parts


@given(ROW | TIED | STEEP)
def test_every_outcome_has_its_mass(weights: list[int]) -> None:
    tables = build(np.array([weights]))
    expected = [part << (2 + tables.slot_bits) for part in parts_of_2_to_30(weights)]
    mass = masses(tables).tolist()
    assert mass[: len(weights)] == expected, "an outcome has another mass than its weight"
    assert not any(mass[len(weights) :]), "padding has mass"
    assert sum(mass) == 1 << (32 + tables.slot_bits), "the draws are not shared out"


@given(ROW | TIED | STEEP)
def test_a_mass_is_near_its_weight(weights: list[int]) -> None:
    tables = build(np.array([weights]))
    shares = masses(tables)[: len(weights)] / 2.0 ** (32 + tables.slot_bits)
    error = np.abs(shares - np.array(weights) / sum(weights))
    assert error.max() <= len(weights) / 2**30


@given(ROW | TIED, BITS)
def test_a_draw_gives_an_outcome_with_weight(weights: list[int], bits: list[int]) -> None:
    drawn = build(np.array([weights])).pick(np.zeros(len(bits), int), np.array(bits, np.uint64))
    assert all(0 <= outcome < len(weights) for outcome in drawn), "no such outcome"
    largest = max(weights)
    assert all(weights[outcome] > 0 or largest == 0 for outcome in drawn), "an outcome without weight was drawn"


@given(st.lists(TIED, min_size=1, max_size=5), st.integers(0, 2**64 - 1))
def test_a_stack_draws_like_its_tables_alone(rows: list[list[int]], draw: int) -> None:
    width = max(len(row) for row in rows)
    stack = build(np.array([row + [0] * (width - len(row)) for row in rows]))
    drawn = stack.pick(np.arange(len(rows)), np.full(len(rows), draw, np.uint64))
    for number, row in enumerate(rows):
        alone = build(np.array([row + [0] * (width - len(row))]))
        assert drawn[number] == alone.pick(np.zeros(1, int), np.array([draw], np.uint64))[0]
