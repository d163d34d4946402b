"""How do the events of a YAML text become plain data with a place for everything?

The inside of `yamlio`: one pass over ruamel.yaml's events, which know every anchor, alias, tag and column.
(Its node graph has lost the aliases by then, and takes a third longer.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from settlement_sim.errors import Problem

#: A path inside a document: keys of mappings and indices of lists.
Loc = tuple[str | int, ...]
#: Line and column, both from 1.
Mark = tuple[int, int]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_DEEPEST = 30
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*")
_GROUP = re.compile(r"\d{3}(\.\d*)?")


def place(name: str, mark: Mark) -> str:
    """`file:line:col`."""
    return f"{name}:{mark[0]}:{mark[1]}"


class Reader:
    """Turns the events of one text into plain data and remembers every place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.values: dict[Loc, Mark] = {(): (1, 1)}
        self.keys: dict[Loc, Mark] = {}
        self.broken = False

    def problem(self, mark: Mark, found: str, expected: str, close: str = "") -> Problem:
        """A problem at a place of this text."""
        return Problem(place(self.name, mark), found, expected, close)

    def refuse(self, mark: Mark, found: str, expected: str) -> None:
        """Remember a problem and read on."""
        self.problems.append(self.problem(mark, found, expected))

    def document(self, text: str) -> Any:
        """The data of the single document in `text`; on a syntax error whatever came before is lost."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLStreamError
        from ruamel.yaml.reader import ReaderError

        try:
            return self._only_document(YAML(typ="base", pure=True).parse(text))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.refuse(_mark(mark) if mark else (1, 1), *_syntax(error))
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
            self.refuse((line, column), f"the unprintable character {_code(error.character)}", "printable text")
        except YAMLStreamError as error:
            self.refuse((1, 1), str(error), "UTF-8 text")
        self.broken = True
        return None

    def _only_document(self, events: Iterator[Any]) -> Any:
        data: Any = None
        seen = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                seen += 1
                if seen > 1:
                    self.refuse(_mark(event.start_mark), "a second document", "one document in a file")
                    self.broken = True
                    return None
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                data = self._value(event, events, ())
        return data

    def _value(self, event: Any, events: Iterator[Any], loc: Loc) -> Any:
        mark = self.values[loc] = _mark(event.start_mark)
        kind = type(event).__name__
        self._refuse_extras(event, kind, mark)
        if len(loc) > _DEEPEST:
            from ruamel.yaml.parser import ParserError

            raise ParserError(None, None, f"more than {_DEEPEST} levels of nesting", event.start_mark)
        if kind == "MappingStartEvent":
            return self._mapping(events, loc, bool(event.flow_style))
        if kind == "SequenceStartEvent":
            return self._list(events, loc)
        if kind == "AliasEvent" or (event.style is None and event.value in _NULL):
            return None
        return event.value

    def _refuse_extras(self, event: Any, kind: str, mark: Mark) -> None:
        if kind == "AliasEvent":
            self.refuse(mark, f"the alias *{event.anchor}", "the value itself, written out")
        elif event.anchor is not None:
            self.refuse(mark, f"the anchor &{event.anchor}", "the value itself, without an anchor")
        if getattr(event, "tag", None) is not None:
            self.refuse(mark, f"the tag {event.tag}", "a plain value, without a tag")

    def _mapping(self, events: Iterator[Any], loc: Loc, flow: bool) -> dict[str, Any]:
        data: dict[str, Any] = {}
        before = _Number()
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            mark = _mark(event.start_mark)
            key = self._key(event, events, loc)
            here = (*loc, key)
            first = self.keys.get(here)
            value = self._value(next(events), events, here if first is None else (*loc, "\0", len(self.keys)))
            if flow and value is None and before.continues_with(key):
                before = self._refuse_comma(before, key)
                continue
            if first is not None:
                self.refuse(mark, f"key {key!r} again (first in line {first[0]})", "each key once")
            else:
                data[key], self.keys[here] = value, mark
            before = _Number(value, self.values[here])
        return data

    def _key(self, event: Any, events: Iterator[Any], loc: Loc) -> str:
        """A key as text. A merge key or a nested key is refused and stands in as an odd name."""
        mark = _mark(event.start_mark)
        if type(event).__name__ != "ScalarEvent":
            self.refuse(mark, "a key that is not plain text", "a name before the colon")
            self._value(event, events, (*loc, "\0", mark[0], mark[1]))
            return f"\0{mark}"
        self._refuse_extras(event, "ScalarEvent", mark)
        if event.value == "<<":
            self.refuse(mark, "the merge key '<<'", "the keys themselves, written out")
        elif event.style is None and event.value in _NULL:
            self.refuse(mark, "an empty key", "a name before the colon")
        return str(event.value)

    def _list(self, events: Iterator[Any], loc: Loc) -> list[Any]:
        data: list[Any] = []
        before, end = _Number(), (0, 0)
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            mark = _mark(event.start_mark)
            value = self._value(event, events, (*loc, len(data)))
            touches = mark == (end[0], end[1] + 1)
            end = _mark(event.end_mark)
            if touches and before.continues_with(value):
                before = self._refuse_comma(before, value)
                continue
            data.append(value)
            before = _Number(value, mark)
        return data

    def _refuse_comma(self, before: _Number, group: str) -> _Number:
        """Say once, at its first digit, that a number was written with thousands commas."""
        number = f"{before.text},{group}"
        found = f"{number!r}, which YAML reads as separate entries inside {{…}} or […]"
        expected = f"a number without a thousands comma: {number.replace(',', '')}"
        if before.text and "," in before.text:
            self.problems.pop()
        self.refuse(before.mark, found, expected)
        return _Number(number, before.mark)


@dataclass(frozen=True)
class _Number:
    """The value read last, in case the next entry turns out to be its next three digits."""

    text: Any = None
    mark: Mark = (1, 1)

    def continues_with(self, group: Any) -> bool:
        """Whether `group` looks like the next three digits of this number."""
        return (
            isinstance(self.text, str)
            and isinstance(group, str)
            and bool(_NUMBER.fullmatch(self.text) and _GROUP.fullmatch(group))
        )


def _code(character: Any) -> str:
    return f"U+{character if isinstance(character, int) else ord(character):04X}"


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _syntax(error: Any) -> tuple[str, str]:
    """What ruamel.yaml says, as `found` and `expected`."""
    said = (error.problem or error.context or "text that is not YAML").strip()
    if match := re.fullmatch(r"expected (.+?), but (?:got|found) (.+)", said):
        return match[2], match[1]
    while_ = f" ({error.context.strip()})" if error.context and error.problem else ""
    return f"a syntax error: {said}{while_}", "valid YAML"
