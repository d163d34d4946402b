"""Are amounts read, written, shared and split to the fen?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim.money import ENTRY_LIMIT, SUM_LIMIT, WHOLE, ceil_div, format_yuan, parse_fen, share, split

AMOUNTS = {
    "0": 0,
    "0.01": 1,
    "0.1": 10,
    "880.00": 88_000,
    "18640.00": 1_864_000,
    "12345678.91": 1_234_567_891,  # what 32-bit floats lose
    "-3.50": -350,
    "9999999999.99": ENTRY_LIMIT - 1,
}


@pytest.mark.parametrize(("text", "fen"), AMOUNTS.items())
def test_an_amount_of_yuan_becomes_fen(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize("text", ["", "1.", ".5", "1e5", "1.005", "+1", " 1", "1 ", "1_000", "abc", "１２.００"])
def test_an_amount_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_fen(text)
    said = "an amount of yuan such as 1234.50 (at most two decimals, digits only)"
    assert str(caught.value) == said, f"{text!r} was refused in other words"


def test_a_thousands_comma_is_refused_and_named() -> None:
    with pytest.raises(ValueError) as caught:
        parse_fen("1,234.50")
    assert str(caught.value) == "an amount of yuan such as 1234.50 (a thousands comma is not accepted)"


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (99_999, "999.99"),
        (100_000, "1,000.00"),
        (-123_456_789, "-1,234,567.89"),
        (ENTRY_LIMIT - 1, "9,999,999,999.99"),
    ],
)
def test_fen_are_shown_as_yuan(fen: int, text: str) -> None:
    assert format_yuan(fen) == text


@pytest.mark.parametrize(
    ("fen", "bp", "part"),
    [
        (1_520_800, 9_500, 1_444_760),  # 15,208.00 × 95 % = 14,447.60
        (1, 5_000, 1),  # half a fen goes up
        (1, 4_999, 0),
        (3, 5_000, 2),  # 1.5 goes up, as does 2.5: half up, not half to even
        (5, 5_000, 3),
        (101, 500, 5),  # 5.05
        (110, 500, 6),  # 5.5
        (0, 9_999, 0),
        (12_345, 0, 0),
        (12_345, WHOLE, 12_345),
        (ENTRY_LIMIT - 1, 9_999, 999_899_999_999),  # 999,999,999,999 × 0.9999 = 999,899,999,999.0001
    ],
)
def test_a_share_is_rounded_half_up(fen: int, bp: int, part: int) -> None:
    assert share(fen, bp) == part
    column = share(np.array([fen, 0, fen]), np.array([bp, bp, 0]))
    assert column.tolist() == [part, 0, 0], "columns round like numbers"
    assert column.dtype == np.int64, "a column of fen stays int64"


def test_shares_of_one_column_by_one_ratio_broadcast() -> None:
    assert share(np.array([[100], [200]]), np.array([1_000, 5_000])).tolist() == [[10, 50], [20, 100]]


@pytest.mark.parametrize(("a", "b", "up"), [(0, 7, 0), (1, 7, 1), (7, 7, 1), (8, 7, 2), (-1, 7, 0), (-8, 7, -1)])
def test_a_quotient_is_rounded_up(a: int, b: int, up: int) -> None:
    assert ceil_div(np.array([a]), np.array([b])).tolist() == [up]


def test_a_bill_is_split_by_cumulative_rounding() -> None:
    # 10.01 yuan in thirds of 33.33 %: the bounds are 333.6333 -> 334 and 667.2666 -> 667.
    parts = split(np.array([1_001]), [np.array([3_333]), np.array([6_666])])
    assert [int(part[0]) for part in parts] == [334, 333, 334]


def test_the_last_part_takes_the_rest() -> None:
    totals = np.array([1, 2, 3, 99_999, 0])
    parts = split(totals, [np.full(5, 1_400), np.full(5, 2_800), np.full(5, 7_600)])
    assert sum(parts).tolist() == totals.tolist(), "parts do not sum to the total"
    assert [int(part[0]) for part in parts] == [0, 0, 1, 0], "one fen has one place: where the bounds pass one half"


def test_without_shares_the_whole_is_the_only_part() -> None:
    (only,) = split(np.array([5, 7]), [])
    assert only.tolist() == [5, 7]


def test_splitting_leaves_the_total_untouched() -> None:
    total = np.array([1_001])
    split(total, [np.array([5_000])])
    assert total.tolist() == [1_001]


def test_a_day_of_the_largest_entries_stays_exact_in_53_bits() -> None:
    assert ENTRY_LIMIT * 9_000 < SUM_LIMIT < ENTRY_LIMIT * 10_000
    assert float(SUM_LIMIT - 1) == SUM_LIMIT - 1
