"""Which days off and make-up working days do the State Council's notices print?

The table is read strictly: every problem of the file is told at once, with `file:line:col`, in file order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from settlement_sim import dates, yamlio
from settlement_sim.errors import InputError, Problem, nearest

HOLIDAYS: Final = Path(__file__).parent / "data" / "holidays.yaml"

_Loc = tuple[str | int, ...]
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEARS = (1950, 2098)
_TITLE = ("zh", "en")
_NOTICE = ("year", "number", "title", "issued", "source", "holidays")
_HOLIDAY = ("zh", "en", "first", "last")


@dataclass(frozen=True)
class Holiday:
    """One holiday: `first` to `last` are all off; offices work on each day of `makeup` (调休上班) instead."""

    zh: str
    en: str
    first: int
    last: int
    makeup: tuple[int, ...] = ()


@dataclass(frozen=True)
class Notice:
    """One year's notice: its number, title, day of issue, the id of its source, and its holidays."""

    year: int
    number: str
    zh: str
    en: str
    issued: int
    source: str
    holidays: tuple[Holiday, ...]


def read_notices(path: str | Path = HOLIDAYS) -> tuple[Notice, ...]:
    """All notices of a table, by year without a gap. Raises InputError with every problem found."""
    table = _Table(yamlio.read(path))
    notices = table.notices()
    if table.problems:
        raise InputError(sorted(table.problems, key=_position))
    return notices


def is_weekend(day: int) -> bool:
    """Whether a day is a Saturday or a Sunday, whatever any notice says."""
    return dates.date(day).weekday() >= 5


def _position(problem: Problem) -> tuple[int, int]:
    _, line, column = problem.where.rsplit(":", 2)
    return int(line), int(column)


