"""What is a batch? Equal-length columns that are cut, ordered and joined together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Self

import numpy as np

from settlement_sim.arrays import gather


@dataclass(frozen=True)
class Columns:
    """Base of frozen dataclasses whose fields are columns (or columns of columns)."""

    def take(self, index: Any) -> Self:
        """The rows of an index or a slice; indices must lie inside."""
        kind: Any = type(self)
        columns = vars(self)
        cut: Self = kind(*(_cut(columns[name], index) for name in names(kind)))
        return cut

    @classmethod
    def stack(cls, parts: Sequence[Self]) -> Self:
        """The rows of several batches, one after the other."""
        if len(parts) == 1:
            return parts[0]
        kind: Any = cls
        return cls(*(_join([getattr(part, name) for part in parts]) for name in names(kind)))


@cache
def names(kind: type[Columns]) -> tuple[str, ...]:
    """Names of the columns of a class, in the order in which it takes them."""
    return tuple(field.name for field in fields(kind))


def _cut(column: Any, index: Any) -> Any:
    if isinstance(column, np.ndarray):
        whole = isinstance(index, np.ndarray) and index.dtype.kind == "i" and column.ndim == 1
        return gather(column, index) if whole else column[index]
    if isinstance(column, Columns):
        return column.take(index)
    if isinstance(column, dict):
        return {name: _cut(part, index) for name, part in column.items()}
    if isinstance(column, list):
        return [_cut(part, index) for part in column]
    return column  # a day that holds for all rows


def _join(parts: list[Any]) -> Any:
    first = parts[0]
    if isinstance(first, Columns):
        return type(first).stack(parts)
    if isinstance(first, dict):
        return {name: np.concatenate([part[name] for part in parts]) for name in first}
    if isinstance(first, list):
        return [entry for part in parts for entry in part]
    return np.concatenate(parts)
