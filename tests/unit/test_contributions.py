"""What did a fund and a personal account receive for a month? Worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from career_cases import FIRST, careers_of, person, priors, rules

from settlement_sim.recognition.contributions import Contributions

CQ, CD = "chongqing", "chengdu"


def received(*months: str, pool: int = 0, ratio: int = 100, growth: int = 8, **more: Any) -> tuple[int, int]:
    """Fen of the pooled fund and of the account for some months."""
    careers = careers_of([person((CQ, "1999-01", 1), **more)])
    money = Contributions(careers, np.array([ratio]), rules(), priors(money__base_growth=growth))
    paid = np.zeros(careers.held.shape, bool)
    for text in months:
        paid[0, 12 * int(text[:4]) + int(text[5:]) - 1 - FIRST] = True
    whose = np.array([pool])
    return int(money.pooled(whose, paid)[0]), int(money.credited(whose, paid)[0])


@pytest.mark.parametrize(
    ("insured_as", "pool", "expected"),
    [
        # Of 7,500.00: Chongqing 11 or 5 percent, Chengdu 9.5 or 5; 78 percent of it to the pooled fund.
        ("employer", 0, (64_350, 18_150)), ("tier_1", 0, (29_250, 8_250)), ("tier_2", 0, (64_350, 18_150)),
        ("employer", 1, (55_575, 15_675)), ("tier_1", 1, (29_250, 8_250)), ("tier_2", 1, (55_575, 15_675)),
        ("employer", 2, (55_575, 15_675)),
    ],
)  # fmt: skip
def test_a_month_of_2024(insured_as: str, pool: int, expected: tuple[int, int]) -> None:
    assert received("2024-01", pool=pool, insured_as=insured_as) == expected


def test_months_of_a_year_are_rounded_once() -> None:
    """60 percent of the mean: 4,500.00; three months at 8.58 percent are 1,158.30."""
    assert received("2024-01", "2024-02", "2024-05", ratio=60) == (115_830, 32_670)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2023-12", 59_583),  # 7,500.00 ÷ 1.08 = 6,944.43 by millionths, 8.58 percent of it 595.832
        ("2023-01", 59_583),
        ("2022-12", 55_170),  # ÷ 1.08² = 6,430.03; 551.697
    ],
)
def test_earlier_years_had_lower_bases(month: str, expected: int) -> None:
    assert received(month)[0] == expected


def test_without_growth_every_year_is_alike() -> None:
    assert received("1999-01", growth=0) == received("2024-01", growth=0) == received("2011-06", growth=0)


def test_no_months_no_money() -> None:
    assert received() == (0, 0)


def test_fund_and_account_are_the_whole() -> None:
    pooled, account = received(*(f"{year}-0{month}" for year in range(2001, 2024) for month in (1, 2, 3)), ratio=137)
    careers = careers_of([person((CQ, "1999-01", 1))])
    whole = Contributions(careers, np.array([137]), rules(), priors())
    months = 12 * (2001 - 1999) + np.add.outer(12 * np.arange(23), np.arange(3)).ravel()
    exact = sum(750_000 * 1.08 ** (int(m) // 12 + 1999 - 2024) * 1.37 * 0.11 for m in months)
    assert whole.careers is careers and abs(pooled + account - exact) < 69 + 46
