"""What does one rule file say? From text to dated series, with every mistake told at its place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from settlement_sim.errors import Problem, nearest
from settlement_sim.provenance import Source
from settlement_sim.rules.cells import CellReader, Defaults
from settlement_sim.rules.leaf import Labels, Leaf, Series, Version
from settlement_sim.rules.scope import Key, Scope, ScopeReader
from settlement_sim.rules.units import UNITS
from settlement_sim.vocabulary import AXES, POOLS
from settlement_sim.yamlio import Document, Loc

_HEAD = (
    "format", "pools", "scheme", "districts", "inherits", "grade", "source", "note", "spread", "from", "from_known",
    "sources", "leaves",
)  # fmt: skip
_LEAF = ("unit", "axes", "values", "cells", "grade", "source", "note", "spread")
_VALUE = ("from", "from_known", "until", "cells", "grade", "source", "note", "spread")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Filled:
    """A leaf as one file fills it, for those it speaks for."""

    leaf: Leaf
    keys: tuple[Key, ...]
    by_scheme: Mapping[str, Series]
    where: str


@dataclass(frozen=True)
class Contents:
    """One rule file. `inherits` is the pool whose values stand in for whatever is not filled, or empty."""

    document: Document
    scope: Scope
    inherits: str
    spread: int
    filled: tuple[Filled, ...]


class RuleFile:
    """Reads one document. What is wrong is added to `problems`, and reading goes on."""

    def __init__(
        self,
        document: Document,
        leaves: Mapping[str, Leaf],
        sources: Mapping[str, Source],
        problems: list[Problem],
    ) -> None:
        self.document, self.leaves, self.problems = document, leaves, problems
        self.cells = CellReader(document, sources, problems)
        self.scopes = ScopeReader(document, problems)
        self.data = document.data

    def read(self) -> Contents:
        """The contents of the file, as far as they could be read."""
        self._known_keys((), self.data, _HEAD)
        self.scope = self.scopes.read()
        defaults = self.cells.defaults((), self.data, Defaults())
        filled = tuple(
            one
            for name, entry in self._mapping(("leaves",), self.data.get("leaves") or {}).items()
            if (one := self._leaf(name, entry, defaults)) is not None
        )
        inherits = self.data.get("inherits")
        if inherits is not None:
            self.scopes.one_of(("inherits",), inherits, POOLS)
        if not self.data.get("leaves") and inherits is None:
            self._say(("leaves",), "no leaves", "a mapping of leaves")
        return Contents(self.document, self.scope, inherits or "", defaults.spread or 0, filled)

    # One leaf

    def _leaf(self, name: str, entry: Any, outer: Defaults) -> Filled | None:
        loc: Loc = ("leaves", name)
        leaf = self.leaves.get(name)
        if leaf is None:
            where = self.document.where_key(loc)
            self.problems.append(Problem(where, f"leaf {name!r}", "a leaf of leaves.yaml", nearest(name, self.leaves)))
            return None
        before = len(self.problems)
        entry = self._mapping(loc, entry)
        self._known_keys(loc, entry, _LEAF)
        self.scopes.fits(loc, leaf, self.scope)
        self._agrees(loc, entry, leaf)
        versions = self._versions(loc, entry, leaf, self.cells.defaults(loc, entry, outer))
        if len(self.problems) > before:
            return None
        by_scheme = {scheme: _only(leaf, scheme, versions) for scheme in self.scope.schemes}
        return Filled(leaf, tuple(self.scope.keys(leaf)), by_scheme, self.document.where_key(loc))

    def _agrees(self, loc: Loc, entry: Mapping[str, Any], leaf: Leaf) -> None:
        """The unit and axes are repeated beside the numbers, for the reader; they must match leaves.yaml."""
        unit, axes = entry.get("unit"), tuple(entry.get("axes") or ())
        if unit != leaf.unit:
            found = "no unit" if unit is None else f"unit {unit!r}"
            self._say((*loc, "unit"), found, f"{leaf.unit}, as leaves.yaml declares", nearest(unit or "", UNITS))
        if axes != leaf.axes:
            wrong = next((a for a in axes if a not in leaf.axes), "")
            wanted = f"[{', '.join(leaf.axes)}], as leaves.yaml declares"
            self._say((*loc, "axes"), f"axes [{', '.join(map(str, axes))}]", wanted, nearest(wrong, AXES))

    # Its values in time

    def _versions(self, loc: Loc, entry: Mapping[str, Any], leaf: Leaf, outer: Defaults) -> list[Version]:
        if "cells" in entry:
            if "values" in entry:
                self._say((*loc, "values"), "both cells and values", "cells for one value, or a list of values")
            dated = {"from": self.data.get("from"), "from_known": self.data.get("from_known")}
            version = self._version(loc, {**dated, "cells": entry["cells"]}, leaf, outer)
            return [version] if version else []
        listed = entry.get("values")
        if not isinstance(listed, list) or not listed:
            self._say((*loc, "values"), f"leaf {leaf.name!r} without values", "cells, or a list of values")
            return []
        found = []
        for index, value in enumerate(listed):
            here = (*loc, "values", index)
            value = self._mapping(here, value)
            self._known_keys(here, value, _VALUE)
            found.append(self._version(here, value, leaf, self.cells.defaults(here, value, outer)))
        return self._in_order(loc, found)

    def _version(self, loc: Loc, value: Mapping[str, Any], leaf: Leaf, outer: Defaults) -> Version | None:
        start, until = self._date((*loc, "from"), value.get("from")), None
        if value.get("from") is None:
            self._say(loc, "a value without a first day", "from: YYYY-MM-DD here or at the top of the file")
        if value.get("until") is not None:
            until = self._date((*loc, "until"), value["until"])
        known = value.get("from_known")
        if known not in (None, "true", "false"):
            self._say((*loc, "from_known"), repr(known), "true or false")
        if "cells" not in value:
            self._say(loc, "a value without cells", "cells: with one number for every label")
        if start and until and until < start:
            self._say((*loc, "until"), f"{until}, before the first day {start}", "the last day in force")
        day = start or dt.date.min
        dated = self.cells.for_version(leaf, self.scope.schemes, outer, day, known != "false", until)
        cells = dated.read((*loc, "cells"), value["cells"]) if "cells" in value else {}
        return Version(day, until, cells) if start and cells else None

    def _in_order(self, loc: Loc, found: list[Version | None]) -> list[Version]:
        """Each value ends the day before the next begins; overlaps and gaps are told."""
        versions: list[Version] = []
        for index, version in enumerate(found):
            before = versions[-1] if versions else None
            if version is not None and before is not None:
                before = versions[-1] = self._close(before, version, (*loc, "values", index, "from"))
            if version is not None:
                versions.append(version)
        return versions

    def _close(self, before: Version, after: Version, loc: Loc) -> Version:
        day_before = after.start - dt.timedelta(days=1)
        if after.start <= before.start:
            self._say(loc, f"{after.start}, not after {before.start}", "values in order of time, without overlap")
        elif before.until is not None and before.until > day_before:
            self._say(loc, f"{after.start}, although the value before holds until {before.until}", "no overlap")
        elif before.until is not None and before.until < day_before:
            self._say(loc, f"{after.start}, although the value before ends on {before.until}", "no gap")
        if before.until is not None or after.start <= before.start:
            return before
        return _until(before, day_before)

    # Small things

    def _date(self, loc: Loc, text: Any) -> dt.date | None:
        if text is None:
            return None
        try:
            if isinstance(text, str) and _DATE.fullmatch(text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        self._say(loc, repr(text), "a date such as 2024-01-01")
        return None

    def _mapping(self, loc: Loc, entry: Any) -> Mapping[str, Any]:
        if isinstance(entry, dict):
            return entry
        self._say(loc, "no mapping", "a mapping of keys and values")
        return {}

    def _known_keys(self, loc: Loc, entry: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in entry:
            if key not in known:
                where = self.document.where_key((*loc, key))
                self.problems.append(Problem(where, f"key {key!r}", f"one of {', '.join(known)}", nearest(key, known)))

    def _say(self, loc: Loc, found: str, expected: str, close: str = "") -> None:
        self.problems.append(Problem(self.document.where(loc), found, expected, close))


def _only(leaf: Leaf, scheme: str, versions: Iterable[Version]) -> Series:
    """The versions with the cells that belong to `scheme`."""
    wanted: list[Labels] = list(leaf.every_cell(scheme))
    return Series(
        tuple(
            Version(version.start, version.until, {key: version.cells[key] for key in wanted}) for version in versions
        )
    )


def _until(version: Version, day: dt.date) -> Version:
    """The same version, and its cells, ending on `day`."""
    from dataclasses import replace

    cells = {key: replace(cell, until=day) for key, cell in version.cells.items()}
    return Version(version.start, day, cells)
