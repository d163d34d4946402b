"""Three small array operations that the hot paths share."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

#: Rows of a batch: an index, or a slice where they lie together.
Rows: TypeAlias = "npt.NDArray[np.int64] | slice"


def gather(array: npt.NDArray[Any], index: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Any]:
    """`array[index]` for indices known to lie inside: without the bounds check it takes a third of the time."""
    return array.take(index, mode="clip")


def rank_in_run(key: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Position of each entry among its run of equal neighbours: 0 for the first.

    >>> rank_in_run(np.array([4, 4, 7, 9, 9, 9])).tolist()
    [0, 1, 0, 0, 1, 2]
    """
    rank = np.zeros(len(key), np.int64)
    again = np.flatnonzero(key[1:] == key[:-1]) + 1
    if again.size:
        count = np.arange(again.size)
        fresh = np.concatenate([[True], np.diff(again) != 1])
        rank[again] = count - np.maximum.accumulate(np.where(fresh, count, 0)) + 1
    return rank


def sum_by(key: npt.NDArray[np.integer[Any]], amount: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Sum of `amount` by key. Exact: float64 holds whole numbers below 2**53, and every sum stays below."""
    return np.bincount(key, amount, size).astype(np.int64)


def rows_of(codes: npt.NDArray[np.integer[Any]], count: int) -> list[Rows]:
    """Where each of the codes 0 … count − 1 stands; slices when the codes are in order."""
    if (codes[1:] >= codes[:-1]).all():
        bounds = np.searchsorted(codes, np.arange(count + 1)).tolist()
        return [slice(start, stop) for start, stop in zip(bounds, bounds[1:], strict=False)]
    return [np.flatnonzero(codes == code) for code in range(count)]
