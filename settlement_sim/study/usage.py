"""How much of the prepayment is used, under each reading of growth? One run for each, four ways to count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settlement_sim.observed.growth import growth
from settlement_sim.observed.terms import DIRECTIONS, READINGS
from settlement_sim.record.columns import typed
from settlement_sim.record.funds import usage
from settlement_sim.scenario.load import load
from settlement_sim.study.run import prepare, run

if TYPE_CHECKING:
    import pandas as pd


def distinct(readings: tuple[str, ...] = READINGS) -> list[tuple[str, ...]]:
    """Readings that mean the same growth of every direction belong together, in the order given."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for name in dict.fromkeys(readings):
        said = growth(name)
        factors = tuple(f(way) for way in DIRECTIONS for f in (said.settlements, said.gross, said.stays))
        alike.setdefault(factors, []).append(name)
    return [tuple(names) for names in alike.values()]


def usage_by_reading(
    scenario: str, readings: tuple[str, ...] = READINGS, settings: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """The table `usage` of a scenario under each distinct reading of growth. Raises InputError."""
    for names in distinct(readings):
        loaded = load(scenario, (*settings, f"readings.growth={names[0]}"))
        yield names, typed(usage(run(prepare(loaded), recognition=False).outcome.funds))
