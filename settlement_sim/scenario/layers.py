"""What do a scenario file, the files it extends and the settings of a command line say together, and who said what?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem

Loc = tuple[str | int, ...]
#: Stands behind a location whose key, not whose value, is meant.
KEY: Final = ""
_SETTING: Final = "--set "


@dataclass(frozen=True)
class Layers:
    """Merged data, the place of every value and key, and the files from the scenario itself to the last it extends."""

    data: dict[str, Any]
    where: dict[Loc, str]
    files: tuple[Path, ...]
    settings: tuple[Loc, ...] = ()

    def place(self, *loc: str | int) -> str:
        """`file:line:col` of a value, or of the nearest mapping above it; `--set NAME` for a setting."""
        found = (self.where[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in self.where)
        return next(found, str(self.files[0]))

    def newest(self, *locs: Loc) -> Loc:
        """The location that was set last: by a setting, else by the file that extends the others; else the first."""
        return min(locs, key=lambda loc: self._age(self.place(*loc)))

    def same_file(self, one: Loc, other: Loc) -> bool:
        """Whether two values were set by the same file, or both by settings."""
        return self._age(self.place(*one)) == self._age(self.place(*other))

    def folder(self, *loc: str | int) -> Path:
        """Where a path named at a location is looked up: beside its file, or in the present folder for a setting."""
        at = self.place(*loc)
        return Path() if at.startswith(_SETTING) else Path(at.rsplit(":", 2)[0]).parent

    def own(self) -> Iterator[Loc]:
        """Values that the scenario file itself sets."""
        for loc, value in _walk(self.data, ()):
            if not isinstance(value, dict | list) and self.place(*loc).startswith(f"{self.files[0]}:"):
                yield loc

    def _age(self, place: str) -> int:
        if place.startswith(_SETTING):
            return -1
        return next(age for age, file in enumerate(self.files) if f"{place}:".startswith(f"{file}:"))


def read(document: yamlio.Document, file: Path) -> Layers:
    """One file alone."""
    return Layers(dict(document.data), dict(_positions(document)), (file,))


def laid_over(base: Layers, over: Layers) -> Layers:
    """Mappings merge; anything else, a list too, replaces what stood there, and its positions with it."""
    replaced: list[Loc] = []
    data = _merged(base.data, over.data, (), replaced)
    kept = {loc: at for loc, at in base.where.items() if not any(loc[: len(r)] == r for r in replaced)}
    return Layers(data, kept | over.where, (*over.files, *base.files))


def _merged(base: Mapping[str, Any], over: Mapping[str, Any], loc: Loc, replaced: list[Loc]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = _merged(base[key], value, (*loc, key), replaced)
        else:
            merged[key] = value
            replaced.append((*loc, key))
    return merged


def with_setting(layers: Layers, setting: str) -> Layers:
    """A value set on the command line, `readings.growth=R2`; mappings on the way are made where there are none."""
    name, equals, value = setting.partition("=")
    loc: Loc = tuple(int(part) if part.isdecimal() else part for part in name.split("."))
    node: Any = layers.data
    where, here = layers.where, _SETTING + name
    try:
        for depth, key in enumerate(loc[:-1], 1):
            if isinstance(node, dict) and key not in node:
                node[key] = {}
                where[loc[:depth]] = where[(*loc[:depth], KEY)] = here
            node = node[key]
        node[loc[-1]] = value
    except (TypeError, IndexError, KeyError):
        equals = ""
    if not equals:
        raise InputError(Problem(_SETTING + setting, repr(setting), "a setting such as readings.growth=R2"))
    kept = {at: place for at, place in where.items() if at[: len(loc)] != loc}
    return Layers(layers.data, kept | {loc: here, (*loc, KEY): here}, layers.files, (*layers.settings, loc))


def _positions(document: yamlio.Document) -> Iterable[tuple[Loc, str]]:
    for at, _ in _walk(document.data, ()):
        yield at, document.where(at)
        if at and isinstance(at[-1], str):
            yield (*at, KEY), document.where_key(at)


def _walk(data: Any, loc: Loc) -> Iterator[tuple[Loc, Any]]:
    yield loc, data
    children: Iterable[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        children = data.items()
    elif isinstance(data, list):
        children = enumerate(data)
    for key, child in children:
        yield from _walk(child, (*loc, key))
