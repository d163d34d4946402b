"""What must each table of the geography say, cell by cell and row beside row?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from settlement_sim.errors import Problem
from settlement_sim.vocabulary import GRADES, LEVELS, POOLS, PROVINCES, SCHEMES
from settlement_sim.world import tables

KINDS: Final = ("district", "border_county", "remainder")
#: Kinds of day, by the codes of `calendar.KINDS`. A make-up working day is as full as a working day.
DAY_KINDS: Final = ("workday", "weekend", "holiday", "makeup")
COLUMNS: Final = {
    "units.csv": (
        "unit", "zh", "en", "province", "pool", "kind", "residents", "residents_grade", "residents_source",
        "residents_low", "residents_high", "lat", "lon", "coordinate_grade", "coordinate_source", "border",
    ),
    "pools.csv": (
        "pool", "zh", "en", "province", "insured_employee", "insured_resident", "grade", "source",
        "employee_low", "employee_high", "resident_low", "resident_high",
    ),
    "border_pairs.csv": ("sichuan", "chongqing", "grade", "source", "note"),
    "travel_minutes.csv": ("unit",),  # and one column per unit
    "providers.csv": ("provider", "unit", "level", "licensed_beds", "low", "high", "grade", "source"),
    "occupancy.csv": ("level", "day_kind", "occupancy", "low", "high", "grade", "source", "basis"),
    "travellers.csv": ("unit", "temporary", "long_term", "grade", "basis"),
}  # fmt: skip
#: Every unit has these; level 3 is where a unit has it.
EVERYWHERE: Final = ("community", "1", "2", "pharmacy")
_MOST_PERSONS, _MOST_MINUTES, _MOST_BEDS = 10**8, 3_000, 10**6

#: What has been read so far, by the names of the fields of `Geography`.
Found = dict[str, Any]
Overlays = Sequence[Path]
Reader = Callable[[Found, list[Problem], Overlays], None]


def _units(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("units.csv", COLUMNS["units.csv"], problems, overlays)
    names = [row.text("unit") for row in rows]
    for place, row in enumerate(rows):
        _unit(row, names[:place])
    used = {row.cells["pool"] for row in rows}
    for pool in [pool for pool in POOLS if pool not in used] if rows else ():
        rows[-1].report("pool", f"no unit of pool {pool!r}", "at least one unit of every pool")
    found["units"] = tuple(names)
    found["unit_zh"] = tuple(row.text("zh") for row in rows)
    found["unit_en"] = tuple(row.text("en") for row in rows)
    found["unit_pool"] = np.array([row.code("pool", POOLS) for row in rows], np.int8)
    found["unit_province"] = np.array([row.code("province", PROVINCES) for row in rows], np.int8)
    found["residents"] = np.array([row.whole("residents", 1, _MOST_PERSONS) for row in rows], np.int64)
    found["lat"] = np.array([row.degrees("lat", 20, 40) for row in rows], np.float64)
    found["lon"] = np.array([row.degrees("lon", 95, 115) for row in rows], np.float64)
    found["border"] = np.array([row.whole("border", 0, 1) for row in rows], np.bool_)


def _unit(row: tables.Row, before: list[str]) -> None:
    """What one unit must obey beyond its cells."""
    if row.cells["unit"] in before:
        row.report("unit", f"unit {row.cells['unit']!r} a second time", "each unit once")
    kind = KINDS[row.code("kind", KINDS)]
    if kind == "remainder" and row.cells["unit"] != row.cells["pool"]:
        row.report("unit", f"{row.cells['unit']!r}, a remainder", f"the name of its pool, {row.cells['pool']!r}")
    if (row.cells["pool"] == "chongqing") != (row.cells["province"] == "chongqing"):
        row.report("province", f"province {row.cells['province']!r}", f"that of pool {row.cells['pool']!r}")
    grade = row.source("residents_grade", "residents_source")
    row.ranged("residents", "residents_low", "residents_high", grade, _MOST_PERSONS)
    row.source("coordinate_grade", "coordinate_source")


def _pools(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("pools.csv", COLUMNS["pools.csv"], problems, overlays)
    if rows and [row.cells["pool"] for row in rows] != list(POOLS):
        rows[0].report("pool", "other pools, or in another order", f"one row each for {', '.join(POOLS)}")
    for row in rows:
        row.code("province", PROVINCES)
        grade = row.source()
        for scheme in SCHEMES:
            row.ranged(f"insured_{scheme}", f"{scheme}_low", f"{scheme}_high", grade, _MOST_PERSONS)
    found["pool_zh"] = tuple(row.text("zh") for row in rows)
    found["pool_en"] = tuple(row.text("en") for row in rows)
    persons = [[row.whole(f"insured_{scheme}", 1, _MOST_PERSONS) for scheme in SCHEMES] for row in rows]
    found["insured"] = np.array(persons, np.int64)


def _border_pairs(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("border_pairs.csv", COLUMNS["border_pairs.csv"], problems, overlays)
    units, pairs = found["units"], []
    for row in rows:
        row.source()
        pair = [row.code(province, units) for province in ("sichuan", "chongqing")]
        for province, unit in zip(("sichuan", "chongqing"), pair, strict=True):
            if PROVINCES[found["unit_province"][unit]] != province or not found["border"][unit]:
                row.report(province, f"{units[unit]!r}", f"a border unit of {province}")
        if pair in pairs:
            row.report("sichuan", f"{units[pair[0]]} and {units[pair[1]]} a second time", "each pair once")
        pairs.append(pair)
    alone = set(np.flatnonzero(found["border"]).tolist()) - {unit for pair in pairs for unit in pair}
    for unit in sorted(alone) if rows else ():
        rows[-1].report("sichuan", f"no pair with {units[unit]!r}", "every border unit in some pair")
    found["border_pairs"] = np.array(pairs, np.int16).reshape(-1, 2)


def _minutes(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    units = found["units"]
    rows = tables.read("travel_minutes.csv", ("unit", *units), problems, overlays)
    _one_row_per_unit(rows, units)
    table = [[row.whole(unit, 1, _MOST_MINUTES) for unit in units] for row in rows]
    found["minutes"] = np.array(table, np.int16)
    if len(rows) != len(units):
        return
    for a, b in np.argwhere(np.triu(found["minutes"] != found["minutes"].T)):
        expected = f"{table[b][a]}, as from {units[b]} to {units[a]}"
        rows[a].report(units[b], f"{table[a][b]} minutes from {units[a]} to {units[b]}", expected)


def _providers(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("providers.csv", COLUMNS["providers.csv"], problems, overlays)
    units, seen = found["units"], set[str]()
    for row in rows:
        name, expected = row.text("provider"), f"{row.cells['unit']}.{row.cells['level']}"
        if name != expected or name in seen:
            row.report("provider", f"provider {name!r}", f"{expected!r}, once")
        seen.add(name)
        row.ranged("licensed_beds", "low", "high", row.source(), _MOST_BEDS)
        if row.cells["level"] == "pharmacy" and row.cells["licensed_beds"] != "0":
            row.report("licensed_beds", f"{row.cells['licensed_beds']} beds in a pharmacy", "0")
    for name in [f"{unit}.{level}" for unit in units for level in EVERYWHERE] if rows else ():
        if name not in seen:
            rows[-1].report("provider", f"no provider {name!r}", f"{', '.join(EVERYWHERE)} in every unit")
    found["providers"] = tuple(row.cells["provider"] for row in rows)
    found["provider_unit"] = np.array([row.code("unit", units) for row in rows], np.int16)
    found["provider_level"] = np.array([row.code("level", LEVELS) for row in rows], np.int8)
    found["licensed_beds"] = np.array([row.whole("licensed_beds", 0, _MOST_BEDS) for row in rows], np.int32)


def _occupancy(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("occupancy.csv", COLUMNS["occupancy.csv"], problems, overlays)
    filled = np.full((len(LEVELS), len(DAY_KINDS)), -1, np.int32)
    filled[LEVELS.index("pharmacy")] = 0
    for row in rows:
        cell = row.code("level", LEVELS[:4]), row.code("day_kind", DAY_KINDS[:3])
        if filled[cell] >= 0:
            row.report("level", f"level {LEVELS[cell[0]]!r} on a {DAY_KINDS[cell[1]]} again", "each once")
        filled[cell] = row.whole("occupancy", 0, 10_000)
        row.ranged("occupancy", "low", "high", row.source(), 10_000)
        row.text("basis")
    filled[:, DAY_KINDS.index("makeup")] = filled[:, DAY_KINDS.index("workday")]
    for level, kind in np.argwhere(filled[:, :3] < 0) if rows else ():
        found_none = f"no row for level {LEVELS[level]!r} on a {DAY_KINDS[kind]}"
        rows[-1].report("level", found_none, "every level on every kind of day")
    found["occupancy"] = filled


def _travellers(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    rows = tables.read("travellers.csv", COLUMNS["travellers.csv"], problems, overlays)
    _one_row_per_unit(rows, found["units"])
    sound = not problems
    for row, residents in zip(rows, found["residents"], strict=False):
        row.code("grade", GRADES)
        row.text("basis")
        if row.whole("temporary", 0, _MOST_PERSONS) > residents and sound:
            row.report("temporary", f"{row.cells['temporary']} travellers", f"at most its {residents} residents")
    table = [[row.whole(kind, 0, _MOST_PERSONS) for kind in ("temporary", "long_term")] for row in rows]
    found["travellers"] = np.array(table, np.int64).reshape(-1, 2)


def _nobody(found: Found, problems: list[Problem], overlays: Overlays) -> None:
    found["travellers"] = np.zeros((len(found["units"]), 2), np.int64)


def _one_row_per_unit(rows: list[tables.Row], units: tuple[str, ...]) -> None:
    for row, unit in zip(rows, units, strict=False):
        if row.cells["unit"] != unit:
            row.report("unit", f"unit {row.cells['unit']!r}", f"{unit!r}: one row per unit in the order of units.csv")
            return
    for unit in units[len(rows) :] if rows else ():
        rows[-1].report("unit", f"no row of unit {unit!r}", "one row per unit in the order of units.csv")
    for row in rows[len(units) :]:
        row.report("unit", f"unit {row.cells['unit']!r}", "no more rows: units.csv ends before")


#: In this order: later tables speak of the units of the first.
UNINHABITED: Final[tuple[Reader, ...]] = (
    _units, _pools, _border_pairs, _minutes, _providers, _occupancy, _nobody,
)  # fmt: skip
READERS: Final = (*UNINHABITED[:-1], _travellers)
