"""Whatever the amounts: do parts sum to the whole, and do shares keep their bounds and their order?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from settlement_sim.money import ENTRY_LIMIT, WHOLE, ceil_div, format_yuan, parse_fen, share, split

FEN = st.integers(0, ENTRY_LIMIT - 1)
RATIO = st.integers(0, WHOLE)
CUMULATIVE = st.lists(RATIO, max_size=8).map(sorted)


@given(FEN, RATIO)
@example(ENTRY_LIMIT - 1, WHOLE)
def test_a_share_is_the_decimal_product_half_up(fen: int, bp: int) -> None:
    exact = (Decimal(fen) * bp / WHOLE).quantize(Decimal(1), ROUND_HALF_UP)
    assert share(fen, bp) == exact
    assert share(np.array([fen]), np.array([bp])).tolist() == [exact], "columns overflow"


@given(FEN, RATIO)
def test_a_share_is_between_nothing_and_the_whole(fen: int, bp: int) -> None:
    assert 0 <= share(fen, bp) <= fen
    assert share(fen, WHOLE) == fen and share(fen, 0) == 0


@given(FEN, FEN, RATIO, RATIO)
def test_more_of_more_is_never_less(a: int, b: int, p: int, q: int) -> None:
    assert share(min(a, b), min(p, q)) <= share(max(a, b), max(p, q))


@given(st.integers(0, ENTRY_LIMIT - 2), RATIO)
def test_one_fen_more_gives_at_most_one_fen_more(fen: int, bp: int) -> None:
    assert share(fen + 1, bp) - share(fen, bp) in (0, 1)


@given(st.lists(FEN, min_size=1, max_size=5), CUMULATIVE)
def test_parts_sum_to_the_total_and_none_is_negative(totals: list[int], cumulative: list[int]) -> None:
    total = np.array(totals)
    parts = split(total, [np.full(len(totals), c) for c in cumulative])
    assert len(parts) == len(cumulative) + 1
    assert (sum(parts) == total).all(), "the parts do not sum to the total"
    assert all((part >= 0).all() for part in parts), "a part is negative"


@given(FEN, CUMULATIVE)
def test_each_part_is_within_a_fen_of_its_exact_share(total: int, cumulative: list[int]) -> None:
    bounds = [0, *cumulative, WHOLE]
    parts = split(np.array([total]), [np.array([c]) for c in cumulative])
    for part, lower, upper in zip(parts, bounds, bounds[1:], strict=False):
        assert abs(int(part[0]) - Decimal(total) * (upper - lower) / WHOLE) <= 1


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_up_is_the_smallest_number_not_below(a: int, b: int) -> None:
    (up,) = ceil_div(np.array([a]), np.array([b])).tolist()
    assert (up - 1) * b < a <= up * b


@given(st.integers(-ENTRY_LIMIT, ENTRY_LIMIT))
def test_what_is_shown_is_what_was_read(fen: int) -> None:
    assert parse_fen(format_yuan(fen).replace(",", "")) == fen
