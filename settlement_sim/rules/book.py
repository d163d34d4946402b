"""Which rule holds where, for whom and when? All rules as one book, and as flat arrays for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from settlement_sim.errors import LookupOutside, Problem, nearest
from settlement_sim.provenance import Source
from settlement_sim.rules import loading
from settlement_sim.rules.leaf import Cell, Labels, Leaf, Series
from settlement_sim.rules.scope import Key
from settlement_sim.vocabulary import AXES, POOLS, SCHEMES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Entry:
    """One cell with its full address, as the book lists them."""

    leaf: Leaf
    pool: str
    scheme: str
    labels: Labels
    cell: Cell
    district: str = ""


@dataclass(frozen=True, eq=False)
class RuleBook:
    """All rules. `leaves` are the declarations, `sources` the documents cited, both by name."""

    leaves: Mapping[str, Leaf]
    sources: Mapping[str, Source]
    _series: Mapping[Key, Series]
    _digest: str
    _settlement_digest: str

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_rules

        return of_rules(self)

    @classmethod
    def load(cls, overlays: Sequence[str | Path] = ()) -> RuleBook:
        """The packaged rules, with `overlays` on top, the last one winning.

        An overlay replaces the whole dated series of each leaf it fills, for the pools (or districts) and schemes
        it names, and nothing else: pools that inherit from them in the packaged data keep what they had, and so
        do districts with rules of their own. Raises InputError with every problem of all files.
        """
        return cls(*loading.load([Path(overlay) for overlay in overlays]))

    def cell(self, name: str, *, pool: str, scheme: str, date: dt.date, district: str = "", **axes: str) -> Cell:
        """The cell of a leaf on a date: the district's where it has one that day, else the pool's.

        Raises LookupOutside with what was asked and what there is.
        """
        leaf = self.leaves.get(name)
        if leaf is None:
            raise LookupOutside(f"no rule {name!r}{_hint(name, self.leaves)}")
        asked = f"{name} for {pool} {scheme} on {date}"
        series = self._series.get((name, pool, scheme, ""))
        if series is None:
            raise LookupOutside(f"{asked}: {_who(self, name, pool, scheme)}")
        if set(axes) != set(leaf.axes):
            given, wanted = ", ".join(axes) or "none", ", ".join(leaf.axes) or "none"
            raise LookupOutside(f"{asked}: its axes are {wanted}; given were {given}")
        own = self._series.get((name, pool, scheme, district), series)
        version = own.at(date) or series.at(date)
        if version is None:
            raise LookupOutside(f"{asked}: covered only {series.covered()}")
        labels = tuple(axes[axis] for axis in leaf.axes)
        if labels not in version.cells:
            raise LookupOutside(f"{asked}: {_label(leaf, scheme, labels)}")
        return version.cells[labels]

    def axes(self, name: str) -> tuple[str, ...]:
        """The axes of a leaf, in the order of the array that `dense` makes. Raises LookupOutside for an unknown one."""
        if name not in self.leaves:
            raise LookupOutside(f"no rule {name!r}{_hint(name, self.leaves)}")
        return self.leaves[name].axes

    def entries(self) -> Iterator[Entry]:
        """Every cell of every leaf, pool, scheme, district (none first) and version, in that order."""
        for name, leaf in self.leaves.items():
            districts = ("", *self.districts) if leaf.by_district else ("",)
            for pool, scheme, district in product(POOLS, SCHEMES, districts):
                series = self._series.get((name, pool, scheme, district))
                for version in series.versions if series else ():
                    for labels, cell in version.cells.items():
                        yield Entry(leaf, pool, scheme, labels, cell, district)

    @cached_property
    def districts(self) -> dict[str, str]:
        """Districts with rules of their own, by name, and where the first of each is written."""
        written = sorted((district, series.versions[0].where) for (*_, district), series in self._series.items())
        return {district: where for district, where in reversed(written) if district}

    @cached_property
    def starts(self) -> list[dt.date]:
        """The days on which any rule of settlement begins, changes or ends, in order: the versions of `dense`."""
        days = set()
        for (name, *_), series in self._series.items():
            for version in () if self.leaves[name].of_careers else series.versions:
                days.add(version.start)
                if version.until is not None and version.until < dt.date.max:
                    days.add(version.until + dt.timedelta(days=1))
        return sorted(days)

    def dense(self, name: str, district: str = "") -> npt.NDArray[np.int64]:
        """A leaf as an int64 array [version of `starts`, pool, scheme, *axes of the leaf], in its unit.

        Axes have the full length of the vocabulary; -1 where nothing applies or nothing is in force. With a
        district, its own values where and when it has some, those of the pools elsewhere.
        """
        import numpy as np

        shape = [len(AXES[axis]) for axis in self.axes(name)]
        values = np.full((len(self.starts), len(POOLS), len(SCHEMES), *shape), -1, dtype=np.int64)
        blocks: dict[int, npt.NDArray[np.int64]] = {}
        for p, pool in enumerate(POOLS):
            for s, scheme in enumerate(SCHEMES):
                series = self._series.get((name, pool, scheme, ""))
                if series is not None:
                    if id(series) not in blocks:
                        blocks[id(series)] = self._block(self.leaves[name], series)
                    values[:, p, s] = blocks[id(series)]
                own = self._series.get((name, pool, scheme, district)) if district else None
                if own is not None:
                    block = self._block(self.leaves[name], own)
                    values[:, p, s] = np.where(block < 0, values[:, p, s], block)
        return values

    def _block(self, leaf: Leaf, series: Series) -> npt.NDArray[np.int64]:
        """One series as an array [version, *axes]; pools that share a series share its block."""
        import numpy as np

        places = [{label: i for i, label in enumerate(AXES[axis])} for axis in leaf.axes]
        block = np.full((len(self.starts), *map(len, places)), -1, dtype=np.int64)
        for version in series.versions:
            inside = [i for i, day in enumerate(self.starts) if version.holds_on(day)]
            days = slice(inside[0], inside[-1] + 1)
            for labels, cell in version.cells.items():
                at = (place[label] for place, label in zip(places, labels, strict=True))
                index: tuple[int | slice, ...] = (days, *at)
                block[index] = cell.value
        return block

    def covers(self, first: dt.date, last: dt.date, *, of_careers: bool = False) -> list[Problem]:
        """What is not in force on every day from `first` to `last`: one problem per leaf, pool and scheme.

        `of_careers`: the rules that the recognition of contribution years reads, in place of those of settlement.
        """
        expected = f"it in force from {first} until {last}"
        problems = []
        for name, leaf in self.leaves.items():
            for pool in POOLS if leaf.of_careers == of_careers else ():
                for scheme in leaf.schemes:
                    series = self._series.get((name, pool, scheme, ""))
                    if series is None:
                        problems.append(Problem(leaf.where, f"no {name} for {pool} {scheme}", expected))
                    elif series.first > first or (series.last is not None and series.last < last):
                        found = f"{name} for {pool} {scheme} only {series.covered()}"
                        problems.append(Problem(series.versions[0].where, found, expected))
        return problems

    def fingerprint(self) -> str:
        """sha256 over the declarations, the packaged data and the overlays, by content."""
        return self._digest

    def settlement_fingerprint(self) -> str:
        """The same without files that speak of contribution years alone: no settlement depends on them."""
        return self._settlement_digest

    def series(self, name: str, pool: str, scheme: str) -> Series:
        """The dated values of a leaf. Raises LookupOutside where a pool or scheme has none."""
        found = self._series.get((name, pool, scheme, ""))
        if found is None:
            raise LookupOutside(f"{name}: {_who(self, name, pool, scheme)}")
        return found


def _hint(name: str, known: Mapping[str, object]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close else ""


def _who(book: RuleBook, name: str, pool: str, scheme: str) -> str:
    if pool not in POOLS:
        close = nearest(pool, POOLS)
        return f"no pool {pool!r}" + (f"; did you mean {close!r}?" if close else "")
    if scheme not in SCHEMES:
        return f"no scheme {scheme!r}; there are {', '.join(SCHEMES)}"
    filled = [f"{p} {s}" for p in POOLS for s in SCHEMES if (name, p, s, "") in book._series]
    return f"covered only for {', '.join(filled) or 'nobody'}"


def _label(leaf: Leaf, scheme: str, labels: Labels) -> str:
    for axis, label in zip(leaf.axes, labels, strict=True):
        known = leaf.labels(axis, scheme)
        if label not in known:
            close = nearest(label, known)
            hint = f"; did you mean {close!r}?" if close else ""
            return f"no {axis} {label!r}; there are {', '.join(known)}{hint}"
    return "no such cell"
