"""How many licensed beds does each level of care hold in each unit?

The beds of a province are split by level, then by residents; level 3 by residents weighted with the standing
of the place. Whole numbers that add up to the province. Real hospitals are not in it.
Run `python -m settlement_sim.world.build_providers` to write `providers.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping

from settlement_sim.vocabulary import LEVELS, PROVINCES
from settlement_sim.world import build_inputs
from settlement_sim.world.apportion import apportion
from settlement_sim.world.build_inputs import Unit
from settlement_sim.world.geography_tables import COLUMNS


def beds() -> dict[tuple[str, str], int]:
    """Licensed beds by unit and level, pharmacies with none; a unit without level 3 has no such key."""
    number = build_inputs.assumptions()
    found: dict[tuple[str, str], int] = {}
    for province in PROVINCES:
        units = [unit for unit in build_inputs.units() if unit.province == province]
        by_level = apportion(number[f"beds.{province}"], [number[f"beds.share.{n}"] for n in LEVELS[:4]])
        for level, total in zip(LEVELS, (*by_level, 0), strict=True):
            parts = apportion(total, [_weight(unit, level, number) for unit in units])
            found |= {(unit.name, level): part for unit, part in zip(units, parts, strict=True)}
    without = {unit.name for unit in build_inputs.units() if unit.tertiary == "none"}
    return {key: part for key, part in found.items() if key[1] != "3" or key[0] not in without}


def _weight(unit: Unit, level: str, number: Mapping[str, int]) -> int:
    return unit.residents * (number[f"beds.weight.{unit.tertiary}"] if level == "3" else 1)


def table_text() -> str:
    """`providers.csv` as it is committed."""
    number, found = build_inputs.assumptions(), beds()
    rows = []
    for unit in build_inputs.units():
        for level in LEVELS:
            if (count := found.get((unit.name, level))) is not None:
                low, high = (count * number[f"beds.{end}"] // 100 for end in ("low", "high"))
                name = f"{unit.name}.{level}"
                rows.append([name, unit.name, level, count, low, high, "assumption", "own_bed_shares"])
    return build_inputs.table_text(COLUMNS["providers.csv"], rows)


if __name__ == "__main__":
    build_inputs.write("providers.csv", table_text())
