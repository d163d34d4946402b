"""Do the array operations of the hot paths say what plain numpy says?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim.arrays import gather, rank_in_run, rows_of, sum_by


def test_gathering_is_indexing() -> None:
    assert gather(np.array([5, 6, 7]), np.array([[2, 0], [1, 1]])).tolist() == [[7, 5], [6, 6]]


@pytest.mark.parametrize(
    ("key", "rank"),
    [
        ([], []),
        ([3], [0]),
        ([3, 3, 3], [0, 1, 2]),
        ([4, 4, 7, 9, 9, 9], [0, 1, 0, 0, 1, 2]),
        ([1, 1, 2, 2, 1, 1], [0, 1, 0, 1, 0, 1]),
        ([1, 2, 3], [0, 0, 0]),
    ],
)
def test_the_rank_in_a_run_starts_anew_with_every_run(key: list[int], rank: list[int]) -> None:
    assert rank_in_run(np.array(key, np.int32)).tolist() == rank


def test_sums_by_key_are_exact_up_to_53_bits() -> None:
    sums = sum_by(np.array([2, 0, 2]), np.array([2**52, 7, 2**52 - 1]), 4)
    assert sums.tolist() == [7, 0, 2**53 - 1, 0] and sums.dtype == np.int64


@pytest.mark.parametrize("codes", [[], [0, 0, 2, 2, 2], [2, 0, 2, 1], [1]])
def test_rows_of_codes_are_where_they_stand(codes: list[int]) -> None:
    column = np.array(codes, np.int8)
    for code, rows in enumerate(rows_of(column, 4)):
        assert np.arange(len(codes))[rows].tolist() == [i for i, c in enumerate(codes) if c == code]


def test_rows_that_lie_together_are_slices() -> None:
    assert rows_of(np.array([0, 0, 2]), 3) == [slice(0, 2), slice(2, 2), slice(2, 3)]