@dataclass
class _Table:
    """The document being read. Each method reads one thing; what it cannot read it reports and replaces."""

    document: yamlio.Document
    problems: list[Problem] = field(default_factory=list)
    spoken_for: dict[int, str] = field(default_factory=dict)

    def notices(self) -> tuple[Notice, ...]:
        root = self.keys((), self.document.data, ("format", "notices"))
        found = tuple(self.notice(loc, value) for loc, value in self.items(("notices",), root))
        if root.get("notices") == []:
            self.report(("notices",), "no notice", "at least one notice")
        for index in range(1, len(found)):
            before, here = found[index - 1].year, found[index].year
            if before and here and here != before + 1:
                expected = f"{before + 1}: notices follow each other year by year"
                self.report(("notices", index, "year"), f"{here}", expected)
        return found

    def notice(self, loc: _Loc, value: Any) -> Notice:
        keys = self.keys(loc, value, _NOTICE)
        title = self.keys((*loc, "title"), keys["title"], _TITLE) if "title" in keys else {}
        year = self.whole(loc, keys, "year", *_YEARS)
        return Notice(
            year=year,
            number=self.text(loc, keys, "number"),
            zh=self.text((*loc, "title"), title, "zh"),
            en=self.text((*loc, "title"), title, "en"),
            issued=self.day((*loc, "issued"), keys["issued"]) or 0 if "issued" in keys else 0,
            source=self.text(loc, keys, "source"),
            holidays=tuple(self.holiday(at, item, year) for at, item in self.items((*loc, "holidays"), keys)),
        )

    def holiday(self, loc: _Loc, value: Any, year: int) -> Holiday:
        keys = self.keys(loc, value, _HOLIDAY, ("days", "makeup"))
        first, last = (self.day_of((*loc, key), keys[key], year) if key in keys else None for key in ("first", "last"))
        makeup = [self.makeup(at, item, year) for at, item in self.items((*loc, "makeup"), keys)]
        name = self.text(loc, keys, "zh")
        if first is not None and last is not None:
            self.span(loc, keys, first, last, name)
        for index, day in enumerate(makeup):
            if day is not None:
                self.claim((*loc, "makeup", index), day, f"the make-up working day of {name}")
        return Holiday(
            name,
            self.text(loc, keys, "en"),
            first or 0,
            last or 0,
            tuple(day for day in makeup if day is not None),
        )

    def span(self, loc: _Loc, keys: dict[str, Any], first: int, last: int, name: str) -> None:
        """Guards on a holiday as a whole: its order, the printed count, and that no other claims its days."""
        if last < first:
            self.report((*loc, "last"), dates.iso(last), f"a day not before {dates.iso(first)}")
            return
        if "days" in keys and (days := self.whole(loc, keys, "days", 1, 366)) and days != last - first + 1:
            expected = f"{last - first + 1}, the days from {dates.iso(first)} to {dates.iso(last)}"
            self.report((*loc, "days"), f"{days}", expected)
        for day in range(first, last + 1):
            if not self.claim((*loc, "first"), day, name):
                return

    def claim(self, loc: _Loc, day: int, what: str) -> bool:
        """Say that a day belongs to `what`; a day can belong to one thing only."""
        if day in self.spoken_for:
            found = f"{dates.iso(day)} as {what}"
            self.report(loc, found, f"a day that is not already {self.spoken_for[day]}")
            return False
        self.spoken_for[day] = what
        return True

    def makeup(self, loc: _Loc, value: Any, year: int) -> int | None:
        day = self.day_of(loc, value, year)
        if day is not None and not is_weekend(day):
            self.report(loc, f"{value}, a {_WEEKDAYS[dates.date(day).weekday()]}", "a Saturday or a Sunday")
        return day

    def day_of(self, loc: _Loc, value: Any, year: int) -> int | None:
        """A day of the notice's year, or of the December before (a New Year may begin there)."""
        day = self.day(loc, value)
        if day is None or not year:
            return day
        first, last = dates.day(f"{year - 1:04d}-12-01"), dates.day(f"{year:04d}-12-31")
        if not first <= day <= last:
            self.report(loc, f"{value}", f"a day from {dates.iso(first)} to {dates.iso(last)}")
            return None
        return day

    def day(self, loc: _Loc, value: Any) -> int | None:
        try:
            return dates.day(value if isinstance(value, str) else "")
        except ValueError:
            self.refuse(loc, value, "a date YYYY-MM-DD that exists")
            return None

    def whole(self, loc: _Loc, keys: dict[str, Any], key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, or 0 where it is missing or wrong."""
        value = keys.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        if key in keys:
            self.refuse((*loc, key), value, f"a whole number from {low} to {high}")
        return 0

    def text(self, loc: _Loc, keys: dict[str, Any], key: str) -> str:
        value = keys.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in keys:
            self.refuse((*loc, key), value, "a text")
        return ""

    def items(self, loc: _Loc, keys: dict[str, Any]) -> Iterator[tuple[_Loc, Any]]:
        """The items of the list at `loc`, each with its own place; none where the key is absent."""
        value = keys.get(str(loc[-1]), [])
        if not isinstance(value, list):
            self.refuse(loc, value, "a list")
            return
        yield from (((*loc, index), item) for index, item in enumerate(value))

    def keys(self, loc: _Loc, value: Any, must: tuple[str, ...], may: tuple[str, ...] = ()) -> dict[str, Any]:
        """A mapping's known keys; unknown and missing ones are reported."""
        if not isinstance(value, dict):
            self.refuse(loc, value, f"a mapping with {', '.join(must)}")
            return {}
        known = must + may
        for key in value:
            if key not in known:
                at = self.document.where_key((*loc, key))
                self.problems.append(Problem(at, f"key {key!r}", f"one of {', '.join(known)}", nearest(key, known)))
        for key in must:
            if key not in value:
                self.report(loc, f"no key {key!r}", f"all of {', '.join(must)}")
        return {key: item for key, item in value.items() if key in known}

    def report(self, loc: _Loc, found: str, expected: str) -> None:
        self.problems.append(Problem(self.document.where(loc), found, expected))

    def refuse(self, loc: _Loc, value: Any, expected: str) -> None:
        """Report a value as such; an empty one, which has no place of its own, at its key."""
        where = self.document.where_key if value is None else self.document.where
        self.problems.append(Problem(where(loc), _shown(value), expected))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    return "nothing" if value is None else "a mapping" if isinstance(value, dict) else "a list"
