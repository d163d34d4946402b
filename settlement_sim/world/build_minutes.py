"""How long is the way from seat to seat, door to door, by car or rail?

Great circle × detour = road. The first and last kilometres go at town speed, the rest at the speed of the
land, half at each end's pace. No way is longer than by way of a third seat, so the triangle inequality holds.
Run `python -m settlement_sim.world.build_minutes` to write `travel_minutes.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from settlement_sim.world import build_inputs
from settlement_sim.world.build_inputs import Unit

#: Mean radius of the Earth in km (IUGG).
_RADIUS = 6371.0088


def great_circle(a: Unit, b: Unit) -> float:
    """Kilometres between two seats on a sphere (haversine)."""
    north, east = math.radians(b.lat - a.lat), math.radians(b.lon - a.lon)
    across = math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat)) * math.sin(east / 2) ** 2
    return 2 * _RADIUS * math.asin(math.sqrt(math.sin(north / 2) ** 2 + across))


def inside(unit: Unit, number: Mapping[str, int]) -> int:
    """Minutes from somewhere in a unit to its seat."""
    land = "metro" if unit.town == "metro" and unit.kind == "district" else unit.terrain
    factor = number["travel.inside.remainder"] if unit.kind == "remainder" else 100
    return number[f"travel.inside.{land}"] * factor // 100


def between(a: Unit, b: Unit, number: Mapping[str, int]) -> int:
    """Minutes straight from the seat of `a` to the seat of `b`."""
    detour = sum(number[f"travel.detour.{unit.terrain}"] for unit in (a, b)) / 200
    pace = sum(60 / number[f"travel.speed.{unit.terrain}"] for unit in (a, b)) / 2
    road = great_circle(a, b) * detour
    town = min(road, sum(number[f"travel.town_km.{unit.town}"] for unit in (a, b)))
    minutes = town * 60 / number["travel.town_speed"] + (road - town) * pace
    return max(number["travel.least"], _rounded(minutes))


def shortest(table: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same table where no way is longer than by way of a third place (Floyd and Warshall)."""
    best = [list(row) for row in table]
    for place, via in enumerate(best):
        for row in best:
            row[:] = [min(straight, row[place] + then) for straight, then in zip(row, via, strict=True)]
    return best


def minutes() -> list[list[int]]:
    """The whole table in the order of `units.csv`; the diagonal holds the minutes inside."""
    units, number = build_inputs.units(), build_inputs.assumptions()
    straight = [[0 if a is b else between(a, b, number) for b in units] for a in units]
    table = shortest(straight)
    for place, unit in enumerate(units):
        table[place][place] = inside(unit, number)
    return table


def table_text() -> str:
    """`travel_minutes.csv` as it is committed."""
    names = [unit.name for unit in build_inputs.units()]
    rows = ([name, *row] for name, row in zip(names, minutes(), strict=True))
    return build_inputs.table_text(["unit", *names], rows)


def _rounded(value: float) -> int:
    """Half up, after cutting the digits in which processors may differ."""
    return math.floor(round(value, 6) + 0.5)


if __name__ == "__main__":
    build_inputs.write("travel_minutes.csv", table_text())
