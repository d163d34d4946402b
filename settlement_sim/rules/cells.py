"""Which number stands in which cell of a value, and with what grade, source and range?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from settlement_sim.errors import Problem, nearest
from settlement_sim.provenance import Source, outranks
from settlement_sim.rules.leaf import Cell, Labels, Leaf, around
from settlement_sim.rules.units import UNITS, UnreadableError, parse
from settlement_sim.vocabulary import AXES, GRADES
from settlement_sim.yamlio import Document, Loc

#: Stands for every label of an axis that is not named beside it.
OTHERS = "others"
_CELL = ("value", "grade", "source", "note", "spread", "low", "high")


@dataclass(frozen=True)
class Defaults:
    """Grade, source, note and spread as inherited from the file, the leaf and the value.

    Whoever names a grade names its basis too: a new `grade` drops the source, note and spread from outside.
    `spread` is the range of an assumption, in percent of its value below and above.
    """

    grade: str = ""
    source: str = ""
    note: str = ""
    spread: int | None = None


class CellReader:
    """Reads grades, sources and cells of one document. What is wrong is added to `problems`."""

    def __init__(self, document: Document, sources: Mapping[str, Source], problems: list[Problem]) -> None:
        self.document, self.sources, self.problems = document, sources, problems

    def defaults(self, loc: Loc, entry: Mapping[str, Any], outer: Defaults) -> Defaults:
        """What `outer` becomes where `entry` says otherwise."""
        grade, source, spread = entry.get("grade"), entry.get("source"), entry.get("spread")
        if grade is not None and grade not in GRADES:
            self.say((*loc, "grade"), repr(grade), f"one of {', '.join(GRADES)}", nearest(str(grade), GRADES))
        if source is not None and source not in self.sources:
            expected = "a source of sources/rules.yaml or of this file"
            self.say((*loc, "source"), f"source {source!r}", expected, nearest(str(source), self.sources))
        if spread is not None and not (str(spread).isdecimal() and int(spread) <= 100):
            self.say((*loc, "spread"), repr(spread), "a whole percentage from 0 to 100")
            spread = None
        base = Defaults(grade) if grade is not None else outer
        return Defaults(
            base.grade,
            base.source if source is None else source,
            base.note if entry.get("note") is None else entry["note"],
            base.spread if spread is None else int(spread),
        )

    def for_version(
        self,
        leaf: Leaf,
        schemes: tuple[str, ...],
        defaults: Defaults,
        start: dt.date,
        from_known: bool,
        until: dt.date | None,
    ) -> VersionCells:
        """A reader of the cells of one dated value."""
        return VersionCells(self, leaf, schemes, defaults, start, from_known, until)

    def say(self, loc: Loc, found: str, expected: str, close: str = "") -> None:
        """Add a problem at the place of `loc`."""
        self.problems.append(Problem(self.document.where(loc), found, expected, close))


@dataclass(frozen=True)
class VersionCells:
    """Reads the nested mapping of one dated value, label by label, down to its cells."""

    reader: CellReader
    leaf: Leaf
    schemes: tuple[str, ...]
    defaults: Defaults
    start: dt.date
    from_known: bool
    until: dt.date | None

    def read(self, loc: Loc, node: Any, depth: int = 0) -> dict[Labels, Cell]:
        """Every cell below `node`, by its labels; empty where something is wrong."""
        if depth == len(self.leaf.axes):
            cell = self._cell(loc, node)
            return {} if cell is None else {(): cell}
        axis = self.leaf.axes[depth]
        if not isinstance(node, dict):
            self.reader.say(loc, "no mapping", f"a mapping with one entry for every {axis}")
            return {}
        wanted = self._labels(axis)
        self._unknown_labels(loc, node, axis, wanted)
        missing = [label for label in wanted if label not in node]
        if missing and OTHERS not in node:
            expected = f"every {axis}: {', '.join(wanted)}"
            self.reader.say(loc, f"no cell for {axis} {', '.join(missing)}", expected)
        if OTHERS in node and not missing:
            self.reader.say((*loc, OTHERS), "'others' that stands for nothing", f"a {axis} still open, or no 'others'")
        return self._join(loc, node, depth, wanted)

    def _join(self, loc: Loc, node: Mapping[str, Any], depth: int, wanted: list[str]) -> dict[Labels, Cell]:
        below = {key: self.read((*loc, key), value, depth + 1) for key, value in node.items()}
        return {
            (label, *rest): cell for label in wanted for rest, cell in below.get(label, below.get(OTHERS, {})).items()
        }

    def _labels(self, axis: str) -> list[str]:
        used = {label for scheme in self.schemes for label in self.leaf.labels(axis, scheme)}
        return [label for label in AXES[axis] if label in used]

    def _unknown_labels(self, loc: Loc, node: Mapping[str, Any], axis: str, wanted: list[str]) -> None:
        for key in node:
            if key not in wanted and key != OTHERS:
                where = self.reader.document.where_key((*loc, key))
                expected = f"one of {', '.join(wanted)}"
                self.reader.problems.append(Problem(where, f"{axis} {key!r}", expected, nearest(key, wanted)))

    def _cell(self, loc: Loc, node: Any) -> Cell | None:
        entry = node if isinstance(node, dict) else {"value": node}
        at = loc if node is not entry else (*loc, "value")
        for key in entry:
            if key not in _CELL:
                where = self.reader.document.where_key((*loc, key))
                self.reader.problems.append(
                    Problem(where, f"key {key!r}", f"one of {', '.join(_CELL)}", nearest(key, _CELL))
                )
        value = self._number(at, entry.get("value"))
        low, high = (self._range(loc, entry, key) for key in ("low", "high"))
        mine = self.reader.defaults(loc, entry, self.defaults)
        if value is None:
            return None
        cell = Cell(
            value, self.leaf.unit, self.start, self.from_known, self.until, mine.grade, mine.source,
            low, high, self.reader.document.where(at), mine.note,
        )  # fmt: skip
        cell = self._with_range(cell, mine)
        self._check_basis(at, cell)
        return cell

    def _number(self, loc: Loc, text: Any) -> int | None:
        if not isinstance(text, str):
            self.reader.say(loc, "no number", f"a value in {self.leaf.unit}")
            return None
        try:
            return parse(text, self.leaf.unit, self.leaf.choices, may_be_none=self.leaf.may_be_none)
        except UnreadableError as error:
            self.reader.say(loc, *error.args)
            return None

    def _range(self, loc: Loc, entry: Mapping[str, Any], key: str) -> int | None:
        return self._number((*loc, key), entry[key]) if key in entry else None

    def _with_range(self, cell: Cell, mine: Defaults) -> Cell:
        """An assumption's range: as written, from its spread, or for a flag or choice all it may be."""
        if cell.grade != "assumption":
            return cell
        low, high = cell.low, cell.high
        if not UNITS[cell.unit].is_amount:
            low, high = 0, max(1, len(self.leaf.choices) - 1)
        elif mine.spread is not None and low is None and high is None:
            low, high = around(cell.value, cell.unit, mine.spread)
        return replace(cell, low=low, high=high)

    def _check_basis(self, loc: Loc, cell: Cell) -> None:
        """Every cell is graded and sourced, and an assumption says its range and its basis."""
        say = self.reader.say
        source = self.reader.sources.get(cell.source)
        if not cell.grade:
            say(loc, "a value without a grade", f"grade: one of {', '.join(GRADES)}")
        elif cell.grade == "assumption":
            if cell.low is None or cell.high is None:
                say(loc, "an assumption without low and high", "both, or a spread in percent")
            if not cell.note:
                say(loc, "an assumption without a note", "a note that says what it rests on")
        elif not cell.source:
            say(loc, f"a value graded {cell.grade} without a source", "a source")
        elif source and outranks(cell.grade, source):
            expected = f"at most {source.grade}, the grade of its source {source.id!r}"
            say(loc, f"a value graded {cell.grade}", expected)
        if cell.low is not None and cell.low > cell.value:
            say(loc, "a low above the value", "low <= value <= high")
        if cell.high is not None and cell.high < cell.value:
            say(loc, "a high below the value", "low <= value <= high")
