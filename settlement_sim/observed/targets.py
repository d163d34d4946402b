"""Which totals is a run of a window fitted to?"""

from __future__ import annotations

from dataclasses import dataclass

from settlement_sim.errors import InputError, Problem
from settlement_sim.observed.reported import Figures
from settlement_sim.observed.terms import DIRECTIONS, MEASURES

Q1_TO_Q3_2024 = ("2024-01-01", "2024-09-30")


@dataclass(frozen=True)
class Target:
    """Reported settlements and gross (fen) of one direction."""

    settlements: int
    total_fee: int


def targets(figures: Figures, window: tuple[str, str] = Q1_TO_Q3_2024) -> list[Target]:
    """Reported settlements and gross of exactly this period, by direction in the order of provinces.

    Raises InputError where a direction has none.
    """
    value = {
        (f.comparison.direction, f.comparison.measure): f.value
        for f in figures.comparable()
        if f.comparison and f.period and (f.period.from_, f.period.until) == window
    }
    missing = [
        f"{measure} {direction}"
        for direction in DIRECTIONS
        for measure in MEASURES
        if (direction, measure) not in value
    ]
    if missing:
        found = f"no {missing[0]} for {' to '.join(window)}"
        raise InputError(Problem("observed figures", found, "a figure of the window's period"))
    return [Target(int(value[d, "settlements"]), int(value[d, "total_fee"]) * 100) for d in DIRECTIONS]
