"""Is what a policy returned fit to be used? Types and lengths of every answer; sums are checked by the adjudicator."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import Rows
from settlement_sim.engine.complete import Payment, Routed
from settlement_sim.money import WHOLE
from settlement_sim.policies.answers import LOCAL, MANUAL, PAYS, Advances, Amounts, Breakdown, Route
from settlement_sim.policies.views import STANDING
from settlement_sim.vocabulary import FILINGS

#: Columns that hold yes or no.
_FLAGS: Final = ("settles",)
#: What an optional column means where it is left out.
_NEUTRAL: Final = {"filing": LOCAL}
_SMALL: Final = ("path", "reason", "filing")
#: The largest value of a code or ratio; the smallest is 0.
_MOST: Final = {"path": MANUAL, "filing": len(FILINGS) - 1, "cut": WHOLE}
#: What an answer becomes; the others are complete as they are.
_COMPLETE: Final[dict[type, type]] = {Route: Routed, Advances: Payment}


class Unfit(Exception):
    """What is wrong with an answer, as a sentence; `row`: the first row of the batch of which it is wrong."""

    def __init__(self, what: str, row: int = 0) -> None:
        super().__init__(what)
        self.row = row


class OutOfRange(Unfit):
    """A number that is too small or too large."""


def checked(given: Any, kind: type, slot: str, rows: int, reasons: int = 1) -> Any:
    """The answer with the engine's column types; `reasons`: how many a policy lists. Raises Unfit."""
    if not isinstance(given, kind):
        raise Unfit(f"returned {type(given).__name__}; expected {kind.__name__}")
    answer: Any = given
    if isinstance(answer, Breakdown):
        for part in answer.pays:
            _amounts(part, PAYS[slot], rows)
        for part in answer.adds:
            _amounts(part, tuple(STANDING), rows)
        return answer
    columns = {name: _column(name, getattr(answer, name), rows, optional) for name, optional in _columns_of(kind)}
    if kind is Route:
        for name, most in {**_MOST, "reason": max(reasons, 1) - 1}.items():
            _in_range(name, columns[name], most)
    if kind is Advances:
        _in_range("reversed_after", columns["reversed_after"], int(np.iinfo(np.int32).max))
    columns.update({name: columns[name].astype(np.int8, copy=False) for name in _SMALL if name in columns})
    return _COMPLETE.get(kind, kind)(**columns)


@cache
def _columns_of(kind: type) -> tuple[tuple[str, bool], ...]:
    """Names of the columns of an answer, and whether each may be left out."""
    return tuple((field.name, field.default is None) for field in fields(kind))


def as_columns(answer: Any, rows: int) -> dict[str, npt.NDArray[Any]]:
    """An answer as whole columns, for comparison; reasons are no decision."""
    if isinstance(answer, Breakdown):
        columns: dict[str, npt.NDArray[Any]] = {}
        for kind, parts in (("pays", answer.pays), ("adds", answer.adds)):
            for part in parts:
                whole = columns.setdefault(f"{kind} {part.column}", np.zeros(rows, np.int64))
                whole[part.index] += part.amount
        return {name: column for name, column in columns.items() if column.any()}
    columns = {f.name: getattr(answer, f.name) for f in fields(answer) if f.name != "reason"}
    if isinstance(answer, Payment):
        return {name: column for name, column in columns.items() if column.any()}
    return columns


def length(index: Rows, rows: int) -> int:
    """How many rows of a batch an index or slice names."""
    if not isinstance(index, slice):
        return len(index)
    start, stop, _ = index.indices(rows)
    return max(stop - start, 0)


def _amounts(part: Amounts, known: tuple[str, ...], rows: int) -> None:
    if part.column not in known:
        raise Unfit(f"returned amounts of {part.column!r}; this slot may fill {', '.join(known)}")
    if not isinstance(part.index, slice):
        _index(part.column, part.index, rows)
    _column(part.column, part.amount, length(part.index, rows))
    if part.amount.min(initial=0) < 0:
        row = int(np.flatnonzero(part.amount < 0)[0])
        raise OutOfRange(f"returned a negative {part.column}", int(np.arange(rows)[part.index][row]))


def _index(name: str, index: Any, rows: int) -> None:
    """Rows that exist, each named once."""
    if not (isinstance(index, np.ndarray) and index.dtype.kind in "iu" and index.ndim == 1):
        found = f"{index.ndim}-dimensional {index.dtype}" if isinstance(index, np.ndarray) else type(index).__name__
        raise Unfit(f"returned rows of {name} as {found}; expected whole numbers or a slice")
    ascending = (index[1:] > index[:-1]).all()
    ordered = index if ascending else np.sort(index)
    if len(index) and not 0 <= ordered[0] <= ordered[-1] < rows:
        raise Unfit(f"returned {name} for rows {ordered[0]} to {ordered[-1]}; there are {rows}")
    twice = np.flatnonzero(ordered[1:] == ordered[:-1]) if not ascending else ordered[:0]
    if len(twice):
        raise Unfit(f"returned {name} twice for a row", int(ordered[twice[0]]))


def _in_range(name: str, column: npt.NDArray[Any], most: int) -> None:
    if column.min(initial=0) < 0 or column.max(initial=0) > most:
        row = int(np.flatnonzero((column < 0) | (column > most))[0])
        raise OutOfRange(f"returned a {name} of {column[row]}; expected 0 to {most:,}", row)


def _column(name: str, column: Any, rows: int, optional: bool = False) -> npt.NDArray[Any]:
    """A column of the right type and length; what may be left out is neutral."""
    if type(column) is np.ndarray and column.shape == (rows,) and column.dtype == np.int64 and name not in _FLAGS:
        return column  # as nearly all are
    if column is None and optional:
        return np.full(rows, _NEUTRAL[name]) if name in _NEUTRAL else np.broadcast_to(np.int64(0), rows)
    if not isinstance(column, np.ndarray):
        raise Unfit(f"returned {type(column).__name__} for {name}; expected a numpy column")
    if column.ndim != 1:
        raise Unfit(f"returned {name} with {column.ndim} dimensions; expected one column")
    if len(column) != rows:
        raise Unfit(f"returned {len(column)} rows of {name}; expected {rows}")
    kind = column.dtype.kind
    if kind == "f":
        nan = " with NaN" if np.isnan(column).any() else ""
        raise Unfit(f"returned {name} as {column.dtype}{nan}; expected whole numbers (fen, 1/10,000, codes)")
    if kind not in ("b" if name in _FLAGS else "iu"):
        raise Unfit(f"returned {name} as {column.dtype}; expected {'flags' if name in _FLAGS else 'whole numbers'}")
    return column if name in _FLAGS else column.astype(np.int64, copy=False)
