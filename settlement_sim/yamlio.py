"""What does a YAML file say, word for word, and at which line and column does it say it?

Every scalar stays the text that was written: no floats, dates or booleans are made here (`NO`, `17:30` and
`0.10` mean what the reader sees). Only an empty value, `~` and `null` become None. Duplicate keys, tabs,
anchors, merge keys and tags are refused, each with its place, and all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from settlement_sim._yamlreader import Loc, Mark, Reader, place
from settlement_sim.errors import InputError, Problem, nearest

__all__ = ["Document", "Loc", "read", "read_text"]


@dataclass(frozen=True, eq=False)
class Document:
    """One file: its plain data, and the place of every value and key.

    `data` nests dict, list, str and None. Places read `file:line:col`, counted from 1.

    >>> document = read_text("format: 1\\npools: [chengdu, 0.10]", "a.yaml")
    >>> document.data, document.where(("pools", 1))
    ({'format': '1', 'pools': ['chengdu', '0.10']}, 'a.yaml:2:18')
    """

    path: str
    data: dict[str, Any]
    _values: Mapping[Loc, Mark] = field(repr=False)
    _keys: Mapping[Loc, Mark] = field(repr=False)

    def where(self, loc: Loc = ()) -> str:
        """The place of the value at `loc`, or of its nearest existing parent."""
        while loc not in self._values:
            loc = loc[:-1]
        return place(self.path, self._values[loc])

    def where_key(self, loc: Loc) -> str:
        """The place of the key that names the value at `loc` (a list item: of the item)."""
        mark = self._keys.get(loc)
        return self.where(loc) if mark is None else place(self.path, mark)


def read(path: str | Path, *, format: int = 1) -> Document:
    """Read one file. Raises InputError with every problem found; a missing file is one of them."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(path), f"bytes that are not UTF-8 at {error.start}", "UTF-8 text")) from None
    except OSError as error:
        raise InputError(_unreadable(Path(path), error)) from None
    return read_text(text, str(path), format=format)


def read_text(text: str, name: str, *, format: int = 1) -> Document:
    """Read a text as if it stood in a file called `name`. Raises InputError with every problem found."""
    if tabs := list(_tabs(text, name)):
        raise InputError(tabs)
    reader = Reader(name)
    data = reader.document(text)
    problems = reader.problems
    if not reader.broken:
        problems = _wrong_head(data, reader, format) + problems
    if problems:
        raise InputError(problems)
    return Document(name, data, reader.values, reader.keys)


def _unreadable(path: Path, error: OSError) -> Problem:
    if not isinstance(error, FileNotFoundError):
        return Problem(str(path), error.strerror or "a file that cannot be read", "a readable file")
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return Problem(str(path), "no such file", "an existing YAML file", nearest(path.name, beside))


def _tabs(text: str, name: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "\t" in line:
            yield Problem(place(name, (number, line.index("\t") + 1)), "a tab", "spaces")


def _wrong_head(data: Any, reader: Reader, format: int) -> list[Problem]:
    """The root must be a mapping that says which `format` it is written in."""
    if not isinstance(data, dict):
        found = "an empty file" if data is None else f"a {_kind(data)} at the top"
        return [reader.problem((1, 1), found, f"a mapping that starts with `format: {format}`")]
    if "format" not in data:
        close = nearest("format", data)
        mark, found = (reader.keys[(close,)], f"key {close!r}") if close else ((1, 1), "no key 'format'")
        return [reader.problem(mark, found, f"`format: {format}` as the first line", close and "format")]
    if data["format"] != str(format):
        found = f"format {_shown(data['format'])}"
        return [reader.problem(reader.values[("format",)], found, f"`format: {format}`")]
    return []


def _kind(data: Any) -> str:
    return "mapping" if isinstance(data, dict) else "list" if isinstance(data, list) else "single value"


def _shown(data: Any) -> str:
    return repr(data) if isinstance(data, str) else "nothing" if data is None else f"a {_kind(data)}"
