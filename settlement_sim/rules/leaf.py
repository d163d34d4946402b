"""What is one rule: its name, unit and axes, and its dated, graded, sourced values?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from settlement_sim.rules.units import NO_LIMIT, UNITS
from settlement_sim.vocabulary import AXES, SCHEMES, STATUSES_OF

#: One label per axis of the leaf, in the declared order.
Labels = tuple[str, ...]
TIERS_OF = {"employee": ("none",), "resident": ("1", "2")}


@dataclass(frozen=True)
class Leaf:
    """The declaration of a rule: what every file that fills it must agree with.

    `without` lists labels of an axis that the rule never speaks about (an admission to a pharmacy).
    `choices` names the codes 0, 1, … of a choice. `by_district`: districts may set it for themselves.
    `national`: one value for all pools and schemes. `schemes`: those that have it. `of_careers`: read by the
    recognition of contribution years and never by a settlement. `where` is the place of the declaration.
    """

    name: str
    unit: str
    axes: tuple[str, ...]
    zh: str
    en: str
    without: Mapping[str, tuple[str, ...]]
    choices: tuple[str, ...]
    may_be_none: bool
    by_district: bool
    national: bool
    where: str
    schemes: tuple[str, ...] = SCHEMES
    of_careers: bool = False

    @property
    def for_both_schemes(self) -> bool:
        """Whether no scheme may have it alone: a catalogue is that of a place, whoever pays."""
        return self.name.startswith("catalogue.")

    def labels(self, axis: str, scheme: str) -> tuple[str, ...]:
        """The labels of `axis` that a file for `scheme` must fill, in the order of the vocabulary."""
        if axis == "tier":
            return TIERS_OF[scheme]
        if axis == "status":
            return STATUSES_OF[scheme]
        return tuple(label for label in AXES[axis] if label not in self.without.get(axis, ()))

    def every_cell(self, scheme: str) -> Iterator[Labels]:
        """All combinations of labels that `scheme` needs."""
        return product(*(self.labels(axis, scheme) for axis in self.axes))


@dataclass(frozen=True)
class Cell:
    """One number of one rule, with where it is written, who says so and how sure that is.

    `value`, `low` and `high` are integers: fen (yuan), 1/10,000 (percent, points), a count, or the code of a
    flag or choice; `NO_LIMIT` means that a ceiling does not exist. `until` is inclusive, None when open.
    `inherited_from` names the pool whose value stands in for a missing one.
    """

    value: int
    unit: str
    start: dt.date
    from_known: bool
    until: dt.date | None
    grade: str
    source: str
    low: int | None
    high: int | None
    where: str
    note: str = ""
    inherited_from: str = ""


@dataclass(frozen=True)
class Version:
    """The cells of a leaf that hold from `start` until `until`, both inclusive."""

    start: dt.date
    until: dt.date | None
    cells: Mapping[Labels, Cell]

    @property
    def where(self) -> str:
        """The place of the first cell."""
        return next(iter(self.cells.values())).where

    def holds_on(self, date: dt.date) -> bool:
        """Whether this version is in force on `date`."""
        return self.start <= date and (self.until is None or date <= self.until)


@dataclass(frozen=True)
class Series:
    """The versions of one leaf for one pool and scheme, in order of time, without gaps or overlaps."""

    versions: tuple[Version, ...]

    @cached_property
    def first(self) -> dt.date:
        """The first day in force."""
        return self.versions[0].start

    @cached_property
    def last(self) -> dt.date | None:
        """The last day in force, None when open."""
        return self.versions[-1].until

    def at(self, date: dt.date) -> Version | None:
        """The version in force on `date`."""
        return next((version for version in self.versions if version.holds_on(date)), None)

    def covered(self) -> str:
        """The days in force, in words."""
        return f"from {self.first}" + (f" until {self.last}" if self.last else "")

    def inherited(self, pool: str, spread: int) -> Series:
        """The same values as an assumption for a pool that has none, `spread` percent below and above."""
        return Series(
            tuple(
                replace(version, cells={k: _inherit(c, pool, spread) for k, c in version.cells.items()})
                for version in self.versions
            )
        )


def _inherit(cell: Cell, pool: str, spread: int) -> Cell:
    low, high = around(cell.value, cell.unit, spread)
    if cell.low is not None and cell.high is not None:
        low, high = min(low, cell.low), max(high, cell.high)
    return replace(cell, grade="assumption", low=low, high=high, inherited_from=pool)


def around(value: int, unit: str, spread: int) -> tuple[int, int]:
    """`spread` percent below and above `value`, inside what the unit allows. Codes and 'no limit' stay.

    >>> around(8_500, "percent", 20), around(80_000, "yuan", 30)
    ((6800, 10000), (56000, 104000))
    """
    if not UNITS[unit].is_amount or value == NO_LIMIT:
        return value, value
    low, high = value * (100 - spread) // 100, -(-value * (100 + spread) // 100)
    return max(low, 0), min(high, UNITS[unit].most)
