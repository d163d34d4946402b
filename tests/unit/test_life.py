"""How long do people live on, and what will they cost? By tables small enough to work out by hand."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pytest
from career_cases import priors

from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits
from settlement_sim.recognition.life import ONE, LifeTable, death_rates
from settlement_sim.vocabulary import RETIREES

MAN, _, WOMAN = range(len(RETIREES))


class Halves(LifeTable):
    """Everybody reaches 60; half of them die each year, the rest at 63; women all reach 105."""

    @cached_property
    def survival(self) -> dict[str, np.ndarray]:
        man = np.zeros(107, np.int64)
        man[:61], man[61], man[62], man[63] = ONE, ONE // 2, ONE // 4, ONE // 8
        woman = np.full(107, ONE)
        woman[-1] = 0
        return {"man": man, "woman": woman}


def table(discount: int = 0, of: Priors | None = None) -> Halves:
    return Halves(of or priors(money__cost_growth=0, money__cost_by_age=[100, 100, 100, 100, 100]), discount)


def bits(*shares: float) -> Bits:
    return np.array([int(share * 2**64) for share in shares], np.uint64)


def lived(age: int, kind: int, *shares: float) -> list[int]:
    number = len(shares)
    return table().years_left(np.full(number, age), np.full(number, kind), bits(*shares)).tolist()


def test_years_left() -> None:
    """Of those of 60 the upper half of the draws dies within the year, the next quarter a year later …"""
    assert lived(60, MAN, 0.999, 0.501, 0.499, 0.251, 0.249, 0.126, 0.124, 0.0) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert lived(61, MAN, 0.999, 0.501, 0.499, 0.249) == [0, 0, 1, 2]
    assert lived(63, MAN, 0.999, 0.0) == [0, 0]
    assert lived(60, WOMAN, 0.999, 0.0) == [45, 45]
    assert lived(105, WOMAN, 0.5) == [0]


def test_men_and_women_are_drawn_from_their_own_table() -> None:
    found = table().years_left(np.array([60, 60, 60]), np.array([MAN, 1, WOMAN]), bits(0.9, 0.9, 0.9))
    assert found.tolist() == [0, 45, 45]


def test_present_value_by_hand() -> None:
    """1,000 a year paid at its beginning: 1,000 + 500 + 250 + 125; at 25 percent 1,000 + 400 + 160 + 64."""
    yearly, age, kind = np.array([100_000]), np.array([60]), np.array([MAN])
    assert table().present_value(yearly, age, kind).tolist() == [187_500]
    assert table(2_500).present_value(yearly, age, kind).tolist() == [162_400]
    assert table().present_value(yearly, np.array([62]), kind).tolist() == [150_000]
    assert table().present_value(yearly, np.array([104]), np.array([WOMAN])).tolist() == [200_000]
    assert table().present_value(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


def test_discount_against_growth_is_nothing() -> None:
    of = priors(money__cost_growth=8, money__cost_by_age=[100, 100, 100, 100, 100])
    found = table(800, of).present_value(np.array([100_000]), np.array([60]), np.array([MAN]))
    assert abs(int(found[0]) - 187_500) <= 4


@pytest.mark.parametrize(
    ("age", "index"),
    [(45, 65), (54, 65), (55, 85), (64, 85), (65, 115), (74, 115), (75, 140), (84, 140), (85, 130), (106, 130)],
)
def test_cost_by_age(age: int, index: int) -> None:
    found = LifeTable(priors(), 300).cost(np.array([10_000]), np.array([age]), np.array([0]))
    assert found.tolist() == [100 * index]


def test_cost_grows() -> None:
    """5 percent a year: 100.00 are 105.00, 110.25, 162.88 after 1, 2 and 10 years."""
    found = LifeTable(priors(money__cost_by_age=[100] * 5), 300).cost(
        np.full(3, 10_000), np.full(3, 60), np.array([1, 2, 10])
    )
    assert found.tolist() == [10_500, 11_025, 16_288]


def test_costs_of_later_years() -> None:
    """The rules state that of 2024; 5 percent more a year after it, and nothing less before."""
    found = LifeTable(priors(), 300).in_year(np.full(4, 10_000), np.array([2020, 2024, 2025, 2026]))
    assert found.tolist() == [10_000, 10_000, 10_500, 11_025]


def test_the_life_table() -> None:
    """One row per age from 0 to 105, the last one's death certain; women die later at every age."""
    rates = death_rates()
    assert {sex: len(column) for sex, column in rates.items()} == {"man": 106, "woman": 106}
    assert rates["man"][-1] == rates["woman"][-1] == 1_000_000
    assert (rates["woman"][:-1] < rates["man"][:-1]).all()
    assert rates["man"][[0, 66, 85]].tolist() == [566, 7_610, 82_223]


def test_a_higher_mortality() -> None:
    """Rates × 1.3, never more than all."""
    found = LifeTable(priors(money__mortality=130), 0).survival["man"]
    assert found[0] == ONE and found[1] == ONE * (1_000_000 - 735) // 1_000_000  # 566 × 1.3 = 735.8
    assert found[106] == 0 and (np.diff(found) <= 0).all()
    worst = LifeTable(priors(money__mortality=180), 0).survival
    assert (worst["man"][1:] <= found[1:]).all() and worst["man"][106] == 0
