"""Does a YAML file say what it should, field by field?

Every reader returns a value of its type. Where the file has none, it notes a Problem with its place and
returns an empty value, so that one pass finds all that is wrong. A key that is not there is noted once, by
`keys`; the readers then say nothing more about it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.yamlio import Document, Loc

_WHOLE = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

Number = int | Decimal


@dataclass(frozen=True)
class Words:
    """One text in both languages. `zh` may be empty where only English was required."""

    zh: str
    en: str


class Fields:
    """A document under examination, and the problems found in it so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def refuse(self, loc: Loc, found: str, expected: str, close: str = "") -> None:
        """Note a problem at the value."""
        self.problems.append(Problem(self.document.where(loc), found, expected, close))

    def refuse_key(self, loc: Loc, found: str, expected: str, close: str = "") -> None:
        """Note a problem at the key of the value."""
        self.problems.append(Problem(self.document.where_key(loc), found, expected, close))

    def is_text(self, loc: Loc, text: str) -> bool:
        """Does exactly this text stand there?"""
        return bool(self._at(loc) == text)

    def has(self, loc: Loc) -> bool:
        """Is there a key at this place, whatever it holds?"""
        parent = self._at(loc[:-1])
        return isinstance(parent, dict) and loc[-1] in parent

    def keys(self, loc: Loc, required: Collection[str] = (), optional: Collection[str] = ()) -> tuple[str, ...]:
        """The known keys of a mapping; unknown and missing ones are noted."""
        data = self._at(loc)
        if not isinstance(data, dict):
            self._refuse_kind(loc, f"a mapping with {_listed([*required, *optional])}")
            return ()
        known = [*required, *optional]
        for key in data:
            if key not in known:
                self.refuse_key((*loc, key), f"key {key!r}", f"one of {_listed(known)}", nearest(key, known))
        for key in required:
            if key not in data:
                self.refuse_key(loc, f"no key {key!r}", f"the keys {_listed(required)}", nearest(key, data))
        return tuple(key for key in data if key in known)

    def names(self, loc: Loc) -> tuple[str, ...]:
        """The keys of a mapping whose names are free, such as ids."""
        data = self._at(loc)
        if isinstance(data, dict):
            return tuple(data)
        self._refuse_kind(loc, "a mapping")
        return ()

    def items(self, loc: Loc) -> tuple[Loc, ...]:
        """The places of the entries of a list."""
        data = self._at(loc)
        if isinstance(data, list) and data:
            return tuple((*loc, index) for index in range(len(data)))
        self._refuse_kind(loc, "a list with at least one entry")
        return ()

    def text(self, loc: Loc) -> str:
        """A text that is not empty."""
        data = self._at(loc)
        if isinstance(data, str) and data.strip():
            return data
        self._refuse_kind(loc, "a text")
        return ""

    def texts(self, loc: Loc) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(item) for item in self.items(loc))

    def words(self, loc: Loc, also: Collection[str] = (), zh_optional: bool = False) -> Words:
        """A mapping {zh:, en:}; `zh` may be left out where `zh_optional`, `also` names further keys."""
        needed, free = (("en",), ("zh", *also)) if zh_optional else (("zh", "en"), also)
        found = self.keys(loc, needed, free)
        zh, en = (self.text((*loc, key)) if key in found else "" for key in ("zh", "en"))
        return Words(zh, en)

    def one_of(self, loc: Loc, known: Collection[str], what: str) -> str:
        """A name from a closed list; `what` says what is listed."""
        name = self.text(loc)
        if name and name not in known:
            self.refuse(loc, repr(name), f"{what}: {_listed(known)}", nearest(name, known))
        return name

    def number(self, loc: Loc, whole: bool = False) -> Number:
        """An int where the text has no decimals, else a Decimal; only an int where `whole`."""
        text = self.text(loc)
        if _WHOLE.fullmatch(text):
            return int(text)
        if not whole and _DECIMAL.fullmatch(text):
            return Decimal(text)
        if text:
            self.refuse(loc, repr(text), f"a {'whole ' if whole else ''}number without commas or exponent")
        return 0

    def whole(self, loc: Loc) -> int:
        """A whole number."""
        return int(self.number(loc, whole=True))

    def decimal(self, loc: Loc) -> Decimal:
        """A number as a Decimal."""
        return Decimal(self.number(loc))

    def date(self, loc: Loc, months: bool = False) -> str:
        """An ISO date; with `months` a month or a year will do as well."""
        text = self.text(loc)
        if text and not is_date(text, months):
            also = ", a month such as 2024-03 or a year" if months else ""
            self.refuse(loc, repr(text), f"a date such as 2024-03-01{also}")
        return text

    def in_order(self) -> list[Problem]:
        """The problems found so far, in the order of their lines."""
        return sorted(self.problems, key=_line_and_column)

    def _at(self, loc: Loc) -> Any:
        data: Any = self.document.data
        for step in loc:
            if isinstance(data, dict):
                data = data.get(str(step))
            elif isinstance(data, list) and isinstance(step, int):
                data = data[step]
            else:
                return None
        return data

    def _refuse_kind(self, loc: Loc, expected: str) -> None:
        """Note a value of the wrong kind; an empty one at its key, since it has no place of its own."""
        data = self._at(loc)
        if not loc or self.has(loc) or isinstance(loc[-1], int):
            (self.refuse_key if data is None else self.refuse)(loc, _shown(data), expected)


def raise_all(checked: Collection[Fields]) -> None:
    """Raise InputError with the problems of all files, each in the order of its lines, if there are any."""
    if problems := [problem for fields in checked for problem in fields.in_order()]:
        raise InputError(problems)


def is_date(text: str, months: bool = False) -> bool:
    """Is this a day of the calendar, or with `months` a month or a year?

    >>> is_date("2024-02-30"), is_date("2024-02"), is_date("2024-02", months=True)
    (False, False, True)
    """
    if not _DATE.fullmatch(text) or (len(text) < 10 and not months):
        return False
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def _line_and_column(problem: Problem) -> tuple[int, int]:
    _, line, column = problem.where.rsplit(":", 2)
    return int(line), int(column)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)


def _shown(data: Any) -> str:
    if data is None or isinstance(data, str):
        return repr(data) if data else "nothing"
    return "a mapping" if isinstance(data, dict) else "a list" if data else "an empty list"
