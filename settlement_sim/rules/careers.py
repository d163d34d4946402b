"""Which rule of contribution years holds in a pool on a day? One gather for columns of any shape."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.errors import LookupOutside
from settlement_sim.rules.book import RuleBook
from settlement_sim.vocabulary import AXES, POOLS

Codes = npt.NDArray[np.integer[Any]]
Whole = npt.NDArray[np.int64]
SCHEME = "employee"


@dataclass(frozen=True, eq=False)
class _Table:
    """First days of the versions of a leaf, and its values [version, pool, label]; -1 where nothing is in force."""

    starts: Whole
    values: Whole


class CareerRules:
    """The rules of contribution years of a book."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._table = cache(self._compiled)

    def take(self, leaf: str, pool: Codes | int, day: Codes | int, local: Codes | int = 0) -> Whole:
        """Values of a leaf in pools on days; `local` is the code on its own axis. Shapes broadcast.

        Raises LookupOutside where nothing is in force.
        """
        table = self._table(leaf)
        version = np.searchsorted(table.starts, day, side="right") - 1
        found: Whole = table.values[np.maximum(version, 0), pool, local]
        if np.min(version, initial=0) < 0 or found.min(initial=0) < 0:
            raise LookupOutside(f"{leaf} has no value on some day for a pool that is asked for")
        return found

    def since(self, leaf: str, day: Codes) -> Whole:
        """First day of the version of a leaf that holds on each day."""
        starts = self._table(leaf).starts
        return starts[np.searchsorted(starts, day, side="right") - 1]

    def fingerprint(self) -> str:
        """sha256 over every value of every rule of careers, inherited ones included."""
        digest = hashlib.sha256()
        for name, leaf in self.book.leaves.items():
            if leaf.of_careers:
                table = self._table(name)
                digest.update(name.encode() + table.starts.tobytes() + table.values.tobytes())
        return digest.hexdigest()

    def _compiled(self, leaf: str) -> _Table:
        (axis,) = self.book.axes(leaf) or ("",)
        labels = AXES.get(axis, ("",))
        series = [self.book.series(leaf, pool, SCHEME) for pool in POOLS]
        starts = sorted({version.start for one in series for version in one.versions})
        values = np.full((len(starts), len(POOLS), len(labels)), -1, np.int64)
        for p, one in enumerate(series):
            for v, start in enumerate(starts):
                version = one.at(start)
                for label, cell in version.cells.items() if version else ():
                    values[v, p, labels.index(label[0]) if axis else 0] = cell.value
        return _Table(np.array([dates.day(start) for start in starts]), values)
