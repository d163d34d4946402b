"""What do the routines that produce our tables start from?

`build_assumptions.csv` holds every number of the routines with its grade, range and basis;
`unit_traits.csv` says of what kind a unit's town, land and level-3 care are. Change them there and run the
three routines again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.world import tables
from settlement_sim.world.geography_tables import COLUMNS

DATA: Final = Path(__file__).parent / "data"
TOWNS: Final = ("metro", "city", "county")
TERRAINS: Final = ("basin", "ridge", "mountain", "plateau")
TERTIARY: Final = ("centre", "metro", "regional", "county", "none")
_ASSUMPTION: Final = ("name", "value", "low", "high", "unit", "grade", "source", "basis")
_TRAITS: Final = ("unit", "town", "terrain", "tertiary", "grade", "source")
_MOST = 10**8


@dataclass(frozen=True)
class Unit:
    """One unit as the routines see it; `residents` in persons, `lat` and `lon` in degrees."""

    name: str
    province: str
    pool: str
    kind: str
    residents: int
    lat: float
    lon: float
    town: str
    terrain: str
    tertiary: str


def assumptions() -> dict[str, int]:
    """Every number of `build_assumptions.csv` by name; the ends of its range as `name.low` and `name.high`.

    Raises InputError with all problems.
    """
    problems: list[Problem] = []
    rows = tables.read("build_assumptions.csv", _ASSUMPTION, problems)
    named = {row.text("name"): row.whole("value", 0, _MOST) for row in rows}
    for row in rows:
        row.ranged("value", "low", "high", row.source(), _MOST)
        ends = [end for end in ("low", "high") if row.cells[end]]
        named |= {f"{row.cells['name']}.{end}": row.whole(end, 0, _MOST) for end in ends}
    if problems:
        raise InputError(problems)
    return named


def units() -> list[Unit]:
    """The units in order, with their traits. Raises InputError with all problems."""
    problems: list[Problem] = []
    rows = tables.read("units.csv", COLUMNS["units.csv"], problems)
    traits = tables.read("unit_traits.csv", _TRAITS, problems)
    for row in traits:
        row.source()
        for column, known in (("town", TOWNS), ("terrain", TERRAINS), ("tertiary", TERTIARY)):
            row.code(column, known)
    if [row.cells["unit"] for row in traits] != [row.cells["unit"] for row in rows]:
        problems.append(Problem("unit_traits.csv:1:1", "other units", "the units of units.csv in their order"))
    if problems:
        raise InputError(problems)
    return [_unit(row, trait) for row, trait in zip(rows, traits, strict=True)]


def _unit(row: tables.Row, trait: tables.Row) -> Unit:
    return Unit(
        name=row.cells["unit"],
        province=row.cells["province"],
        pool=row.cells["pool"],
        kind=row.cells["kind"],
        residents=row.whole("residents", 1, _MOST),
        lat=row.degrees("lat", 20, 40),
        lon=row.degrees("lon", 95, 115),
        town=trait.cells["town"],
        terrain=trait.cells["terrain"],
        tertiary=trait.cells["tertiary"],
    )


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as it is committed: commas, line feeds, a header."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def write(name: str, text: str) -> None:
    """Put a produced table in its place."""
    (DATA / name).write_text(text, encoding="utf-8", newline="\n")
